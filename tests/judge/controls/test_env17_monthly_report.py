"""ENV-17: a report each month, whole."""

from __future__ import annotations

import pytest

from driftscan.judge.controls.env17_monthly_report import CONTROL
from driftscan.judge.facts.reports import Past, Reports, reports
from driftscan.model.control import Status
from tests.judge.controls.facts import facts, status

BOTH = ("prod", "stage")


def of(period: str, *past: Past) -> Status:
    return status(CONTROL, facts(reports=Reports(period, past, 0.95)))


@pytest.mark.parametrize(
    ("period", "past", "wanted"),
    [
        ("2026-11", [], Status.UNKNOWN),
        ("2026-11", [Past("r", "2026-10", BOTH, 96, 100)], Status.PASS),
        ("2027-01", [Past("r", "2026-12", BOTH, 96, 100)], Status.PASS),
        ("2026-11", [Past("r", "2026-09", BOTH, 96, 100)], Status.FAIL),
        ("2026-11", [Past("q", "2026-09", (), 1, 100), Past("r", "2026-10", BOTH, 96, 100)], Status.PASS),
        ("2026-11", [Past("r", "2026-10", ("prod",), 96, 100)], Status.FAIL),
        ("2026-11", [Past("r", "2026-10", BOTH, 94, 100)], Status.FAIL),
        ("2026-11", [Past("r", "2026-10", BOTH)], Status.UNKNOWN),
        ("2026-11", [Past("r", "2026-10", BOTH, 0, 0)], Status.UNKNOWN),
    ],
)
def test_the_last_report_of_an_earlier_month(period: str, past: list[Past], wanted: Status) -> None:
    assert of(period, *past) is wanted


def test_records_of_runs_become_facts() -> None:
    record = {
        "id": "r",
        "period": "2026-10",
        "snapshots": {"stage": "s1", "prod": "s2"},
        "figures": {"summary": {"listings": {"part": 9, "whole": 10}}},
    }
    made = reports([record, {**record, "period": "2026-11"}, {"id": "old", "period": "2026-08"}], "2026-11", 0.95)
    assert made.past == (Past("r", "2026-10", BOTH, 9, 10), Past("old", "2026-08", ()))
    assert made.before == "2026-10"
