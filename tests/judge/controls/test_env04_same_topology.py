"""ENV-04: as the findings of the parity comparison say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftscan.judge.controls.env04_same_topology import CONTROL
from driftscan.model.control import Standing, Status
from driftscan.model.drift import Verdict
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
    of = facts(twins=twins(topology=(met(verdict),)))
    assert status(CONTROL, of, environment) is wanted
    assert [e.finding for e in evidence(CONTROL, of, environment) if e.standing is not Standing.HOLDS] == ["f1"]


def test_without_a_finding_it_is_kept() -> None:
    assert status(CONTROL, facts(twins=twins())) is Status.PASS


def test_the_findings_of_the_other_promise_are_not_its_own() -> None:
    assert status(CONTROL, facts(twins=twins(boundaries=(met(Verdict.DRIFT),)))) is Status.PASS


def test_where_nothing_was_compared_nobody_knows() -> None:
    assert status(CONTROL, facts(twins=twins(compared=0))) is Status.UNKNOWN


def test_who_is_no_side_of_a_comparison_is_not_held_to_it() -> None:
    assert status(CONTROL, facts()) is Status.NOT_APPLICABLE


def test_a_candidate_is_judged_by_what_it_rehearses_for_alone() -> None:
    """What rehearses for it may differ from it: that is the other environment's promise."""
    (own,) = twins()
    before = replace(own, candidate="test", reference="stage", topology=(met(Verdict.DRIFT),))
    assert status(CONTROL, facts(twins=(before, own)), "stage") is Status.PASS
