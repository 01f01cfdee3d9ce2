"""Months between two periods, and those that were missed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.report.periods import between, missed

MONTHS = st.builds(lambda y, m: f"{y:04}-{m:02}", st.integers(2000, 2099), st.integers(1, 12))


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [("2026-09", "2026-11", 2), ("2025-12", "2026-01", 1), ("2026-11", "2026-11", 0), ("2026-11", "2026-09", 0), ("x", "2026-09", 0)],
)
def test_between(earlier: str, later: str, months: int) -> None:
    assert between(earlier, later) == months


def test_missed_months_over_a_new_year() -> None:
    assert list(missed("2025-11", "2026-02")) == ["2025-12", "2026-01"]
    assert list(missed("2026-01", "2026-02")) == []
    assert list(missed("2026-W01", "2026-W09")) == []


@given(MONTHS, MONTHS)
def test_all_months_between_are_missed_in_order(one: str, other: str) -> None:
    found = list(missed(one, other))
    assert found == sorted(found)
    assert len(found) == max(between(one, other) - 1, 0)
    assert all(one < m < other for m in found)
