"""Two networks of one size in each environment, from what the vendor answers to what is told: silence and noise are both looked for."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from types import MappingProxyType
from typing import Any, Literal

import pytest

from driftscan.compare import compare
from driftscan.model.drift import Change, Comparison, Relation, Side
from driftscan.model.resource import Canonical
from driftscan.model.value import Address, show_path, show_scalar
from tests.normalize.estate import CATALOG
from tests.normalize.estate import Side as Given

PLANS = {"stage": {"main": "10.100", "data": "10.101"}, "prod": {"main": "10.201", "data": "10.200"}}
GROUP = "AWS::EC2::SecurityGroup"


def network(side: Given, name: str, block: str, number: int) -> Address:
    id = f"vpc-{side.random}{number:09d}"
    value = {"VpcId": id, "CidrBlock": block, "IsDefault": False, "Tags": [{"Key": "Name", "Value": f"{name}-{side.env}"}]}
    return side.add("AWS::EC2::VPC", id, value)


def estate(env: str, *sources: str, plan: dict[str, str] | None = None) -> Given:
    """Two networks, and a group in the first that lets in blocks of networks: `main+1.0/24`; what names no network stays as it is."""
    account = {"stage": "111111111111", "prod": "222222222222"}[env]
    side = Given(env, account=account, random={"stage": "1a2b3c4d", "prod": "5e6f7a8b"}[env])
    plan = plan if plan is not None else PLANS[env]
    nets = [network(side, name, f"{block}.0.0/16", n) for n, (name, block) in enumerate(plan.items())]
    home = nets[0].id if nets else "vpc-0123456789abcdef0"
    ranges = [{"CidrIp": f"{plan[s.split('+')[0]]}.{s.split('+')[1]}" if "+" in s else s} for s in sources]
    group = {
        "GroupId": f"sg-{side.random}000000000",
        "GroupName": f"web-{env}",
        "VpcId": home,
        "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": ranges}],
    }
    side.add(GROUP, group["GroupId"], group)
    return side


def sealed(side: Given, unread: Mapping[str, str]) -> tuple[Side, dict[Address, Canonical]]:
    made = {r.address: side.canonical(r.address) for r in side.items}
    return Side(side.env, side.env, {a: c.seal for a, c in made.items()}, unread), made


def compared(stage: Given, prod: Given, unread: Mapping[str, str] = MappingProxyType({})) -> Comparison:
    """unread: of prod."""
    (c, ours), (r, theirs) = sealed(stage, {}), sealed(prod, unread)

    def body(which: Literal["candidate", "reference"], address: Address) -> Canonical:
        return (ours if which == "candidate" else theirs)[address]

    return compare(c, r, body, CATALOG, (), same_environment=False)


def changes(comparison: Comparison) -> list[Change]:
    return [x for c in comparison.compared for x in c.changes]


@pytest.mark.parametrize(("ours", "theirs"), list(product(["main+1.0/24", "data+1.0/24", "main+2.0/24", "data+2.0/24"], repeat=2)))
def test_a_block_agrees_with_the_one_at_its_place_in_its_network_and_with_no_other(ours: str, theirs: str) -> None:
    comparison = compared(estate("stage", ours), estate("prod", theirs))
    assert len(comparison.compared) == 3
    assert (changes(comparison) == []) is (ours == theirs)


def test_the_same_blocks_of_both_networks_agree_in_any_order() -> None:
    one = estate("stage", "main+1.0/24", "data+1.0/24", "8.8.8.8/32")
    assert changes(compared(one, estate("prod", "data+1.0/24", "8.8.8.8/32", "main+1.0/24"))) == []
    found = changes(compared(one, estate("prod", "data+1.0/24", "data+2.0/24", "8.8.8.8/32")))
    assert sorted(x.op for x in found) == ["added", "removed"]


def test_what_rules_mean_is_told_for_each_network_by_itself() -> None:
    """Both halves of a block are the block, in one network and not across two."""
    whole = estate("stage", "main+2.0/23", "data+9.0/24")
    split = changes(compared(whole, estate("prod", "main+2.0/24", "main+3.0/24", "data+9.0/24")))
    assert {x.meaning.relation for x in split if x.meaning} == {Relation.EQUAL}
    across = changes(compared(whole, estate("prod", "main+2.0/24", "data+3.0/24", "data+9.0/24")))
    (meaning,) = {x.meaning for x in across}
    assert meaning is not None
    assert meaning.relation is Relation.INCOMPARABLE
    assert meaning.more == (("tcp 443 from {network main}+3.0/24",), ("tcp 443 from {network data}+3.0/24",))


def test_people_read_addresses_as_before() -> None:
    (found, *_) = changes(compared(estate("stage", "main+1.0/24"), estate("prod", "data+1.0/24")))
    assert show_path(found.path).startswith("IpPermissions[tcp/443/443].IpRanges[{network}+1.0/24]")
    shown: Any = found.candidate if not isinstance(found.candidate, dict) else found.candidate["CidrIp"]
    assert show_scalar(shown) == "{network}+1.0/24"


def test_networks_that_nothing_pairs_are_told_apart_by_nothing() -> None:
    """One more network, or another name, on a side is no reason to call addresses of the other one different."""
    more = {**PLANS["prod"], "third": "10.210"}
    assert changes(compared(estate("stage", "main+1.0/24"), estate("prod", "main+1.0/24", plan=more))) == []
    one = estate("stage", "main+1.0/24", plan={"main": "10.100"})
    comparison = compared(one, estate("prod", "other+1.0/24", plan={"other": "10.200"}))
    assert [x for x in changes(comparison) if x.path[0] == "IpPermissions"] == []


def test_two_networks_with_one_block_in_one_place_say_nothing_of_which_it_is() -> None:
    same = {"main": "10.100", "data": "10.100"}
    comparison = compared(estate("stage", "main+1.0/24", plan=same), estate("prod", "main+1.0/24"))
    assert [x for x in changes(comparison) if x.path[0] == "IpPermissions"] == []


@pytest.mark.parametrize("plan", [{"main": "10.100"}, {"main": "10.100", "data": "10.100"}], ids=["one network", "two in one place"])
def test_an_address_outside_is_drift_unless_networks_of_that_kind_are_unread(plan: dict[str, str]) -> None:
    """A cloud that nobody uses is never read: that is no reason not to know."""
    stage = estate("stage", "main+1.0/24", plan=plan)
    without = estate("prod", "8.0.0.0/6", plan={})

    def codes(unread: dict[str, str]) -> set[str]:
        found = changes(compared(stage, without, unread))
        return {x.code for x in found if x.path[0] == "IpPermissions"}

    assert codes({}) == {""}
    assert codes({"compute.googleapis.com/Subnetwork": "unread type"}) == {""}
    assert codes({"AWS::EC2::VPC": "AccessDenied"}) == {"AccessDenied"}
