"""ENV-02: names and tags carry their own environment's word."""

from __future__ import annotations

from driftscan.judge.controls.env02_distinct_namespaces import CONTROL
from driftscan.judge.facts.blind import Blind
from driftscan.judge.facts.names import NAME, Foreign, Names
from driftscan.model.control import Standing, Status
from driftscan.model.finding import Locator
from tests.judge.controls.facts import evidence, facts, said, status

CLEAN = Names(3, 2, ())
AT = Locator("3", "r", "q")
WRONG = Names(2, 2, (Foreign("prod", "prod", "orders-prod", "SQS queue orders-prod", "Queue", "orders", AT, (NAME,), "orders-prod"),))
DENIED = (Blind("Topic", "AccessDenied", "3", 1),)


def test_names_of_its_own_keep_it() -> None:
    assert status(CONTROL, facts(names={"stage": CLEAN})) is Status.PASS


def test_a_name_with_the_word_of_another_breaks_it() -> None:
    of = facts(names={"stage": WRONG})
    assert status(CONTROL, of) is Status.FAIL
    assert said(evidence(CONTROL, of), Standing.FAILS) == ["SQS queue orders-prod: its name orders-prod carries the word of prod"]


def test_what_was_not_read_is_unknown_and_hides_nothing_that_is_wrong() -> None:
    assert status(CONTROL, facts(names={"stage": CLEAN}, blind={"stage": DENIED})) is Status.UNKNOWN
    assert status(CONTROL, facts(names={"stage": WRONG}, blind={"stage": DENIED})) is Status.FAIL
    assert status(CONTROL, facts(names={"stage": CLEAN}, blind={"prod": DENIED})) is Status.PASS
    assert status(CONTROL, facts()) is Status.UNKNOWN
