"""What a side of `diff` names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from driftscan.errors import UsageError
from driftscan.jobs.sides import resolve
from driftscan.store import Store
from tests.jobs import estate


@pytest.fixture
def store() -> Store:
    out = Store.open("memory:")
    for month in ("2026-09-30", "2026-10-31", "2026-11-30"):
        estate.snapshot(out, "stage", f"{month}T06:00:00Z", [estate.queue("stage")])
    return out


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("stage", "2026-11"),
        ("stg", "2026-11"),
        ("stage~1", "2026-10"),
        ("stg~2", "2026-09"),
        ("stage@2026-10", "2026-10"),
        ("stage@{2.weeks.ago}", "2026-10"),
    ],
)
def test_environments_aliases_and_their_past(store: Store, text: str, month: str) -> None:
    assert resolve(estate.context(store), text).as_of[:7] == month


def test_an_id_and_its_beginning(store: Store) -> None:
    id = store.snapshots("stage")[0].id
    assert resolve(estate.context(store), id).id == id
    assert resolve(estate.context(store), id[:-3]).id == id


def test_nothing_newer_than_the_clock(store: Store) -> None:
    assert resolve(estate.context(store, as_of=datetime(2026, 11, 1, tzinfo=UTC)), "stage").as_of[:7] == "2026-10"


def test_a_clock_that_nobody_named_hides_nothing(store: Store) -> None:
    context = replace(estate.context(store, as_of=datetime(2026, 1, 1, tzinfo=UTC)), pinned=False)
    assert resolve(context, "stage").as_of[:7] == "2026-11"
    assert resolve(context, "stage@{2.weeks.ago}").as_of[:7] == "2026-10"
    late = replace(context, as_of=datetime(2026, 12, 20, tzinfo=UTC))
    assert resolve(late, "stage@{2.weeks.ago}").as_of[:7] == "2026-11"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("stag", "did you mean 'stage'"),
        ("stages~1", "did you mean 'stage'"),
        ("prod", "driftscan scan prod"),
        ("stage~3", "stage-2026"),
        ("stage-2026", "write more of it"),
    ],
)
def test_what_names_nothing_says_what_to_write(store: Store, text: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(estate.context(store), text)
    assert hint in caught.value.hint
