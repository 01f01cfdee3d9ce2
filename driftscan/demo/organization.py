"""The demo's Google Cloud organization: folders by environment, two projects in each, tags and a lien, as one document for the server."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from driftscan.demo import analytics, learning
from driftscan.demo.project import DOMAIN, ORGANIZATION, REGISTRY, Json, Project

FOLDERS: Final = {"test": "folders/310284466021", "stage": "folders/310284466022", "prod": "folders/310284466023"}
NUMBERS: Final = {
    ("test", "data"): "604117529031",
    ("test", "ml"): "118830276549",
    ("stage", "data"): "720934418860",
    ("stage", "ml"): "392056117704",
    ("prod", "data"): "583310942267",
    ("prod", "ml"): "961745203318",
}
IDS: Final = {
    ("test", "data"): "acme-data-test",
    ("test", "ml"): "acme-ml-test-1b7e",
    ("stage", "data"): "acme-data-stage",
    ("stage", "ml"): "acme-ml-stage-4f3a",
    ("prod", "data"): "acme-data-prod",
    ("prod", "ml"): "acme-ml-prod-91c7",
}
"""The learning team's projects were made by a tool that adds a suffix to what it makes."""
REGIONS: Final = {"test": "europe-west1", "stage": "europe-west1", "prod": "europe-west4"}
OCTETS: Final = {"test": 60, "stage": 70, "prod": 90}


SHARED: Final[Json] = {
    "name": "projects/445120938876",
    "parent": ORGANIZATION,
    "projectId": REGISTRY.split("/")[1],
    "displayName": "Registry",
    "state": "ACTIVE",
    "labels": {"team": "platform"},
    "createTime": "2024-02-01T11:00:00Z",
}
"""The project of no environment: what all of them run is built there once."""


def projects(env: str) -> dict[str, Project]:
    """The projects of an environment, by their short names, as their pipelines build them."""
    built = {}
    for place, (short, team, build) in enumerate((("data", "analytics", analytics.build), ("ml", "learning", learning.build))):
        where = (env, short)
        project = Project(env, IDS[where], NUMBERS[where], FOLDERS[env], REGIONS[env], OCTETS[env] + place, team)
        build(project)
        built[short] = project
    return built


def document(built: Iterable[Project]) -> Json:
    """What the server answers from."""
    found = list(built)
    return {
        "organization": {
            "name": ORGANIZATION,
            "displayName": DOMAIN,
            "directoryCustomerId": "C03acme1z",
            "state": "ACTIVE",
            "createTime": "2024-02-01T09:00:00Z",
        },
        "folders": [
            {"name": name, "parent": ORGANIZATION, "displayName": env, "state": "ACTIVE", "createTime": "2024-02-01T10:00:00Z"}
            for env, name in FOLDERS.items()
        ],
        "projects": [
            {
                "name": f"projects/{p.number}",
                "parent": p.folder,
                "projectId": p.id,
                "displayName": p.id,
                "state": "ACTIVE",
                "labels": p.labels,
                "createTime": p.at("project"),
            }
            for p in found
        ]
        + [SHARED],
        **_tags(),
        "liens": [
            {
                "name": f"liens/p{p.number}-l{p.digits('lien', 12)}",
                "parent": f"projects/{p.number}",
                "origin": "platform",
                "reason": "Holds what cannot be made again.",
                "restrictions": ["resourcemanager.projects.delete"],
                "createTime": p.at("lien"),
            }
            for p in found
        ],
        "assets": [*_above(), *(asset for p in found for asset in p.assets.values())],
    }


def _tags() -> dict[str, list[Json]]:
    number = ORGANIZATION.partition("/")[2]
    key = {"name": "tagKeys/281474976001", "parent": ORGANIZATION, "shortName": "environment", "namespacedName": f"{number}/environment"}
    values: list[dict[str, Any]] = [
        {
            "name": f"tagValues/28147497610{n}",
            "parent": key["name"],
            "shortName": env,
            "namespacedName": f"{number}/environment/{env}",
        }
        for n, env in enumerate(FOLDERS)
    ]
    bindings = [
        {
            "name": f"tagBindings/%2F%2Fcloudresourcemanager.googleapis.com%2F{folder.replace('/', '%2F')}/{value['name']}",
            "parent": f"//cloudresourcemanager.googleapis.com/{folder}",
            "tagValue": value["name"],
            "tagValueNamespacedName": value["namespacedName"],
        }
        for value, folder in zip(values, FOLDERS.values(), strict=True)
    ]
    return {"tagKeys": [key], "tagValues": values, "tagBindings": bindings}


def _above() -> list[Json]:
    """The organization and its folders as assets, with what is granted and ruled there."""
    levels = [(ORGANIZATION, "Organization", [ORGANIZATION]), *((f, "Folder", [f, ORGANIZATION]) for f in FOLDERS.values())]
    found: list[Json] = []
    for name, kind, ancestors in levels:
        group = "platform" if kind == "Organization" else "oncall"
        asset: Json = {
            "name": f"//cloudresourcemanager.googleapis.com/{name}",
            "assetType": f"cloudresourcemanager.googleapis.com/{kind}",
            "ancestors": ancestors,
            "updateTime": "2026-02-01T10:00:00Z",
            "iamPolicy": {"etag": "BwYBAcme", "bindings": [{"role": "roles/browser", "members": [f"group:{group}@{DOMAIN}"]}]},
        }
        if kind == "Organization":
            asset["orgPolicy"] = [
                {
                    "constraint": "constraints/storage.uniformBucketLevelAccess",
                    "booleanPolicy": {"enforced": True},
                    "updateTime": "2026-02-01T10:00:00Z",
                    "etag": "CLacme",
                }
            ]
        found.append(asset)
    return found
