"""Cloud Asset Inventory, asked by Google's own client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud.asset_v1 import ContentType
from google.protobuf import json_format

from driftscan.demo.google.server import Cloud
from tests.demo.google.conftest import BUCKET, DISK, FIREWALL, FOLDER, GONE, NOW, ORGANIZATION, PROD, PROJECT, STAGE, WEB, Clients

RESOURCE, IAM_POLICY, ORG_POLICY = ContentType.RESOURCE, ContentType.IAM_POLICY, ContentType.ORG_POLICY


def data(asset: Any) -> dict[str, Any]:
    return dict(json_format.MessageToDict(type(asset).pb(asset).resource.data))


def test_pages_hold_every_asset_once_and_in_one_order(clients: Clients) -> None:
    whole = clients.names(parent=STAGE, content_type=RESOURCE, page_size=1000)
    assert len(whole) == len(set(whole)) == 27
    for size in (1, 4, 27, 100):
        pages = list(clients.assets.list_assets({"parent": STAGE, "content_type": RESOURCE, "page_size": size}).pages)
        assert [a.name for p in pages for a in p.assets] == whole
        assert [len(p.assets) for p in pages] == [size] * (27 // size) + ([27 % size] if 27 % size else [])
        assert {p.read_time for p in pages} == {NOW}
        assert [bool(p.next_page_token) for p in pages] == [True] * (len(pages) - 1) + [False]


def test_a_page_holds_a_hundred_by_default_and_a_thousand_at_most(cloud: Cloud, clients: Clients) -> None:
    from tests.demo.google.conftest import DOCUMENT, IN_STAGE, asset

    cloud.load(DOCUMENT | {"assets": [asset(f"b{n}", BUCKET, IN_STAGE, {"name": f"b{n}"}) for n in range(1500)]})
    assert len(clients.page(parent=STAGE).assets) == 100
    assert len(clients.page(parent=STAGE, page_size=5000).assets) == 1000
    with pytest.raises(exceptions.InvalidArgument):
        clients.page(parent=STAGE, page_size=-1)
    cloud.most = 7
    assert len(clients.page(parent=STAGE, page_size=1000).assets) == 7


@pytest.mark.parametrize("change", [{"parent": PROD}, {"content_type": IAM_POLICY}, {"asset_types": [BUCKET]}, {"page_token": "nonsense"}])
def test_a_token_belongs_to_its_request(clients: Clients, change: dict[str, Any]) -> None:
    request = {"parent": STAGE, "content_type": RESOURCE, "page_size": 5}
    token = clients.page(**request).next_page_token
    assert clients.page(**request, page_token=token).assets
    with pytest.raises(exceptions.InvalidArgument, match="page token"):
        clients.page(**(request | {"page_token": token} | change))


def test_a_project_is_named_by_id_and_by_number(clients: Clients) -> None:
    assert clients.names(parent="projects/acme-stage") == clients.names(parent=STAGE) != []
    assert clients.names(parent=FOLDER) == clients.names(parent=ORGANIZATION)
    assert set(clients.names(parent=PROD)) < set(clients.names(parent=FOLDER))


@pytest.mark.parametrize(
    ("types", "found"),
    [
        ([BUCKET], {BUCKET}),
        ([BUCKET, FIREWALL], {BUCKET, FIREWALL}),
        (["compute.googleapis.com.*"], {FIREWALL, DISK}),
        ([".*Project"], {PROJECT}),
        ([".*wall.*"], {FIREWALL}),
        (["run.googleapis.com/Service"], set()),
    ],
)
def test_types_are_filtered_by_name_and_by_expression(clients: Clients, types: list[str], found: set[str]) -> None:
    listed = clients.assets.list_assets({"parent": ORGANIZATION, "asset_types": types, "content_type": RESOURCE})
    assert {a.asset_type for a in listed} == found


@pytest.mark.parametrize("pattern", ["nothing.googleapis.com/Thing", "("])
def test_a_filter_that_matches_no_supported_type_is_refused(clients: Clients, pattern: str) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        clients.page(parent=STAGE, asset_types=[pattern])


def test_content_comes_as_asked_for(clients: Clients) -> None:
    bare = {a.name: a for a in clients.assets.list_assets({"parent": ORGANIZATION})}
    assert len(bare) == 29
    assert not any(a.resource.data or a.iam_policy.bindings or a.org_policy for a in bare.values())
    resources = {a.name: a for a in clients.assets.list_assets({"parent": ORGANIZATION, "content_type": RESOURCE})}
    assert data(resources[WEB]) == {"name": "web", "allowed": [{"IPProtocol": "tcp", "ports": ["443", "22"]}]}
    assert resources[WEB].ancestors[0] == STAGE
    assert not any(a.iam_policy.bindings for a in resources.values())
    (policy,) = clients.assets.list_assets({"parent": ORGANIZATION, "content_type": IAM_POLICY})
    assert [(b.role, list(b.members)) for b in policy.iam_policy.bindings] == [("roles/editor", ["user:ann@acme.example"])]
    assert not policy.resource.data
    (rule,) = clients.assets.list_assets({"parent": ORGANIZATION, "content_type": ORG_POLICY})
    assert [(p.constraint, p.boolean_policy.enforced) for p in rule.org_policy] == [
        ("constraints/iam.disableServiceAccountKeyCreation", True)
    ]


def test_a_read_time_shows_what_was_then(clients: Clients) -> None:
    def at(day: int) -> dict[str, Any]:
        when = datetime(2026, 8, day, tzinfo=UTC)
        page = clients.page(parent=STAGE, content_type=RESOURCE, asset_types=[FIREWALL], read_time=when)
        assert page.read_time == when
        return {a.name: data(a) for a in page.assets}

    assert list(at(5)) == [WEB]
    assert at(5)[WEB]["allowed"][0]["ports"] == ["443"]
    assert at(15)[GONE] == {"name": "gone"}
    assert at(21)[WEB]["allowed"][0]["ports"] == ["443", "22"]
    assert list(at(26)) == [WEB]


@pytest.mark.parametrize("when", [NOW + timedelta(seconds=1), NOW - timedelta(days=35, seconds=1)])
def test_a_read_time_lies_within_35_days(clients: Clients, when: datetime) -> None:
    with pytest.raises(exceptions.InvalidArgument, match="35 days"):
        clients.page(parent=STAGE, read_time=when)


def test_a_listing_stays_at_its_moment(cloud: Cloud, clients: Clients) -> None:
    first = clients.page(parent=STAGE, content_type=RESOURCE, page_size=20)
    cloud.now = NOW + timedelta(hours=1)
    second = clients.page(parent=STAGE, content_type=RESOURCE, page_size=20, page_token=first.next_page_token)
    assert first.read_time == second.read_time == NOW


def test_what_does_not_exist_is_denied_as_google_does_it(clients: Clients) -> None:
    with pytest.raises(exceptions.PermissionDenied):
        clients.page(parent="projects/acme-nowhere")
    with pytest.raises(exceptions.InvalidArgument):
        clients.page(parent="acme-stage")


def test_the_history_of_assets(clients: Clients) -> None:
    start = datetime(2026, 8, 2, tzinfo=UTC)
    request = {"parent": STAGE, "asset_names": [WEB, GONE], "content_type": RESOURCE, "read_time_window": {"start_time": start}}
    found = clients.assets.batch_get_assets_history(request).assets
    told = [(a.asset.name, a.deleted, a.prior_asset_state.name, data(a.asset)) for a in found]
    assert [t[:3] for t in told] == [
        (WEB, False, "DOES_NOT_EXIST"),
        (WEB, False, "PRIOR_ASSET_STATE_UNSPECIFIED"),
        (GONE, False, "DOES_NOT_EXIST"),
    ]
    assert [t[3]["allowed"][0]["ports"] for t in told[:2]] == [["443"], ["443", "22"]]
    assert found[0].window.end_time == found[1].window.start_time == datetime(2026, 8, 20, tzinfo=UTC)
    bare = clients.assets.batch_get_assets_history({"parent": STAGE, "asset_names": [GONE], "read_time_window": {"start_time": start}})
    assert [a.deleted for a in bare.assets] == [False, True]
    now = clients.assets.batch_get_assets_history({"parent": STAGE, "asset_names": [WEB], "content_type": RESOURCE})
    assert [data(a.asset)["allowed"][0]["ports"] for a in now.assets] == [["443", "22"]]


@pytest.mark.parametrize("request_", [{"parent": FOLDER, "asset_names": [WEB]}, {"parent": STAGE, "asset_names": [WEB] * 101}])
def test_what_history_does_not_take(clients: Clients, request_: dict[str, Any]) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        clients.assets.batch_get_assets_history(request_)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("labels.n:3", {"3", "13", "23"}),
        ("labels.n=3", {"3"}),
        ("assetType:Bucket AND displayName:acme-1", {str(n) for n in range(10, 20)}),
        ("nothing-is-called-so", set()),
    ],
)
def test_resources_are_searched(clients: Clients, query: str, found: set[str]) -> None:
    results = clients.assets.search_all_resources({"scope": ORGANIZATION, "query": query, "page_size": 4})
    assert {r.labels["n"] for r in results} == found


def test_search_results_are_ordered_when_asked(clients: Clients) -> None:
    results = clients.assets.search_all_resources({"scope": STAGE, "asset_types": [BUCKET], "order_by": "displayName DESC"})
    names = [r.display_name for r in results]
    assert names == sorted(names, reverse=True)
    assert len(names) == 25
