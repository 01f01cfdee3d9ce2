"""The months of a resource beside those of its counterpart."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from driftscan.errors import UsageError
from driftscan.jobs.beside import drawn
from driftscan.store import Store
from tests.jobs import estate


@pytest.fixture
def store() -> Store:
    """July to November: October was missed, prod lost its queue in November; another queue is only in stage."""
    out = Store.open("memory:")
    q = estate.queue
    for at, ours in (("2026-07-31", "60"), ("2026-08-31", "60"), ("2026-09-30", "30"), ("2026-11-30", "30")):
        alone = q("stage", "alone")
        estate.snapshot(out, "stage", f"{at}T06:00:00Z", [q("stage", VisibilityTimeout=ours), q("stage", "other"), alone])
        gone = at == "2026-11-30"
        estate.snapshot(out, "prod", f"{at}T06:00:00Z", [q("prod", "other"), *([] if gone else [q("prod")])])
    return out


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)


def states(store: Store, name: str, path: str | None = None, day: str = "2026-11-30") -> list[tuple[str, list[tuple[str, str]]]]:
    columns, rows = drawn(estate.context(store, as_of=at(day)), name, path)
    assert all(len(cells) == len(columns) for _, cells in rows)
    return [(when, [(c.state, c.said) for c in cells]) for when, cells in rows]


@pytest.mark.parametrize("name", ["orders-stage", "orders-prod"])
def test_both_environments_from_either_side_with_the_missed_month(store: Store, name: str) -> None:
    columns, rows = drawn(estate.context(store, as_of=at("2026-11-30")), name)
    assert [c.name for c in columns] == ["stage", "prod"]
    assert "(paired by name)" in columns[name == "orders-stage"].about
    assert [(day, [c.state for c in cells]) for day, cells in rows] == [
        ("2026-07-31", ["first seen", "first seen"]),
        ("2026-08-31", ["unchanged", "unchanged"]),
        ("2026-09-30", ["changed", "unchanged"]),
        ("2026-10", ["no snapshot", "no snapshot"]),
        ("2026-11-30", ["unchanged", "gone"]),
    ]
    assert rows[2][1][0].changes == (("VisibilityTimeout", "60", "30"),)


def test_a_field(store: Store) -> None:
    found = states(store, "orders-stage", "VisibilityTimeout")
    assert found[0] == ("2026-07-31", [("first seen", "60"), ("first seen", "60")])
    assert found[2] == ("2026-09-30", [("changed", ""), ("unchanged", "60")])
    assert states(store, "orders-stage", "DelaySeconds")[2] == ("2026-09-30", [("unchanged", "0"), ("unchanged", "0")])
    assert states(store, "orders-stage", "Nothing")[0] == ("2026-07-31", [("first seen", "not set"), ("first seen", "not set")])


def test_months_missed_since_the_last_snapshot_are_gaps_too_but_not_the_one_that_runs(store: Store) -> None:
    days = [day for day, _ in states(store, "orders-stage", day="2027-02-10")]
    assert days[-3:] == ["2026-11-30", "2026-12", "2027-01"]


def test_one_snapshot_of_one_environment_only(store: Store) -> None:
    estate.snapshot(store, "stage", "2026-12-15T06:00:00Z", [estate.queue("stage", VisibilityTimeout="30")])
    estate.snapshot(store, "prod", "2026-12-31T06:00:00Z", [estate.queue("prod")])
    assert states(store, "orders-stage", day="2026-12-31")[-2:] == [
        ("2026-12-15", [("unchanged", ""), ("", "")]),
        ("2026-12-31", [("", ""), ("back", "")]),
    ]


def test_without_a_counterpart_there_is_one_column(store: Store) -> None:
    columns, _ = drawn(estate.context(store), "alone-stage")
    assert [c.name for c in columns] == ["stage"]
    with pytest.raises(UsageError, match="no resource"):
        drawn(estate.context(store), "nothing")
