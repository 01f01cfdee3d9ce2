"""The row of periods: one point each, gaps where no run was, numbers as the reports had them."""

from __future__ import annotations

import json

from driftscan.formats.json import render
from driftscan.model.report import Share, TrendPoint
from driftscan.report import figures, point
from driftscan.report.trend import MOST, trend
from tests.report import sample


def test_figures_and_the_whole_report_make_the_same_point() -> None:
    report = sample.report()
    whole = point("2026-11", "r", json.loads(render(report)))
    assert point("2026-11", "r", json.loads(json.dumps(figures(report)))) == whole
    assert sum(whole.severities) == sum(f.verdict == "drift" for f in report.findings)
    assert whole.severities[0] == 2
    assert (whole.unknown, whole.waived) == (5, 1)
    assert [(a.comparison, a.agreeing, a.comparable) for a in whole.agreements] == [("stage..prod", 282, 295)]
    assert whole.listings == Share(20, 21)


def test_an_older_report_that_says_less_counts_as_nothing() -> None:
    made = point("2026-01", "r", {"comparisons": [{"candidate": "a", "reference": "b", "kind": "parity"}]})
    assert made == TrendPoint("2026-01", "r", (), (0,) * 5, 0, 0, Share(0, 0))


def test_missed_months_are_points_without_a_run_and_the_later_run_of_a_period_counts() -> None:
    made = trend([TrendPoint("2026-11", "d"), TrendPoint("2026-08", "a"), TrendPoint("2026-09", "b"), TrendPoint("2026-09", "c")])
    assert [(p.period, p.run) for p in made] == [("2026-08", "a"), ("2026-09", "c"), ("2026-10", None), ("2026-11", "d")]


def test_no_more_than_five_years() -> None:
    made = trend([TrendPoint("2016-01", "a"), TrendPoint("2026-11", "b")])
    assert len(made) == MOST
    assert (made[0].period, made[-1].period) == ("2021-12", "2026-11")


def test_a_report_of_no_period_has_no_trend() -> None:
    snapshots, comparisons = sample.parts()
    assert sample.build(sample.run(), snapshots, comparisons, sample.catalog(), sample.settings()).summary.trend == ()
    assert [(p.period, p.run is None) for p in sample.report().summary.trend] == [
        ("2026-06", False), ("2026-07", False), ("2026-08", False), ("2026-09", True), ("2026-10", False), ("2026-11", False),
    ]  # fmt: skip
