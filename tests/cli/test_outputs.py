"""--output: as many as wanted, the same bytes anywhere, and what is wrong is said before the work begins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from driftscan.formats import FORMATS
from driftscan.store import Store
from tests.cli import estate
from tests.cli.conftest import Run
from tests.jobs import estate as stored

WANTED = (*(f for f in FORMATS if f != "pdf"), "csv:ledger", "csv:changes", "mail:eml", "pairs")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with one month of two twins that differ in one value."""
    (tmp_path / "driftscan.yaml").write_text(
        estate.config().replace("111111111111", "333333333333").replace("222222222222", "444444444444")
    )
    stored.twins(Store.open(str(tmp_path / "store")), "2026-11-30T06:00:00Z", VisibilityTimeout="30")
    return tmp_path


def test_every_output_at_once_has_the_same_bytes_anywhere(folder: Path, cli: Run) -> None:
    for seed, zone, locale in (("1", "Pacific/Kiritimati", "C"), ("4711", "America/St_Johns", "tr_TR.UTF-8")):
        args = [arg for name in WANTED for arg in ("-o", f"{name}={seed}/{name.replace(':', '.')}")]
        env = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale}
        done = cli("diff", "stage", "prod", "--as-of", "2026-11-30", *args, env=env)
        assert (done.code, done.out) == (0, "")
    for name in WANTED:
        first, second = (folder / seed / name.replace(":", ".") for seed in ("1", "4711"))
        assert first.read_bytes() == second.read_bytes(), name
        assert first.stat().st_size > 0, name
        assert first.stat().st_mode & 0o777 == 0o600, name


def test_one_of_them_takes_stdout(folder: Path, cli: Run) -> None:
    done = cli("diff", "stage", "prod", "--as-of", "2026-11-30", "-o", "html=report.html", "-o", "json=-")
    assert json.loads(done.out)["schema"] == "driftscan-report/1"
    assert (folder / "report.html").read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("-o", "json=-", "-o", "github=-"), "json and github both go to stdout"),
        (("-o", "excel=report.xlsx"), "unknown output format 'excel'"),
        (("-o", "report.md"), "did you mean markdown=report.md?"),
        (("-o", "csv:people=x"), "csv:ledger"),
    ],
)
def test_what_is_wrong_is_one_line_before_the_work_begins(folder: Path, cli: Run, args: tuple[str, ...], said: str) -> None:
    done = cli("run", *args)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err
    assert len(done.err.strip().splitlines()) <= 3


def test_a_missing_browser_is_said_before_the_work_begins(folder: Path, cli: Run) -> None:
    done = cli("run", "-o", "pdf=report.pdf", env={"PATH": str(folder)})
    assert done.code == 2
    assert "none is on PATH" in done.err
    assert "install chromium" in done.err
