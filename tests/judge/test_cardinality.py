"""Three against two: how many of one role each side has, and which one is the odd one out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftscan.judge.cardinality import Against, cardinality
from driftscan.model.drift import Compared, Pair
from driftscan.model.finding import Kind
from driftscan.model.resource import MatchKey
from driftscan.model.value import Address, Ref, Text, Word
from tests.judge.estate import Estate

VPC, SUBNET = "AWS::EC2::VPC", "AWS::EC2::Subnet"


def named(e: Estate, side: int, name: str, net: Address | None = None, type: str = SUBNET) -> Address:
    """A resource under a network, with its name in its key alone or as people see it."""
    a = e.add(side, f"{name}-{side}", type, name="" if "+" in name else name)
    parts = (*((Ref(net, VPC, net.id),) if net else ()), Text((name, Word("prod", "prod", "{env}"))) if "+" in name else name)
    e.seals[side][a] = replace(e.seals[side][a], keys=(MatchKey("iac", ("stack", name)), MatchKey("name", parts)))
    return a


def estate(stage: str, prod: str, type: str = SUBNET) -> Estate:
    """Both sides with resources of these names in the network that both have; what has one name is paired."""
    e = Estate()
    net = e.pair("main", type=VPC)
    made = [
        {n: named(e, side, n, (net.candidate, net.reference)[side], type) for n in names.split()}
        for side, names in enumerate((stage, prod))
    ]
    for name in sorted(made[0].keys() & made[1].keys()):
        e.compared.append(Compared(Pair(made[0][name], made[1][name], "name", 1.0, name)))
    for side in (0, 1):
        for name in sorted(made[side].keys() - made[1 - side].keys()):
            e.one_sided[side].append(made[side][name])
            e.keys[made[side][name]] = name
    return e


def told(e: Estate) -> dict[str, tuple[int, int]]:
    return {a.id[:-2]: (x.own, x.other) for a, x in cardinality(e.comparison()).items()}


@pytest.mark.parametrize(
    ("stage", "prod", "wanted"),
    [
        ("private-a private-b", "private-a private-b private-c", {"private-c": (3, 2)}),
        ("private-a private-b private-c", "private-a private-b", {"private-c": (3, 2)}),
        ("worker1 worker2", "worker1 worker2 worker3 worker4", {"worker3": (4, 2), "worker4": (4, 2)}),
        ("web-{region}a web-{region}b", "web-{region}a web-{region}b web-{region}c", {"web-{region}c": (3, 2)}),
        ("{network}+1.0/24 {network}+2.0/24", "{network}+1.0/24 {network}+2.0/24 {network}+3.0/24", {"{network}+3.0/24": (3, 2)}),
        ("private-a public-a", "private-a private-b public-a", {"private-b": (2, 1)}),
        ("private-a private-b private-c", "private-a private-b private-d", {}),
        ("orders", "orders payments", {}),
        ("", "private-a private-b", {}),
        ("v2beta", "v2beta api", {}),
    ],
)
def test_what_is_called_alike_but_for_a_number_plays_one_role(stage: str, prod: str, wanted: dict[str, tuple[int, int]]) -> None:
    assert told(estate(stage, prod)) == wanted


def test_the_same_names_under_another_parent_play_another_role() -> None:
    e = estate("private-a private-b", "private-a private-b")
    other = e.pair("other", type=VPC)
    lone = named(e, 1, "private-c", other.reference)
    e.one_sided[1].append(lone)
    assert told(e) == {}


def test_the_finding_names_the_odd_one_out_and_says_three_against_two() -> None:
    e = estate("private-a private-b", "private-a private-b private-c")
    (finding,) = e.judge().findings
    assert (finding.kind, finding.title) == (Kind.MISSING, "Subnet private-c is missing in stage, 3 against 2")
    assert finding.reason.endswith("; prod has 3 of its kind (private-a, private-b, private-c), stage 2")


def test_of_what_is_interchangeable_the_numbers_are_told_too() -> None:
    e = Estate()
    pairs = [e.pair(f"p{n}", type=SUBNET) for n in range(2)]
    lone = e.alone(1, "p2", SUBNET)
    comparison = e.comparison()
    alike = {lone: (tuple(p.candidate for p in pairs), (*(p.reference for p in pairs), lone))}
    e.comparison = lambda: replace(comparison, alike=alike)  # type: ignore[method-assign]
    (finding,) = e.judge().findings
    assert finding.title == "Subnet p2 is missing in stage, 3 against 2"
    assert finding.reason.endswith("; any of the 3 that are alike could be the one")


def test_many_are_not_all_named() -> None:
    e = estate("w1", " ".join(f"w{n}" for n in range(1, 10)))
    finding = e.judge().findings[0]
    assert "(w1, w2, w3, w4, w5, w6 and 3 more)" in finding.reason


def test_numbers_read_as_people_say_them() -> None:
    assert Against(3, 2, ("a", "b", "c")).numbers == "3 against 2"
