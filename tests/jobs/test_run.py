"""The ad hoc comparison: what it says beside its report."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from driftscan.jobs.run import diff
from driftscan.store import Store
from tests.jobs import estate


@pytest.fixture
def store() -> Store:
    return Store.open("memory:")


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (datetime(2026, 10, 1, tzinfo=UTC), "before the moment"),
        (datetime(2026, 11, 1, 6, tzinfo=UTC), None),
        (datetime(2026, 12, 2, 6, tzinfo=UTC), None),
        (datetime(2026, 12, 2, 7, tzinfo=UTC), "long after the moment"),
    ],
)
def test_a_clock_that_is_far_from_the_snapshots_is_said(
    store: Store, clock: datetime, said: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    estate.twins(store)
    notes: list[str] = []
    context = replace(estate.context(store, as_of=clock), note=notes.append, pinned=False)
    assert diff(context, "stage", "prod") == 0
    if said is None:
        assert notes == []
    else:
        (note,) = notes
        assert said in note
        assert "--as-of 2026-11-01T06:00:00Z" in note
    assert "stage" in capsys.readouterr().out


def test_a_moment_that_somebody_named_needs_no_word(store: Store) -> None:
    estate.twins(store)
    notes: list[str] = []
    diff(replace(estate.context(store, as_of=datetime(2030, 1, 1, tzinfo=UTC)), note=notes.append), "stage", "prod")
    assert notes == []
