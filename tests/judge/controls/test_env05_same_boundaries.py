"""ENV-05: as the findings of the parity comparison say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftscan.judge.controls.env05_same_boundaries import CONTROL
from driftscan.judge.facts.twins import Entitlement
from driftscan.model.control import Standing, Status
from driftscan.model.drift import Meaning, Relation, Verdict
from driftscan.model.finding import Locator
from tests.judge.controls.facts import evidence, facts, status
from tests.judge.controls.twins import met, twins


@pytest.mark.parametrize(
    ("verdict", "wanted"),
    [
        (Verdict.DRIFT, Status.FAIL),
        (Verdict.UNKNOWN, Status.UNKNOWN),
        (Verdict.EXPECTED, Status.PASS),
        (Verdict.WAIVED, Status.PASS),
    ],
)
@pytest.mark.parametrize("environment", ["stage", "prod"])
def test_it_follows_the_findings_of_both_sides(verdict: Verdict, wanted: Status, environment: str) -> None:
    of = facts(twins=twins(boundaries=(met(verdict),)))
    assert status(CONTROL, of, environment) is wanted
    assert [e.finding for e in evidence(CONTROL, of, environment) if e.standing is not Standing.HOLDS] == ["f1"]


def test_without_a_finding_it_is_kept() -> None:
    assert status(CONTROL, facts(twins=twins())) is Status.PASS


def test_the_findings_of_the_other_promise_are_not_its_own() -> None:
    assert status(CONTROL, facts(twins=twins(topology=(met(Verdict.DRIFT),)))) is Status.PASS


def test_where_nothing_was_compared_nobody_knows() -> None:
    assert status(CONTROL, facts(twins=twins(compared=0))) is Status.UNKNOWN


def test_who_is_no_side_of_a_comparison_is_not_held_to_it() -> None:
    assert status(CONTROL, facts()) is Status.NOT_APPLICABLE


def test_a_candidate_is_judged_by_what_it_rehearses_for_alone() -> None:
    """What rehearses for it may differ from it: that is the other environment's promise."""
    (own,) = twins()
    before = replace(own, candidate="test", reference="stage", boundaries=(met(Verdict.DRIFT),))
    assert status(CONTROL, facts(twins=(before, own)), "stage") is Status.PASS


@pytest.mark.parametrize(
    ("relation", "more", "said"),
    [
        (Relation.EQUAL, ((), ()), "Role reader altogether: other policies, and both may do the same"),
        (Relation.REFERENCE_WIDER, ((), ("a", "b")), "Role reader altogether: only prod may do a; b"),
        (Relation.INCOMPARABLE, (("a",), ("b",)), "Role reader altogether: only stage may do a, only prod may do b"),
    ],
)
def test_what_a_principal_may_do_altogether_is_said(relation: Relation, more: tuple[tuple[str, ...], tuple[str, ...]], said: str) -> None:
    whole = Entitlement(
        "Role reader", "Role", "reader", Locator("3", "global", "reader"), Meaning("policy", relation, more), (met(Verdict.DRIFT),)
    )
    (pair,) = twins(boundaries=(met(Verdict.DRIFT),))
    items = evidence(CONTROL, facts(twins=(replace(pair, entitlements=(whole,)),)))
    (item,) = (e for e in items if "altogether" in e.text)
    assert item.text == said
    assert item.standing is (Standing.HOLDS if relation is Relation.EQUAL else Standing.FAILS)
    assert item.finding == ("" if relation is Relation.EQUAL else "f1")


def test_what_bounds_a_principal_too_and_was_not_taken_in_is_said() -> None:
    meaning = Meaning("policy", Relation.REFERENCE_WIDER, ((), ("a",)))
    at = Locator("3", "global", "reader")
    whole = Entitlement("Role reader", "Role", "reader", at, meaning, (met(Verdict.DRIFT),), "service control policies not read")
    (pair,) = twins(boundaries=(met(Verdict.DRIFT),))
    items = evidence(CONTROL, facts(twins=(replace(pair, entitlements=(whole,)),)))
    assert [e.text for e in items if "altogether" in e.text] == [
        "Role reader altogether: only prod may do a (service control policies not read)"
    ]
