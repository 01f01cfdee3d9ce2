"""Snapshots to the report of a period."""

from __future__ import annotations

from dataclasses import replace

from driftscan.jobs.assemble import assemble
from driftscan.model.settings import ComparisonRule
from driftscan.store import Store
from tests.jobs import estate


def test_every_configured_comparison_of_what_is_there() -> None:
    store = Store.open("memory:")
    estate.twins(store, VisibilityTimeout="30")
    settings = replace(estate.SETTINGS, comparisons=(*estate.SETTINGS.comparisons, ComparisonRule("dev", "stage")))
    made = {e: store.snapshot(store.snapshots(e)[-1].id) for e in estate.ACCOUNTS}
    report, judged = assemble(estate.context(store, settings), made, "2026-11-30T06:00:00Z", None, whole=True)
    assert [c.name for c in report.comparisons] == ["stage..prod"]
    assert len(judged) == 1
    assert [f.verdict for f in report.findings] == ["drift"]
    assert report.summary.trend[-1].period == "2026-11"
