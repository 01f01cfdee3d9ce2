from __future__ import annotations

from dataclasses import replace

from driftscan.judge import mirror
from driftscan.model.drift import Severity, Verdict
from driftscan.model.finding import Kind
from driftscan.model.snapshot import Gap
from tests.judge.estate import ACCOUNTS, QUEUE, Estate, address

DENIED = Gap(ACCOUNTS["prod"], "eu-west-1", QUEUE, "sqs", "ListQueues", "AccessDenied", "sqs:ListQueues", "grant sqs:ListQueues")


def test_one_finding_per_call_and_code() -> None:
    many = [replace(DENIED, region=r) for r in ("eu-west-1", "us-east-1", "ap-south-1")]
    tags = replace(DENIED, operation="ListQueueTags", address=address("prod", "q"), code="Throttling")
    judged = Estate().judge(gaps=([], [*many, tags]))
    assert sorted(f.title for f in judged.findings) == [
        "prod: sqs ListQueueTags failed with Throttling in account 444444444444, eu-west-1, so that SQS queue was not read whole",
        "prod: sqs ListQueues failed with AccessDenied in account 444444444444, 3 regions, so that SQS queue was not read whole",
    ]
    listing = next(f for f in judged.findings if "ListQueues " in f.title)
    assert (listing.kind, listing.verdict, listing.comparison) == (Kind.GAP, Verdict.UNKNOWN, "prod")
    assert listing.reason == "grant sqs:ListQueues"
    assert len(listing.gaps) == 3


def test_an_account_that_cannot_be_reached_is_one_finding() -> None:
    whole = Gap(ACCOUNTS["prod"], "*", "*", "sts", "AssumeRole", "AccessDenied", "sts:AssumeRole", "let the role be assumed")
    other = replace(whole, account="555555555555")
    findings = Estate().judge(gaps=([], [whole, other])).findings
    assert [f.title for f in findings if ACCOUNTS["prod"] in f.title] == ["prod: account 444444444444 could not be read (AccessDenied)"]
    assert [f.severity for f in findings] == [Severity.HIGH] * 2


def test_both_sides_have_gaps_and_their_names_do_not_depend_on_the_comparison() -> None:
    stage = replace(DENIED, account=ACCOUNTS["stage"])
    here = Estate().judge(gaps=([stage], [DENIED])).findings
    there = Estate("dev", "prod").judge(gaps=([], [DENIED])).findings
    assert {f.comparison for f in here} == {"stage", "prod"}
    assert {f.id for f in there} < {f.id for f in here}
    back = mirror.judgement(Estate().judge(gaps=([stage], [DENIED]))).findings
    assert [(f.id, f.comparison) for f in back] == [(f.id, f.comparison) for f in here]


def test_what_could_not_be_compared_without_a_gap_is_said() -> None:
    estate = Estate()
    estate.uncompared.extend((estate.add(0, id), "unread type") for id in ("a", "b"))
    (finding,) = estate.judge(gaps=([], [])).findings
    assert finding.title == "SQS queue: 2 in stage could not be compared, prod has no complete listing of them (unread type)"
    explained = estate.judge(gaps=([], [DENIED])).findings
    assert [f.comparison for f in explained] == ["prod"]
    assert estate.judge().findings == ()


def test_one_environment_over_time_has_one_finding_for_both_snapshots() -> None:
    assert len(Estate("prod", "prod").judge(gaps=([DENIED], [DENIED])).findings) == 1
