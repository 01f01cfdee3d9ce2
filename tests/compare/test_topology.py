"""Two sides as graphs: what pairs refer to that is not each other's counterpart."""

from __future__ import annotations

from typing import Any

from driftscan.model.drift import Comparison
from driftscan.model.resource import Canonical, MatchKey
from driftscan.model.value import Bag, Keyed, Ref, Text, Unknown, Value
from tests.compare.estate import QUEUE, ROUTE, SUBNET, VPC, Estate, at, canonical, named, run

GROUP, LISTENER = "AWS::ElasticLoadBalancingV2::TargetGroup", "AWS::ElasticLoadBalancingV2::Listener"


def to(env: str, type_: str, name: str) -> Ref:
    id = f"{name}-{env}"
    return Ref(at(env, type_, id), type_, id, "id")


def listener(env: str, *targets: str, **more: Value) -> Canonical:
    return named(env, LISTENER, "https", {"Actions": Bag(tuple({"TargetGroupArn": to(env, GROUP, t)} for t in targets)), **more})


def groups(env: str) -> list[Canonical]:
    return [named(env, GROUP, name, {"Port": port}) for name, port in (("blue", 80), ("green", 81))]


def compared(stage: list[Canonical], prod: list[Canonical], **incomplete: Any) -> Comparison:
    return run(Estate("stage", **incomplete).add(*stage), Estate("prod").add(*prod))


def rewired(comparison: Comparison) -> list[tuple[str, str, list[str], list[str]]]:
    return [(r.pair.key, ".".join(r.path), [x.text for x in r.only[0]], [x.text for x in r.only[1]]) for r in comparison.topology.rewired]


def test_a_reference_that_leads_elsewhere_is_told_with_both_ends() -> None:
    found = compared([*groups("stage"), listener("stage", "green")], [*groups("prod"), listener("prod", "blue")])
    assert rewired(found) == [("https-{env}", "Actions.TargetGroupArn", ["green-stage"], ["blue-prod"])]
    assert not found.topology.untold


def test_one_graph_under_other_names_is_one() -> None:
    found = compared([*groups("stage"), listener("stage", "green", "blue")], [*groups("prod"), listener("prod", "blue", "green", Port=443)])
    assert found.compared != ()
    assert (rewired(found), found.topology.untold, found.topology.uneven) == ([], (), ())


def test_two_references_that_change_places_are_seen() -> None:
    """As a set of what is referred to they are the same."""

    def side(env: str, main: str, spare: str) -> list[Canonical]:
        return [*groups(env), named(env, LISTENER, "https", {"Main": to(env, GROUP, main), "Spare": to(env, GROUP, spare)})]

    assert rewired(compared(side("stage", "blue", "green"), side("prod", "green", "blue"))) == [
        ("https-{env}", "Main", ["blue-stage"], ["green-prod"]),
        ("https-{env}", "Spare", ["green-stage"], ["blue-prod"]),
    ]


def test_a_place_that_still_refers_there_elsewhere_is_not_rewired() -> None:
    """One of two rules is gone, and the other one refers to the same."""

    def rule(env: str, port: str) -> tuple[tuple[Value, ...], Value]:
        return (port,), {"Port": port, "From": to(env, GROUP, "blue")}

    def side(env: str, *ports: str) -> list[Canonical]:
        return [*groups(env), named(env, LISTENER, "https", {"Rules": Keyed(tuple(rule(env, p) for p in ports))})]

    found = compared(side("stage", "80"), side("prod", "443", "80"))
    assert any(c.changes for c in found.compared)
    assert rewired(found) == []
    assert rewired(compared(side("stage"), side("prod", "443"))) == [("https-{env}", "Rules.From", [], ["blue-prod"])]


def test_what_nobody_read_is_untold_and_never_rewired() -> None:
    def table(env: str, id: str) -> Canonical:
        return named(env, ROUTE, "private", {"Gateway": Ref(None, "AWS::EC2::NatGateway", id, "id")})

    found = compared([table("stage", "nat-0a1b2c3d4e5f60718")], [table("prod", "nat-0ffffffffffffffff")])
    assert rewired(found) == []
    assert [(u.pair.key, u.path, u.type) for u in found.topology.untold] == [("private-{env}", ("Gateway",), "AWS::EC2::NatGateway")]
    assert found.topology.untold[0].code


def test_a_member_that_one_side_could_not_read_is_untold_where_the_other_refers_to_something() -> None:
    stage = named("stage", ROUTE, "private", {"Gateway": Unknown("AccessDenied")})
    prod = named("prod", ROUTE, "private", {"Gateway": to("prod", GROUP, "blue")})
    found = compared([*groups("stage"), stage], [*groups("prod"), prod])
    assert [(u.path, u.code) for u in found.topology.untold] == [(("Gateway",), "AccessDenied")]
    assert rewired(found) == []


def test_a_reference_inside_a_text_is_one() -> None:
    def side(env: str, name: str) -> list[Canonical]:
        url = Text(("https://", to(env, GROUP, name), "/x"))
        return [*groups(env), named(env, QUEUE, "jobs", {"Environment": {"URL": url}})]

    assert rewired(compared(side("stage", "blue"), side("prod", "green"))) == [
        ("jobs-{env}", "Environment.URL", ["blue-stage"], ["green-prod"])
    ]


def peers(env: str, *rings: int, own: bool = False) -> list[Canonical]:
    """Networks in rings, each peered with the next one of its ring; all under one name. own: each with something of its own."""
    out: list[Canonical] = []
    for size in rings:
        names = [f"{env}-{len(out) + i}" for i in range(size)]
        for name, other in zip(names, (*names[1:], names[0]), strict=True):
            body: dict[str, Value] = {"a": 1, "b": 2, "c": 3, "Peer": Ref(at(env, VPC, other), VPC, other, "id")}
            if own:
                body["Note"] = name
            out.append(canonical(at(env, VPC, name), body, (MatchKey("name", ("same",)),)))
    return out


def test_what_is_interchangeable_and_hangs_together_in_another_way_is_rewired() -> None:
    assert rewired(compared(peers("stage", 6), peers("prod", 6))) == []
    assert len(rewired(compared(peers("stage", 6), peers("prod", 3, 3)))) == 2


def test_what_cannot_be_paired_is_even_where_it_hangs_together_alike_and_only_there() -> None:
    for rings, same in (((6,), True), ((3, 3), False), ((5,), False)):
        found = compared(peers("stage", 6, own=True), peers("prod", *rings, own=True))
        (group,) = found.ambiguous
        assert found.topology.uneven == (() if same else (group,))


def test_of_what_may_be_unread_nobody_says_that_it_is_more_on_one_side() -> None:
    found = compared(peers("stage", 6, own=True), peers("prod", 5, own=True), incomplete={VPC: "AccessDenied"})
    assert found.topology.uneven == ()


def test_exchanged_sides_exchange_what_is_told() -> None:
    def side(env: str, name: str) -> Estate:
        return Estate(env).add(*groups(env), listener(env, name), named(env, SUBNET, "a", {"Id": env}))

    one, other = run(side("stage", "blue"), side("prod", "green")), run(side("prod", "green"), side("stage", "blue"))
    assert [(r.pair.candidate, r.only) for r in one.topology.rewired] == [(r.pair.reference, r.only[::-1]) for r in other.topology.rewired]
