"""The demo says what it planted, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from driftscan.demo.play import CONFIG, play
from driftscan.demo.server import running
from driftscan.demo.story import DECLARED, DENIED, DENIED_PROJECTS, EVENTS, Shown
from driftscan.errors import DriftscanError
from tests.docs.shown import missing

GOLDEN = Path(__file__).resolve().parents[2] / "reports" / "report.json"
PLANTED = [shown for event in EVENTS for shown in event.shows] + list(DECLARED)


@pytest.mark.slow
def test_every_month_shows_what_was_planted_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    months: dict[int, dict[str, Any]] = {}

    def keep(month: int) -> None:
        months[month] = json.loads((folder / "report.json").read_text())

    assert play(folder, lambda _: None, keep) == 0
    assert sorted(months) == [1, 2, 3, 4]
    for month, report in months.items():
        shows(report, month, PLANTED)
        denied = {d[month][0] for d in (DENIED, DENIED_PROJECTS) if month in d}
        assert {g["environment"] for g in report["gaps"]} == denied, report["gaps"]
        assert all(c["parity"] > 0.85 for c in report["comparisons"])
        assert "\ue000" not in json.dumps(report, ensure_ascii=False)
    gaps = months[4]["gaps"]
    assert {(g["code"], g["type"], g["permission"]) for g in gaps} == {
        ("AccessDeniedException", "AWS::SecretsManager::Secret", "secretsmanager:ListSecrets"),
        ("PERMISSION_DENIED", "*", "cloudasset.assets.listResource"),
    }
    assert all(g["hint"] for g in gaps)
    assert {r["cause"] for m in months for r in months[m]["resolved"]} == {"cloud"}
    assert (folder / "report.html").stat().st_size > 10_000
    assert _told(months[4]) == _told(json.loads(GOLDEN.read_text())), "the demo changed: run `make golden` and read the diff"
    assert missing(folder) == [], "the tutorial shows what the demo does not print any more"


def shows(report: dict[str, Any], month: int, planted: Sequence[Shown]) -> None:
    """A month's report shows all that was planted, each as it was told, and nothing else."""
    left = [f for f in report["findings"] if f["kind"] != "gap"]
    for shown in planted:
        told = shown.verdicts.get(month)
        found = [f for f in left if _is(f, shown)]
        assert [f"{f['verdict']}/{f['state']}" for f in found] == ([told] if told else []), (month, shown, [f["title"] for f in found])
        left = [f for f in left if f not in found]
    assert [f["title"] for f in left] == [], month


def _told(report: dict[str, Any]) -> list[tuple[str, ...]]:
    """What a report says, free of what differs from run to run."""
    return sorted((f["kind"], f["verdict"], f["severity"], f["resource"]["type"], f["resource"]["key"]) for f in report["findings"])


def _is(finding: dict[str, Any], shown: Shown) -> bool:
    """Whether a finding is what was planted: the resource, and its first change there or the whole of it."""
    resource = finding["resource"]
    if (finding["comparison"], resource["type"]) != (shown.comparison, shown.type) or shown.key not in resource["key"]:
        return False
    return any(c["path"].startswith(shown.path) for c in finding["changes"]) if shown.path else finding["kind"] in ("missing", "extra")


def test_every_event_shows_or_takes_something_away() -> None:
    assert {event.month for event in EVENTS} == {1, 2, 3, 4}
    assert all(event.shows or event.month > 1 for event in EVENTS)
    assert len({(s.comparison, s.type, s.key, s.path, tuple(s.verdicts)) for s in PLANTED}) == len(PLANTED)


def test_a_folder_that_is_no_demo_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DriftscanError, match="no demo"):
        play(tmp_path, lambda _: None)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_the_demos_configuration_is_one_that_a_user_could_write(tmp_path: Path) -> None:
    from driftscan.config import load

    (tmp_path / "driftscan.yaml").write_text(CONFIG)
    settings = load(tmp_path / "driftscan.yaml")
    assert [e.name for e in settings.environments] == ["dev", "test", "stage", "prod"]
    assert settings.void_waivers == ()


def test_the_server_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    script = (
        "from driftscan.demo.server import running\nwith running() as url:\n    print(url, flush=True)\n    import time; time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    url = parent.stdout.readline().strip()
    assert _answers(url)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 20
    while _answers(url) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _answers(url)


def test_the_server_is_gone_when_the_block_ends() -> None:
    with pytest.raises(KeyboardInterrupt), running() as url:
        assert _answers(url)
        raise KeyboardInterrupt
    assert not _answers(url)


def _answers(url: str) -> bool:
    import socket
    from urllib.parse import urlsplit

    where = urlsplit(url)
    with socket.socket() as s:
        s.settimeout(2)
        return s.connect_ex((str(where.hostname), int(where.port or 0))) == 0
