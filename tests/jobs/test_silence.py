"""Nothing that tells two documents apart is lost on the way: seals that do not agree <=> the documents show at least one change."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any, Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from driftscan.compare import compare
from driftscan.compare.equal import equal
from driftscan.compare.links import Links
from driftscan.model.drift import Change, Side
from driftscan.model.resource import Canonical
from driftscan.model.settings import PairRule
from driftscan.model.value import Address, show_path
from driftscan.normalize import Normalizer
from tests.normalize import estate
from tests.normalize.estate import CATALOG, vocabulary

TYPE, QUEUE = "AWS::StepFunctions::StateMachine", "AWS::SQS::Queue"

NAMES = ["orders-{env}", "orders-dev", "a", "b", "Stage", "{arn0}", "{arn1}", "x {arn0}"]


def documents(*more: str) -> st.SearchStrategy[dict[str, Any]]:
    """Documents as a plan. more: names beside the usual ones, for members and texts."""
    names = st.sampled_from([*NAMES, *more])
    leaves = st.one_of(names, st.integers(0, 2), st.booleans())
    values = st.recursive(
        leaves, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)), max_leaves=7
    )
    return st.fixed_dictionaries(
        {}, optional={"Tags": st.dictionaries(names, leaves, max_size=3), "definition": st.dictionaries(names, values, max_size=3)}
    )


bodies = documents("orders-stage", "orders-prod")


def _spelled(value: Any, side: estate.Side) -> Any:
    """A document as an environment writes it: `{env}` is its own word, `{arn0}` its queue number 0."""
    if isinstance(value, dict):
        return {_spelled(k, side): _spelled(v, side) for k, v in value.items()}
    if isinstance(value, list):
        return [_spelled(v, side) for v in value]
    if isinstance(value, str):
        for n in (0, 1):
            value = value.replace(f"{{arn{n}}}", side.arn("sqs", f"queue-{n}-{side.env}"))
        return value.replace("{env}", side.env)
    return value


def compared(one: dict[str, Any], other: dict[str, Any]) -> tuple[bool, tuple[Change, ...]]:
    """(whether the seals agree, the changes of the pair)."""
    made: list[tuple[Side, dict[Address, Canonical], Address]] = []
    for side, document in ((estate.Side(), one), (estate.prod(), other)):
        for n in (0, 1):
            name = f"queue-{n}-{side.env}"
            side.add(QUEUE, name, {"QueueName": name, "QueueArn": side.arn("sqs", name)}, arn=side.arn("sqs", name))
        value = {k: json.dumps(v) if k == "definition" else v for k, v in _spelled(document, side).items()}
        at = side.add(TYPE, f"thing-{side.env}", value)
        known = vocabulary(side.env, side.region, names={**estate.WORDS, "dev": ("dev",)})
        snapshot = side.snapshot(known)
        normalizer = Normalizer(snapshot, CATALOG, known)
        forms = {r.address: normalizer.canonical(r) for r in snapshot.resources()}
        made.append((Side(side.env, side.env, {a: f.seal for a, f in forms.items()}, {}), forms, at))

    def body(which: Literal["candidate", "reference"], address: Address) -> Canonical:
        return made[which == "reference"][1][address]

    c, r = made[0], made[1]
    comparison = compare(c[0], r[0], body, CATALOG, (PairRule(TYPE, c[2].id, r[2].id),), same_environment=False)
    links = Links(c[0], r[0])
    for pair in comparison.compared:
        links.pair(pair.pair.candidate, pair.pair.reference)
    links.released = True
    (found,) = [p.changes for p in comparison.compared if p.pair.candidate == c[2]]
    return equal(c[1][c[2]].seal, r[1][r[2]].seal, links), found


def agree(one: Any, other: Any) -> bool:
    """Whether stage's document and prod's come to the same, found by looking at every way to put their parts together."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other or _neutral(one, estate.Side()) == _neutral(other, estate.prod())
    if type(one) is not type(other) or not isinstance(one, dict | list | tuple):
        return type(one) is type(other) and bool(one == other)
    if isinstance(one, tuple):
        return all(map(agree, one, other))
    ours, theirs = (list(d.items()) if isinstance(d, dict) else d for d in (one, other))
    return len(ours) == len(theirs) and any(all(map(agree, ours, order)) for order in permutations(theirs))


def _neutral(text: str, side: estate.Side) -> str:
    for own in (side.env, side.account, side.region):
        text = text.replace(own, "*")
    return text


def _said(document: dict[str, Any]) -> dict[str, Any]:
    """The document without tags where it has none: that is one thing."""
    return {name: value for name, value in document.items() if name != "Tags" or value}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(bodies, bodies)
@example({"Tags": {"orders-stage": 1}}, {"Tags": {"orders-dev": 1}})
@example({"Tags": {"{arn0}": 1}}, {"Tags": {"{arn1}": 1}})
def test_seals_that_do_not_agree_show_a_change(one: dict[str, Any], other: dict[str, Any]) -> None:
    alike, found = compared(one, other)
    assert not (alike and found)
    assert (not found) == agree(_spelled(_said(one), estate.Side()), _spelled(_said(other), estate.prod()))
    assert not any(c.code for c in found)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(documents())
def test_twins_are_silent(one: dict[str, Any]) -> None:
    assert compared(one, one)[1] == ()


@pytest.mark.parametrize(
    ("one", "other", "paths"),
    [
        ({"orders-dev": 1, "x": 2}, {"orders-prod": 1, "x": 2}, ["Tags.orders-dev", 'Tags["orders-{env}"]']),
        ({"orders-{env}": 1, "x": 2}, {"orders-{env}": 1, "x": 3}, ["Tags.x"]),
        ({"orders-{env}": 1}, {"orders-{env}": 2}, ['Tags["orders-{env}"]']),
        ({"orders-prod": 1}, {"orders-prod": 1}, []),
        ({"{arn0}": 1}, {"{arn0}": 2}, ['Tags["queue-0-{env}"]']),
    ],
)
def test_where_a_key_differs(one: dict[str, Any], other: dict[str, Any], paths: list[str]) -> None:
    found = [show_path(c.path) for c in compared({"Tags": one}, {"Tags": other})[1]]
    assert found == paths
