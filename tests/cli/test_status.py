"""`driftscan status` as cron meets it."""

from __future__ import annotations

import json
from pathlib import Path

from driftscan.store import Store
from tests.cli import estate
from tests.cli.conftest import Run
from tests.jobs import estate as stored
from tests.jobs.test_status import ran


def test_exit_codes_and_one_line(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "driftscan.yaml").write_text(estate.config())
    done = cli("status")
    assert (done.code, done.err) == (1, "")
    assert done.out == "no final run in store: nothing was ever reported, or the store is another one\n"
    store = Store.open(str(tmp_path / "store"))
    stored.twins(store)
    ran(store)
    done = cli("status", "--as-of", "2026-11-12")
    assert (done.code, done.err, done.out.count("\n")) == (0, "", 1)
    assert done.out.startswith("ok: ")
    assert cli("status", "--as-of", "2026-11-12", "--max-age", "10d").code == 1
    assert json.loads(cli("status", "--as-of", "2026-12-24", "--json").out)["state"] == "overdue"


def test_the_store_alone_is_enough(cli: Run, tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "elsewhere"))
    stored.twins(store)
    ran(store)
    assert cli("status", "--as-of", "2026-11-12").code == 2
    assert cli("status", "--as-of", "2026-11-12", "--store", "elsewhere", "--verify").code == 0


def test_an_age_that_is_none(cli: Run) -> None:
    done = cli("status", "--max-age", "month")
    assert done.code == 2
    assert "'month' is no duration; write a number and a unit, such as 35d or 12h" in done.err
