"""Runs of the past: found, as stored, and judged again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from driftscan.errors import DriftscanError, UsageError
from driftscan.formats import render
from driftscan.jobs.assemble import assemble
from driftscan.jobs.context import stamp
from driftscan.jobs.record import previous, remember
from driftscan.jobs.stored import again, stored
from driftscan.model.settings import Expected
from driftscan.store import Store
from tests.jobs import estate

OCTOBER, NOVEMBER = datetime(2026, 10, 31, 6, tzinfo=UTC), datetime(2026, 11, 30, 6, tzinfo=UTC)


@pytest.fixture
def store() -> Store:
    """Two months; in November another queue differs, and October's run was made twice."""
    out = Store.open("memory:")
    run(out, OCTOBER, "first", VisibilityTimeout="30")
    run(out, OCTOBER, "second", final=False, VisibilityTimeout="30")
    run(out, NOVEMBER, "november", DelaySeconds="5")
    return out


def run(store: Store, at: datetime, id: str, *, final: bool = True, **stage: object) -> None:
    estate.twins(store, stamp(at), **stage)
    context = replace(estate.later(estate.context(store), at), run_id=id)
    made = {e: store.snapshot(store.snapshots(e)[-1].id) for e in estate.ACCOUNTS}
    result, _ = assemble(context, made, stamp(at), previous(context), whole=final)
    remember(context, result, made, final=final)


def test_which(store: Store) -> None:
    assert stored(store).record["id"] == "november"
    assert stored(store, period="2026-10").record["id"] == "first", "the final one answers for its period"
    assert stored(store, run="seco").report.run.id == "second"
    for wrong in ({"run": "x"}, {"run": "third"}, {"period": "2026-01"}):
        with pytest.raises(UsageError, match=r"there is no run|no run answers"):
            stored(store, **wrong)
    with pytest.raises(UsageError, match="no run is stored"):
        stored(Store.open("memory:"))


@pytest.mark.parametrize("id", ["first", "second", "november"])
def test_judged_again_under_the_same_policy_it_is_the_same_bytes(store: Store, id: str) -> None:
    found = stored(store, run=id)
    assert render("json", found.report) == found.data
    assert render("json", again(estate.context(store), found.record)[0]) == found.data


def test_states_come_from_the_run_that_it_was_compared_with(store: Store) -> None:
    report, _ = again(estate.context(store), stored(store).record)
    assert report.run.previous_run == "first"
    assert [f.state for f in report.findings] == ["worse"]


def test_the_policy_of_now(store: Store) -> None:
    rule = Expected("slow", estate.QUEUE, "**", "any", "why", "who")
    settings = replace(estate.SETTINGS, expected=(rule,), digest="other")
    report, _ = again(estate.context(store, settings), stored(store, run="first").record)
    assert [f.verdict for f in report.findings] == ["expected"]
    assert [f.verdict for f in stored(store, run="first").report.findings] == ["drift"]


def test_a_report_or_a_snapshot_that_is_gone_is_said(store: Store) -> None:
    found = stored(store)
    lost = {**found.record, "snapshots": {**found.record["snapshots"], "stage": "stage-gone"}}
    with pytest.raises(DriftscanError, match="stage-gone"):
        again(estate.context(store), lost)
    store.put_derived("reports/november", b"")
    with pytest.raises(DriftscanError, match="not in the store, or not what was written"):
        stored(store)
