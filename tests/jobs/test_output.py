"""Files appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftscan.errors import DriftscanError
from driftscan.formats import render
from driftscan.jobs.output import NAMES, PLAIN, Screen, emit, write
from tests.report.sample import report as sample


def test_a_file_and_the_folders_above_it(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "report.json"
    write(target, b"one")
    write(target, b"two")
    assert target.read_bytes() == b"two"
    assert [p.name for p in target.parent.iterdir()] == ["report.json"]


def test_what_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    with pytest.raises(DriftscanError, match=r"report\.json cannot be written"):
        write(tmp_path / "report.json", b"one")
    (tmp_path / "file").write_text("x")
    with pytest.raises(DriftscanError, match="cannot be written"):
        write(tmp_path / "file" / "report.json", b"one")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "report.json"]


def test_each_format_to_its_file_and_stdout(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    result = sample()
    assert set(NAMES) >= {"html", "json", "text", "pairs"}
    emit(result, [("json", str(tmp_path / "r.json")), ("pairs", str(tmp_path / "p")), ("text", "-")], lambda: b"pairs", PLAIN)
    assert (tmp_path / "r.json").read_bytes() == render("json", result)
    assert (tmp_path / "p").read_bytes() == b"pairs"
    plain = capfdbinary.readouterr().out
    assert b"\x1b" not in plain
    emit(result, [("text", "-")], lambda: b"", Screen(width=80, color=True))
    assert b"\x1b[" in capfdbinary.readouterr().out
