"""The demo says what it planted, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from driftscan.demo.play import CONFIG, play
from driftscan.demo.server import running
from driftscan.demo.story import EVENTS
from driftscan.errors import DriftscanError

GOLDEN = Path(__file__).resolve().parents[2] / "reports" / "report.json"
CARRIED_ALONG = {("AWS::ECS::Service", "expected")}
"""A service shows the new revision of its task definition."""
DECLARED = {("AWS::RDS::DBInstance", "expected"), ("AWS::Logs::LogGroup", "expected")}
"""What the demo's configuration expects in every month."""


@pytest.mark.slow
def test_the_report_holds_every_planted_drift_and_nothing_else(tmp_path: Path) -> None:
    said: list[str] = []
    assert play(tmp_path / "demo", said.append) == 0
    report = json.loads((tmp_path / "demo" / "report.json").read_text())
    findings = [f for f in report["findings"] if f["kind"] != "gap"]
    for event in EVENTS:
        (found,) = [f for f in findings if f["resource"]["type"] == event.type and event.key in _names(f) and f["verdict"] == event.verdict]
        if event.path:
            assert any(c["path"].startswith(event.path) for c in found["changes"]), (event.what, found["changes"])
        else:
            assert found["kind"] in ("missing", "extra")
        findings.remove(found)
    assert {(f["resource"]["type"], f["verdict"]) for f in findings} <= CARRIED_ALONG | DECLARED
    denied = [g for g in report["gaps"] if g["code"] == "AccessDeniedException"]
    assert {(g["environment"], g["type"]) for g in denied} == {("prod", "AWS::SecretsManager::Secret")}
    assert all(g["hint"] and g["permission"] == "secretsmanager:ListSecrets" for g in denied)
    assert "\ue000" not in json.dumps(report, ensure_ascii=False)
    assert (tmp_path / "demo" / "report.html").stat().st_size > 10_000
    assert _told(report) == _told(json.loads(GOLDEN.read_text())), "the demo changed: run `make golden` and read the diff"


def test_a_folder_that_is_no_demo_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DriftscanError, match="no demo"):
        play(tmp_path, lambda _: None)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_the_demos_configuration_is_one_that_a_user_could_write(tmp_path: Path) -> None:
    from driftscan.config import load

    (tmp_path / "driftscan.yaml").write_text(CONFIG)
    settings = load(tmp_path / "driftscan.yaml")
    assert [e.name for e in settings.environments] == ["stage", "prod"]
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


def _told(report: dict[str, Any]) -> list[tuple[str, ...]]:
    """What a report says, free of what differs from run to run."""
    return sorted((f["kind"], f["verdict"], f["severity"], f["resource"]["type"], f["resource"]["key"]) for f in report["findings"])


def _names(finding: dict[str, Any]) -> str:
    return json.dumps([finding["resource"], finding["title"]])


def _answers(url: str) -> bool:
    import socket
    from urllib.parse import urlsplit

    where = urlsplit(url)
    with socket.socket() as s:
        s.settimeout(2)
        return s.connect_ex((str(where.hostname), int(where.port or 0))) == 0
