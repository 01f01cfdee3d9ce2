"""How large two graphs are, and where they are not one: from a comparison and its judgement."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import pytest

from driftscan.catalog import load
from driftscan.judge import NoHistory, judge
from driftscan.judge.aspects import aspect_of
from driftscan.judge.facts.shape import Shape
from driftscan.judge.facts.twins import twins
from driftscan.model.drift import Verdict
from driftscan.model.resource import Canonical
from driftscan.model.settings import Expected
from driftscan.model.value import Address, Path, Ref, Value
from tests.compare.estate import ROUTE, SUBNET, VPC, Estate, at, named, run
from tests.judge.estate import NOW, settings

CATALOG = load()
ROLE, FUNCTION, GATEWAY = "AWS::IAM::Role", "AWS::Lambda::Function", "AWS::EC2::NatGateway"


def to(env: str, type_: str, name: str) -> Ref:
    return Ref(at(env, type_, f"{name}-{env}"), type_, f"{name}-{env}", "id")


def aspect(type: str, path: Path) -> str:
    return aspect_of(CATALOG.specs.get(type), path)


def shaped(stage: list[Canonical], prod: list[Canonical], *, turned: bool = False, **more: Any) -> Shape:
    sides = Estate("stage").add(*stage), Estate("prod").add(*prod)
    if turned:
        sides = sides[1], sides[0]
    comparison = run(*sides, catalog=CATALOG)

    def body(which: Literal["candidate", "reference"], address: Address) -> Canonical:
        return sides[which == "reference"].items[address]

    judgement = judge(comparison, settings(**more), CATALOG, NoHistory(), NOW, body, period="2026-11")
    (made,) = twins([(judgement, comparison)], aspect)
    return made.shape


def network(env: str, *more: Canonical, **members: Value) -> list[Canonical]:
    """A network with a table, and a function in it with its role: three references, one of them to who may do what."""
    return [
        named(env, VPC, "main", {"EnableDnsHostnames": True}),
        named(env, ROUTE, "private", {"VpcId": to(env, VPC, "main")}),
        named(env, ROLE, "run", {"Path": "/"}),
        named(env, FUNCTION, "app", {"Network": to(env, VPC, "main"), "Role": to(env, ROLE, "run"), **members}),
        *more,
    ]


def test_one_graph_is_counted_without_who_may_do_what() -> None:
    assert shaped(network("stage"), network("prod")) == Shape((3, 3), (2, 2), (0, 0))


def test_a_missing_resource_differs_with_what_it_refers_to_and_bends_nothing_of_its_own() -> None:
    lacking = named("prod", SUBNET, "a", {"VpcId": to("prod", VPC, "main")})
    used = shaped(network("stage"), network("prod", lacking, VpcConfig={"SubnetIds": to("prod", SUBNET, "a")}))
    assert (used.nodes, used.edges, used.differ, used.bends) == ((3, 4), (2, 4), (1, 2), ())


def other(env: str) -> Canonical:
    return named(env, VPC, "other", {"EnableDnsHostnames": False})


@pytest.mark.parametrize("turned", [False, True])
def test_a_reference_that_leads_elsewhere_is_a_bend_with_the_finding_on_it(turned: bool) -> None:
    stage, prod = network("stage", other("stage")), network("prod", other("prod"))
    stage[1] = named("stage", ROUTE, "private", {"VpcId": to("stage", VPC, "other")})
    found = shaped(stage, prod, turned=turned)
    (bend,) = found.bends
    said = (("VPC other-{env}",), ("VPC main-{env}",))
    assert (bend.path, bend.only) == (("VpcId",), said[::-1] if turned else said)
    assert (bend.verdict, bend.code) == (Verdict.DRIFT, "")
    assert bend.finding is not None
    assert bend.finding.subject.type == ROUTE
    assert found.differ == (0, 2)


def test_what_a_rule_expects_there_is_expected() -> None:
    stage, prod = network("stage", other("stage")), network("prod", other("prod"))
    stage[1] = named("stage", ROUTE, "private", {"VpcId": to("stage", VPC, "other")})
    rule = Expected("other-net", ROUTE, "VpcId", "any", "it is planned", "net")
    (bend,) = shaped(stage, prod, expected=(rule,)).bends
    assert bend.verdict is Verdict.EXPECTED


def test_who_may_do_what_and_tags_are_no_topology() -> None:
    def side(env: str, name: str) -> list[Canonical]:
        roles = [named(env, ROLE, n, {"Path": f"/{n}/"}) for n in ("reader", "writer")]
        return network(env, *roles, other(env), Role=to(env, ROLE, name), Tags={"Near": to(env, VPC, "main" if env == "prod" else "other")})

    found = shaped(side("stage", "reader"), side("prod", "writer"))
    assert (found.bends, found.differ) == ((), (0, 0))


def test_what_nobody_read_cannot_be_told() -> None:
    def side(env: str, id: str) -> list[Canonical]:
        return network(env, Gateway=Ref(None, GATEWAY, id, "id"))

    (bend,) = shaped(side("stage", "nat-0a1b2c3d4e5f60718"), side("prod", "nat-0ffffffffffffffff")).bends
    assert (bend.path, bend.verdict, bool(bend.code)) == (("Gateway",), Verdict.UNKNOWN, True)


def test_more_of_what_cannot_be_told_apart_is_uneven_and_counted() -> None:
    def nets(env: str, number: int) -> list[Canonical]:
        return [named(env, SUBNET, "a", {"a": 1, "b": 2, "c": 3, "Note": f"{env}{n}"}) for n in range(number)]

    def side(env: str, number: int) -> list[Canonical]:
        ids = (replace(c.seal, address=replace(c.seal.address, id=f"{env}{n}")) for n, c in enumerate(nets(env, number)))
        return [Canonical(seal, c.body) for seal, c in zip(ids, nets(env, number), strict=True)]

    found = shaped(side("stage", 2), side("prod", 3))
    (uneven,) = found.uneven
    assert (uneven.type, uneven.numbers, uneven.finding is not None) == (SUBNET, (2, 3), True)
    assert (found.nodes, found.differ) == ((2, 3), (1, 0))
