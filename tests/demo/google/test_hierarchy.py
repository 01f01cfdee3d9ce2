"""Resource Manager, asked by Google's own clients."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from google.api_core import exceptions

from driftscan.demo.google.faults import Fault
from driftscan.demo.google.server import Cloud
from tests.demo.google.conftest import FOLDER, LOST, ORGANIZATION, PROD, STAGE, TEAM, Clients

FULL = "//cloudresourcemanager.googleapis.com/"


def test_projects_are_got_by_id_and_number(clients: Clients) -> None:
    projects = clients.manager("Projects")
    by_id, by_number = projects.get_project({"name": "projects/acme-stage"}), projects.get_project({"name": STAGE})
    assert by_id == by_number
    assert (by_id.project_id, by_id.name, by_id.parent, dict(by_id.labels)) == ("acme-stage", STAGE, TEAM, {"env": "stage"})
    with pytest.raises(exceptions.PermissionDenied, match="or it may not exist"):
        projects.get_project({"name": "projects/acme-nowhere"})


def test_the_hierarchy_is_walked_from_above(clients: Clients) -> None:
    organizations, folders, projects = (clients.manager(k) for k in ("Organizations", "Folders", "Projects"))
    assert [o.name for o in organizations.search_organizations({})] == [ORGANIZATION]
    assert organizations.get_organization({"name": ORGANIZATION}).directory_customer_id == "C01"
    assert [f.name for f in folders.list_folders({"parent": ORGANIZATION})] == [FOLDER]
    assert [f.name for f in folders.list_folders({"parent": FOLDER})] == [TEAM]
    assert folders.get_folder({"name": TEAM}).parent == FOLDER
    assert [p.name for p in projects.list_projects({"parent": FOLDER})] == [PROD]
    assert not list(projects.list_projects({"parent": ORGANIZATION})), "what is being deleted is shown to who asks for it"
    assert [p.name for p in projects.list_projects({"parent": ORGANIZATION, "show_deleted": True})] == [LOST]
    with pytest.raises(exceptions.PermissionDenied):
        folders.get_folder({"name": "folders/999"})


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {STAGE, PROD, LOST}),
        ("labels.env:stage", {STAGE}),
        ("labels.env:*", {STAGE, PROD}),
        ("labels.env:stage labels.env:prod", {STAGE, PROD}),
        ("id:ACME-*", {STAGE, PROD, LOST}),
        ("name:pro*", {PROD}),
        ("state:DELETE_REQUESTED", {LOST}),
        ("parent:folders/201", {STAGE}),
        ("parent.type:organization", {LOST}),
        ("parent.id:200", {PROD}),
        ("labels.env:nobody", set()),
    ],
)
def test_projects_are_searched(clients: Clients, query: str, found: set[str]) -> None:
    assert {p.name for p in clients.manager("Projects").search_projects({"query": query, "page_size": 1})} == found


def test_folders_are_searched(clients: Clients) -> None:
    assert [f.name for f in clients.manager("Folders").search_folders({"query": "displayName=Sta*"})] == [TEAM]
    with pytest.raises(exceptions.InvalidArgument):
        clients.manager("Folders").search_folders({"query": "???"})


def test_policies_stand_on_each_level(clients: Clients) -> None:
    policy = clients.manager("Projects").get_iam_policy({"resource": "projects/acme-stage"})
    assert [(b.role, list(b.members)) for b in policy.bindings] == [("roles/editor", ["user:ann@acme.example"])]
    assert not clients.manager("Folders").get_iam_policy({"resource": FOLDER}).bindings
    assert not clients.manager("Organizations").get_iam_policy({"resource": ORGANIZATION}).bindings


def test_tags(clients: Clients) -> None:
    keys, values, bindings = (clients.manager(k) for k in ("TagKeys", "TagValues", "TagBindings"))
    assert [k.short_name for k in keys.list_tag_keys({"parent": ORGANIZATION})] == ["environment", "data"]
    assert keys.get_tag_key({"name": "tagKeys/2"}).namespaced_name == "100/data"
    assert [v.short_name for v in values.list_tag_values({"parent": "tagKeys/1"})] == ["stage", "any"]
    assert values.get_tag_value({"name": "tagValues/21"}).parent == "tagKeys/2"
    for project in (STAGE, "projects/acme-stage"):
        assert [b.tag_value for b in bindings.list_tag_bindings({"parent": FULL + project})] == ["tagValues/11"]
        found = bindings.list_effective_tags({"parent": FULL + project})
        assert [(t.namespaced_tag_value, t.inherited) for t in found] == [("100/environment/stage", False), ("100/data/pii", True)]
    with pytest.raises(exceptions.InvalidArgument):
        bindings.list_tag_bindings({"parent": STAGE})


def test_a_denied_project_is_in_no_search(cloud: Cloud, clients: Clients) -> None:
    cloud.faults.set(Fault("denied", scope="projects/acme-stage"))
    projects = clients.manager("Projects")
    assert {p.name for p in projects.search_projects({})} == {PROD, LOST}
    assert [p.name for p in projects.list_projects({"parent": TEAM})] == [STAGE], "a listing asks for a permission on the level"
    with pytest.raises(exceptions.PermissionDenied):
        projects.get_project({"name": STAGE})
    assert projects.get_project({"name": PROD}).name == PROD


def _liens(cloud: Cloud, parent: str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(f"{cloud.url}/v3/liens?parent={parent}") as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_liens_are_rest_alone(cloud: Cloud) -> None:
    status, found = _liens(cloud, "projects/acme-prod")
    assert (status, [x["name"] for x in found["liens"]]) == (200, ["liens/p1"])
    assert _liens(cloud, STAGE) == (200, {})
    status, error = _liens(cloud, "projects/nowhere")
    assert (status, error["error"]["status"]) == (403, "PERMISSION_DENIED")
    cloud.faults.set(Fault("disabled", method="ListLiens"))
    status, error = _liens(cloud, STAGE)
    assert (status, error["error"]["details"][0]["reason"]) == (403, "SERVICE_DISABLED")
    assert cloud.faults.counts["ListLiens"] == 4
