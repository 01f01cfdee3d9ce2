"""What only a directory does: permissions, files written aside, dead writers' remains, file systems without links."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from driftscan.errors import DriftscanError, UsageError
from driftscan.store import Store
from driftscan.store.backend import ExistsError
from driftscan.store.local import LocalBackend
from tests.store.making import three_months


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_files_are_for_their_owner_only(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        three_months(Store(LocalBackend(tmp_path / "deep" / "store")))
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "deep").rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_dir()}
    assert modes == {0o600}
    assert folders == {0o700}


def test_reading_creates_nothing(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "none"))
    assert store.snapshots() == []
    assert store.runs() == []
    assert store.get_derived("x") is None
    assert store.verify().ok
    assert list(tmp_path.iterdir()) == []


def test_what_is_aside_is_not_there(tmp_path: Path) -> None:
    backend = LocalBackend(tmp_path)
    backend.put("packs/a", b"x")
    (tmp_path / "packs" / ".tmp-host-1-0").write_bytes(b"half")
    assert [entry.key for entry in backend.list("")] == ["packs/a"]


def test_a_dead_writers_remains_are_swept_and_a_living_ones_stay(tmp_path: Path) -> None:
    backend = LocalBackend(tmp_path)
    backend.put("packs/a", b"x")
    dead = int(subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True).stdout)
    names = {f"{backend._host}-{dead}-0": False, f"{backend._host}-{os.getpid()}-0": True, f"elsewhere-{dead}-0": True}
    for name in names:
        (tmp_path / "packs" / f".tmp-{name}").write_bytes(b"half")
    assert backend.sweep() == 1
    assert {name: (tmp_path / "packs" / f".tmp-{name}").exists() for name in names} == names


def test_a_file_system_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*args: object, **kwargs: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    backend = LocalBackend(tmp_path)
    backend.put("a", b"first")
    with pytest.raises(ExistsError):
        backend.put("a", b"second")
    assert backend.get("a") == b"first"
    store = Store(LocalBackend(tmp_path / "store"))
    months = three_months(store)
    assert [list(store.snapshot(info.id).resources()) for info in store.snapshots()] == months
    assert not list(tmp_path.rglob(".tmp-*"))


@pytest.mark.parametrize("key", ["../escape", "a/../../b", "/etc/passwd", "."])
def test_no_key_leaves_the_directory(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        LocalBackend(tmp_path / "store").put(key, b"x")


def test_a_store_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("x")
    with pytest.raises(UsageError, match=r"store is no folder"):
        Store.open(str(tmp_path / "store"))
    store = Store.open(str(tmp_path / "store" / "below"))
    for write in (lambda: store.lock().__enter__(), lambda: store.put_derived("x", b"x")):
        with pytest.raises(DriftscanError, match=r"store.* cannot be written") as raised:
            write()
        assert raised.value.hint


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/proc/self").exists(), reason="needs a file system that refuses")
def test_a_place_that_refuses_is_said() -> None:
    store = Store.open("/proc/driftscan-store")
    with pytest.raises(DriftscanError, match="cannot be written"):
        store.put_run({"id": "r", "period": "2026-11", "as_of": "2026-11-01T00:00:00Z"})
