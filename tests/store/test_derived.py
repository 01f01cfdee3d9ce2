"""What can be computed again may be lost, never wrong."""

from __future__ import annotations

import pytest

from driftscan.store import Store, derived
from driftscan.store.backend import Backend
from driftscan.store.memory import MemoryBackend


def test_a_value_comes_back_and_may_be_replaced(backend: Backend) -> None:
    store = Store(backend)
    assert store.get_derived("seals/prod-1/abc") is None
    for data in (b"one", b"two", b"two", b""):
        store.put_derived("seals/prod-1/abc", data)
        assert store.get_derived("seals/prod-1/abc") == data
    assert store.verify().ok


def test_a_damaged_value_is_absent_with_a_warning_and_named_by_verify(caplog: pytest.LogCaptureFixture) -> None:
    backend = MemoryBackend()
    store = Store(backend)
    store.put_derived("seals", b"value")
    for damaged in (b"", b"short", backend.get("derived/seals")[:-1], b"0" * 64 + b"value"):
        backend._items["derived/seals"] = damaged, "x"
        caplog.clear()
        assert store.get_derived("seals") is None
        assert "derived/seals" in caplog.text
        assert [problem.file for problem in store.verify().problems] == ["derived/seals"]
    store.put_derived("seals", b"again")
    assert store.get_derived("seals") == b"again"
    assert store.verify().ok


@pytest.mark.parametrize("name", ["../heads/prod", "/abs", ".", "a//b", "ä b"])
def test_no_name_leaves_its_folder(name: str) -> None:
    backend = MemoryBackend()
    derived.put(backend, name, b"x")
    assert derived.get(backend, name) == b"x"
    (entry,) = backend.list("")
    assert entry.key.startswith("derived/")
    assert ".." not in entry.key.split("/")


def test_of_two_that_compute_at_once_neither_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = MemoryBackend()
    derived.put(backend, "seals", b"theirs")
    monkeypatch.setattr(backend, "get_tagged", lambda key: None)
    derived.put(backend, "seals", b"ours")
    monkeypatch.undo()
    assert derived.get(backend, "seals") == b"theirs"
