"""The whole source on the catalogue that ships: read-only at the wire, nothing asked twice, the same bytes whatever the timing."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from driftscan.catalog import load
from driftscan.model.settings import Account
from driftscan.model.snapshot import Status
from driftscan.model.value import encode
from driftscan.sources.aws import Plan, guard
from driftscan.sources.aws.models import models
from tests.sources.conftest import PROD, STAGE, Cloud, Scan, connected, drain, make, scan
from tests.sources.faults import Faults, Request
from tests.sources.test_faults import OPERATIONS, written

BOTH = tuple(Account("aws", a, role="driftscan-reader", regions=("eu-west-1",)) for a in (STAGE, PROD))
World = tuple[Cloud, Scan, Plan, list[Request]]
_READ_ACTION = re.compile(r"(BatchGet|Describe|Get|List|Lookup|Search)\w+|AssumeRole")


@pytest.fixture(scope="module")
def world(server: tuple[str, Faults]) -> Iterator[World]:
    """Two accounts with something of many services, read with the whole catalogue, units in threads; and the requests that it made."""
    with connected(server) as cloud:
        for account in (STAGE, PROD):
            for operation in {o.build.__name__: o for o in OPERATIONS if "buckets" not in o.build.__name__}.values():
                operation.build(_In(cloud, account))
        cloud.faults.seen.clear()
        source = make(("*",), BOTH)
        found = drain(source, 8)
        yield cloud, found, source.plan(), list(cloud.faults.seen)
        source.close()


class _In(Cloud):
    """The same server, seen from one account."""

    def __init__(self, cloud: Cloud, account: str) -> None:
        super().__init__(cloud.url, cloud.faults)
        self.account = account

    def client(self, service: str, account: str = "", region: str = "eu-west-1") -> object:
        return super().client(service, account or self.account, region)


def _rest_reads() -> list[re.Pattern[str]]:
    """`METHOD /path` of every REST operation that a scan may call, from the vendor's models."""
    found = []
    for service, operation in sorted(guard.operations(load())):
        http = models().operation(service, operation).http
        if models().service(service).metadata["protocol"].startswith("rest"):
            path = re.sub(r"\\\{\w+\\\+?\}", "[^?]+", re.escape(http["requestUri"].partition("?")[0]))
            found.append(re.compile(rf"{http['method']} {path}/?(\?.*)?"))
    return found


@pytest.mark.slow
def test_only_reads_go_over_the_wire(world: World) -> None:
    *_, seen = world
    assert len(seen) > 200
    rest = _rest_reads()
    for request in seen:
        assert _READ_ACTION.fullmatch(request.action) or any(p.fullmatch(request.action) for p in rest), request.action


@pytest.mark.slow
def test_no_call_is_made_twice(world: World) -> None:
    """But for what the server answers with a 500, which is worth another try."""
    _, found, _, seen = world
    calls = Counter((r.key, r.region, r.service, r.action, r.body) for r in seen)
    unbuilt = {g.operation for g in found.gaps if g.code == "NotImplemented"}
    twice = {call[2:] for call, n in calls.items() if n > 1 and call[3].isalnum() and call[3] not in unbuilt}
    assert not twice


@pytest.mark.slow
def test_every_listing_says_what_became_of_it(world: World) -> None:
    _, found, _, _ = world
    types = {t for _, _, t in found.listings}
    assert types == set(load().of("aws"))
    for listing in found.listings.values():
        if listing.status in (Status.DENIED, Status.NOT_READ, Status.PARTIAL):
            assert any(g.type == listing.type for g in found.gaps), listing
    assert all(g.hint and g.permission for g in found.gaps)
    assert {r.address.account for r in found.resources.values()} == {STAGE, PROD}
    assert sum(x.resources for x in found.listings.values()) == len(found.resources)


@pytest.mark.slow
def test_twins_read_alike(world: World) -> None:
    _, found, _, _ = world
    kinds = [Counter(r.address.type for r in found.resources.values() if r.address.account == a) for a in (STAGE, PROD)]
    assert kinds[0] == kinds[1]


@pytest.mark.slow
def test_values_are_what_can_be_stored(world: World) -> None:
    _, found, _, _ = world
    for resource in found.resources.values():
        assert json.loads(encode(resource.value)) is not None
        assert "ResponseMetadata" not in resource.value


@pytest.mark.slow
def test_the_plan_is_the_least_that_is_asked(world: World) -> None:
    _, found, plan, _ = world
    asked = sum(n for call, n in found.calls.items() if not call.startswith("sts:"))
    assert 100 < plan.calls <= asked
    assert len(plan.units) == len({u for u, _ in plan.units})
    assert dict(plan.per_item)["AWS::S3::Bucket"] > 10


@pytest.mark.slow
def test_the_order_does_not_depend_on_timing(world: World) -> None:
    _, found, _, _ = world
    again = drain(source := make(("*",), BOTH), 3)
    source.close()
    moments = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")  # some services of the server answer with the time of day
    assert [moments.sub("T", repr(t)) for t in found.stream] == [moments.sub("T", repr(t)) for t in again.stream]


def test_the_deadline_ends_a_run_and_says_what_is_left(cloud: Cloud, tmp_path: Path) -> None:
    OPERATIONS[0].build(cloud)
    folder = written(OPERATIONS[0], tmp_path / "c")
    cloud.faults.rule = lambda r: "hang" if r.action == "DescribeLogGroups" and r.nth >= 2 else None
    cloud.faults.hang = 0.5
    found = scan(catalog=folder, settings={"deadline": timedelta(seconds=0.3)})
    cloud.faults.hang = 6.0
    (listing,) = found.listings.values()
    assert listing.status is not Status.COMPLETE
    assert {g.code for g in found.gaps} == {"Deadline"}
    assert "deadline" in found.gaps[0].hint


def test_credentials_that_end_for_good_are_one_gap_for_all_that_is_left(cloud: Cloud, tmp_path: Path) -> None:
    folder = written(OPERATIONS[0], tmp_path / "c")
    cloud.faults.rule = lambda r: (
        (400, "application/x-amz-json-1.1", b'{"__type": "ExpiredTokenException"}') if r.service == "logs" else None
    )
    regions = ("eu-central-1", "eu-west-1", "us-east-1")
    found = scan(catalog=folder, accounts=(Account("aws", STAGE, role="r", regions=regions),))
    assert {x.status for x in found.listings.values()} == {Status.NOT_READ}
    whole = [g for g in found.gaps if g.type == "*"]
    assert len(set(whole)) == 1
    assert (whole[0].account, whole[0].region, whole[0].code) == (STAGE, "*", "ExpiredTokenException")
    assert len([g for g in found.gaps if g.type != "*"]) == 1
    assert sum(r.service == "logs" for r in cloud.faults.seen) == 2, "nothing more is asked with dead credentials"
