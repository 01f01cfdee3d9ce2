"""Blue and green: of two that share a key, the one that receives traffic is the counterpart of the one that does."""

from __future__ import annotations

from typing import Any

import pytest

from driftscan.catalog import load
from driftscan.catalog.decisions import leaves, names_of
from driftscan.catalog.traffic import traffic
from driftscan.model.drift import Comparison
from driftscan.model.resource import MatchKey
from driftscan.model.value import Bag, Keyed, Ref, Value
from tests.compare.estate import Estate, at, canonical, changed, mirrored, outline, partners, run

GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
FLEET = "AWS::AutoScaling::AutoScalingGroup"


def estate(env: str, weights: dict[str, Any], bodies: dict[str, dict[str, Any]] | None = None, fleets: bool = False) -> Estate:
    """A listener that forwards to target groups of one name. weights: id -> weight, None where it has none."""
    out = Estate(env)
    refs = {n: Ref(at(env, GROUP, f"{n}-{env}"), GROUP, n, "arn") for n in weights}
    elements: list[tuple[tuple[Value, ...], Value]] = []
    for n, weight in weights.items():
        out.add(canonical(at(env, GROUP, f"{n}-{env}"), {"Port": 80, **(bodies or {}).get(n, {})}, (MatchKey("name", ("web",)),)))
        elements.append(((refs[n],), {"TargetGroupArn": refs[n]} | ({} if weight is None else {"Weight": weight})))
        if fleets:
            body = {"TargetGroupARNs": Bag((refs[n],)), "Size": 2, **(bodies or {}).get(n, {})}
            out.add(canonical(at(env, FLEET, f"fleet-{n}-{env}"), body, (MatchKey("name", ("fleet",)),)))
    actions = Keyed((((1,), {"ForwardConfig": {"TargetGroups": Keyed(tuple(elements))}}),))
    out.add(canonical(at(env, LISTENER, f"l-{env}"), {"DefaultActions": actions}, (MatchKey("name", ("listener",)),)))
    return out


def found(comparison: Comparison, type: str = GROUP) -> dict[str, str]:
    return {c.id.rpartition("-")[0]: r.id.rpartition("-")[0] for c, r in partners(comparison).items() if c.type == type}


@pytest.mark.parametrize("bodies", [None, {"blue": {"HealthCheckPath": "/a"}, "green": {"HealthCheckPath": "/b"}}], ids=["alike", "apart"])
@pytest.mark.parametrize(("one", "other"), [((100, 0), (0, 100)), ((1, 0), (0, 999)), ((None, 0), (0, None)), ((90, "0"), ("0", 90))])
def test_the_live_one_is_the_counterpart_of_the_live_one(one: Any, other: Any, bodies: Any) -> None:
    stage = estate("stage", {"blue": one[0], "green": one[1]}, bodies)
    prod = estate("prod", {"blue": other[0], "green": other[1]}, bodies)
    comparison = run(stage, prod)
    assert found(comparison) == {"blue": "green", "green": "blue"}
    assert {c.pair.reason for c in comparison.compared} == {"name"}
    assert outline(run(prod, stage)) == outline(mirrored(comparison))


def test_what_serves_shows_what_differs_and_nothing_more() -> None:
    comparison = run(estate("stage", {"blue": 100, "green": 0}), estate("prod", {"blue": 0, "green": 100}))
    assert changed(comparison) == {}


def test_a_fleet_is_live_with_its_target_group() -> None:
    sizes = {"blue": {"Kind": "m5"}, "green": {"Kind": "m6"}}
    comparison = run(estate("stage", {"blue": 1, "green": 0}, sizes, True), estate("prod", {"blue": 0, "green": 1}, sizes, True))
    assert found(comparison, FLEET) == {"fleet-blue": "fleet-green", "fleet-green": "fleet-blue"}


@pytest.mark.parametrize("weights", [(1, 1), (0, 0), (None, 5)])
def test_where_both_receive_or_none_form_decides(weights: Any) -> None:
    bodies = {"blue": {"HealthCheckPath": "/a"}, "green": {"HealthCheckPath": "/b"}}
    stage = estate("stage", {"blue": 1, "green": 0}, bodies)
    prod = estate("prod", {"blue": weights[0], "green": weights[1]}, bodies)
    assert found(run(stage, prod)) == {"blue": "blue", "green": "green"}


def test_names_of_their_own_come_before_traffic() -> None:
    sides = []
    for env, live in (("stage", "blue"), ("prod", "green")):
        out = Estate(env)
        made = estate(env, {n: int(n == live) for n in ("blue", "green")})
        for address, item in made.items.items():
            keys = (MatchKey("name", (address.id.split("-")[0],)),) if address.type == GROUP else item.seal.keys
            out.add(canonical(address, item.body, keys))
        sides.append(out)
    assert found(run(*sides)) == {"blue": "blue", "green": "green"}


@pytest.mark.parametrize("swap", [False, True])
def test_an_idle_one_that_only_one_side_has_is_the_one_that_is_alone(swap: bool) -> None:
    stage, prod = estate("stage", {"blue": 1}), estate("prod", {"blue": 0, "green": 1})
    comparison = run(prod, stage) if swap else run(stage, prod)
    assert found(comparison) == ({"green": "blue"} if swap else {"blue": "green"})
    assert [a.id for a in (*comparison.extra, *comparison.missing)] == ["blue-prod"]


def test_every_path_of_the_rules_is_in_the_vendors_model() -> None:
    for rule in traffic().sends:
        assert rule.to.text in leaves(rule.type)
        beside = rule.to.text.rpartition(".")[0] + "." + rule.weight
        assert beside in leaves(rule.type)
        assert rule.what in load().specs
    for part in traffic().takes:
        assert any(part.of.matches(names_of(leaf)) for leaf in leaves(part.type))
