"""Logical keys as text: readable, free of environments, stable, unique within a type."""

from __future__ import annotations

from driftscan.model.resource import MatchKey
from driftscan.model.value import Bag, Ref, Text
from tests.compare.estate import KEY, QUEUE, ROUTE, SUBNET, VPC, Estate, at, canonical, named, run, word


def name(*parts: object) -> MatchKey:
    return MatchKey("name", parts)


def keys(*sides: Estate) -> dict[str, str]:
    comparison = run(*sides)
    return {c.pair.candidate.id: c.pair.key for c in comparison.compared} | {a.id: k for a, k in comparison.keys.items()}


def test_the_name_is_the_key_even_where_a_stack_made_the_pair() -> None:
    sides = []
    for env in ("stage", "prod"):
        text = Text(("orders-", word(env)))
        sides.append(Estate(env).add(canonical(at(env, QUEUE, env), {}, (MatchKey("iac", ("shop", "Queue")), name(text)))))
    assert keys(*sides) == {"stage": "orders-{env}"}


def test_a_reference_in_a_key_shows_its_targets_key_and_what_is_absent_shows_nothing() -> None:
    sides = []
    for env in ("stage", "prod"):
        vpc = named(env, VPC, "main")
        to = Ref(vpc.seal.address, VPC, vpc.seal.address.id)
        sides.append(Estate(env).add(vpc, canonical(at(env, SUBNET, f"s-{env}"), {}, (name(to, "web", Bag(("b", "a")), True, None),))))
    assert keys(*sides)["s-stage"] == "main-{env}/web/b,a/true"


def test_a_name_that_several_have_gives_way_to_the_stack_and_then_to_a_number() -> None:
    sides = []
    for env in ("stage", "prod"):
        estate = Estate(env)
        for n in ("One", "Two"):
            estate.add(canonical(at(env, KEY, f"k{n}-{env}"), {"n": n}, (MatchKey("iac", ("net", n)), name("shared"))))
        for n in (1, 2):
            estate.add(canonical(at(env, SUBNET, f"s{n}-{env}"), {"z": 1}, (name("web"),)))
        sides.append(estate)
    assert keys(*sides) == {"kOne-stage": "net/One", "kTwo-stage": "net/Two", "s1-stage": "web", "s2-stage": "web#2"}


def test_what_is_alone_is_numbered_behind_the_pairs() -> None:
    stage = Estate("stage").add(
        *(canonical(at("stage", QUEUE, f"q{n}"), {"n": n}, (name(f"n{n}"), MatchKey("tags", ("x",)))) for n in (1, 2))
    )
    assert keys(stage, Estate("prod")) == {"q1": "n1", "q2": "n2"}


def test_without_a_key_the_name_or_the_neighbour_or_the_id_speaks() -> None:
    vpc = named("stage", VPC, "main")
    stage = Estate("stage").add(
        vpc,
        canonical(at("stage", ROUTE, "rtb-1"), {"V": Ref(vpc.seal.address, VPC, "v")}, rename=False),
        canonical(at("stage", KEY, "k-1"), {}, name="legacy"),
        canonical(at("stage", QUEUE, "q-1"), {}),
    )
    assert keys(stage, Estate("prod")) == {"main-stage": "main-{env}", "rtb-1": "main-{env}/", "k-1": "legacy", "q-1": "q-1"}


def test_keys_that_name_each_other_end() -> None:
    a, b = at("stage", VPC, "a"), at("stage", VPC, "b")
    stage = Estate("stage").add(canonical(a, {}, (name(Ref(b, VPC, "b"), "x"),)), canonical(b, {}, (name(Ref(a, VPC, "a"), "y"),)))
    assert set(keys(stage, Estate("prod"))) == {"a", "b"}
