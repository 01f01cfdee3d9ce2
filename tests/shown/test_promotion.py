"""A stack that only one environment has: on its way, stalled, or made in prod first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from driftscan.demo.server import running
from tests.cli import estate
from tests.shown.months import Json, Months, reset

pytestmark = pytest.mark.slow

TYPES = "['AWS::CloudFormation::Stack', 'AWS::SQS::Queue', 'AWS::Lambda::Function']"
BEFORE, CAME, DAY_3, DAY_20 = "2026-10-31", "2026-11-05", "2026-11-08", "2026-11-25"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running() as at:
        yield at


@pytest.fixture
def months(url: str, tmp_path: Path) -> Months:
    """In October both environments had a queue, and no stack."""
    reset(url)
    for env, account in estate.ACCOUNTS.items():
        estate.client(url, account)("sqs").create_queue(QueueName=f"orders-{env}")
    made = Months(tmp_path, url)
    (tmp_path / "driftscan.yaml").write_text(estate.config(types=TYPES))
    return made


def deploy(months: Months, env: str) -> None:
    """The stack of a new service: one queue."""
    template = {"Resources": {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"jobs-{env}"}}}}
    estate.client(months.url, estate.ACCOUNTS[env])("cloudformation").create_stack(
        StackName=f"reports-{env}", TemplateBody=json.dumps(template)
    )


def told(report: Json) -> list[tuple[str, str, str, str, str | None, str]]:
    return [
        (f["resource"]["type"].split("::")[-1], f["kind"], f["verdict"], f["severity"], f.get("promotion"), f["moved"])
        for f in report["findings"]
    ]


def test_only_in_stage(months: Months) -> None:
    months.run(BEFORE)
    deploy(months, "stage")
    _, came = months.run(CAME)
    _, third = months.run(DAY_3)
    for report in (came, third):
        assert told(report) == [("Stack", "extra", "expected", "info", "in promotion", "candidate")], report["findings"]
        assert report["summary"]["promotion"] == [report["findings"][0]["id"]]
    _, late = months.run(DAY_20)
    assert [t[:3] + t[4:] for t in told(late)] == [("Stack", "extra", "drift", "stalled promotion", "candidate")]
    assert late["findings"][0]["since"] == f"{CAME}T23:59:59Z"
    assert any("1 promotion stalled" in n for n in late["summary"]["notes"])


def test_it_arrives(months: Months) -> None:
    months.run(BEFORE)
    deploy(months, "stage")
    months.run(CAME)
    deploy(months, "prod")
    _, third = months.run(DAY_3)
    assert told(third) == []


def test_only_in_prod(months: Months) -> None:
    months.run(BEFORE)
    deploy(months, "prod")
    _, third = months.run(DAY_3)
    (stack,) = told(third)
    assert stack == ("Stack", "missing", "drift", "critical", None, "reference")


def test_nobody_knows_who_moved_without_a_past(months: Months) -> None:
    deploy(months, "stage")
    _, first = months.run(DAY_3)
    (stack,) = told(first)
    assert stack[:3] + stack[4:] == ("Stack", "extra", "drift", None, "unknown")


def test_switched_off(months: Months) -> None:
    (months.folder / "driftscan.yaml").write_text(estate.config(types=TYPES, promotion="{max_age: 0d}"))
    months.run(BEFORE)
    deploy(months, "stage")
    _, third = months.run(DAY_3)
    assert [t[2] for t in told(third)] == ["drift"]
