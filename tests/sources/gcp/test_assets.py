"""Listings, page by page."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import pytest
from google.api_core import exceptions as api
from google.cloud import asset_v1
from google.protobuf import json_format, struct_pb2

from driftscan.demo.google.faults import Fault
from driftscan.demo.google.server import Cloud
from driftscan.sources.gcp.assets import first, listed, plain, struct
from driftscan.sources.gcp.clients import Clients
from driftscan.sources.gcp.faults import Malformed
from tests.sources.gcp.conftest import NOW, QUICK, READERS, STAGE, Json


def names(content: str = "RESOURCE") -> list[str]:
    with closing(Clients(QUICK)) as clients:
        return [a["name"] for a in listed(clients, "projects/acme-stage", content, None)]


def test_every_page_is_read_and_each_asset_comes_once(cloud: Cloud) -> None:
    found = names()
    assert len(found) == len(set(found)) == 21
    assert cloud.faults.counts == {"ListAssets": 6}
    assert {c.scope for c in cloud.faults.seen} == {STAGE}


@pytest.mark.parametrize("kind", ["expired", "blank", "stuck"])
def test_a_token_that_leads_nowhere_begins_the_listing_anew_once(cloud: Cloud, kind: str) -> None:
    whole = names()
    cloud.faults.forget()
    cloud.faults.set(Fault(kind, after=2, times=1))
    assert names() == whole
    assert cloud.faults.counts["ListAssets"] > 6


def test_a_token_that_never_works_is_an_error(cloud: Cloud) -> None:
    cloud.faults.set(Fault("expired", after=1))
    with pytest.raises(api.InvalidArgument):
        names()
    assert cloud.faults.counts["ListAssets"] == 3, "the first page, its token refused, the first page refused"


def test_an_argument_that_is_wrong_from_the_start_is_asked_once(cloud: Cloud) -> None:
    with closing(Clients(QUICK)) as clients, pytest.raises(api.InvalidArgument):
        list(listed(clients, "projects/acme-stage", "RESOURCE", NOW - timedelta(days=36)))
    assert cloud.faults.counts == {"ListAssets": 1}


def test_the_vendors_clock_is_asked_without_a_moment(cloud: Cloud) -> None:
    with closing(Clients(QUICK)) as clients:
        assert first(clients, "projects/acme-stage", "RESOURCE").timestamp() == NOW.timestamp()
    assert cloud.faults.counts == {"ListAssets": 1}


def test_an_asset_without_a_name_is_none() -> None:
    for data in ({"assetType": "a/B"}, {"name": "//a/b"}, {"name": "b", "assetType": "a/B"}):
        with pytest.raises(Malformed):
            plain(json_format.ParseDict(data, asset_v1.Asset.pb()()))


def test_an_asset_as_json() -> None:
    data: Json = {"name": "//a/b", "assetType": "a/B", "ancestors": [STAGE], "resource": {"location": "eu", "data": {"n": 1}}}
    found = plain(json_format.ParseDict({**data, "iamPolicy": READERS}, asset_v1.Asset.pb()()))
    assert found == {**data, "iamPolicy": READERS}


def test_whole_numbers_are_whole_and_nothing_else_changes() -> None:
    data: Json = {"a": 1, "b": 0.5, "c": -0.0, "d": [True, None, {}, [], ""], "e": {"f": 1e300, "g": "1"}}
    message = json_format.ParseDict(data, struct_pb2.Struct())
    found = struct(message)
    assert found == data
    assert [type(found[k]) for k in "abc"] == [int, float, int]
    assert isinstance(found["d"], list)
    assert found["d"][0] is True
