"""The names of a snapshot are looked up once, and kept."""

from __future__ import annotations

from typing import Any

import pytest

from driftscan.jobs import indexes
from driftscan.jobs.compare import normalizer_of
from driftscan.jobs.indexes import index_of
from driftscan.store import Store
from tests.jobs import estate


def test_made_once_per_snapshot_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open("memory:")
    context = estate.context(store)
    snapshot = estate.snapshot(store, "stage", "2026-11-01T06:00:00Z", [estate.queue("stage"), estate.queue("stage", "invoices")])
    first = index_of(store, snapshot, context.catalog)
    resources = list(snapshot.resources())
    bodies = [normalizer_of(context, snapshot).canonical(r) for r in resources]

    def never(*_: Any) -> None:
        raise AssertionError("it was to be read back")

    monkeypatch.setattr(indexes, "build", never)
    assert index_of(store, snapshot, context.catalog).arns == first.arns
    assert [normalizer_of(context, snapshot).canonical(r) for r in resources] == bodies


def test_another_snapshot_has_names_of_its_own() -> None:
    store = Store.open("memory:")
    catalog = estate.context(store).catalog
    months = ("2026-10-01T06:00:00Z", "2026-11-01T06:00:00Z")
    made = [estate.snapshot(store, "stage", at, [estate.queue("stage", f"q{n}")]) for n, at in enumerate(months)]
    assert [next(iter(index_of(store, s, catalog).arns)).rpartition(":")[2] for s in made] == ["q0-stage", "q1-stage"]
