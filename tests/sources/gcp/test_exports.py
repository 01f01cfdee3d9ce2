"""Files as a source."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from driftscan.catalog import Catalog
from driftscan.demo.google.server import Cloud
from driftscan.errors import ConfigError
from driftscan.model.snapshot import Status
from driftscan.model.value import Unknown
from driftscan.sources.gcp.exports import Export, respelled
from tests.sources.gcp.conftest import DOCUMENT, FOLDERS, IN_STAGE, PROJECT, Json, Scan, projects, scan

CONTENTS = {"RESOURCE": ("resource",), "IAM_POLICY": ("iamPolicy",), "ORG_POLICY": ("orgPolicy",)}


def snake(value: Any) -> Any:
    """As an export to a bucket spells messages; what a resource holds as data stays as it is."""
    if isinstance(value, dict):
        return {re.sub(r"([A-Z])", lambda m: f"_{m[1].lower()}", k): v if k == "data" else snake(v) for k, v in value.items()}
    return [snake(v) for v in value] if isinstance(value, list) else value


def lines(content: str, only: tuple[str, ...] = IN_STAGE[:1]) -> Iterator[Json]:
    """The lines of an export with one content type."""
    for asset in DOCUMENT["assets"]:
        if CONTENTS[content][0] in asset and asset["ancestors"][0] in only:
            yield {k: v for k, v in asset.items() if k not in ("resource", "iamPolicy", "orgPolicy") or k in CONTENTS[content]}


def written(folder: Path, *contents: str, spelled: Any = snake, only: tuple[str, ...] = IN_STAGE[:1]) -> tuple[str, ...]:
    """A file for each content type."""
    out = []
    for content in contents:
        file = folder / f"{content}.json"
        file.write_text("".join(json.dumps(spelled(a)) + "\n" for a in lines(content, only)))
        out.append(str(file))
    return tuple(out)


def exported(*files: str, catalog: Catalog, project: str = "acme-stage") -> Scan:
    return scan(*projects(project, exports=files), catalog=catalog)


@pytest.mark.parametrize("spelled", [snake, copy.copy], ids=["a bucket's", "REST's"])
def test_an_export_reads_as_the_api_does(cloud: Cloud, catalog: Catalog, tmp_path: Path, spelled: Any) -> None:
    api = scan(catalog=catalog)
    cloud.faults.forget()
    found = exported(*written(tmp_path, *CONTENTS, spelled=spelled), catalog=catalog)
    assert cloud.faults.counts == {}, "an export asks nobody"
    assert found.accounts[0].identity.startswith("export ")
    mine = {a: r.value for a, r in api.resources.items() if a.account == "acme-stage"}
    beside = ("liens", "effectiveTags")
    for address, value in mine.items():
        theirs = found.resources[address].value
        assert {k: v for k, v in theirs.items() if k not in beside} == {k: v for k, v in value.items() if k not in beside}
    assert found.resources.keys() == mine.keys()
    theirs = {(x.type, x.region): (x.status, x.resources) for x in found.listings}
    assert theirs == {(x.type, x.region): (x.status, x.resources) for x in api.listings if x.account == "acme-stage"}


def test_what_an_export_does_not_hold_is_unknown(catalog: Catalog, tmp_path: Path) -> None:
    found = exported(*written(tmp_path, "RESOURCE"), catalog=catalog)
    project = found.only(PROJECT).value
    assert {k: v for k, v in project.items() if isinstance(v, Unknown)} == {
        k: Unknown("NOT_EXPORTED") for k in ("iamPolicy", "liens", "effectiveTags")
    }
    assert {g.code for g in found.gaps} == {"NOT_EXPORTED"}
    assert all("export" in g.hint for g in found.gaps)
    assert {FOLDERS, PROJECT} <= {g.type for g in found.gaps}
    assert found.status("iap.googleapis.com/Tunnel") == set(), "nobody says that there is none"
    assert "iap.googleapis.com/Tunnel" in {g.type for g in found.gaps}


def test_a_filtered_export_never_says_that_something_is_absent(catalog: Catalog, tmp_path: Path) -> None:
    (file,) = written(tmp_path, "RESOURCE")
    some = [line for line in Path(file).read_text().splitlines() if "Firewall" in line or "Project" in line]
    Path(file).write_text("\n".join(some))
    found = exported(file, catalog=catalog)
    assert [x.status for x in found.listings if x.type == "*"] == [Status.NOT_READ]
    assert found.status("storage.googleapis.com/Bucket") == set()
    assert [g.code for g in found.gaps if g.type == "*"] == ["NOT_EXPORTED"]


def test_of_a_file_of_several_projects_each_takes_its_own(catalog: Catalog, tmp_path: Path) -> None:
    files = written(tmp_path, *CONTENTS, only=("projects/301", "projects/302"))
    stage, prod = (exported(*files, catalog=catalog, project=p) for p in ("acme-stage", "acme-prod"))
    assert (len(stage.resources), len(prod.resources)) == (22, 3)
    assert not {a.id for a in stage.resources} & {a.id for a in prod.resources}
    with pytest.raises(ConfigError, match="it holds nothing of project acme-other"):
        exported(*files, catalog=catalog, project="acme-other")


def test_projects_that_do_not_say_their_names(catalog: Catalog, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    some = [a for a in lines("RESOURCE", ("projects/301", "projects/302")) if a["assetType"] != PROJECT]
    file.write_text("\n".join(json.dumps(a) for a in some))
    with pytest.raises(ConfigError, match="2 projects, and nothing says which of them is acme-stage"):
        exported(str(file), catalog=catalog)


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("{", "this is no JSON", 2),
        ("[]", "this is no asset", 2),
        ('{"name": "x", "asset_type": "a/B"}', "this is no asset", 2),
        ('{"name": "//x", "assetType": "a/B", "resource": []}', "this is no asset", 2),
    ],
)
def test_a_line_that_is_no_asset_is_named(tmp_path: Path, text: str, said: str, line: int) -> None:
    file = tmp_path / "x.json"
    file.write_text(f"\n{text}\n")
    with pytest.raises(ConfigError, match=said) as raised:
        Export("acme-stage", [str(file)]).check()
    assert (raised.value.file, raised.value.line) == (str(file), line)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        Export("acme-stage", [str(tmp_path / "none.json")]).check()


def test_a_resources_own_members_keep_their_spelling() -> None:
    found = respelled({"asset_type": "a/B", "resource": {"data": {"under_score": 1.0, "list": [2.0, 0.5]}, "location": "eu"}})
    assert found == {"assetType": "a/B", "resource": {"data": {"under_score": 1, "list": [2, 0.5]}, "location": "eu"}}
