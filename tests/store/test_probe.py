"""A store that can be written, and those that cannot or that forget a condition."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftscan.errors import DriftscanError
from driftscan.store.backend import Backend
from driftscan.store.local import LocalBackend
from driftscan.store.memory import MemoryBackend
from driftscan.store.objects import ObjectBackend
from driftscan.store.probe import probe
from driftscan.store.verification import FORMAT, verify


def test_nothing_of_it_stays(backend: Backend) -> None:
    """In every kind of place, an empty one and one that is in use."""
    probe(backend)
    assert list(backend.list("")) == []
    backend.put("driftscan-store", FORMAT)
    probe(backend)
    assert [entry.key for entry in backend.list("")] == ["driftscan-store"]
    assert verify(backend).ok


def test_a_bucket_that_is_not_there(s3_environ: dict[str, str]) -> None:
    with pytest.raises(DriftscanError) as e:
        probe(ObjectBackend("s3://nowhere/store", s3_environ))
    assert e.value.hint


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    probe(LocalBackend(tmp_path / "a" / "b"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DriftscanError, match="cannot be made"):
        probe(LocalBackend(tmp_path / "file" / "store"))


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "unfinished").write_text("a file where a folder has to be")
    with pytest.raises(DriftscanError) as e:
        probe(LocalBackend(tmp_path / "store"))
    assert e.value.hint


class Careless(MemoryBackend):
    """An object store that takes conditions and ignores them."""

    def put_if(self, key: str, data: bytes, tag: str | None) -> str:
        found = self.get_tagged(key)
        return super().put_if(key, data, found[1] if found else None)


class Overwriting(MemoryBackend):
    """An object store whose create-only put replaces."""

    def put(self, key: str, data: bytes) -> None:
        found = self.get_tagged(key)
        self.put_if(key, data, found[1] if found else None)


@pytest.mark.parametrize("backend", [Careless(), Overwriting()])
def test_a_place_that_forgets_conditions_is_told(backend: MemoryBackend) -> None:
    with pytest.raises(DriftscanError, match="two runs at once would lose one of them"):
        probe(backend)
    assert list(backend.list("")) == []


def test_what_a_killed_probe_leaves_passes_verify(tmp_path: Path) -> None:
    class Killed(LocalBackend):
        def delete(self, key: str) -> None:
            """It never came to this."""

    backend = Killed(tmp_path)
    probe(backend)
    assert len(list(backend.list("unfinished/"))) == 1
    assert verify(backend).ok
    assert [p.name for p in tmp_path.iterdir()] == ["unfinished"]
