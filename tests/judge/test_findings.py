"""What becomes of a resource that only one side has."""

from __future__ import annotations

from driftscan.judge.changes import COPY
from driftscan.model.drift import Verdict
from driftscan.model.value import Address
from tests.judge.estate import Estate

PAIR = "AWS::EC2::KeyPair"


def copied(candidate: str, reference: str) -> Estate:
    estate = Estate(candidate, reference)
    estate.pair("ops", type=PAIR)
    side = 1 if reference == "prod" else 0
    copy = estate.alone(side, "more", PAIR)
    first = next(a for a in estate.seals[1 - side])
    estate.copies[copy] = Address(PAIR, first.account, "us-east-1", first.id)
    return estate


def test_one_more_copy_in_a_region_is_expected_and_says_of_what() -> None:
    judged = copied("stage", "prod").judge()
    (finding,) = judged.findings
    assert (finding.verdict, finding.rule) == (Verdict.EXPECTED, COPY)
    assert "one more copy of stage's ops-stage" in finding.reason
    assert "us-east-1" in finding.reason
    mirrored = copied("prod", "stage").judge()
    assert [(f.verdict, f.rule, f.reason) for f in mirrored.findings] == [(finding.verdict, finding.rule, finding.reason)]


def test_in_one_environment_over_time_a_copy_is_a_change() -> None:
    estate = copied("stage", "prod")
    estate.candidate = estate.reference = "prod"
    assert [f.verdict for f in estate.judge().findings] == [Verdict.DRIFT]
