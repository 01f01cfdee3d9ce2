from __future__ import annotations

from datetime import timedelta

import pytest

from driftscan.judge.moved import Movement
from driftscan.judge.promotion import IN_PROMOTION, RULE, STALLED, promotion
from driftscan.model.drift import Change, Verdict
from driftscan.model.finding import Finding, Kind, Moved
from driftscan.model.value import ABSENT, Unknown
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


WITHOUT, WITH = [(31, ABSENT)], [(31, {})]


@pytest.mark.parametrize(
    ("side", "type", "own", "other", "verdict", "state", "moved"),
    [
        (0, FUNCTION, [(31, ABSENT), (3, {})], WITHOUT, Verdict.EXPECTED, IN_PROMOTION, Moved.CANDIDATE),
        (0, FUNCTION, WITHOUT, WITHOUT, Verdict.EXPECTED, IN_PROMOTION, Moved.CANDIDATE),
        (0, FUNCTION, [(61, ABSENT), (31, {})], [(61, ABSENT)], Verdict.DRIFT, STALLED, Moved.CANDIDATE),
        (0, FUNCTION, WITH, WITHOUT, Verdict.DRIFT, "", Moved.UNKNOWN),
        (0, FUNCTION, WITH, WITH, Verdict.DRIFT, "", Moved.REFERENCE),
        (0, FUNCTION, WITHOUT, [], Verdict.DRIFT, "", Moved.UNKNOWN),
        (0, FUNCTION, WITHOUT, [(31, Unknown("denied"))], Verdict.DRIFT, "", Moved.UNKNOWN),
        (0, FUNCTION, [], [], Verdict.DRIFT, "", Moved.UNKNOWN),
        (0, "AWS::IAM::Role", WITHOUT, WITHOUT, Verdict.DRIFT, "", Moved.CANDIDATE),
        (1, FUNCTION, WITHOUT, WITHOUT, Verdict.DRIFT, "", Moved.REFERENCE),
        (1, FUNCTION, WITH, WITH, Verdict.DRIFT, "", Moved.CANDIDATE),
    ],
)
def test_resources_that_one_side_made_or_took_away(
    side: int,
    type: str,
    own: list,
    other: list,
    verdict: Verdict,
    state: str,
    moved: Moved,  # type: ignore[type-arg]
) -> None:
    estate = Estate()
    a = estate.alone(side, "pay", type)
    history = Past({(a, ()): own}, {(a, "stage" if side else "prod"): other})
    finding = estate.judge(history=history).findings[0]
    assert (finding.verdict, finding.promotion, finding.moved) == (verdict, state, moved)
    assert finding.kind is (Kind.MISSING if side else Kind.EXTRA)


def test_age_counts_from_when_it_was_seen() -> None:
    """A comparison of old snapshots is judged by the clock of the judgement, not by theirs."""
    estate = Estate()
    a = estate.alone(0, "pay", FUNCTION)
    history = Past({(a, ()): [(90, ABSENT)]}, {(a, "prod"): [(90, ABSENT)]})
    finding = estate.judge(history=history, seen=NOW - timedelta(days=60)).findings[0]
    assert (finding.promotion, finding.since) == (STALLED, NOW - timedelta(days=60))


def test_over_time_nothing_is_in_promotion() -> None:
    estate = Estate("prod", "prod")
    estate.pair("pay", Change(("CodeSha256",), "new", "old"), type=FUNCTION)
    assert estate.judge().findings[0].verdict is Verdict.DRIFT
