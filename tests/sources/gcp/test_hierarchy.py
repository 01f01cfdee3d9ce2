"""Projects by every name, and what Resource Manager says beside."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import closing

import pytest
from google.api_core import exceptions as api

from driftscan.demo.google.faults import Fault
from driftscan.demo.google.server import Cloud
from driftscan.sources.gcp import hierarchy
from driftscan.sources.gcp.clients import Clients
from driftscan.sources.gcp.faults import Malformed
from tests.sources.gcp.conftest import DOCUMENT, FOLDER, ORGANIZATION, QUICK, STAGE, TEAM, Json


@pytest.fixture
def clients(cloud: Cloud) -> Iterator[Clients]:
    del cloud
    with closing(Clients(QUICK)) as made:
        yield made


@pytest.mark.parametrize("name", ["acme-stage", "301"])
def test_a_project_by_id_and_by_number(clients: Clients, name: str) -> None:
    found = hierarchy.project(clients, name)
    assert (found.id, found.number, found.parent, found.active) == ("acme-stage", "301", TEAM, True)
    assert found.data is not None
    assert found.data["labels"] == {"env": "stage"}


def test_a_project_that_is_being_deleted(clients: Clients) -> None:
    assert not hierarchy.project(clients, "acme-lost").active


@pytest.mark.parametrize(
    ("parent", "ids"),
    [(ORGANIZATION, ["acme-prod", "acme-stage"]), (FOLDER, ["acme-prod", "acme-stage"]), (TEAM, ["acme-stage"])],
)
def test_everything_below_a_level_that_is_not_being_deleted(clients: Clients, parent: str, ids: list[str]) -> None:
    assert [p.id for p in hierarchy.below(clients, parent)] == ids


def test_a_folder_that_cannot_be_listed_is_no_empty_folder(cloud: Cloud, clients: Clients) -> None:
    cloud.faults.set(Fault("denied", method="ListFolders", scope=TEAM))
    with pytest.raises(api.PermissionDenied):
        hierarchy.below(clients, FOLDER)


def test_many_projects_come_page_by_page(cloud: Cloud, clients: Clients) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["projects"] += [
        {"name": f"projects/{n}", "parent": TEAM, "projectId": f"acme-{n}", "state": "ACTIVE", "labels": {"env": "stage"}}
        for n in range(1000, 1205)
    ]
    cloud.load(document)
    assert len(hierarchy.below(clients, TEAM)) == 206
    assert len(hierarchy.fitting(clients, "labels.env:stage")) == 206
    assert cloud.faults.counts == {"ListFolders": 1, "ListProjects": 3, "SearchProjects": 3}
    cloud.faults.set(Fault("stuck", method="ListProjects"))
    with pytest.raises(Malformed, match="a page token came twice"):
        hierarchy.below(clients, TEAM)


def test_labels(clients: Clients) -> None:
    assert [p.id for p in hierarchy.fitting(clients, "labels.env:prod")] == ["acme-prod"]
    assert hierarchy.fitting(clients, "labels.env:none") == []


def test_liens_as_people_set_them(cloud: Cloud, clients: Clients) -> None:
    lien: Json = {"origin": "platform", "reason": "holds the ledger", "restrictions": ["resourcemanager.projects.delete"]}
    assert hierarchy.liens(clients, "acme-stage") == [lien]
    assert hierarchy.liens(clients, "acme-prod") == []
    assert cloud.faults.counts == {"ListLiens": 2}


def test_tags_in_force(clients: Clients) -> None:
    """The nearest value of a key, with its name, because ids are the vendor's."""
    stage = {"namespacedTagKey": "100/environment", "namespacedTagValue": "100/environment/stage", "inherited": False}
    above = {**stage, "namespacedTagValue": "100/environment/any", "inherited": True}
    assert hierarchy.tags(clients, STAGE) == [stage]
    assert hierarchy.tags(clients, TEAM) == [above]
    assert hierarchy.tags(clients, FOLDER) == [{**above, "inherited": False}]
    assert hierarchy.tags(clients, ORGANIZATION) == []


def test_levels_and_their_policies(clients: Clients) -> None:
    assert hierarchy.level(clients, TEAM)["displayName"] == "Stage"
    assert hierarchy.level(clients, ORGANIZATION)["displayName"] == "acme.example"
    (binding,) = hierarchy.policy(clients, FOLDER)["bindings"]
    assert binding["condition"]["title"] == "by day"
