"""ENV-03: nothing points into another environment."""

from __future__ import annotations

from dataclasses import replace

from driftscan.judge.controls.env03_no_crossing import CONTROL
from driftscan.judge.facts.blind import Blind
from driftscan.judge.facts.crossings import Crossing
from driftscan.model.control import Standing, Status
from driftscan.model.finding import Locator
from tests.judge.controls.facts import evidence, facts, said, status

POINTS = Crossing(
    "prod", "arn:x", "its account 4", "SNS topic news", "Topic", "news", Locator("3", "r", "t"), ("Policy", "AWS"), "{account:prod}"
)
DENIED = (Blind("Topic", "AccessDenied", "3", 1),)


def test_what_stays_inside_keeps_it() -> None:
    assert status(CONTROL, facts(crossings={"stage": ()})) is Status.PASS


def test_a_value_that_points_elsewhere_breaks_it() -> None:
    of = facts(crossings={"stage": (POINTS,)})
    assert status(CONTROL, of) is Status.FAIL
    assert said(evidence(CONTROL, of), Standing.FAILS) == ["SNS topic news: Policy.AWS points into prod (its account 4): arn:x"]


def test_what_is_shared_may_be_pointed_at_and_is_named() -> None:
    of = facts(crossings={"stage": (replace(POINTS, shared="artifacts"),)})
    assert status(CONTROL, of) is Status.PASS
    assert said(evidence(CONTROL, of), Standing.ACCEPTED) == [
        "SNS topic news: Policy.AWS points into prod (its account 4): arn:x; shared: artifacts"
    ]


def test_what_was_not_read_is_unknown_and_hides_nothing_that_is_wrong() -> None:
    assert status(CONTROL, facts(crossings={"stage": ()}, blind={"stage": DENIED})) is Status.UNKNOWN
    assert status(CONTROL, facts(crossings={"stage": (POINTS,)}, blind={"stage": DENIED})) is Status.FAIL
    assert status(CONTROL, facts()) is Status.UNKNOWN
