"""ENV-04: as the findings of the parity comparison say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftscan.judge.controls.env04_same_topology import CONTROL
from driftscan.judge.facts.shape import Bend, Shape, Uneven
from driftscan.model.control import Standing, Status
from driftscan.model.drift import Verdict
from driftscan.model.finding import Locator
from tests.judge.controls.facts import evidence, facts, said, status
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
    of = facts(twins=twins(topology=(met(verdict),)))
    assert status(CONTROL, of, environment) is wanted
    assert [e.finding for e in evidence(CONTROL, of, environment) if e.standing is not Standing.HOLDS] == ["f1"]


def test_without_a_finding_it_is_kept() -> None:
    assert status(CONTROL, facts(twins=twins())) is Status.PASS


def test_the_findings_of_the_other_promise_are_not_its_own() -> None:
    assert status(CONTROL, facts(twins=twins(boundaries=(met(Verdict.DRIFT),)))) is Status.PASS


def test_where_nothing_was_compared_nobody_knows() -> None:
    assert status(CONTROL, facts(twins=twins(compared=0))) is Status.UNKNOWN


AT = Locator("333333333333", "eu-west-1", "listener/https")


def bend(
    verdict: Verdict, code: str = "", only: tuple[tuple[str, ...], tuple[str, ...]] = (("TargetGroup green",), ("TargetGroup blue",))
) -> Bend:
    path = ("DefaultActions", "TargetGroupArn")
    return Bend("Listener https", "Listener", "https", AT, path, ((), ()) if code else only, code, verdict, met(verdict).finding)


@pytest.mark.parametrize(
    ("verdict", "code", "wanted"),
    [
        (Verdict.DRIFT, "", Status.FAIL),
        (Verdict.EXPECTED, "", Status.PASS),
        (Verdict.WAIVED, "", Status.PASS),
        (Verdict.UNKNOWN, "unread type", Status.UNKNOWN),
    ],
)
def test_a_reference_that_leads_elsewhere_is_evidence_beside_the_finding_on_it(verdict: Verdict, code: str, wanted: Status) -> None:
    of = facts(twins=twins(shape=Shape((3, 3), (2, 2), (0, 2), (bend(verdict, code),))))
    assert status(CONTROL, of) is wanted
    (told,) = [e for e in evidence(CONTROL, of) if e.type == "Listener"]
    assert (told.finding, told.path, told.at, told.code) == ("f1", ("DefaultActions", "TargetGroupArn"), AT, code)
    assert told.text == (
        "Listener https: whether DefaultActions.TargetGroupArn refers to the same could not be told (unread type)"
        if code
        else "Listener https: DefaultActions.TargetGroupArn refers to TargetGroup green in stage, to TargetGroup blue in prod"
    )


def test_what_only_one_side_refers_to_is_named_so_far_as_it_is_short() -> None:
    five = tuple(f"Subnet {n}" for n in "abcde")
    of = facts(twins=twins(shape=Shape(bends=(bend(Verdict.DRIFT, only=((), five)),))))
    assert said(evidence(CONTROL, of), Standing.FAILS) == [
        "Listener https: DefaultActions.TargetGroupArn refers to Subnet a, Subnet b, Subnet c and 2 more in prod alone"
    ]


@pytest.mark.parametrize(
    ("numbers", "wanted"),
    [
        ((2, 3), "Subnet a: 2 in stage against 3 in prod"),
        ((3, 3), "Subnet a: whichever belongs to which, they hang together in another way"),
    ],
)
def test_what_cannot_be_told_apart_and_is_no_one_graph_breaks_it(numbers: tuple[int, int], wanted: str) -> None:
    group = Uneven("Subnet a", "Subnet", "a", numbers, met(Verdict.UNKNOWN).finding)
    of = facts(twins=twins(shape=Shape(uneven=(group,))))
    assert status(CONTROL, of) is Status.FAIL
    assert said(evidence(CONTROL, of), Standing.FAILS) == [wanted]


def test_it_says_how_large_both_are_and_how_much_differs() -> None:
    one = facts(twins=twins(shape=Shape((12, 12), (30, 30), (0, 0))))
    assert said(evidence(CONTROL, one), Standing.HOLDS) == [
        "stage..prod: 12 resources and 30 references in stage, 12 and 30 in prod; none differs"
    ]
    other = facts(twins=twins(shape=Shape((12, 13), (30, 33), (1, 3))))
    assert said(evidence(CONTROL, other), Standing.HOLDS) == [
        "stage..prod: 12 resources and 30 references in stage, 13 and 33 in prod; 1 resource and 3 references differ"
    ]


def test_who_is_no_side_of_a_comparison_is_not_held_to_it() -> None:
    assert status(CONTROL, facts()) is Status.NOT_APPLICABLE


def test_a_candidate_is_judged_by_what_it_rehearses_for_alone() -> None:
    """What rehearses for it may differ from it: that is the other environment's promise."""
    (own,) = twins()
    before = replace(own, candidate="test", reference="stage", topology=(met(Verdict.DRIFT),))
    assert status(CONTROL, facts(twins=(before, own)), "stage") is Status.PASS
