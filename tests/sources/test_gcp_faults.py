"""The conformance matrix of Google Cloud: each listing meets each fault; the oracle is the scan without faults.

Nothing may be lost in silence, nothing may read as another value, and what can be survived is survived.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from driftscan.catalog import load
from driftscan.demo.google.faults import Fault
from driftscan.demo.google.server import Cloud, serving, variables
from driftscan.model.resource import Resource
from driftscan.model.settings import Account, Environment, Settings
from driftscan.model.snapshot import Gap, Listing, Status
from driftscan.model.value import Unknown
from driftscan.sources.gcp.clients import Tuning
from driftscan.sources.gcp.reading import POLICY_ONLY
from driftscan.sources.gcp.source import GcpSource
from driftscan.sources.unit import ResolvedAccount

NOW = datetime(2026, 11, 2, 10, tzinfo=UTC)
ORGANIZATION, FOLDER = "organizations/1", "folders/2"
PROJECTS = {"acme-stage": "projects/10", "acme-other": "projects/20"}
QUICK = Tuning(call_timeout=20.0, first_pause=0.02, slowest_pause=0.05, throttled=1.0, transient=1.0)
IMPATIENT = replace(QUICK, call_timeout=0.5)
Json = dict[str, Any]


def _assets(project: str, number: str) -> Iterator[Json]:
    above = [number, FOLDER, ORGANIZATION]

    def asset(kind: str, path: str, data: Json, **more: Any) -> Json:
        name = f"//{kind.partition('/')[0]}/{path}"
        return {"name": name, "assetType": kind, "ancestors": above, "resource": {"version": "v1", "data": data}, **more}

    for service in ("storage", "compute", "pubsub"):
        path = f"{number}/services/{service}.googleapis.com"
        yield asset("serviceusage.googleapis.com/Service", path, {"name": path, "state": "ENABLED"})
    for n in range(12):
        policy = {"bindings": [{"role": "roles/storage.objectViewer", "members": [f"group:team-{n}@acme.example"]}]}
        yield asset(
            "storage.googleapis.com/Bucket",
            f"{project}-{n}",
            {"name": f"{project}-{n}", "versioning": {"enabled": n % 2 == 0}},
            iamPolicy=policy,
        )
    for n in range(5):
        path = f"projects/{project}/global/firewalls/f{n}"
        yield asset("compute.googleapis.com/Firewall", path, {"name": f"f{n}", "priority": 1000 + n, "disabled": False})
    rule = [{"constraint": "constraints/iam.disableServiceAccountKeyCreation", "booleanPolicy": {"enforced": True}}]
    policy = {"bindings": [{"role": "roles/owner", "members": ["group:platform@acme.example"]}]}
    yield asset("cloudresourcemanager.googleapis.com/Project", number, {"projectId": project}, iamPolicy=policy, orgPolicy=rule)


DOCUMENT: Json = {
    "organization": {"name": ORGANIZATION, "displayName": "acme.example", "state": "ACTIVE"},
    "folders": [{"name": FOLDER, "parent": ORGANIZATION, "displayName": "stage", "state": "ACTIVE"}],
    "projects": [{"name": n, "parent": FOLDER, "projectId": p, "displayName": p, "state": "ACTIVE"} for p, n in PROJECTS.items()],
    "assets": [asset for p, n in PROJECTS.items() for asset in _assets(p, n)],
}


@dataclass
class Scan:
    """What a scan brought."""

    accounts: list[ResolvedAccount]
    stream: list[Resource | Gap | Listing]

    @property
    def resources(self) -> dict[str, Resource]:
        return {str(x.address): x for x in self.stream if isinstance(x, Resource)}

    @property
    def gaps(self) -> list[Gap]:
        return [x for x in self.stream if isinstance(x, Gap)] + [a.gap for a in self.accounts if a.gap is not None]

    @property
    def listings(self) -> list[Listing]:
        return [x for x in self.stream if isinstance(x, Listing)]


def scan(tuning: Tuning = QUICK) -> Scan:
    """Both projects, and what stands above them."""
    environment = Environment("stage", (), tuple(Account("gcp", project) for project in PROJECTS))
    source = GcpSource(environment, load(), Settings("acme", "store", (environment,), ()), now=lambda: NOW, tuning=tuning)
    try:
        accounts = source.resolve()
        return Scan(accounts, [x for unit in source.units() for x in source.read(unit)])
    finally:
        source.close()


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Cloud, Scan]]:
    """A server whose pages are small, and what a scan without faults says of it."""
    with serving(DOCUMENT) as cloud, pytest.MonkeyPatch.context() as patch:
        cloud.most = 6
        for name, value in variables(cloud.url).items():
            patch.setenv(name, value)
        yield cloud, scan()


LISTINGS = ("RESOURCE", "IAM_POLICY", "ORG_POLICY")
SURVIVED = (
    Fault("throttled", times=4, seconds=0.05),
    Fault("unavailable", times=2),
    Fault("internal", times=2),
    Fault("deadline", times=1),
    Fault("reset", times=2),
    Fault("reset", times=1, after=1),
    Fault("cut", times=1),
    Fault("cut", times=1, after=1),
    Fault("malformed", times=1),
    Fault("short", times=1, after=1),
    Fault("hang", times=1),
    Fault("slow", times=1, seconds=0.1),
    Fault("expired", times=1, after=1),
    Fault("blank", times=1, after=1),
    Fault("newer"),
)
"""What ends as if nothing had happened."""
FINAL = (
    (Fault("denied"), "PERMISSION_DENIED"),
    (Fault("denied", after=1), "PERMISSION_DENIED"),
    (Fault("disabled"), "SERVICE_DISABLED"),
    (Fault("unauthenticated"), "UNAUTHENTICATED"),
    (Fault("throttled"), "RESOURCE_EXHAUSTED"),
    (Fault("throttled", after=1), "RESOURCE_EXHAUSTED"),
    (Fault("unavailable"), "UNAVAILABLE"),
    (Fault("internal", after=1), "INTERNAL"),
    (Fault("unimplemented"), "UNIMPLEMENTED"),
    (Fault("reset"), "UNAVAILABLE"),
    (Fault("cut", after=1), "UNAVAILABLE"),
    (Fault("malformed"), "MalformedAnswer"),
    (Fault("short", after=1), "MalformedAnswer"),
    (Fault("other"), "MalformedAnswer"),
    (Fault("expired", after=1), "INVALID_ARGUMENT"),
    (Fault("stuck"), "MalformedAnswer"),
    (Fault("hang"), "DEADLINE_EXCEEDED"),
)
"""What leaves a gap with this code."""


def named(fault: Fault) -> str:
    """A row of the matrix, in words."""
    often = "for good" if fault.times is None else f"{fault.times} times"
    return f"{fault.kind} {often}" + (" in mid-listing" if fault.after else "")


def _befallen(fault: Fault, content: str) -> Fault:
    return replace(fault, method="ListAssets", content=content, scope="projects/acme-stage")


def _enough(fault: Fault, content: str) -> bool:
    """Whether a listing has the second page that a fault befalls."""
    return content != "ORG_POLICY" or not (fault.after or fault.kind == "stuck")


@pytest.mark.parametrize(
    ("fault", "content"),
    [
        pytest.param(f, c, id=f"{named(f)}-{c}", marks=() if c == "RESOURCE" else pytest.mark.slow)
        for f in SURVIVED
        for c in LISTINGS
        if _enough(f, c)
    ],
)
def test_what_can_be_survived_is_survived(world: tuple[Cloud, Scan], fault: Fault, content: str) -> None:
    cloud, oracle = world
    cloud.faults.set(_befallen(fault, content))
    found = scan(IMPATIENT if fault.kind == "hang" else QUICK)
    assert found.gaps == []
    assert {a: r.value for a, r in found.resources.items()} == {a: r.value for a, r in oracle.resources.items()}
    assert found.listings == oracle.listings


@pytest.mark.parametrize(
    ("fault", "code", "content"),
    [
        pytest.param(f, code, c, id=f"{named(f)}-{c}", marks=() if c == "RESOURCE" else pytest.mark.slow)
        for f, code in FINAL
        for c in LISTINGS
        if _enough(f, c)
    ],
)
def test_what_cannot_leaves_a_gap_and_no_lie(world: tuple[Cloud, Scan], fault: Fault, code: str, content: str) -> None:
    cloud, oracle = world
    cloud.faults.set(_befallen(fault, content))
    found = scan(replace(IMPATIENT, transient=0.6) if fault.kind == "hang" else QUICK)
    assert {g.account for g in found.gaps} == {"acme-stage"}
    assert {g.code for g in found.gaps} == {code}
    assert all(g.hint for g in found.gaps)
    assert {bool(g.permission) for g in found.gaps} == {fault.kind == "denied"}
    nothing_lost(oracle, found)
    nothing_changed(oracle, found)
    if content == "RESOURCE":
        assert [(g.region, g.type) for g in found.gaps] == [("*", "*")]
    else:
        member = {"IAM_POLICY": ("iamPolicy",), "ORG_POLICY": ("orgPolicy",)}[content]
        assert {g.member for g in found.gaps if g.type not in POLICY_ONLY} == {member}
        assert found.resources.keys() == oracle.resources.keys()


def nothing_lost(oracle: Scan, found: Scan) -> None:
    """Each resource is there, or no listing of its project claims to be complete."""
    assert found.resources.keys() <= oracle.resources.keys()
    for name in oracle.resources.keys() - found.resources.keys():
        address = oracle.resources[name].address
        assert address.account == "acme-stage"
        statuses = {x.status for x in found.listings if x.account == address.account and x.type in (address.type, "*")}
        assert statuses, f"{name} is lost in silence"
        assert Status.COMPLETE not in statuses, f"{name} is lost in silence"


def nothing_changed(oracle: Scan, found: Scan) -> None:
    """Each value is the oracle's, or Unknown with a gap that names the member."""
    for name, resource in found.resources.items():
        before = oracle.resources[name].value
        for member in {*before, *resource.value}:
            value = resource.value.get(member)
            if isinstance(value, Unknown):
                assert any(member in g.member and g.code == value.code and g.type == resource.address.type for g in found.gaps), (
                    name,
                    member,
                )
            else:
                assert value == before.get(member), (name, member)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault("denied"), "PERMISSION_DENIED"),
        (Fault("disabled"), "SERVICE_DISABLED"),
        (Fault("unavailable"), "UNAVAILABLE"),
        (Fault("malformed"), "MalformedAnswer"),
    ],
    ids=lambda x: x.kind if isinstance(x, Fault) else x,
)
def test_a_level_above_that_cannot_be_read_is_a_gap_of_its_own(world: tuple[Cloud, Scan], fault: Fault, code: str) -> None:
    cloud, oracle = world
    cloud.faults.set(replace(fault, scope=FOLDER))
    found = scan()
    kinds = {f"cloudresourcemanager.googleapis.com/{noun}" for noun in ("Folder", "Organization")}  # nobody says what is above it
    assert {(g.account, g.type, g.code) for g in found.gaps} == {(FOLDER, kind, code) for kind in kinds}
    assert {a for a, r in oracle.resources.items() if r.address.account in PROJECTS} <= found.resources.keys()
    assert all(x.status is not Status.COMPLETE for x in found.listings if x.account == FOLDER)


def test_the_oracle_is_whole(world: tuple[Cloud, Scan]) -> None:
    _, oracle = world
    assert oracle.gaps == []
    assert len(oracle.resources) == len(DOCUMENT["assets"]) + 2
    assert {x.status for x in oracle.listings} <= {Status.COMPLETE, Status.OFF}
    assert sum("iamPolicy" in r.value for r in oracle.resources.values()) >= 26
