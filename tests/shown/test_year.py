"""A stranger's year: the wheel alone, `init`, three periods; then the store elsewhere, and a store that somebody wrote anew."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from driftscan.demo.server import running
from driftscan.model.resource import Resource
from tests.cli import estate
from tests.cli.conftest import Result
from tests.shown.chain import rewrite
from tests.shown.stranger import ROOT, Stranger, wheel

PERIODS = ("2026-09-30", "2026-10-31", "2026-11-30")
TYPES = "types: ['AWS::SQS::*', 'AWS::SNS::*', 'AWS::IAM::Role', 'AWS::Lambda::Function']\n"


@dataclass
class Year:
    """Where it was spent, what every month's process left, and the digests of the files that it wrote."""

    wheel: Path
    stranger: Stranger
    months: dict[str, Result] = field(default_factory=dict)

    def report(self, period: str) -> Any:
        return json.loads((self.stranger.home / period / "report.json").read_text())


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """`init` and three months with the wheel alone; in October stage's queue is mended, in November prod has a topic more."""
    folder = tmp_path_factory.mktemp("year")
    built = wheel(folder)
    made = Year(built, Stranger(folder / "first", built))
    run, home = made.stranger, made.stranger.home
    assert run("init").code == 0
    config = home / "driftscan.yaml"
    text = config.read_text().replace("111122223333", estate.ACCOUNTS["stage"]).replace("444455556666", estate.ACCOUNTS["prod"])
    config.write_text(text.replace("regions: enabled ", f"regions: [{estate.REGION}] ") + TYPES)
    with running() as url:
        for env, account in estate.ACCOUNTS.items():
            estate.build(env, estate.client(url, account))
        stage = estate.client(url, estate.ACCOUNTS["stage"])
        estate.break_it(stage)
        for number, as_of in enumerate(PERIODS):
            if number == 1:
                queue = stage("sqs").get_queue_url(QueueName="orders-stage")["QueueUrl"]
                stage("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "60"})
            if number == 2:
                estate.client(url, estate.ACCOUNTS["prod"])("sns").create_topic(Name="alarms-prod")
            args = ("run", "--output-dir", as_of, "--as-of", as_of, "--quiet", "--output", f"json={as_of}/again.json")
            made.months[as_of] = run(*args, env=dict(estate.environ(url)))
    yield made


@pytest.mark.slow
def test_nothing_of_the_repository_is_there(year: Year) -> None:
    paths = year.stranger.paths()
    assert paths[-1].startswith(str(year.stranger.home.parent))
    assert not [p for p in paths if p == str(ROOT) or p.startswith(f"{ROOT}/driftscan")]


@pytest.mark.slow
def test_each_month_says_what_is_new_and_what_is_gone(year: Year) -> None:
    assert [(m, r.code, r.err) for m, r in year.months.items()] == [(m, 0, "") for m in PERIODS]
    reports = [year.report(m) for m in PERIODS]
    found = [
        [
            (f["kind"], f["resource"]["type"], f["state"])
            for f in r["findings"]
            if (f["comparison"], f["verdict"]) == ("stage..prod", "drift")
        ]
        for r in reports
    ]
    assert found == [[("changed", "AWS::SQS::Queue", "new")], [], [("missing", "AWS::SNS::Topic", "new")]]
    assert [[(g["cause"], g["last_seen"]) for g in r["resolved"]] for r in reports] == [[], [("cloud", "2026-09")], []]
    assert "first run in this store" in reports[0]["summary"]["verdict"]
    assert [r["run"]["previous_run"] for r in reports] == [None, reports[0]["run"]["id"], reports[1]["run"]["id"]]
    assert all("first run" not in r["summary"]["verdict"] for r in reports[1:])


@pytest.fixture(scope="module")
def other(year: Year, tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    """Another environment, with a copy of the store and of the configuration, without the redaction key and without any cloud."""
    there = Stranger(tmp_path_factory.mktemp("other"), year.wheel)
    shutil.copytree(year.stranger.home / "store", there.home / "store")
    shutil.copytree(year.stranger.home / "baselines", there.home / "baselines")
    for name in ("driftscan.yaml", "smaller-stage.yaml", "waivers.yaml"):
        if (year.stranger.home / name).exists():
            shutil.copy(year.stranger.home / name, there.home / name)
    return there


@pytest.mark.slow
def test_a_copy_elsewhere_verifies_and_renders_the_same_bytes(year: Year, other: Stranger) -> None:
    verified = other("verify")
    assert (verified.code, verified.out.splitlines()[0][:24]) == (0, "consistent, unanchored: ")
    anchor = next(s["digest"] for s in year.report(PERIODS[0])["snapshots"] if s["environment"] == "prod")
    assert other("verify", "--anchor", anchor).out.startswith("consistent, anchored: ")
    elsewhere = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    for as_of in PERIODS:
        wrote = ("--output", "json=new.json", "--output", "html=new.html")
        for more in (("--store", "store"), ("--again",)):
            done = other("report", "--period", as_of[:7], *more, *wrote, env=elsewhere)
            assert done.code == 0, done.err
            for name in ("json", "html"):
                assert _digest(other.home / f"new.{name}") == _digest(year.stranger.home / as_of / f"report.{name}"), (as_of, more, name)


@pytest.mark.slow
@pytest.mark.parametrize(("how", "keep"), [("rewritten", 3), ("shortened", 2)])
def test_a_past_that_was_written_anew_needs_an_anchor_to_be_seen(year: Year, other: Stranger, how: str, keep: int) -> None:
    store = other.home / how
    rewrite(year.stranger.home / "store", store, keep=keep, change=_quieter if how == "rewritten" else lambda r: r)
    alone = other("verify", "--store", how)
    assert (alone.code, alone.out.splitlines()[0][:24]) == (0, "consistent, unanchored: ")
    newest = next(s["digest"] for s in year.report(PERIODS[-1])["snapshots"] if s["environment"] == "stage")
    assert other("verify", "--anchor", newest).code == 0, "the store as it was holds the anchor"
    caught = other("verify", "--store", how, "--anchor", newest)
    assert caught.code == 5
    assert "rewritten or shortened" in caught.err


def _quieter(resource: Resource) -> Resource:
    """September's difference never was: what somebody might wish to have reported."""
    value = resource.value
    if isinstance(value, dict) and value.get("VisibilityTimeout") == "30":
        return replace(resource, value={**value, "VisibilityTimeout": "60"})
    return resource


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
