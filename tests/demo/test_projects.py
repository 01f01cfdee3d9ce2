"""The demo's Google Cloud projects have the vendor's shapes, and differ between environments as real ones do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from driftscan.demo.google.server import Cloud, serving
from driftscan.demo.organization import FOLDERS, document, projects
from driftscan.demo.project import ORGANIZATION

ENVIRONMENTS = ("test", "stage", "prod")
PREFIXES = {
    "aiplatform": "GoogleCloudAiplatformV1",
    "run": "GoogleCloudRunV2",
    "serviceusage": "GoogleApiServiceusageV1",
}
NAMES = {"sqladmin/Instance": "DatabaseInstance"}
BUILT = {(env, short): project for env in ENVIRONMENTS for short, project in projects(env).items()}
ASSETS = [(key, nick, asset) for key, project in BUILT.items() for nick, asset in project.assets.items()]
Json = dict[str, Any]


@cache
def schemas(api: str, version: str) -> dict[str, Any]:
    """The schemas of a discovery document."""
    folder = files("googleapiclient.discovery_cache") / "documents"
    return dict(json.loads((folder / f"{api}.{version}.json").read_text())["schemas"])


def wrong(found: dict[str, Any], schema: Json, value: Any, path: str) -> Iterator[str]:
    """What in a value the vendor's schema does not know."""
    if "$ref" in schema:
        yield from wrong(found, found[schema["$ref"]], value, path)
        return
    match schema.get("type"):
        case "object" if isinstance(value, dict):
            for name, member in value.items():
                inner = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
                if inner is None:
                    yield f"{path}.{name}: no such member"
                else:
                    yield from wrong(found, inner, member, f"{path}.{name}")
        case "array" if isinstance(value, list):
            for item in value:
                yield from wrong(found, schema["items"], item, f"{path}[]")
        case "string" if isinstance(value, str):
            if "enum" in schema and value not in schema["enum"]:
                yield f"{path}: {value} is not one of {schema['enum']}"
        case "boolean" if isinstance(value, bool):
            pass
        case "integer" if isinstance(value, int) and not isinstance(value, bool):
            pass
        case "number" if isinstance(value, int | float) and not isinstance(value, bool):
            pass
        case "any":
            pass
        case other:
            yield f"{path}: {value!r} is no {other}"


@pytest.mark.parametrize("nick", sorted(BUILT["stage", "data"].assets.keys() | BUILT["stage", "ml"].assets.keys()))
def test_every_asset_has_the_shape_that_the_discovery_document_gives(nick: str) -> None:
    found = [asset for _, n, asset in ASSETS if n == nick]
    assert found
    for asset in found:
        resource = asset["resource"]
        api = asset["assetType"].partition(".")[0]
        document_ = schemas(api, resource["version"])
        name = NAMES.get(f"{api}/{resource['discoveryName']}", resource["discoveryName"])
        assert list(wrong(document_, document_[PREFIXES.get(api, "") + name], resource["data"], "")) == []


def test_the_shapes_are_held_to() -> None:
    rules = schemas("compute", "v1")
    assert list(wrong(rules, rules["Firewall"], {"priority": "1", "direction": "UP", "colour": "red"}, "")) == [
        ".priority: '1' is no integer",
        ".direction: UP is not one of ['EGRESS', 'INGRESS']",
        ".colour: no such member",
    ]


def test_twins_hold_the_same_and_nothing_of_each_other() -> None:
    for short in ("data", "ml"):
        stage, prod = BUILT["stage", short], BUILT["prod", short]
        assert stage.assets.keys() == prod.assets.keys() == BUILT["test", short].assets.keys()
        assert not {a["name"] for a in stage.assets.values()} & {a["name"] for a in prod.assets.values()}
        told = json.dumps(list(stage.assets.values()))
        for project in (prod, BUILT["prod", "data"], BUILT["prod", "ml"]):
            assert project.id not in told
            assert project.number not in told
        assert "europe-west4" not in told
    assert BUILT["stage", "data"].region != BUILT["prod", "data"].region


def test_a_project_is_the_same_in_every_run() -> None:
    assert {short: p.assets for short, p in projects("stage").items()} == {s: BUILT["stage", s].assets for s in ("data", "ml")}


def test_the_server_takes_the_organization() -> None:
    whole = document(BUILT.values())
    types = {a["assetType"] for a in whole["assets"]}
    assert len(types) >= 30
    with serving(whole) as cloud:
        _listed(cloud, len(ASSETS) + 1 + len(FOLDERS))


def _listed(cloud: Cloud, count: int) -> None:
    import grpc

    from tests.demo.google.conftest import Clients

    with grpc.insecure_channel(cloud.target) as channel:
        clients = Clients(channel)
        assert len(clients.names(parent=ORGANIZATION, page_size=50)) == count
        (project,) = clients.manager("Projects").search_projects({"query": "labels.environment:prod id:acme-data-prod"}).projects[:1] or [
            None
        ]
        assert project is not None
        effective = clients.manager("TagBindings").list_effective_tags({"parent": f"//cloudresourcemanager.googleapis.com/{project.name}"})
        assert [t.namespaced_tag_value.rpartition("/")[2] for t in effective] == ["prod"]
