from __future__ import annotations

import pytest

from driftscan.judge.changes import OWN_SECRET
from driftscan.model.drift import Change, Verdict
from driftscan.model.finding import Finding, Moved
from driftscan.model.value import ABSENT, Redacted, Value
from tests.judge.estate import Estate, Past

PATH = ("Environment", "Variables", "DB_PASSWORD")
FUNCTION = "AWS::Lambda::Function"


def secret(digest: str) -> Redacted:
    return Redacted("secret", (digest,), "k1")


def function(
    candidate: Value, reference: Value, past: tuple[Value, Value] | None = None, names: tuple[str, str] = ("stage", "prod")
) -> Finding:
    estate = Estate(*names)
    bodies = ({"Environment": {"Variables": {"DB_PASSWORD": candidate}}}, {"Environment": {"Variables": {"DB_PASSWORD": reference}}})
    pair = estate.pair("pay", Change(PATH, candidate, reference), type=FUNCTION, bodies=bodies)
    series = {(pair.candidate, PATH): [(31, past[0])], (pair.reference, PATH): [(31, past[1])]} if past else {}
    return estate.judge(history=Past(series)).findings[0]


def test_a_secret_of_its_own_in_each_environment_is_no_drift() -> None:
    finding = function(secret("a"), secret("b"))
    assert (finding.verdict, finding.rule) == (Verdict.EXPECTED, OWN_SECRET)


def test_a_secret_that_moved_away_from_the_other_is_drift() -> None:
    finding = function(secret("a"), secret("b"), (secret("b"), secret("b")))
    assert (finding.verdict, finding.changes[0].moved) == (Verdict.DRIFT, Moved.CANDIDATE)


@pytest.mark.parametrize(("candidate", "reference"), [(secret("a"), ABSENT), (ABSENT, secret("b")), (secret("a"), "plain")])
def test_a_secret_that_only_one_side_has_is_drift(candidate: Value, reference: Value) -> None:
    assert function(candidate, reference).verdict is Verdict.DRIFT


def test_a_setting_is_no_secret() -> None:
    assert function(Redacted("setting", ("#a",), "k1"), Redacted("setting", ("#b",), "k1")).verdict is Verdict.DRIFT


def test_one_environment_over_time_rotated_its_secret() -> None:
    assert function(secret("a"), secret("b"), names=("prod", "prod")).verdict is Verdict.DRIFT
