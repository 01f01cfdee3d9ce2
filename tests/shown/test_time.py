"""Findings over months: what is new, comes back or grows worse; which run counts; why what is gone is gone; which rules are stale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from driftscan.demo.server import running
from tests.cli import estate
from tests.shown.months import Json, Months, reset, told

pytestmark = pytest.mark.slow

TYPES = "['AWS::SQS::Queue', 'AWS::SNS::Topic']"
SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER, JANUARY = "2026-09-30", "2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running() as at:
        yield at


@pytest.fixture
def months(url: str, tmp_path: Path) -> Months:
    """Two environments with a queue each, that are twins."""
    reset(url)
    for env, account in estate.ACCOUNTS.items():
        estate.client(url, account)("sqs").create_queue(QueueName=f"orders-{env}", Attributes={"VisibilityTimeout": "60"})
    made = Months(tmp_path, url)
    configure(made)
    return made


def configure(months: Months, **more: str) -> None:
    (months.folder / "driftscan.yaml").write_text(estate.config(types=TYPES, **more))


def wait(months: Months, seconds: int) -> None:
    """How long stage's queue waits from now on; prod's waits 60."""
    sqs = estate.client(months.url, estate.ACCOUNTS["stage"])("sqs")
    url = sqs.get_queue_url(QueueName="orders-stage")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})


def states(report: Json) -> list[tuple[str, str]]:
    return [(f["state"], f["first_seen"]) for f in report["findings"]]


def test_a_first_run_says_so(months: Months) -> None:
    _, first = months.run(OCTOBER)
    assert "first run in this store" in first["summary"]["verdict"]
    assert any("holds no earlier snapshot" in n for n in first["summary"]["notes"])
    _, second = months.run(NOVEMBER)
    assert "first run" not in second["summary"]["verdict"]
    assert not any("no earlier" in n for n in second["summary"]["notes"])


def test_only_part_of_a_month_is_no_run_to_compare_with(months: Months) -> None:
    months.run(OCTOBER, "--only", "AWS::SNS::*")
    _, first = months.run(NOVEMBER)
    assert "no earlier final run to compare with" in first["summary"]["verdict"]
    assert first["run"]["previous_run"] is None


def test_a_finding_recurs_grows_worse_is_gone_and_comes_back(months: Months) -> None:
    found = []
    for as_of, seconds in ((SEPTEMBER, 30), (OCTOBER, 30), (NOVEMBER, 10), (DECEMBER, 60), (JANUARY, 30)):
        wait(months, seconds)
        found.append(months.run(as_of)[1])
    assert [states(r) for r in found] == [
        [("new", "2026-09")],
        [("recurring", "2026-09")],
        [("worse", "2026-09")],
        [],
        [("reopened", "2026-09")],
    ]
    assert [[(g["cause"], g["last_seen"], g["first_seen"]) for g in r["resolved"]] for r in found] == [
        [], [], [], [("cloud", "2026-11", "2026-09")], []
    ]  # fmt: skip


def test_what_counts_is_the_last_final_run_of_an_earlier_month(months: Months) -> None:
    wait(months, 30)
    months.run("2026-10-10")
    wait(months, 60)
    _, october = months.run(OCTOBER)
    assert (states(october), october["resolved"]) == ([], []), "a run of the same month is no past of it"
    months.run(f"{OCTOBER}T23:59:59", "--only", "AWS::SNS::*")
    wait(months, 30)
    _, early = months.run("2026-11-10")
    _, november = months.run(NOVEMBER)
    for report in (early, november):
        assert report["run"]["previous_run"] == october["run"]["id"], "not the first of October, nor the one that read topics alone"
        assert states(report) == [("new", "2026-11")]


def test_gone_with_a_rule(months: Months) -> None:
    """Two queues that nothing but a declaration pairs."""
    for env, name in (("stage", "left"), ("prod", "right")):
        attributes = {"VisibilityTimeout": "45" if env == "stage" else "90", "DelaySeconds": "7" if env == "stage" else "11"}
        estate.client(months.url, estate.ACCOUNTS[env])("sqs").create_queue(QueueName=name, Attributes=attributes)
    ids = [f"arn:aws:sqs:{estate.REGION}:{estate.ACCOUNTS[env]}:{name}" for env, name in (("stage", "left"), ("prod", "right"))]
    plain = estate.config(types=TYPES)
    pair = f"pairs: [{{type: 'AWS::SQS::Queue', candidate: '{ids[0]}', reference: '{ids[1]}'}}]"
    declared = plain.replace("{candidate: stage, reference: prod}", f"{{candidate: stage, reference: prod, {pair}}}")
    (months.folder / "driftscan.yaml").write_text(declared)
    _, october = months.run(OCTOBER)
    (changed,) = october["findings"]
    assert changed["kind"] == "changed"
    (months.folder / "driftscan.yaml").write_text(plain)
    _, november = months.run(NOVEMBER)
    assert [(g["id"], g["cause"]) for g in november["resolved"]] == [(changed["id"], "rule")]
    assert [f["kind"] for f in november["findings"]] == ["missing", "extra"] or [f["kind"] for f in november["findings"]] == [
        "extra",
        "missing",
    ]


def test_gone_with_the_cloud_although_the_rules_changed_too(months: Months) -> None:
    wait(months, 30)
    _, october = months.run(OCTOBER)
    wait(months, 60)
    configure(months, promotion="{max_age: 7d}")
    _, november = months.run(NOVEMBER)
    assert [(g["id"], g["cause"]) for g in november["resolved"]] == [(october["findings"][0]["id"], "cloud")]


def test_gone_with_the_scope(months: Months) -> None:
    """The comparison is not made any more: its findings are gone, and nobody solved them."""
    wait(months, 30)
    _, october = months.run(OCTOBER)
    text = estate.config(types=TYPES).replace("candidate: stage, reference: prod", "candidate: prod, reference: stage")
    (months.folder / "driftscan.yaml").write_text(text)
    _, november = months.run(NOVEMBER)
    assert [(g["id"], g["cause"]) for g in november["resolved"]] == [(october["findings"][0]["id"], "scope")]


def rules(report: Json) -> list[tuple[str, str, Any]]:
    return [(r["id"], r["use"], r.get("since")) for r in report["summary"]["rules"]]


def test_stale_rules_and_waivers_that_end_or_do_nothing(months: Months) -> None:
    wait(months, 30)
    stale = "{id: old-topics, type: 'AWS::SNS::Topic', path: DisplayName, rule: any, reason: r, owner: o}"
    people = "owner: a@example.org, approver: b@example.org, ticket: OPS-7, reason: load test"
    queue = "stage..prod/AWS::SQS::Queue/*orders*/VisibilityTimeout"
    waivers = ", ".join(
        (
            f"{{id: W-1, finding: '{queue}', candidate: 30, reference: 60, {people}, expires: 2026-12-10}}",
            f"{{id: W-2, finding: '{queue.replace('orders', 'nothing')}', candidate: 30, reference: 60, {people}, expires: 2027-06-30}}",
        )
    )
    configure(months, expected=f"[{stale}]", waivers=f"[{waivers}]")
    _, september = months.run(SEPTEMBER)
    assert rules(september) == [("old-topics", "unused", "2026-09"), ("W-2", "unused", "2026-09")]
    months.run(OCTOBER)
    _, november = months.run(NOVEMBER)
    assert rules(november) == [("old-topics", "unused", "2026-09"), ("W-2", "unused", "2026-09"), ("W-1", "ending", None)]
    texts = {r["id"]: r["text"] for r in november["summary"]["rules"]}
    assert texts["old-topics"].endswith("as in every period since 2026-09")
    assert texts["W-1"] == "waiver W-1 accepts 1 difference until 2026-12-10, 10 days from now"
    assert any("1 waiver ends within 30 days" in n for n in november["summary"]["notes"])
    assert told(november, "waived") == told(november, "waived", "drift", "unknown"), "the waiver still holds"
    _, december = months.run(DECEMBER)
    assert ("W-1", "expired", None) in rules(december)
    assert [f["verdict"] for f in december["findings"]] == ["drift"]
    estate.client(months.url, estate.ACCOUNTS["stage"])("sns").create_topic(Name="news-stage", Attributes={"DisplayName": "n"})
    estate.client(months.url, estate.ACCOUNTS["prod"])("sns").create_topic(Name="news-prod", Attributes={"DisplayName": "m"})
    _, january = months.run(JANUARY)
    assert [id for id, _, _ in rules(january)] == ["W-1", "W-2"] or [id for id, _, _ in rules(january)] == ["W-2", "W-1"]
