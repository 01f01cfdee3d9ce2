"""What one environment holds once per region is not missing where the other runs in fewer regions."""

from __future__ import annotations

import pytest

from driftscan.model.drift import Comparison
from driftscan.model.resource import Canonical, MatchKey
from driftscan.model.value import Ref, Text
from tests.compare.estate import VPC, Estate, at, canonical, run, word

PAIR, QUEUE = "AWS::EC2::KeyPair", "AWS::SQS::Queue"


def pair(env: str, region: str, *, kind: str = "rsa", id_: str = "ops") -> Canonical:
    return canonical(at(env, PAIR, id_, region), {"KeyType": kind}, (MatchKey("name", ("ops",)),), name="ops")


def queue(env: str, name: str, region: str) -> Canonical:
    text = Text((f"{name}-", word(env)))
    return canonical(at(env, QUEUE, f"{name}-{env}", region), {"Delay": 3}, (MatchKey("name", (text,)),), name=name)


def estates(*, copy: Canonical, stage_west: tuple[str, ...] = ()) -> Comparison:
    """stage runs in one region what prod runs in two, but for queues of its own in `stage_west`."""
    stage = Estate("stage").add(pair("stage", "us-east-1"), *(queue("stage", n, "us-east-1") for n in "abcd" if n not in stage_west))
    stage.add(*(queue("stage", n, "us-west-2") for n in stage_west))
    prod = Estate("prod").add(pair("prod", "us-east-1"), copy, queue("prod", "a", "us-east-1"))
    prod.add(*(queue("prod", n, "us-west-2") for n in "bcd"))
    return run(stage, prod)


def test_a_copy_in_a_second_region_has_its_counterpart_in_the_first() -> None:
    found = estates(copy=pair("prod", "us-west-2"))
    west, east = at("prod", PAIR, "ops", "us-west-2"), at("stage", PAIR, "ops", "us-east-1")
    assert found.missing == (west,)
    assert found.copies == {west: east}


@pytest.mark.parametrize(
    ("copy", "west"),
    [
        (pair("prod", "us-west-2", kind="ed25519"), ()),  # it differs: no copy
        (pair("prod", "us-west-2"), ("b", "c", "d")),  # stage runs in that region too, and lacks it there
        (canonical(at("prod", PAIR, "deploy", "us-west-2"), {"KeyType": "rsa"}, (MatchKey("name", ("deploy",)),), name="deploy"), ()),
    ],
)
def test_what_is_no_copy_is_missing(copy: Canonical, west: tuple[str, ...]) -> None:
    found = estates(copy=copy, stage_west=west)
    assert copy.seal.address in found.missing
    assert not found.copies


def test_exchanging_the_sides_exchanges_nothing_in_it() -> None:
    stage = Estate("stage").add(pair("stage", "us-east-1"), queue("stage", "a", "us-east-1"), queue("stage", "b", "us-east-1"))
    prod = Estate("prod").add(
        pair("prod", "us-east-1"), pair("prod", "us-west-2"), queue("prod", "a", "us-east-1"), queue("prod", "b", "us-west-2")
    )
    assert run(stage, prod).copies == run(prod, stage).copies != {}


def test_a_second_network_with_something_in_it_is_no_copy() -> None:
    def subnet(vpc: Canonical) -> Canonical:
        a = vpc.seal.address
        key = (MatchKey("name", (Ref(a, a.type, a.id, "id"), "web")),)
        return canonical(at(a.account, "AWS::EC2::Subnet", f"subnet-{a.region}", a.region), {"VpcId": Ref(a, a.type, a.id, "id")}, key)

    def network(env: str, region: str) -> Canonical:
        return canonical(at(env, VPC, f"vpc-{region}", region), {"Tenancy": "default"}, (MatchKey("name", ("core",)),), name="core")

    def estates(*, subnets: bool) -> Comparison:
        east, west = network("prod", "us-east-1"), network("prod", "us-west-2")
        home = network("stage", "us-east-1")
        stage = Estate("stage").add(home, *(queue("stage", n, "us-east-1") for n in "abcd"))
        prod = Estate("prod").add(east, west, queue("prod", "a", "us-east-1"), *(queue("prod", n, "us-west-2") for n in "bcd"))
        if subnets:
            stage.add(subnet(home))
            prod.add(subnet(east), subnet(west))
        return run(stage, prod)

    assert len(estates(subnets=False).copies) == 1
    assert not estates(subnets=True).copies
