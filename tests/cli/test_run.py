"""The whole way: two accounts on a real server, one planted difference, `driftscan run` finds exactly that one."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli import estate
from tests.cli.conftest import Result, driftscan

TYPES = [
    "AWS::DynamoDB::Table",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::VPC",
    "AWS::IAM::Role",
    "AWS::Lambda::Function",
    "AWS::S3::Bucket",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
]

RULES = """\
rules:
  - id: visible
    select: {type: "AWS::SQS::Queue", key: "orders-{env}"}
    expect: {VisibilityTimeout: 60}
    reason: because
  - id: no-users
    select: {type: "AWS::IAM::User"}
    count: {max: 0}
    reason: because
"""


@pytest.fixture(scope="module")
def ran(server: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A folder in which `driftscan run` was called once."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "driftscan.yaml").write_text(estate.config(types=json.dumps(TYPES)))
    (folder / "baselines").mkdir()
    (folder / "baselines" / "prod.yaml").write_text(RULES)
    done = driftscan(folder, "run", "--output-dir", "out", "--as-of", "2026-11-30", "-vv", env=dict(estate.environ(server)))
    return folder, done


def report(folder: Path) -> Any:
    return json.loads((folder / "out" / "report.json").read_text())


def test_it_finds_exactly_the_planted_difference(ran: tuple[Path, Result]) -> None:
    folder, done = ran
    assert done.code == 0, done.err
    drift = [f for f in report(folder)["findings"] if f["verdict"] == "drift"]
    assert [(f["kind"], f["resource"]["type"]) for f in drift] == [("changed", "AWS::SQS::Queue")]
    (change,) = drift[0]["changes"]
    assert (change["path"], change["candidate"], change["reference"]) == ("VisibilityTimeout", 30, 60)
    assert drift[0]["resource"]["candidate"]["account"] == estate.ACCOUNTS["stage"]


def test_each_environment_was_judged_by_its_rules(ran: tuple[Path, Result]) -> None:
    folder, _ = ran
    (kept,) = report(folder)["baselines"]
    assert (kept["environment"], kept["comparison"]) == ("prod", "prod..baseline")
    assert [(r["rule"], r["held"], r["unknown"]) for r in kept["rules"]] == [("visible", 1, 0), ("no-users", 0, 1)]
    (blind,) = [f for f in report(folder)["findings"] if f["kind"] == "baseline"]
    assert (blind["verdict"], blind["changes"][0]["code"]) == ("unknown", "unread type"), "users were not read here"


def test_everything_else_was_paired(ran: tuple[Path, Result]) -> None:
    folder, _ = ran
    (comparison,) = report(folder)["comparisons"]
    assert comparison["paired"] >= 11
    assert (comparison["extra"], comparison["missing"]) == (0, 0)
    assert {row["type"] for row in comparison["ledger"]} == set(TYPES)


def test_files_and_streams_hold_what_they_should(ran: tuple[Path, Result]) -> None:
    folder, done = ran
    assert sorted(p.name for p in (folder / "out").iterdir()) == ["report.html", "report.json"]
    assert "VisibilityTimeout" in done.out
    assert "\x1b" not in done.out
    assert "wrote out/report.html and out/report.json" in done.err
    assert (folder / ".driftscan.key").stat().st_mode & 0o777 == 0o600
    assert "made a redaction key: .driftscan.key" in done.err


def test_a_secret_is_nowhere(ran: tuple[Path, Result]) -> None:
    folder, done = ran
    key = (folder / ".driftscan.key").read_text().strip()
    for secret in ("hunter2", key):
        assert secret not in done.out + done.err
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != ".driftscan.key"):
            assert secret.encode() not in path.read_bytes(), path


def test_the_same_snapshots_give_the_same_bytes(ran: tuple[Path, Result]) -> None:
    folder, _ = ran
    for seed, zone, locale in (("1", "UTC", "C"), ("2", "Asia/Tokyo", "C.UTF-8")):
        env = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale}
        args = [
            "--as-of",
            "2026-11-30",
            "--output",
            f"json={seed}.json",
            "--output",
            f"html={seed}.html",
            "--output",
            f"pairs={seed}.pairs",
        ]
        assert driftscan(folder, "diff", "stage", "prod", *args, env=env).code == 0
    for name in ("json", "html", "pairs"):
        assert (folder / f"1.{name}").read_bytes() == (folder / f"2.{name}").read_bytes()
        assert (folder / f"1.{name}").stat().st_size > 0


def test_an_exception_names_its_commit_and_the_stored_run_does_without_git(ran: tuple[Path, Result], server: str, tmp_path: Path) -> None:
    rule = '[{id: slow, type: "*", path: VisibilityTimeout, rule: any, reason: "a trial", owner: platform}]'
    (tmp_path / "driftscan.yaml").write_text(estate.config(types='["AWS::SQS::Queue"]', expected=rule))
    git = ("git", "-C", str(tmp_path), "-c", "user.name=Ann", "-c", "user.email=a@example.org")
    for command in (("init", "-q"), ("add", "driftscan.yaml"), ("commit", "-q", "-m", "Expect a trial")):
        subprocess.run([*git, *command], check=True, timeout=20)
    done = driftscan(tmp_path, "run", "--output-dir", "out", "--as-of", "2026-11-30", env=dict(estate.environ(server)))
    assert done.code == 0, done.err
    (accepted,) = report(tmp_path)["summary"]["accepted"]
    assert (accepted["commit"]["author"], accepted["commit"]["subject"]) == ("Ann", "Expect a trial")
    shutil.rmtree(tmp_path / ".git")
    again = driftscan(tmp_path, "report", "-o", "json=again.json", "-o", "html=again.html", env={"PATH": ""})
    assert again.code == 0, again.err
    for kind in ("json", "html"):
        assert (tmp_path / f"again.{kind}").read_bytes() == (tmp_path / "out" / f"report.{kind}").read_bytes()


def test_the_other_way_round_is_the_mirror(ran: tuple[Path, Result]) -> None:
    folder, _ = ran
    done = driftscan(folder, "diff", "prod", "stage", "--as-of", "2026-11-30", "--output", "json=-")
    (change,) = next(f for f in json.loads(done.out)["findings"] if f["verdict"] == "drift")["changes"]
    assert (change["candidate"], change["reference"]) == (60, 30)


def test_fail_on(ran: tuple[Path, Result]) -> None:
    folder, _ = ran
    severity = next(f["severity"] for f in report(folder)["findings"] if f["verdict"] == "drift")
    assert driftscan(folder, "diff", "stage", "prod", "--fail-on", severity, "--quiet").code == 3
    assert driftscan(folder, "diff", "stage", "prod", "--fail-on", "critical", "--quiet").code == 0


def test_explain_show_history_snapshots_verify(ran: tuple[Path, Result]) -> None:
    folder, _ = ran
    made = report(folder)
    id = next(f["id"] for f in made["findings"] if f["verdict"] == "drift")
    explained = driftscan(folder, "explain", id[:8])
    assert explained.code == 0, explained.err
    for part in ("paired by name", 'candidate raw, VisibilityTimeout: "30"', "reference canonical: 60", "sqs:GetQueueAttributes"):
        assert part in explained.out
    promise = driftscan(folder, "explain", "ENV-04")
    assert "stage: PASS in run" in promise.out and "What to do" in promise.out
    assert json.loads(driftscan(folder, "explain", "env-04", "--json").out)["control"]["id"] == "ENV-04"
    shown = json.loads(driftscan(folder, "show", "acme-prod-uploads-222222222222", "--in", "prod").out)
    assert shown["type"] == "AWS::S3::Bucket"
    canonical = json.loads(driftscan(folder, "show", "orders-stage", "--canonical").out)
    assert canonical["name"] == "orders-{env}"
    assert "first seen" in driftscan(folder, "history", "orders-stage").out
    listed = json.loads(driftscan(folder, "snapshots", "--json").out)
    assert [row["environment"] for row in listed] == ["stage", "prod"]
    anchor = next(s["digest"] for s in made["snapshots"] if s["environment"] == "prod")
    verified = driftscan(folder, "verify", "--anchor", anchor)
    assert (verified.code, verified.out[:20]) == (0, "consistent, anchored")
    assert driftscan(folder, "verify", "--anchor", "0" * 64).code == 5


def test_the_plan_makes_no_call_to_read(ran: tuple[Path, Result], server: str) -> None:
    folder, _ = ran
    done = driftscan(folder, "scan", "--plan", "stage", "--only", "AWS::SQS::*", env=dict(estate.environ(server)))
    assert done.code == 0, done.err
    assert done.out.startswith("stage: at least ")
    assert f"{estate.ACCOUNTS['stage']}: " in done.out
    assert len(json.loads(driftscan(folder, "snapshots", "--json").out)) == 2
