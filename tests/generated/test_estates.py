"""Two hundred random estates: a clean twin is silent, a mutation is found at its path, unknown is never equal nor missing."""

from __future__ import annotations

import random

import pytest

from driftscan.catalog import load
from tests.generated import names
from tests.generated.estate import SPREADS, drawable, estate
from tests.generated.invariants import examine
from tests.generated.mutations import ADDED, drawn
from tests.generated.names import Habit

CASES, AT_ONCE = 200, 10


@pytest.mark.parametrize("first", range(0, CASES, AT_ONCE))
def test_the_invariants_hold(first: int) -> None:
    failed = {str(e): f for seed in range(first, first + AT_ONCE) if (f := examine(e := estate(seed)).failures)}
    assert failed == {}


def test_the_same_seed_gives_the_same_estate() -> None:
    assert estate(5) == estate(5)
    assert estate(5) != estate(6)


def test_the_two_sides_share_no_account() -> None:
    for seed in range(20):
        made = estate(seed)
        assert {a.account for a in made.counterparts()}.isdisjoint(a.account for a in made.counterparts().values())


def test_most_types_of_the_catalogue_are_drawn_and_every_habit() -> None:
    assert len(drawable()) > 150
    some = [estate(seed) for seed in range(CASES)]
    assert len({x.address.type for e in some for side in e.sides for x in side}) > 100
    assert {e.habit.place for e in some} == {*names.PLACES}
    assert {e.habit.style for e in some} == {*names.STYLES}
    assert {e.habit.end for e in some} == {*names.ENDS}
    assert {e.spread for e in some} == {*SPREADS}
    assert any(len(e.accounts(0)) == 2 for e in some)
    assert any(len(e.regions(1)) == 2 for e in some)


def test_mutations_of_every_kind_are_tried() -> None:
    kinds = set()
    for seed in range(40):
        raw = estate(seed).sides[0][0]
        found = drawn(random.Random(seed), load().specs[raw.address.type], raw.value)
        if found is not None:
            mutation, value = found
            kinds.add(mutation.kind)
            assert value != raw.value
    assert kinds == {"changed", "member removed", "element removed", *ADDED}


@pytest.mark.parametrize(
    ("habit", "expected"),
    [
        (Habit((("uat",), ("live",)), "first"), ("uat-orders-dead", "live-orders-dead")),
        (Habit((("uat",), ("live",)), "middle", "camel"), ("OrdersUatDead", "OrdersLiveDead")),
        (Habit((("uat",), ("live",)), "glued"), ("orders-deaduat", "orders-deadlive")),
        (Habit((("uat",), ("live",)), "last", "snake"), ("orders_dead_uat", "orders_dead_live")),
        (
            Habit((("uat",), ("live",)), "first", end="cut"),
            ("uat-orders-dead-the-one-that-ser", "live-orders-dead-the-one-that-se"),
        ),
    ],
)
def test_names_follow_the_habit(habit: Habit, expected: tuple[str, str]) -> None:
    made = tuple(
        habit.rename(e, {f"orders-{e}-dead"})(f"arn:x:{name}")[6:]
        for e, name in (("stage", "orders-stage-dead"), ("prod", "orders-prod-dead"))
    )
    assert made == expected


def test_what_the_invariants_say_of_an_estate_with_drift() -> None:
    """The net has no hole: an estate whose sides are no twins fails."""
    made = estate(0, ["AWS::SQS::Queue"])
    first = made.sides[1][0]
    queues = (type(first)(first.address, {**first.value, "DelaySeconds": "17"}, first.arn, first.parent, first.reads), *made.sides[1][1:])
    worse = type(made)(made.seed, made.habit, made.region, made.types, (made.sides[0], queues))
    assert "noise" in {invariant for invariant, *_ in examine(worse).failures}
