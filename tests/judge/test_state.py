from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from driftscan.judge import earlier
from driftscan.model.drift import Ambiguous, Change, Severity, Verdict
from driftscan.model.finding import Earlier, Finding, Judgement, Kind, Resolved, State
from driftscan.model.settings import Expected
from driftscan.model.snapshot import Gap
from driftscan.model.value import Key, Unknown
from tests.judge.estate import ACCOUNTS, QUEUE, Estate, settings


def kept(judged: Judgement, **changes: Any) -> dict[str, Earlier]:
    """What a report of October kept of a judgement."""
    return {
        f.id: replace(
            Earlier(
                id=f.id,
                kind=str(f.kind),
                verdict=str(f.verdict),
                severity=str(f.severity),
                aspect=f.aspect,
                comparison=f.comparison,
                value_digest=f.value_digest,
                first_seen="2026-09",
                last_seen="2026-10",
                title=f.title,
                subject=f.subject,
                changes=tuple(c.value_digest for c in f.changes),
                group=f.group,
                owner=f.owner,
            ),
            **changes,
        )
        for f in judged.findings
    }


def queue(*changes: Change) -> Estate:
    estate = Estate()
    estate.pair("orders", *changes)
    return estate


HERE, THERE = Change(("L", Key(("x",)), "A"), 1, 2), Change(("L", Key(("y",)), "A"), 1, 2)
A12, A13, B12 = Change(("A",), 1, 2), Change(("A",), 1, 3), Change(("B",), 1, 2)


@pytest.mark.parametrize(
    ("then", "now", "state"),
    [
        ((A12,), (A12,), State.RECURRING),
        ((A12,), (A13,), State.WORSE),
        ((A12,), (A12, B12), State.WORSE),
        ((A12, B12), (A12,), State.RECURRING),
        ((A12, B12), (A13,), State.WORSE),
        ((HERE,), (HERE, THERE), State.WORSE),
        ((HERE, THERE), (THERE,), State.RECURRING),
    ],
)
def test_recurring_or_worse(then: tuple[Change, ...], now: tuple[Change, ...], state: State) -> None:
    (finding,) = queue(*now).judge(previous=kept(queue(*then).judge())).findings
    assert (finding.state, finding.first_seen) == (state, "2026-09")


def test_a_graver_finding_is_worse_even_with_less_in_it() -> None:
    before = kept(queue(A12, B12).judge(), severity=str(Severity.INFO))
    assert queue(A12).judge(previous=before).findings[0].state is State.WORSE


def test_new_ones_are_first_seen_now() -> None:
    judged = queue(A12).judge(previous={})
    assert (judged.findings[0].state, judged.findings[0].first_seen) == (State.NEW, "2026-11")
    assert queue(A12).judge(period="2026-W44").findings[0].first_seen == "2026-W44"


def test_what_was_resolved_and_is_back_is_reopened() -> None:
    (finding,) = queue(A12).judge(previous=kept(queue(A12).judge(), open=False)).findings
    assert (finding.state, finding.first_seen) == (State.REOPENED, "2026-09")


def test_what_comes_to_be_expected_is_still_the_same_finding() -> None:
    rule = Expected("r", QUEUE, "A", "any", "because", "o")
    judged = queue(A12).judge(settings(expected=(rule,)), previous=kept(queue(A12).judge()))
    assert (judged.findings[0].verdict, judged.findings[0].state) == (Verdict.EXPECTED, State.RECURRING)
    assert judged.resolved == ()


def one(judged: Judgement) -> tuple[tuple[Finding, ...], tuple[Resolved, ...]]:
    return judged.findings, judged.resolved


def test_equal_again_is_resolved_by_the_cloud() -> None:
    before = kept(queue(A12).judge())
    assert one(queue().judge(previous=before)) == ((), (Resolved(next(iter(before)), "cloud", "2026-10"),))


def test_a_counterpart_that_came_resolves_what_was_missing() -> None:
    alone = Estate()
    alone.alone(1, "orders")
    before = kept(alone.judge())
    assert one(queue().judge(previous=before)) == ((), (Resolved(next(iter(before)), "cloud", "2026-10"),))
    differs = queue(A12).judge(previous=before)
    assert [f.kind for f in differs.findings] == [Kind.CHANGED]
    assert [r.cause for r in differs.resolved] == [None]


def test_gone_from_both_accounts_is_resolved_by_the_cloud() -> None:
    before = kept(queue(A12).judge())
    rest = Estate()
    rest.pair("other")
    assert [r.cause for r in rest.judge(previous=before).resolved] == ["cloud"]


def test_an_account_that_is_read_no_more_is_no_cause_that_we_know() -> None:
    assert [r.cause for r in Estate().judge(previous=kept(queue(A12).judge())).resolved] == [None]


@pytest.mark.parametrize("type", [QUEUE, "*"])
@pytest.mark.parametrize("side", [0, 1])
def test_what_cannot_be_read_any_more_stays_open_as_unknown(type: str, side: int) -> None:
    estate = Estate()
    estate.incomplete[side][type] = "AccessDenied"
    before = kept(queue(A12).judge())
    judged = estate.judge(previous=before)
    (finding,) = judged.findings
    assert (finding.id, finding.verdict, finding.kind) == (next(iter(before)), Verdict.UNKNOWN, Kind.CHANGED)
    assert (finding.state, finding.first_seen) == (State.RECURRING, "2026-09")
    assert finding.title == "SQS queue orders: A is 1 in stage, 2 in prod (could not be read again: AccessDenied)"
    assert judged.resolved == ()
    again = estate.judge(previous=kept(judged)).findings[0]
    assert again.title == finding.title, "a second month does not add a second sentence"


def test_a_resource_whose_counterpart_cannot_be_looked_for_stays_open() -> None:
    estate = queue(A12)
    before = kept(estate.judge())
    pair = estate.compared.pop().pair
    del estate.seals[1][pair.reference]
    estate.uncompared.append((pair.candidate, "AccessDenied"))
    assert [(f.verdict, f.kind) for f in estate.judge(previous=before).findings] == [(Verdict.UNKNOWN, Kind.CHANGED)]


def test_a_detail_that_cannot_be_read_keeps_the_finding_by_its_id() -> None:
    unread = queue(Change(("A",), Unknown("AccessDenied"), 2, "AccessDenied"))
    (finding,) = unread.judge(previous=kept(queue(A12).judge())).findings
    assert finding.verdict is Verdict.UNKNOWN
    assert finding.state is not State.NEW


def test_ambiguous_now_is_not_resolved() -> None:
    estate = queue(A12)
    before = kept(estate.judge())
    pair = estate.compared.pop().pair
    estate.ambiguous.append(Ambiguous(QUEUE, (pair.candidate,), (pair.reference,), "orders"))
    judged = estate.judge(previous=before)
    assert judged.resolved == ()
    assert sorted(f.kind for f in judged.findings) == [Kind.AMBIGUOUS, Kind.CHANGED]


def test_findings_of_other_comparisons_are_left_alone() -> None:
    judged = queue().judge(previous=kept(queue(A12).judge(), comparison="dev..stage"))
    assert one(judged) == ((), ())


def test_gaps_recur_and_close() -> None:
    gap = Gap(ACCOUNTS["prod"], "eu-west-1", QUEUE, "sqs", "ListQueues", "AccessDenied", "sqs:ListQueues", "grant sqs:ListQueues")
    first = Estate().judge(gaps=([], [gap]))
    wider = Estate().judge(gaps=([], [gap, replace(gap, region="us-east-1")]), previous=kept(first))
    assert [f.state for f in wider.findings] == [State.RECURRING]
    assert [r.cause for r in Estate().judge(gaps=([], []), previous=kept(first)).resolved] == ["cloud"]
    assert Estate().judge(previous=kept(first)).resolved == ()


def test_what_an_earlier_report_says() -> None:
    report = {
        "run": {"period": "2026-10"},
        "findings": [
            {
                "id": "f1",
                "kind": "changed",
                "verdict": "drift",
                "severity": "low",
                "aspect": "capacity",
                "state": "new",
                "first_seen": "2026-08",
                "value_digest": "v",
                "comparison": "stage..prod",
                "group": "g",
                "owner": None,
                "title": "t",
                "resource": {
                    "type": QUEUE,
                    "key": "orders",
                    "match": {"reason": "name", "confidence": 1.0},
                    "candidate": {"account": "1", "region": "r", "id": "i", "arn": "a"},
                    "reference": {"account": "2", "region": "r", "id": "live", "address": "api|live"},
                },
                "changes": [{"path": "A", "pointer": "/A", "value_digest": "c"}, {"path": "B", "pointer": "/B"}],
                "later": "additions are ignored",
            }
        ],
        "resolved": [{"id": "f2", "cause": "cloud", "last_seen": "2026-09"}],
    }
    found = earlier(report)
    assert sorted(found) == ["f1", "f2"]
    assert (found["f1"].open, found["f1"].changes, found["f1"].last_seen, found["f1"].first_seen) == (True, ("c",), "2026-10", "2026-08")
    subject = found["f1"].subject
    assert (subject.type, subject.key, subject.match) == (QUEUE, "orders", "name")
    assert subject.candidate is not None
    assert (subject.candidate.id, subject.candidate.ref, subject.candidate.arn) == ("i", "", "a")
    assert subject.reference is not None
    assert (subject.reference.id, subject.reference.ref) == ("api|live", "live")
    assert (found["f2"].open, found["f2"].first_seen) == (False, "2026-09")
