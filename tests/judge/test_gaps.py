from __future__ import annotations

from dataclasses import replace

import pytest

from driftscan.judge import mirror
from driftscan.model.drift import Change, Severity, Verdict
from driftscan.model.finding import Kind
from driftscan.model.snapshot import Gap
from driftscan.model.value import Unknown
from tests.judge.estate import ACCOUNTS, QUEUE, Estate, address
from tests.judge.test_state import kept

DENIED = Gap(ACCOUNTS["prod"], "eu-west-1", QUEUE, "sqs", "ListQueues", "AccessDenied", "sqs:ListQueues", "grant sqs:ListQueues")


def test_one_finding_per_call_and_code() -> None:
    many = [replace(DENIED, region=r) for r in ("eu-west-1", "us-east-1", "ap-south-1")]
    tags = replace(DENIED, operation="ListQueueTags", address=address("prod", "q"), code="Throttling")
    judged = Estate().judge(gaps=([], [*many, tags]))
    assert sorted(f.title for f in judged.findings) == [
        "prod: sqs ListQueueTags failed with Throttling in account 444444444444, eu-west-1, so that SQS queue could not be read whole",
        "prod: sqs ListQueues failed with AccessDenied in account 444444444444, 3 regions, so that SQS queue could not be read whole",
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


UNREAD = replace(DENIED, operation="GetQueueAttributes", member=("Policy", "DelaySeconds"))


def undecided(candidate: object, reference: object, *more: Change, member: str = "Policy") -> Estate:
    estate = Estate()
    for key in ("a", "b"):
        estate.pair(key, Change((member,), candidate, reference, "AccessDenied"), *more)
    return estate


def test_pairs_that_one_gap_leaves_undecided_are_one_finding() -> None:
    judged = undecided("x", Unknown("AccessDenied")).judge(gaps=([], [UNREAD]))
    (finding,) = judged.findings
    assert finding.title.endswith("so that SQS queue could not be read whole; 2 pairs are undecided")
    assert (judged.ledger[0].unknown, judged.ledger[0].equal, judged.parity) == (2, 0, None)


def test_unread_on_both_sides_needs_a_gap_on_both() -> None:
    estate = undecided(Unknown("AccessDenied"), Unknown("AccessDenied"))
    stage = replace(UNREAD, account=ACCOUNTS["stage"])
    assert {f.kind for f in estate.judge(gaps=([stage], [UNREAD])).findings} == {Kind.GAP}
    assert {f.kind for f in estate.judge(gaps=([], [UNREAD])).findings} == {Kind.GAP, Kind.CHANGED}


@pytest.mark.parametrize(
    "gap",
    [
        replace(UNREAD, member=("Other",)),
        replace(UNREAD, code="Throttling"),
        replace(UNREAD, account="999999999999"),
        replace(UNREAD, type="AWS::SNS::Topic"),
        replace(UNREAD, member=()),
        replace(UNREAD, member=(), address=address("prod", "other")),
    ],
)
def test_a_gap_about_something_else_explains_nothing(gap: Gap) -> None:
    judged = undecided("x", Unknown("AccessDenied")).judge(gaps=([], [gap]))
    assert [f.kind for f in judged.findings].count(Kind.CHANGED) == 2


def test_a_gap_of_the_very_resource_explains_it() -> None:
    gap = replace(UNREAD, member=(), address=address("prod", "a-prod"))
    judged = undecided("x", Unknown("AccessDenied")).judge(gaps=([], [gap]))
    assert [f.subject.key for f in judged.findings if f.kind is Kind.CHANGED] == ["b"]


def test_drift_beside_a_gap_stays_a_finding_and_so_does_what_only_is_unresolved() -> None:
    drifted = undecided("x", Unknown("AccessDenied"), Change(("A",), 1, 2)).judge(gaps=([], [UNREAD]))
    assert [f.verdict for f in drifted.findings if f.kind is Kind.CHANGED] == [Verdict.DRIFT] * 2
    unresolved = undecided("sg-1", "sg-2").judge(gaps=([], [UNREAD]))
    assert [f.verdict for f in unresolved.findings if f.kind is Kind.CHANGED] == [Verdict.UNKNOWN] * 2


def test_without_gaps_given_every_undecided_pair_is_a_finding() -> None:
    assert len(undecided("x", Unknown("AccessDenied")).judge().findings) == 2


def test_what_was_drift_last_month_stays_open_by_its_own_name() -> None:
    before = kept(undecided("x", "y").judge())
    drifted = {id: replace(b, verdict="drift") for id, b in before.items()}
    judged = undecided("x", Unknown("AccessDenied")).judge(gaps=([], [UNREAD]), previous=drifted)
    assert {f.id for f in judged.findings if f.kind is Kind.CHANGED} == set(before)


def test_many_calls_of_one_service_are_one_cause() -> None:
    gaps = [replace(DENIED, operation=o, hint=f"grant sqs:{o}") for o in ("A", "B", "C", "D", "E")]
    (finding,) = Estate().judge(gaps=([], gaps)).findings
    assert (
        finding.title
        == "prod: 5 sqs calls failed with AccessDenied in account 444444444444, eu-west-1, so that SQS queue could not be read whole"
    )
    assert finding.reason == "grant sqs:A; grant sqs:B; grant sqs:C; and 2 more"
