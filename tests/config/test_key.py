"""The redaction key: where it comes from, and where it must not lie."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from driftscan.config import has_key, readable_by_others, redaction_key
from driftscan.config.key import FILE
from driftscan.errors import UsageError
from driftscan.model.settings import Settings

LONG = "0123456789abcdef0123456789abcdef"


def settings(folder: Path, key: str | None = None) -> Settings:
    return Settings("acme", str(folder / "store"), (), (), redaction_key=key)


def key(folder: Path, given: Settings | None = None, **environ: str) -> tuple[bytes, list[str]]:
    notes: list[str] = []
    return redaction_key(given or settings(folder), folder, environ, notes.append), notes


def test_made_once_beside_the_configuration_and_said(tmp_path: Path) -> None:
    first, notes = key(tmp_path)
    path = tmp_path / FILE
    assert first == path.read_bytes().strip()
    assert len(first) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(notes) == 1
    assert str(path) in notes[0]
    assert first.decode() not in notes[0]
    assert key(tmp_path) == (first, [])
    assert [p.name for p in tmp_path.iterdir()] == [FILE]


def test_first_runs_at_the_same_time_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len({k for k, _ in pool.map(lambda _: key(tmp_path), range(16))}) == 1


def test_a_file_comes_before_the_variable_and_both_before_a_made_one(tmp_path: Path) -> None:
    (tmp_path / "k").write_text(f"{LONG}\n")
    assert key(tmp_path, settings(tmp_path, str(tmp_path / "k")), DRIFTSCAN_KEY="x" * 32)[0] == LONG.encode()
    assert key(tmp_path, DRIFTSCAN_KEY=f" {LONG}\n")[0] == LONG.encode()
    assert not (tmp_path / FILE).exists()


def test_two_configurations_have_two_keys(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    assert key(folders[0])[0] != key(folders[1])[0]


@pytest.mark.parametrize("text", ["", "hunter2", "987654321098765"])
def test_a_short_key_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="shorter than 16") as caught:
        key(tmp_path, DRIFTSCAN_KEY=text)
    assert "openssl rand" in caught.value.hint
    assert not text or text not in str(caught.value)


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        key(tmp_path, settings(tmp_path, str(tmp_path / "none")))
    assert not (tmp_path / "none").exists()


def test_never_inside_the_store(tmp_path: Path) -> None:
    inside = tmp_path / "store" / "deep"
    inside.mkdir(parents=True)
    (inside / "k").write_text(LONG)
    with pytest.raises(UsageError, match="inside the store"):
        key(tmp_path, settings(tmp_path, str(inside / "k")))
    with pytest.raises(UsageError, match="inside the store"):
        key(tmp_path, replace(settings(tmp_path), store=str(tmp_path)))
    assert not (tmp_path / FILE).exists()


def test_a_remote_store_holds_no_local_key(tmp_path: Path) -> None:
    assert len(key(tmp_path, replace(settings(tmp_path), store="s3://bucket/prefix"))[0]) == 64


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be made") as caught:
        key(tmp_path / "none")
    assert "DRIFTSCAN_KEY" in caught.value.hint


def test_asking_whether_there_is_one_makes_none(tmp_path: Path) -> None:
    assert not has_key(settings(tmp_path), tmp_path, {})
    assert list(tmp_path.iterdir()) == []
    assert has_key(settings(tmp_path), tmp_path, {"DRIFTSCAN_KEY": LONG})
    assert has_key(settings(tmp_path, "/etc/key"), tmp_path, {})
    key(tmp_path)
    assert has_key(settings(tmp_path), tmp_path, {})


def test_a_file_that_others_may_read_is_known(tmp_path: Path) -> None:
    assert readable_by_others(settings(tmp_path), tmp_path, {}) is None
    key(tmp_path)
    assert readable_by_others(settings(tmp_path), tmp_path, {}) is None
    (tmp_path / FILE).chmod(0o640)
    assert readable_by_others(settings(tmp_path), tmp_path, {}) == tmp_path / FILE
    assert readable_by_others(settings(tmp_path), tmp_path, {"DRIFTSCAN_KEY": LONG}) is None
    other = tmp_path / "other"
    other.touch(0o644)
    assert readable_by_others(settings(tmp_path, str(other)), tmp_path, {"DRIFTSCAN_KEY": LONG}) == other
