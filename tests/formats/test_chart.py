"""The picture of a trend: heights are the numbers, gaps are gaps, labels do not run into each other."""

from __future__ import annotations

from itertools import pairwise

import pytest

from driftscan.formats.chart import HEIGHT, NARROW, WIDTH, chart
from driftscan.model.report import Agreement, TrendPoint
from tests.report import sample


def points(n: int) -> list[TrendPoint]:
    return [
        TrendPoint(f"{2020 + i // 12}-{i % 12 + 1:02}", "r", (Agreement("a..b", 90 + i % 9, 100),), (1, 0, i % 4, 2, 0)) for i in range(n)
    ]


def test_one_period_is_no_trend() -> None:
    assert chart(points(1)) is None
    assert chart(()) is None


def test_heights_are_in_the_ratio_of_the_numbers_and_the_highest_fills_the_picture() -> None:
    made = chart(sample.report().summary.trend)
    assert made
    bars = {(c.point.period, b.severity): b.height for c in made.columns for b in c.bars}
    assert bars["2026-06", "low"] == pytest.approx(9 * bars["2026-06", "critical"], rel=0.01)
    assert sum(h for (period, _), h in bars.items() if period == "2026-06") == pytest.approx(HEIGHT, abs=0.1)
    assert [c.total for c in made.columns] == [16, 12, 10, None, 15, 12]


def test_worst_stands_on_the_base_line() -> None:
    made = chart(points(3))
    assert made
    assert made.columns[0].bars[0].severity == "critical"
    assert made.columns[0].bars[0].y + made.columns[0].bars[0].height == pytest.approx(made.base, abs=0.1)


def test_a_missed_period_breaks_the_line_and_has_no_bars() -> None:
    made = chart(sample.report().summary.trend)
    assert made
    assert [(c.missed, bool(c.bars)) for c in made.columns][3] == (True, False)
    assert [len(run) for run in made.lines[0].runs] == [3, 2]
    assert [d.text for d in made.lines[0].dots][-1] == "95.6 %"


@pytest.mark.parametrize("n", [2, 12, 24, 60])
def test_labels_keep_their_distance_and_the_last_period_is_named(n: int) -> None:
    made = chart(points(n))
    assert made
    places = [c.middle for c in made.columns if c.label]
    assert made.columns[-1].label
    assert all(b - a >= min(NARROW * 2, WIDTH / n) - 1 for a, b in pairwise(places))
    assert all(b.x >= 0 and b.x + b.width <= WIDTH for c in made.columns for b in c.bars)
