"""Files appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from driftscan.errors import DriftscanError, UsageError
from driftscan.formats import render
from driftscan.jobs.output import NAMES, PLAIN, Screen, emit, parse, write
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


def test_outputs_are_read_before_the_work_begins() -> None:
    assert parse(["html=report.html", "json=-", "csv:ledger=l=1.csv", "pairs=p"]) == (
        ("html", "report.html"), ("json", "-"), ("csv:ledger", "l=1.csv"), ("pairs", "p"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "said", "hint"),
    [
        (["report.html"], "'report.html' is no FORMAT=FILE", "did you mean html=report.html?"),
        (["notes.MD"], "is no FORMAT=FILE", "did you mean markdown=notes.MD?"),
        (["json"], "is no FORMAT=FILE", "formats: html, json"),
        (["json="], "is no FORMAT=FILE", "the file - is stdout"),
        (["=x.json"], "is no FORMAT=FILE", "formats: html"),
        (["htlm=x"], "unknown output format 'htlm'", "did you mean 'html'?"),
        (["csv:people=x"], "unknown output format 'csv:people'", "csv:ledger"),
        (["json=-", "html=-"], "json and html both go to stdout", "- is stdout, for one of them"),
        (["json=a", "csv=b", "html=a"], "json and html both go to a", "a file of its own"),
    ],
)
def test_what_is_wrong_with_an_output_is_one_line(values: list[str], said: str, hint: str) -> None:
    with pytest.raises(UsageError) as e:
        parse(values)
    assert said in e.value.message
    assert hint in e.value.hint


def test_a_file_is_for_its_owner_whatever_stood_there(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("x")
    target.chmod(0o644)
    write(target, b"{}")
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(pipe, b"whole")
        assert os.read(reader, 10) == b"whole"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_one_that_fails_leaves_no_other_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="none is on PATH"):
        emit(sample(), [("json", str(tmp_path / "r.json")), ("pdf", str(tmp_path / "r.pdf"))], lambda: b"", PLAIN)
    assert list(tmp_path.iterdir()) == []
