"""`check`, `baseline capture`, `baseline lint` and `diff prod baseline:NAME`, as a person types them, over a stored month."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from driftscan.store import Store
from tests.cli.conftest import Run
from tests.jobs.estate import ACCOUNTS, queue, snapshot

CONFIG = f"""\
version: 1
organization: acme
environments:
  stage:
    accounts:
      - {{aws: "{ACCOUNTS["stage"]}"}}
  prod:
    accounts:
      - {{aws: "{ACCOUNTS["prod"]}"}}
min_coverage: 0
"""
RULE = """\
rules:
  - id: visible
    select: {type: "AWS::SQS::Queue"}
    expect: {VisibilityTimeout: 30}
    severity: high
    reason: because
"""


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """A folder with a configuration, a rule for prod, and a stored snapshot of each environment."""
    (tmp_path / "driftscan.yaml").write_text(CONFIG)
    (tmp_path / "baselines").mkdir()
    (tmp_path / "baselines" / "prod.yaml").write_text(RULE)
    store = Store.open(str(tmp_path / "store"))
    with store.lock():
        for environment in ACCOUNTS:
            snapshot(store, environment, "2026-11-01T06:00:00Z", [queue(environment)])
    return tmp_path


def test_check(estate: Path, cli: Run) -> None:
    found = cli("check", "--fail-on", "high")
    assert found.code == 3
    assert "baselines/prod.yaml:2" in found.out
    assert "is 60, must be 30" in found.out
    assert "no rule is about stage" in found.err
    assert cli("check", "prod", "--fail-on", "critical", "--output", "json=check.json").code == 0
    assert len(json.loads((estate / "check.json").read_bytes())["findings"]) == 1


def test_a_wrong_rule_is_one_line_with_its_place(estate: Path, cli: Run) -> None:
    (estate / "baselines" / "prod.yaml").write_text(RULE + "    serverity: low\n")
    found = cli("check", "prod")
    assert found.code == 2
    assert found.err.splitlines()[0].startswith("driftscan: baselines/prod.yaml:7:5: unknown key `serverity`")
    assert "did you mean `severity`?" in found.err


def test_capture_then_check_then_diff(estate: Path, cli: Run) -> None:
    assert cli("baseline", "capture", "prod", "-o", "baselines/pinned.yaml").code == 0
    assert cli("diff", "prod", "baseline:pinned", "--fail-on", "info").code == 0
    assert cli("diff", "prod", "baseline:prod", "--fail-on", "info").code == 3
    printed = cli("baseline", "capture", "prod", "--types", "AWS::SQS::*")
    assert printed.out == (estate / "baselines" / "pinned.yaml").read_text()


def test_lint(estate: Path, cli: Run) -> None:
    clean = cli("baseline", "lint")
    assert (clean.code, clean.out) == (0, "")
    (estate / "baselines" / "prod.yaml").write_text(RULE.replace("VisibilityTimeout", "VisibilityTimout"))
    wrong = cli("baseline", "lint")
    assert wrong.code == 1
    assert wrong.out.startswith("baselines/prod.yaml:4: problem: visible: AWS::SQS::Queue: no document of it has `VisibilityTimout`")
    (estate / "baselines" / "prod.yaml").write_text(
        RULE.replace("SQS::Queue", "RDS::DBInstance").replace("VisibilityTimeout: 30", "MultiAZ: true")
    )
    assert (cli("baseline", "lint").code, cli("baseline", "lint", "--strict").code) == (0, 1)


def test_without_rules(estate: Path, cli: Run) -> None:
    (estate / "baselines" / "prod.yaml").unlink()
    found = cli("check")
    assert found.code == 2
    assert "no rules are configured" in found.err
    assert "driftscan baseline capture prod" in found.err
