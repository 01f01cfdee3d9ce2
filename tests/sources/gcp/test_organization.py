"""Every project of an organization, and what is said where not all of it may be seen."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import closing

import pytest

from driftscan.catalog import Catalog
from driftscan.demo.google.faults import Fault
from driftscan.demo.google.server import Cloud
from driftscan.model.snapshot import Status
from driftscan.model.value import Unknown
from driftscan.sources.gcp import Organizations
from driftscan.sources.gcp.clients import Clients
from driftscan.sources.gcp.organization import walk
from tests.sources.gcp.conftest import (
    DOCUMENT,
    FOLDER,
    FOLDERS,
    ORGANIZATION,
    ORGANIZATIONS,
    PROD,
    QUICK,
    STAGE,
    TEAM,
    Json,
    projects,
    scan,
)  # fmt: skip


@pytest.fixture
def clients(cloud: Cloud) -> Iterator[Clients]:
    del cloud
    with closing(Clients(QUICK)) as made:
        yield made


def ids(listed: list[Json | Unknown]) -> list[str | Unknown]:
    return [x if isinstance(x, Unknown) else str(x["projectId"]) for x in listed]


def test_everything_is_seen_and_what_is_being_deleted_too(cloud: Cloud, clients: Clients) -> None:
    found = walk(clients, ORGANIZATION)
    assert found.projects == (
        {"name": "projects/303", "projectId": "acme-lost", "displayName": "Lost", "state": "DELETE_REQUESTED", "parent": ORGANIZATION},
        {"name": PROD, "projectId": "acme-prod", "displayName": "Prod", "state": "ACTIVE", "parent": FOLDER},
        {"name": STAGE, "projectId": "acme-stage", "displayName": "Stage", "state": "ACTIVE", "parent": TEAM},
    )
    assert found.folders == (
        {"name": FOLDER, "displayName": "Environments", "parent": ORGANIZATION},
        {"name": TEAM, "displayName": "Stage", "parent": FOLDER},
    )
    assert not found.refused
    assert cloud.faults.counts == {"ListFolders": 3, "ListProjects": 3}, "a page of each level"


def test_projects_that_google_makes_are_counted_and_others_beside_them_are_named(cloud: Cloud, clients: Clients) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["folders"] += [
        {"name": "folders/900", "parent": ORGANIZATION, "displayName": "system-gsuite", "state": "ACTIVE"},
        {"name": "folders/901", "parent": "folders/900", "displayName": "apps-script", "state": "ACTIVE"},
        {"name": "folders/902", "parent": FOLDER, "displayName": "system-gsuite", "state": "ACTIVE"},
    ]
    document["projects"] += [
        {"name": f"projects/{n}", "parent": parent, "projectId": id_, "state": "ACTIVE"}
        for n, (id_, parent) in enumerate(
            [
                ("sys-10000000000000000000000001", "folders/901"),
                ("sys-10000000000000000000000002", "folders/901"),
                ("sys-admin", "folders/901"),
                ("sys-10000000000000000000000003", "folders/902"),
            ],
            910,
        )
    ]
    cloud.load(document)
    found = walk(clients, ORGANIZATION)
    assert ids(list(found.projects)) == ["acme-lost", "acme-prod", "acme-stage", "sys-10000000000000000000000003", "sys-admin"]
    assert {f["name"]: f["scripts"] for f in found.folders if "scripts" in f} == {"folders/901": 2}


def test_a_level_that_is_denied_leaves_out_what_is_below_it_and_says_so(cloud: Cloud, catalog: Catalog) -> None:
    cloud.faults.set(Fault("denied", method="ListProjects", scope=TEAM), Fault("denied", method="ListProjects", scope=FOLDER))
    found = scan(catalog=catalog)
    value = found.only(ORGANIZATIONS).value
    assert ids(value["projects"]) == ["acme-lost", Unknown("PERMISSION_DENIED")]
    assert [f["name"] for f in value["folders"]] == [FOLDER, TEAM]
    (gap,) = found.gaps
    assert (gap.address, gap.member, gap.permission) == (found.only(ORGANIZATIONS).address, ("projects",), "resourcemanager.projects.list")
    assert "on folders/200 (and 1 more) to the account that reads" in gap.hint
    assert found.status(ORGANIZATIONS) == {"complete"}, "that nothing else is above is known"


def test_who_may_list_nothing_knows_nothing(cloud: Cloud, catalog: Catalog) -> None:
    cloud.faults.set(Fault("denied", method="ListProjects"), Fault("denied", method="ListFolders"))
    found = scan(catalog=catalog)
    value = found.only(ORGANIZATIONS).value
    assert value["projects"] == value["folders"] == [Unknown("PERMISSION_DENIED")]
    assert {g.operation: g.member for g in found.gaps} == {"ListProjects": ("projects",), "ListFolders": ("folders", "projects")}


def test_trouble_of_another_kind_ends_the_walk(cloud: Cloud, clients: Clients) -> None:
    cloud.faults.set(Fault("internal", method="ListProjects", scope=FOLDER))
    found = walk(clients, ORGANIZATION)
    assert ids(list(found.members["projects"])) == ["acme-lost", Unknown("INTERNAL")]
    assert found.members["folders"][-1] == Unknown("INTERNAL")
    assert not [c for c in cloud.faults.seen if c.scope == TEAM]


def test_an_organization_is_walked_once_in_a_run(cloud: Cloud, clients: Clients) -> None:
    shared = Organizations()
    first = shared.below(clients, ORGANIZATION, None)
    assert shared.below(clients, ORGANIZATION, None) is first
    assert cloud.faults.counts == {"ListFolders": 3, "ListProjects": 3}
    assert shared.below(clients, ORGANIZATION, "reader@acme.example") == first, "another may see less, and is asked"
    assert cloud.faults.counts == {"ListFolders": 6, "ListProjects": 6}


def test_a_project_in_no_organization_says_that_nothing_is_above_it(cloud: Cloud, catalog: Catalog) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["projects"][0] |= {"parent": ""}
    cloud.load(document)
    found = scan(catalog=catalog)
    assert {x.type: x.status for x in found.listings if x.type in (FOLDERS, ORGANIZATIONS)} == dict.fromkeys(
        (FOLDERS, ORGANIZATIONS), Status.OFF
    )
    assert not found.gaps and not found.of(ORGANIZATIONS)
    skipped = scan(*projects("acme-stage"), catalog=catalog, skip=(FOLDERS,))
    assert not [x for x in skipped.listings if x.type == FOLDERS]
