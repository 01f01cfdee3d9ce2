"""Records of runs come back in order; of a period the last final one stands."""

from __future__ import annotations

from typing import Any

import pytest

from driftscan.errors import DriftscanError
from driftscan.store import Store
from driftscan.store.backend import Backend
from driftscan.store.memory import MemoryBackend


def run(id: str, period: str, day: int, *, final: bool = True) -> dict[str, Any]:
    return {
        "id": id,
        "period": period,
        "as_of": f"{period}-{day:02}T00:00:00Z",
        "final": final,
        "snapshots": ["a", "b"],
        "report": "d" * 64,
    }


def test_records_come_back_in_order(backend: Backend) -> None:
    store = Store(backend)
    runs = [run("c", "2026-09", 1), run("a/b", "2026-10", 1), run("b", "2026-10", 1), run("a", "2026-11", 1)]
    for record in reversed(runs):
        store.put_run(record)
    assert Store(backend).runs() == runs
    assert store.verify().ok


def test_the_later_run_of_a_period_supersedes() -> None:
    store = Store(MemoryBackend())
    first, second, trial, other = (
        run("z", "2026-10", 1),
        run("a", "2026-10", 2),
        run("b", "2026-10", 3, final=False),
        run("c", "2026-09", 1),
    )
    for record in (second, first, trial, other):
        store.put_run(record)
    assert store.final_runs() == [other, second]
    assert len(store.runs()) == 4


def test_a_record_is_immutable() -> None:
    store = Store(MemoryBackend())
    store.put_run(run("a", "2026-10", 1))
    store.put_run(run("a", "2026-10", 1))
    with pytest.raises(DriftscanError, match="another record of the run a"):
        store.put_run(run("a", "2026-10", 2))
    assert store.runs() == [run("a", "2026-10", 1)]


@pytest.mark.parametrize("missing", ["id", "period", "as_of"])
def test_what_every_record_needs(missing: str) -> None:
    record = run("a", "2026-10", 1)
    del record[missing]
    with pytest.raises(DriftscanError, match=f"no {missing}"):
        Store(MemoryBackend()).put_run(record)
