"""What stands beside a difference and is the same on both sides."""

from __future__ import annotations

from driftscan.jobs.around import MOST, around
from driftscan.jobs.compare import compare
from driftscan.store import Store
from tests.jobs import estate


def test_leaves_beside_a_difference() -> None:
    store = Store.open("memory:")
    tags = {"CostCenter": "42", "Env": "stage", "Team": "a"}
    estate.snapshot(store, "stage", "2026-11-01T06:00:00Z", [estate.queue("stage", VisibilityTimeout="30", Tags=tags)])
    estate.snapshot(store, "prod", "2026-11-01T06:00:00Z", [estate.queue("prod", Tags={**tags, "Env": "prod", "Team": "b"})])
    infos = {e: store.snapshots(e)[-1] for e in estate.ACCOUNTS}
    judged = compare(estate.context(store), infos["stage"], infos["prod"])
    (finding,) = judged.judgement.findings
    beside = dict(around(judged)[finding.id])
    assert {p: beside[p] for p in ("DelaySeconds", "Tags.CostCenter")} == {"DelaySeconds": 0, "Tags.CostCenter": "42"}
    assert not {"VisibilityTimeout", "Tags.Team"} & beside.keys()
    assert len(beside) <= 2 * MOST


def test_nothing_where_nothing_differs() -> None:
    store = Store.open("memory:")
    estate.twins(store)
    infos = {e: store.snapshots(e)[-1] for e in estate.ACCOUNTS}
    assert around(compare(estate.context(store), infos["stage"], infos["prod"])) == {}
