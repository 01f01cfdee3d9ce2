"""Google Cloud projects in a run: one moment for all of them, and nothing kept of what was interrupted."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from driftscan.demo.google.faults import Fault
from driftscan.demo.google.server import Cloud, serving, variables
from driftscan.errors import CoverageError
from driftscan.jobs.context import Context
from driftscan.jobs.scan import plan, prepare, scan
from driftscan.judge.facts.scopes import scopes
from driftscan.model.settings import Account, Environment
from driftscan.sources.gcp import GcpSource
from driftscan.sources.gcp.clients import Closed
from tests.jobs import estate
from tests.sources.gcp.conftest import BUCKET, DOCUMENT, IN_STAGE, NOW, ORGANIZATIONS, TEAM, asset

SETTINGS = replace(
    estate.SETTINGS,
    environments=(
        Environment("stage", ("stg",), (Account("gcp", "acme-stage"),)),
        Environment("prod", (), (Account("gcp", "acme-prod"),)),
    ),
)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    fresh = asset("acme-new", BUCKET, IN_STAGE, {"name": "acme-new"}, "eu")
    window = {"startTime": "2026-08-20T00:00:00Z"}
    with serving({**DOCUMENT, "assets": [*DOCUMENT["assets"], {"window": window, "asset": fresh}]}) as made:
        made.now = NOW
        for name, value in variables(made.url).items():
            monkeypatch.setenv(name, value)
        yield made


def context(as_of: datetime = NOW, *, pinned: bool = False, notes: list[str] | None = None) -> Context:
    """A clock that moves by a minute with every look."""
    ticks = iter(range(10_000))
    note = (notes if notes is not None else []).append
    made = estate.context(settings=SETTINGS, as_of=as_of)
    return replace(made, now=lambda: NOW + timedelta(minutes=next(ticks)), pinned=pinned, note=note)


def moments(made: Context) -> set[Any]:
    out = set()
    for prepared in prepare(made, ["stage", "prod"]):
        with closing(prepared.source):
            assert isinstance(prepared.source, GcpSource)
            out.add(prepared.source.read_time)
    return out


def test_one_moment_for_all_projects_of_a_run(cloud: Cloud) -> None:
    assert moments(context()) == {NOW - timedelta(minutes=1)}
    assert moments(context(NOW - timedelta(days=20), pinned=True)) == {NOW - timedelta(days=20)}


def test_a_month_that_was_missed_is_read_as_it_was(cloud: Cloud) -> None:
    for ago, buckets in ((timedelta(minutes=5), 8), (timedelta(days=20), 7)):
        made = context(NOW - ago, pinned=True)
        (prepared,) = prepare(made, ["stage"])
        with closing(prepared.source):
            snapshot = scan(made, prepared)
        assert snapshot.types()[BUCKET] == buckets
        assert {r.at for x in snapshot.resources(BUCKET) for r in x.reads} == {f"{NOW - ago:%Y-%m-%dT%H:%M:%SZ}"}


def test_what_nobody_keeps_any_more_is_said(cloud: Cloud) -> None:
    notes: list[str] = []
    assert moments(context(NOW - timedelta(days=40), pinned=True, notes=notes)) == {NOW - timedelta(minutes=1)}
    assert notes == ["2026-07-22 is longer ago than the 35 days that Google Cloud keeps: its projects are read as they are now"]


def test_how_many_calls_a_scan_makes_at_least(cloud: Cloud) -> None:
    (prepared,) = prepare(context(), ["stage"])
    with closing(prepared.source):
        assert plan(prepared).splitlines() == ["stage: at least 19 calls in 4 units of work", "  acme-stage: 5 calls"]


def test_who_belongs_to_nobody_is_known_from_what_is_stored(cloud: Cloud) -> None:
    """The organization is walked once for both environments, and each snapshot holds what was found, in clear."""
    stranger = {"name": "projects/309", "parent": TEAM, "projectId": "acme-play", "displayName": "Play", "state": "ACTIVE"}
    cloud.load({**DOCUMENT, "projects": [*DOCUMENT["projects"], stranger]})
    made = context()
    snapshots = []
    for prepared in prepare(made, ["stage", "prod"]):
        with closing(prepared.source):
            snapshots.append(scan(made, prepared))
    assert cloud.faults.counts["ListProjects"] == cloud.faults.counts["ListFolders"] == 3
    for snapshot in snapshots:
        (organization,) = snapshot.resources(ORGANIZATIONS)
        assert {p["projectId"]: p for p in organization.value["projects"]}["acme-play"] == stranger
    found = scopes(snapshots, ())
    assert [m.account for m in found.members if not found.owned(m)] == ["acme-lost", "acme-play"]
    assert found.unlisted == ()


def test_where_nothing_can_be_read_nothing_is_stored(cloud: Cloud) -> None:
    cloud.faults.set(Fault("unauthenticated"))
    with pytest.raises(CoverageError, match="UNAUTHENTICATED at cloudresourcemanager:GetProject"):
        prepare(context(), ["stage", "prod"])


def test_what_was_interrupted_is_read_again(cloud: Cloud) -> None:
    """Nothing that a closed source had on its way is taken for an answer, so that the next run reads it."""
    made = context()
    (prepared,) = prepare(made, ["stage"])
    cloud.faults.set(Fault("hang", method="ListAssets", after=1))
    ended: list[BaseException] = []

    def work() -> None:
        try:
            scan(made, prepared)
        except BaseException as e:
            ended.append(e)

    thread = threading.Thread(target=work)
    thread.start()
    while cloud.faults.counts.get("ListAssets", 0) < 2:
        time.sleep(0.01)
    prepared.source.close()
    thread.join(20)
    assert [type(e) for e in ended] == [Closed]
    assert not any(key.startswith("acme-stage/") for key in made.store.begin("stage", "later", "plan").done)
    assert not made.store.snapshots("stage")
