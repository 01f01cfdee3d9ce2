"""Waivers written to waivers.yaml: what stands there stays byte by byte."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from driftscan.config import load
from driftscan.config.waivers import HEAD, appended, shown
from driftscan.errors import ConfigError
from driftscan.model.settings import Waiver
from tests.config.test_load import LEAST, WAIVER

NEW = Waiver(
    "W-9", "", "ann@example.org", "bo@example.org", "OPS-7", 'load test: "big" #1', date(2026, 12, 31),
    findings={"00e1": ("1e9",), "a1": ("d1", "d2")},
)  # fmt: skip
TITLES = {"00e1": "SQS queue orders: VisibilityTimeout is 30 in stage, 60 in prod", "a1": "other"}

LONG = """\
waivers:
  - id: W-1
    finding: f
    candidate: 30
    owner: 'a'
    approver: "b"
    ticket: T-1
    reason: >-
      long
      text
    expires: 2026-12-31
"""


def loaded(folder: Path, text: bytes) -> tuple[Waiver, ...]:
    (folder / "driftscan.yaml").write_text(LEAST)
    (folder / "waivers.yaml").write_bytes(text)
    settings = load(folder / "driftscan.yaml")
    assert not settings.void_waivers
    return settings.waivers


@pytest.mark.parametrize("text", [None, "", "# nothing yet\n", "waivers:\n", "waivers: []\n", "waivers: [] # none\n", "[]\n"])
def test_the_first_one(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "waivers.yaml"
    if text is not None:
        path.write_text(text)
    made = appended(path, NEW, TITLES)
    (waiver,) = loaded(tmp_path, made)
    assert replace(waiver, location=None) == replace(NEW, location=None)
    assert waiver.findings == NEW.findings
    if text is None:
        assert made.decode().startswith(HEAD)


@pytest.mark.parametrize(
    "text",
    [
        "waivers:\n  # the first\n  - {WAIVER}   # why\n",
        "waivers:\n- {WAIVER}\n",
        "- {WAIVER}\n\n# the end",
        "waivers:\n    - {WAIVER}\n    - {OTHER}\n",
        LONG,
    ],
)
def test_what_is_there_stays_byte_by_byte(tmp_path: Path, text: str) -> None:
    text = text.replace("{WAIVER}", WAIVER).replace("{OTHER}", WAIVER.replace("W-1", "W-2"))
    path = tmp_path / "waivers.yaml"
    path.write_text(text)
    before = loaded(tmp_path, text.encode())
    made = appended(path, NEW, TITLES)
    assert made.decode().startswith(text)
    after = loaded(tmp_path, made)
    assert after[:-1] == before
    assert after[-1].findings == NEW.findings
    path.write_bytes(made)
    assert len(loaded(tmp_path, appended(path, replace(NEW, id="W-10"), {}))) == len(after) + 1


@pytest.mark.parametrize("text", [f"waivers: [{WAIVER}]\n", f"waivers:\n  - {WAIVER}\n...\n"])
def test_where_nothing_can_simply_follow_it_says_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match="no entry can follow") as e:
        appended(path, NEW, TITLES)
    assert "--dry-run" in e.value.hint


def test_each_finding_carries_its_title_as_a_comment() -> None:
    text = shown(NEW, TITLES)
    assert '"00e1": "1e9"  # SQS queue orders: VisibilityTimeout is 30 in stage, 60 in prod\n' in text
    assert '"a1": ["d1", "d2"]  # other\n' in text


def test_what_the_configuration_would_not_take_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="would waive nothing"):
        appended(tmp_path / "waivers.yaml", replace(NEW, approver="Ann@example.org"), TITLES)
