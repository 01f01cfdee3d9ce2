"""The scope shrinks by an account, a region, a granted action: it is said at the top, and nothing is solved by it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from driftscan.demo.server import running
from tests.cli import estate
from tests.cli.conftest import driftscan
from tests.shown.months import Json, Months, deny

pytestmark = pytest.mark.slow

ACCOUNTS = {"stage": ("111111111111", "333333333333"), "prod": ("222222222222", "444444444444")}
QUEUES = ((0, "eu-west-1", "orders"), (0, "eu-west-1", "returns"), (0, "us-east-1", "emails"), (1, "eu-west-1", "jobs"))
"""Account, region and name; stage's wait half as long as prod's."""
WIDE = "[eu-west-1, us-east-1]"


def config(accounts: tuple[str, ...] = ACCOUNTS["stage"], regions: str = WIDE, **more: str) -> str:
    """The configuration; `accounts` and `regions` are those of stage."""
    environments = [
        f"  {env}:\n    accounts:\n" + "".join(f'      - {{aws: "{a}", regions: {where}}}\n' for a in those)
        for env, those, where in (("stage", accounts, regions), ("prod", ACCOUNTS["prod"], WIDE))
    ]
    top = "version: 1\norganization: acme\nstore: ./store\ndefaults: {role: driftscan-reader}\n"
    top += "types: ['AWS::SQS::Queue', 'AWS::SNS::Topic']\n"
    rest = "comparisons:\n  - {candidate: stage, reference: prod}\n" + "".join(f"{k}: {v}\n" for k, v in more.items())
    return top + "environments:\n" + "".join(environments) + rest


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running() as at:
        for env, accounts in ACCOUNTS.items():
            for number, region, name in QUEUES:
                wait = "30" if env == "stage" else "60"
                sqs = estate.client(at, accounts[number])("sqs", region)
                sqs.create_queue(QueueName=f"{name}-{env}", Attributes={"VisibilityTimeout": wait})
            estate.client(at, accounts[0])("sns").create_topic(Name=f"events-{env}")
        yield at


@pytest.fixture(scope="module")
def october(url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """October read everything, and found that four queues differ."""
    months = Months(tmp_path_factory.mktemp("october"), url)
    (months.folder / "driftscan.yaml").write_text(config())
    done, report = months.run("2026-10-31")
    assert (done.code, open_findings(report)) == (0, {name: "drift" for _, _, name in QUEUES})
    return months.folder


@pytest.fixture
def months(october: Path, tmp_path: Path, url: str) -> Iterator[Months]:
    """Everything as it was after October."""
    folder = tmp_path / "november"
    shutil.copytree(october, folder)
    yield Months(folder, url)
    deny(url)


def open_findings(report: Json) -> dict[str, str]:
    """The verdict on each queue that October found to differ; its findings have kept their ids."""
    names = {f["resource"]["key"]: f["verdict"] for f in report["findings"] if f["kind"] == "changed"}
    return {key.split(":")[-1].removesuffix("-{env}"): verdict for key, verdict in sorted(names.items())}


def gaps(report: Json) -> list[tuple[str, str, str]]:
    return [(f["severity"], f["verdict"], f["title"]) for f in report["findings"] if f["kind"] == "gap"]


def test_nothing_shrank(months: Months) -> None:
    done, report = months.run("2026-11-30")
    assert (done.code, gaps(report), report["resolved"]) == (0, [], [])
    assert {f["state"] for f in report["findings"]} == {"recurring"}


def test_an_account_less(months: Months) -> None:
    (months.folder / "driftscan.yaml").write_text(config(ACCOUNTS["stage"][:1]))
    done, report = months.run("2026-11-30")
    assert gaps(report) == [("critical", "unknown", "stage: account 333333333333 was read before and is not read any more")]
    assert open_findings(report) == {"orders": "drift", "returns": "drift", "emails": "drift", "jobs": "unknown"}
    assert (done.code, report["resolved"]) == (4, [])
    assert "account 333333333333 was read before and is not read any more" in report["summary"]["notes"][0]


def test_a_region_less(months: Months) -> None:
    (months.folder / "driftscan.yaml").write_text(config(regions="[eu-west-1]"))
    done, report = months.run("2026-11-30")
    assert [title for _, _, title in gaps(report)] == [
        "stage: region us-east-1 of account 111111111111 was read before and is not read any more",
        "stage: region us-east-1 of account 333333333333 was read before and is not read any more",
    ]
    assert {severity for severity, _, _ in gaps(report)} == {"critical"}
    assert open_findings(report) == {"orders": "drift", "returns": "drift", "emails": "unknown", "jobs": "drift"}
    assert (done.code, report["resolved"]) == (4, [])


def test_an_action_less(months: Months) -> None:
    deny(months.url, ("111111111111", "sqs"))
    done, report = months.run("2026-11-30")
    ((severity, verdict, title),) = gaps(report)
    assert (severity, verdict) == ("low", "unknown")
    assert "AccessDenied" in title
    assert [(g["operation"], g["permission"]) for g in report["gaps"]] == [("ListQueues", "sqs:ListQueues")] * 2
    assert open_findings(report) == {"orders": "unknown", "returns": "unknown", "emails": "unknown", "jobs": "drift"}
    assert (done.code, report["resolved"]) == (4, [])


def test_it_stays_until_somebody_accepts_it(months: Months) -> None:
    (months.folder / "driftscan.yaml").write_text(config(ACCOUNTS["stage"][:1]))
    _, november = months.run("2026-11-30")
    done, december = months.run("2026-12-31")
    (gap,) = [f for f in december["findings"] if f["kind"] == "gap"]
    assert (done.code, gap["state"], gap["first_seen"], december["resolved"]) == (4, "recurring", "2026-11", [])
    assert open_findings(december) == open_findings(november)
    people = "owner: a@example.org, approver: b@example.org, ticket: OPS-7, reason: closed"
    waiver = f"{{id: W-1, finding: {gap['id']}, value_digest: {gap['value_digest']}, {people}, expires: 2027-06-30}}"
    (months.folder / "driftscan.yaml").write_text(config(ACCOUNTS["stage"][:1], waivers=f"[{waiver}]"))
    done, january = months.run("2027-01-31")
    assert done.code == 0
    assert [(f["verdict"], f["waiver"]) for f in january["findings"] if f["kind"] == "gap"] == [("waived", "W-1")]
    assert [w for w in january["summary"]["rules"] if w["kind"] == "waiver"] == []
    done, february = months.run("2027-02-28")
    assert (done.code, gaps(february)) == (0, [])
    causes = {r["cause"] for r in february["resolved"]}
    assert causes == {"scope"}


def test_it_is_read_again(months: Months) -> None:
    (months.folder / "driftscan.yaml").write_text(config(regions="[eu-west-1]"))
    months.run("2026-11-30")
    (months.folder / "driftscan.yaml").write_text(config())
    done, december = months.run("2026-12-31")
    assert (done.code, gaps(december)) == (0, [])
    assert open_findings(december) == {name: "drift" for _, _, name in QUEUES}
    assert {r["cause"] for r in december["resolved"] if "was read before" in r["title"]} == {"scope"}


def test_a_run_for_some_types_shrinks_nothing(months: Months) -> None:
    _, report = months.run("2026-11-30", "--only", "AWS::SNS::*")
    assert [g for g in gaps(report) if g[0] == "critical"] == []
    assert driftscan(months.folder, "status", "--store", "store", "--max-age", "99999d").out.count("2026-10-31") >= 1
