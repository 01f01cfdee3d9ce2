from __future__ import annotations

from datetime import timedelta

import pytest

from driftscan.judge.moved import Movement
from driftscan.judge.promotion import IN_PROMOTION, RULE, STALLED, promotion
from driftscan.model.drift import Change, Verdict
from driftscan.model.finding import Finding, Kind, Moved
from driftscan.model.value import ABSENT
from tests.judge.estate import NOW, Estate, Past, settings

TWO_WEEKS = timedelta(days=14)
FUNCTION = "AWS::Lambda::Version"


@pytest.mark.parametrize(
    ("by", "days", "aspect", "max_age", "expected"),
    [
        (Moved.CANDIDATE, 0, "artifact", TWO_WEEKS, IN_PROMOTION),
        (Moved.CANDIDATE, 13, "artifact", TWO_WEEKS, IN_PROMOTION),
        (Moved.CANDIDATE, 14, "artifact", TWO_WEEKS, STALLED),
        (Moved.CANDIDATE, 0, "iam", TWO_WEEKS, ""),
        (Moved.REFERENCE, 0, "artifact", TWO_WEEKS, ""),
        (Moved.BOTH, 0, "artifact", TWO_WEEKS, ""),
        (Moved.UNKNOWN, 0, "artifact", TWO_WEEKS, ""),
        (Moved.CANDIDATE, 0, "artifact", timedelta(0), ""),
    ],
)
def test_what_is_in_promotion(by: Moved, days: int, aspect: str, max_age: timedelta, expected: str) -> None:
    assert promotion(Movement(by, NOW - timedelta(days=days)), aspect, NOW, max_age) == expected


def version(past: list[tuple[int, str]], **given: object) -> Finding:
    estate = Estate()
    pair = estate.pair("pay", Change(("CodeSha256",), "new", "old"), type=FUNCTION, bodies=({"CodeSha256": "new"}, {"CodeSha256": "old"}))
    path = ("CodeSha256",)
    history = Past({(pair.candidate, path): past, (pair.reference, path): [(d, "old") for d, _ in past]})
    return estate.judge(settings(**given), history).findings[0]


def test_stage_ahead_of_prod_is_expected_for_a_while() -> None:
    finding = version([(31, "old"), (3, "new")])
    assert (finding.verdict, finding.rule, finding.promotion) == (Verdict.EXPECTED, RULE, IN_PROMOTION)
    assert finding.reason == "in promotion: stage moved by 2026-10-29, prod still is as stage was before"


def test_and_then_a_stalled_promotion() -> None:
    finding = version([(61, "old"), (31, "new")])
    assert (finding.verdict, finding.promotion) == (Verdict.DRIFT, STALLED)
    assert finding.title == "Stalled promotion: Lambda function version pay: CodeSha256 is new in stage, old in prod"
    assert finding.reason.startswith("stalled promotion, apart since 2026-10-01")


def test_no_age_switches_it_off() -> None:
    finding = version([(31, "old"), (3, "new")], promotion_max_age=timedelta(0))
    assert (finding.verdict, finding.promotion) == (Verdict.DRIFT, "")


@pytest.mark.parametrize(
    ("side", "type", "past", "verdict", "state"),
    [
        (0, FUNCTION, [(31, ABSENT), (3, {})], Verdict.EXPECTED, IN_PROMOTION),
        (0, FUNCTION, [(31, ABSENT)], Verdict.EXPECTED, IN_PROMOTION),
        (0, FUNCTION, [(61, ABSENT), (31, {})], Verdict.DRIFT, STALLED),
        (0, FUNCTION, [(61, {}), (31, {})], Verdict.DRIFT, ""),
        (0, FUNCTION, [], Verdict.DRIFT, ""),
        (0, "AWS::IAM::Role", [(31, ABSENT), (3, {})], Verdict.DRIFT, ""),
        (1, FUNCTION, [(31, ABSENT), (3, {})], Verdict.DRIFT, ""),
    ],
)
def test_resources_that_are_new_in_one_side(side: int, type: str, past: list, verdict: Verdict, state: str) -> None:  # type: ignore[type-arg]
    estate = Estate()
    a = estate.alone(side, "pay", type)
    finding = estate.judge(history=Past({(a, ()): past})).findings[0]
    assert (finding.verdict, finding.promotion) == (verdict, state)
    if past and past[0][1] is ABSENT:
        assert finding.moved is (Moved.REFERENCE if side else Moved.CANDIDATE)
    assert finding.kind is (Kind.MISSING if side else Kind.EXTRA)


def test_over_time_nothing_is_in_promotion() -> None:
    estate = Estate("prod", "prod")
    estate.pair("pay", Change(("CodeSha256",), "new", "old"), type=FUNCTION)
    assert estate.judge().findings[0].verdict is Verdict.DRIFT
