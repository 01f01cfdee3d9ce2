"""`driftscan doctor` against a real server, on a terminal and elsewhere."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli import estate
from tests.cli.conftest import Run, clean_environ

TYPES = '["AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::IAM::Role"]'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "driftscan.yaml").write_text(estate.config(types=TYPES))
    return tmp_path


@pytest.fixture
def denied(server: str) -> Iterator[None]:
    """Stage's role may not read SQS."""

    def deny(what: list[dict[str, str]]) -> None:
        urllib.request.urlopen(urllib.request.Request(f"{server}/_demo/deny", json.dumps(what).encode(), method="POST")).read()

    deny([{"account": estate.ACCOUNTS["stage"], "service": "sqs"}])
    yield
    deny([])


def test_all_is_well(folder: Path, cli: Run, server: str) -> None:
    done = cli("doctor", env=dict(estate.environ(server)))
    assert done.code == 0, done.out + done.err
    lines = done.out.splitlines()
    assert {line.split()[0] for line in lines} == {"ok", "note"}  # no key, no run yet
    for env, account in estate.ACCOUNTS.items():
        assert any(f"{env} {account}: read as arn:aws:sts::{account}:assumed-role/driftscan-reader/driftscan-" in line for line in lines)
        assert any(f"{env} {account}: 1 region: eu-west-1" in line for line in lines)
        assert any(f"{env} {account}: nothing that a scan needs is denied (one call tried at each of 3 services)" in line for line in lines)
        assert any(f"{env}: clocks agree" in line for line in lines)
    assert not (folder / ".driftscan.key").exists()
    assert not (folder / "store").exists()


def test_what_is_denied_is_told_before_a_scan(folder: Path, cli: Run, server: str, denied: None) -> None:
    done = cli("doctor", "--quiet", env=dict(estate.environ(server)))
    assert done.code == 4
    assert "denied: sqs:ListQueues; 1 of 3 types cannot be read" in done.out
    assert not [line for line in done.out.splitlines() if line.startswith("ok ")]
    found = json.loads(cli("doctor", "--json", env=dict(estate.environ(server))).out)
    (row,) = [c for c in found if c["state"] == "unread"]
    assert row["topic"] == f"stage {estate.ACCOUNTS['stage']}"
    assert "driftscan permissions aws" in row["hint"]


def test_a_login_that_is_over_is_named(folder: Path, cli: Run, server: str) -> None:
    config = folder / "config"
    config.write_text(
        "[profile stage]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\nregion = eu-west-1\n"
        "[sso-session s]\nsso_region = eu-west-1\nsso_start_url = https://example.org/start\n"
    )
    text = estate.config(types=TYPES).replace("{role: driftscan-reader,", "{profile: stage,")
    (folder / "driftscan.yaml").write_text(text)
    env = {**estate.environ(server), "AWS_CONFIG_FILE": str(config), "HOME": str(folder)}
    done = cli("doctor", env={k: v for k, v in env.items() if k not in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")})
    assert done.code == 4
    assert "aws sso login --profile stage" in done.out


def test_a_store_that_cannot_be_made(folder: Path, cli: Run, server: str) -> None:
    (folder / "file").write_text("")
    (folder / "driftscan.yaml").write_text(estate.config(types=TYPES).replace("./store", "./file/store"))
    done = cli("doctor", env=dict(estate.environ(server)))
    assert done.code == 1
    assert "cannot be made" in done.out


def test_on_a_terminal_it_is_a_list_and_markup_means_itself(folder: Path) -> None:
    (folder / "driftscan.yaml").write_text(estate.config(types=TYPES).replace("{role: driftscan-reader,", '{profile: "[/nope]\\e[2J",'))
    ours, theirs = pty.openpty()
    env = clean_environ() | {"TERM": "xterm-256color", "COLUMNS": "200", "AWS_EC2_METADATA_DISABLED": "true", "HOME": str(folder)}
    with subprocess.Popen([sys.executable, "-m", "driftscan", "doctor"], cwd=folder, env=env, stdout=theirs, stderr=subprocess.PIPE) as ran:
        os.close(theirs)
        out = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            out += part
        assert ran.wait(60) == 4
    os.close(ours)
    text = out.decode()
    assert "✓" in text
    assert "✗" in text
    assert "[/nope]" in text
    assert "\x1b[2J" not in text
