"""What users see stands in reports/, and changes only on purpose; the same bytes on every machine."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest

from tests.report.golden import FOLDER, golden

DIGEST = (
    "import hashlib, tests.report.golden as g\nfor name, data in sorted(g.golden().items()): print(name, hashlib.sha256(data).hexdigest())"
)


@pytest.mark.parametrize("name", sorted(golden()))
def test_golden_file_is_current(name: str) -> None:
    assert (FOLDER / name).read_bytes() == golden()[name], "run `python -m tests.report.golden` and read the diff"


def test_no_golden_file_is_left_over() -> None:
    assert {p.name for p in FOLDER.iterdir()} == set(golden())


@pytest.mark.parametrize(
    "place",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "4711", "TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "COLUMNS": "40", "NO_COLOR": "1", "TERM": "dumb"},
    ],
    ids=["utc+14", "turkish"],
)
def test_same_bytes_under_another_hash_seed_locale_and_time_zone(place: dict[str, str]) -> None:
    env = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "VIRTUAL_ENV")} | place
    out = subprocess.run([sys.executable, "-c", DIGEST], capture_output=True, text=True, check=True, env=env, cwd=FOLDER.parent)
    here = [f"{name} {hashlib.sha256(data).hexdigest()}" for name, data in sorted(golden().items())]
    assert out.stdout.splitlines() == here
