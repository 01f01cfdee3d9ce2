"""Which places the last report read and this run does not look at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftscan.jobs.scope import places
from driftscan.judge.scope import Place, finding_of
from driftscan.model.finding import Earlier
from driftscan.model.snapshot import Header, Listing, Snapshot, Status
from driftscan.store import Store
from tests.jobs import estate
from tests.jobs.estate import ACCOUNTS, NOW, REGION

STAGE, PROD = ACCOUNTS["stage"], ACCOUNTS["prod"]
READ = [("stage", STAGE, REGION), ("prod", PROD, REGION)]


@pytest.fixture
def now() -> list[Snapshot]:
    """What is read now: one region of one account each."""
    store = Store.open("memory:")
    estate.twins(store)
    return [store.snapshot(i.id) for i in store.snapshots()]


def last(*more: tuple[str, str, str]) -> dict[str, object]:
    return {"coverage": [{"environment": e, "account": a, "region": r} for e, a, r in (*READ, *more)]}


@pytest.mark.parametrize(
    ("more", "lost"),
    [
        ((), ()),
        ([("stage", STAGE, "us-east-1")], [Place("stage", STAGE, "us-east-1")]),
        ([("stage", "5", REGION), ("stage", "5", "us-east-1")], [Place("stage", "5")]),
        ([("stage", "5", "*")], [Place("stage", "5")]),
        ([("stage", STAGE, "*")], []),
        ([("dev", "5", REGION), ("dev", "6", REGION)], [Place("dev")]),
        ([("stage", PROD, REGION)], [Place("stage", PROD)]),
    ],
)
def test_what_is_lost_is_the_largest_place(now: list[Snapshot], more: list[tuple[str, str, str]], lost: list[Place]) -> None:
    assert list(places(last(*more), {}, now)) == list(lost)


def test_an_account_that_cannot_be_read_is_in_scope() -> None:
    store = Store.open("memory:")
    estate.snapshot(store, "stage", "2026-11-01T06:00:00Z", [], status=Status.DENIED)
    stage = store.snapshot(store.snapshots()[0].id)
    assert places({"coverage": [{"environment": "stage", "account": STAGE, "region": REGION}]}, {}, [stage]) == ()


def test_a_folder_above_the_accounts_is_read_though_it_is_none_of_them() -> None:
    store, type = Store.open("memory:"), "cloudresourcemanager.googleapis.com/Folder"
    writer = store.begin("stage", "run")
    writer.add("project", [], [Listing("acme-stage", "global", "storage.googleapis.com/Bucket", Status.COMPLETE)])
    writer.add("folder", [], [Listing("folders/1", "global", type, Status.COMPLETE)])
    at = "2026-11-01T06:00:00Z"
    stage = writer.finish(Header("stage", ("acme-stage",), (("acme-stage", ()),), (at, at), at, "1", "c", "s", "k"))
    read = {"environment": "stage", "account": "folders/1", "region": "global"}
    assert places({"coverage": [read]}, {}, [stage]) == ()
    assert places({"coverage": [read | {"account": "folders/2"}]}, {}, [stage]) == (Place("stage", "folders/2"),)


def test_a_loss_that_nobody_accepted_stays_one(now: list[Snapshot]) -> None:
    place = Place("stage", STAGE, "us-east-1")
    f = finding_of(place, (), NOW.date(), {}, "2026-10")
    before = Earlier(f.id, "gap", "unknown", "critical", f.aspect, "stage", f.value_digest, "2026-10", "2026-10", f.title, f.subject)
    assert places(last(), {f.id: before}, now) == (place,)
    for settled in (replace(before, verdict="waived"), replace(before, open=False)):
        assert places(last(), {f.id: settled}, now) == ()
