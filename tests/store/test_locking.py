"""One writer at a time; a dead one is no lock."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from driftscan.errors import LockedError, VerificationError
from driftscan.store import Store, locking
from driftscan.store.backend import Backend
from driftscan.store.local import LocalBackend
from driftscan.store.memory import MemoryBackend

HOLD = (
    "import sys; from driftscan.store import Store\nwith Store.open(sys.argv[1]).lock():\n    print('held', flush=True); sys.stdin.read()"
)


def test_a_second_writer_is_turned_away_and_the_next_is_not(backend: Backend) -> None:
    store = Store(backend)
    with store.lock(), pytest.raises(LockedError) as raised, Store(backend).lock():
        pass
    assert raised.value.exit_code == 75
    assert f"process {os.getpid()}" in raised.value.message
    assert backend.url in raised.value.message
    with store.lock():
        pass
    assert store.verify().ok


def test_the_lock_ends_with_an_error(backend: Backend) -> None:
    with pytest.raises(ZeroDivisionError), Store(backend).lock():
        raise ZeroDivisionError
    with Store(backend).lock():
        pass


def test_waiting_ends_when_the_holder_does(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "_PAUSE", 0.01)
    order = []
    held, entered = threading.Event(), threading.Event()

    def other() -> None:
        held.wait()
        with Store(backend).lock(wait=True):
            order.append("second")
        entered.set()

    thread = threading.Thread(target=other)
    thread.start()
    with Store(backend).lock():
        held.set()
        assert not entered.wait(0.2)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "store")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == "held\n"
    store = Store.open(str(tmp_path / "store"))
    with pytest.raises(LockedError, match=f"process {holder.pid}"), store.lock():
        pass
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    with store.lock():
        pass


class Clock:
    """A clock that a test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_in_an_object_store_a_dead_holder_expires() -> None:
    backend, clock = MemoryBackend(), Clock()
    holder = locking.lock(backend, wait=False, clock=clock)
    holder.__enter__()
    clock.now += locking._LIFE - 1
    with pytest.raises(LockedError), locking.lock(backend, wait=False, clock=clock):
        pass
    clock.now += 2
    with locking.lock(backend, wait=False, clock=clock), pytest.raises(LockedError), locking.lock(backend, wait=False, clock=clock):
        pass
    holder.__exit__(None, None, None)  # it wakes up late and must not free what is no longer its own
    with locking.lock(backend, wait=False, clock=clock):
        pass


def test_a_living_holder_renews(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "_LIFE", 0.3)
    backend = MemoryBackend()
    with locking.lock(backend, wait=False):
        threading.Event().wait(0.7)
        with pytest.raises(LockedError), locking.lock(backend, wait=False):
            pass


def test_a_lock_that_was_taken_over_is_left_alone() -> None:
    backend, clock = MemoryBackend(), Clock()
    late = locking.lock(backend, wait=False, clock=clock)
    late.__enter__()
    clock.now += locking._LIFE + 1
    with locking.lock(backend, wait=False, clock=clock):
        late.__exit__(None, None, None)
        with pytest.raises(LockedError), locking.lock(backend, wait=False, clock=clock):
            pass


def test_a_damaged_lock_is_named() -> None:
    backend = MemoryBackend()
    backend.put(locking.KEY, b"nonsense")
    with pytest.raises(VerificationError, match="lock: "), locking.lock(backend, wait=False):
        pass
    with pytest.raises(VerificationError, match="lock: "):
        locking.check(backend)


def test_a_directorys_note_is_no_evidence(tmp_path: Path) -> None:
    backend = LocalBackend(tmp_path)
    (tmp_path / locking.KEY).write_text("anything")
    locking.check(backend)
    with Store(backend).lock():
        assert Store(backend).verify().ok
    assert (tmp_path / locking.KEY).read_text() == ""
