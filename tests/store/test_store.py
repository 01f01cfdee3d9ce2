"""The store's front: what it opens, lists and finds."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from driftscan.errors import UsageError, VerificationError
from driftscan.store import Store
from driftscan.store.local import LocalBackend
from driftscan.store.memory import MemoryBackend
from tests.store.making import address, resource, three_months, write


def test_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert isinstance(Store.open("memory:").backend, MemoryBackend)
    for url, root in ((str(tmp_path / "a"), tmp_path / "a"), (f"file://{tmp_path}/b", tmp_path / "b"), ("~/c", tmp_path / "c")):
        backend = Store.open(url).backend
        assert isinstance(backend, LocalBackend)
        assert backend.root == root


@pytest.mark.parametrize("url", ["http://example.org/x", "s3://", "gs:///prefix", "ftp://x/y"])
def test_places_that_are_none(url: str) -> None:
    with pytest.raises(UsageError) as raised:
        Store.open(url)
    assert "s3://bucket/prefix" in raised.value.hint


def test_a_path_needs_no_object_store_library() -> None:
    script = "import sys; from driftscan.store import Store; Store.open('x'); print({'obstore', 'boto3', 'botocore'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_snapshots_are_listed_by_environment_oldest_first() -> None:
    store = Store(MemoryBackend())
    three_months(store, "stage")
    three_months(store, "prod")
    assert [(info.environment, info.as_of[:7]) for info in store.snapshots()] == [
        (environment, month) for environment in ("prod", "stage") for month in ("2026-01", "2026-02", "2026-03")
    ]
    assert store.snapshots("stage") == store.snapshots()[3:]
    assert store.snapshots("none") == []
    ids = [info.id for info in store.snapshots("prod")]
    assert ids == sorted(ids)


def test_a_snapshot_that_is_not_there_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no snapshot prod-1"):
        Store(MemoryBackend()).snapshot("prod-1")


def test_names_resolve() -> None:
    store = Store(MemoryBackend())
    three_months(store)
    infos = store.snapshots()
    assert store.resolve("prod~1") == infos[1]
    assert store.resolve("prod", datetime(2026, 2, 15, tzinfo=UTC)) == infos[1]


def test_history_is_of_the_environments_that_held_it() -> None:
    store = Store(MemoryBackend())
    write(store, [resource(1)], 1, "stage")
    write(store, [resource(2)], 1)
    write(store, [resource(1, A=1), resource(2)], 2)
    write(store, [resource(2)], 3)
    assert [(info.environment, info.as_of[5:7], found) for info, found in store.history(address(1))] == [
        ("prod", "01", None),
        ("prod", "02", resource(1, A=1)),
        ("prod", "03", None),
        ("stage", "01", resource(1)),
    ]
    assert [info.environment for info, _ in store.history(address(1), "stage")] == ["stage"]
    assert [found for _, found in store.history(address(2), "stage")] == []
    assert list(store.history(address(3))) == []


def test_a_damaged_snapshot_is_an_error_not_a_hole_in_the_history() -> None:
    backend = MemoryBackend()
    store = Store(backend)
    three_months(store)
    del backend._items[store.snapshot(store.snapshots()[1].id).key]
    with pytest.raises(VerificationError, match="the file is missing"):
        list(Store(backend).history(address(30)))
