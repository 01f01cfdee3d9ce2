"""What policies, rules and routes mean together decides verdict and severity of their changes, and is said in a sentence."""

from __future__ import annotations

import pytest

from driftscan.model.drift import Change, Meaning, Relation, Severity, Verdict
from driftscan.model.finding import FindingChange
from driftscan.model.value import Key, Value
from tests.judge.estate import ROLE, Estate

GROUP = "AWS::EC2::SecurityGroup"
PORT = ("IpPermissions", Key(("tcp/22/22",)))


def judged(meaning: Meaning, *, type: str = GROUP, candidate: Value = "a", reference: Value = "b") -> FindingChange:
    estate = Estate()
    estate.pair("one", Change(PORT, candidate, reference, meaning=meaning), type=type)
    (finding,) = estate.judge().findings
    (change,) = finding.changes
    assert change.meaning == meaning
    return change


def test_one_thing_written_in_two_ways_is_expected_by_a_rule_of_its_own() -> None:
    change = judged(Meaning("ingress", Relation.EQUAL, respelled=True))
    assert (change.verdict, change.rule, change.severity) == (Verdict.EXPECTED, "same-meaning", Severity.INFO)
    assert change.reason == "both sets of rules let in the same, written in two ways"


def test_an_addition_that_another_entry_covers_is_drift_of_the_mildest_kind() -> None:
    change = judged(Meaning("egress", Relation.EQUAL), type=ROLE)
    assert (change.verdict, change.severity) == (Verdict.DRIFT, Severity.LOW)
    assert "changes nothing today" in change.severity_reason


@pytest.mark.parametrize(
    ("relation", "severity", "said"),
    [
        (Relation.CANDIDATE_WIDER, Severity.MEDIUM, "stage lets in more: tcp 22 from 10.0.0.0/8; prod is the stricter one"),
        (Relation.REFERENCE_WIDER, Severity.HIGH, "prod lets in more: tcp 22 from 10.0.0.0/8"),
    ],
)
def test_who_allows_more_decides_and_is_named(relation: Relation, severity: Severity, said: str) -> None:
    more = ("tcp 22 from 10.0.0.0/8",)
    change = judged(Meaning("ingress", relation, (more, ()) if relation is Relation.CANDIDATE_WIDER else ((), more)))
    assert (change.severity, change.severity_reason) == (severity, said)


def test_what_opens_the_last_environment_to_everybody_is_critical() -> None:
    change = judged(Meaning("ingress", Relation.REFERENCE_WIDER, ((), ("tcp 22 from 0.0.0.0/0",)), (False, True)))
    assert (change.severity, change.severity_reason) == (Severity.CRITICAL, "prod is open to everybody: tcp 22 from 0.0.0.0/0")


def test_where_neither_is_wider_both_are_named_and_long_lists_are_cut() -> None:
    change = judged(Meaning("policy", Relation.INCOMPARABLE, (("a on b",), ("c", "d", "e", "f"))), type=ROLE)
    assert change.severity is Severity.HIGH
    assert change.severity_reason.endswith("only stage allows a on b, only prod allows c; d and 2 more")


def test_a_text_that_crosses_into_another_environment_stays_one() -> None:
    crossing = judged(
        Meaning("policy", Relation.EQUAL, respelled=False), type=ROLE, candidate="arn:aws:sqs:{region}:{account:prod}:q", reference="x"
    )
    assert crossing.severity is Severity.HIGH
