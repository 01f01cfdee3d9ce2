"""One snapshot as one file: the same resources, the same digest, and no damage unnoticed."""

from __future__ import annotations

import random
import stat
import tarfile
from pathlib import Path

import pytest

from driftscan.errors import DriftscanError, UsageError, VerificationError
from driftscan.store import Store, export_file, open_file, writer
from driftscan.store.memory import MemoryBackend
from tests.store.making import address, three_months


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(writer, "_LEARN_FROM", (1 << 12, 1 << 20))
    monkeypatch.setattr(writer, "_DICTIONARY", 2048)
    return Store(MemoryBackend())


def test_a_snapshot_comes_back(store: Store, tmp_path: Path) -> None:
    months = three_months(store, count=200)
    for info, month in zip(store.snapshots(), months, strict=True):
        path = tmp_path / f"{info.id}.driftscan"
        snapshot = store.snapshot(info.id)
        export_file(snapshot, path)
        opened = open_file(path)
        assert (opened.id, opened.digest, opened.info) == (info.id, info.digest, info)
        assert list(opened.resources()) == month
        assert opened.resource(month[7].address) == month[7]
        with pytest.raises(KeyError):
            opened.resource(address(99_999))
        assert (opened.header, opened.listings, opened.gaps) == (snapshot.header, snapshot.listings, snapshot.gaps)
        assert opened.header.tokens == snapshot.header.tokens
        assert opened.types() == snapshot.types()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_snapshot_gives_the_same_bytes(store: Store, tmp_path: Path) -> None:
    three_months(store)
    snapshot = store.snapshot(store.snapshots()[1].id)
    for name in ("one", "two"):
        export_file(snapshot, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    export_file(open_file(tmp_path / "one"), tmp_path / "three")
    assert (tmp_path / "three").read_bytes() == (tmp_path / "one").read_bytes()


def test_damage_is_an_error_or_changes_nothing(store: Store, tmp_path: Path) -> None:
    """A tar has bytes that mean nothing (padding, times); every other one is vouched for."""
    month = three_months(store)[2]
    path, broken = tmp_path / "whole", tmp_path / "broken"
    export_file(store.snapshot(store.snapshots()[2].id), path)
    whole = path.read_bytes()
    r = random.Random(5)
    caught = 0
    for _ in range(150):
        data = bytearray(whole)
        data[r.randrange(len(data))] ^= r.randrange(1, 256)
        broken.write_bytes(data)
        try:
            found = open_file(broken)
            assert (list(found.resources()), found.digest) == (month, store.snapshots()[2].digest)
            assert found.header.tokens == {"abcd": "orders", "ef": "month 3"}
        except VerificationError:
            caught += 1
    assert caught > 0


@pytest.mark.parametrize("content", [b"", b"hello", b"\0" * 10240])
def test_what_is_no_snapshot_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(VerificationError, match="file: this is no snapshot file"):
        open_file(path)


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file"):
        open_file(tmp_path / "none")


def test_a_file_without_one_of_its_packs_is_noticed(store: Store, tmp_path: Path) -> None:
    three_months(store)
    path, less = tmp_path / "whole", tmp_path / "less"
    export_file(store.snapshot(store.snapshots()[2].id), path)
    with tarfile.open(path) as whole, tarfile.open(less, "w") as out:
        for member in whole.getmembers()[:-1]:
            out.addfile(member, whole.extractfile(member))
    with pytest.raises(VerificationError, match=r"packs/.*missing"):
        list(open_file(less).resources())


def test_a_place_that_cannot_be_written_is_said(store: Store, tmp_path: Path) -> None:
    three_months(store)
    with pytest.raises(DriftscanError, match="cannot be written"):
        export_file(store.snapshot(store.snapshots()[0].id), tmp_path / "none" / "file")
