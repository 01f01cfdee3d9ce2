"""EC2's own shapes, as the catalogue's examples hold them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import botocore.loaders
import pytest

from driftscan.model.drift import Relation
from driftscan.semantics.network import (
    Named,
    NotUnderstoodError,
    compare,
    compare_ordered,
    compare_routes,
    from_acl,
    from_routes,
    from_security_group,
)

EXAMPLES = Path(__file__).parents[2] / "catalog/examples/ec2"


def answers(noun: str, operation: str, member: str) -> list[dict[str, Any]]:
    found = json.loads((EXAMPLES / noun / "answers.json").read_text())
    listed: list[dict[str, Any]] = found[f"ec2:{operation}"][0]["answer"][member]
    return listed


GROUPS = answers("security_group", "DescribeSecurityGroups", "SecurityGroups")
LISTS = answers("network_acl", "DescribeNetworkAcls", "NetworkAcls")
TABLES = answers("route_table", "DescribeRouteTables", "RouteTables")


def one_way(entries: list[dict[str, Any]], *, egress: bool) -> list[dict[str, Any]]:
    return [e for e in entries if e["Egress"] is egress]


def test_the_examples_are_understood() -> None:
    assert [len(from_security_group(g[k])) for g in GROUPS for k in ("IpPermissions", "IpPermissionsEgress")] == [5, 1, 3, 6, 0, 0]
    for acl in LISTS:
        for egress in (False, True):
            entries = from_acl(one_way(acl["Entries"], egress=egress))
            assert compare_ordered(entries, entries[::-1]).relation is Relation.EQUAL
    for table in TABLES:
        known = [r for r in table["Routes"] if "IgwFirewall" not in r]
        assert compare_routes(from_routes(known), from_routes(known[::-1])) == ()


def test_regrouped_permissions_are_the_same_rules() -> None:
    (web,) = [g for g in GROUPS if g["GroupName"] == "shop-stage-lb"]
    apart = [
        {k: permission[k] for k in ("IpProtocol", "FromPort", "ToPort")} | {member: [peer]}
        for permission in web["IpPermissions"]
        for member in ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
        for peer in permission[member]
    ]
    assert compare(from_security_group(web["IpPermissions"]), from_security_group(apart)).relation is Relation.EQUAL


def test_what_a_group_reference_names() -> None:
    pair = {"GroupId": "sg-1", "UserId": "{account}", "VpcPeeringConnectionId": "pcx-1", "PeeringStatus": "active", "VpcId": "vpc-1"}
    (rule,) = from_security_group([{"IpProtocol": "-1", "UserIdGroupPairs": [pair]}])
    assert rule.peer == Named("sg-1 of {account} through pcx-1")


def permission(**changes: Any) -> dict[str, Any]:
    made = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}], **changes}
    return {k: v for k, v in made.items() if v is not ...}


@pytest.mark.parametrize(
    "changes",
    [
        {"Surprise": 1},
        {"FromPort": ...},
        {"FromPort": "443"},
        {"FromPort": True},
        {"IpProtocol": "all"},
        {"IpProtocol": 6},
        {"IpProtocol": "icmp", "FromPort": ..., "ToPort": ...},
        {"IpProtocol": "icmpv6", "FromPort": 1, "ToPort": ...},
        {"IpRanges": {"CidrIp": "10.0.0.0/8"}},
        {"IpRanges": [{"CidrIp": "10.0.0.0/8", "Surprise": 1}]},
        {"IpRanges": ["10.0.0.0/8"]},
        *({"IpRanges": [{"CidrIp": text}]} for text in ("", "10.0.0.0/33", "10.0.0.0/255.0.0.0", "::/0", "{office}", "x{office}/24", None)),
        *(
            {"IpRanges": [{"CidrIp": text}]}
            for text in ("{network}+1.0/16", "{network}+0/24", "{network}+1.0.0.0.0/8", "{network}+1.256/32")
        ),
        *({"Ipv6Ranges": [{"CidrIpv6": text}]} for text in ("10.0.0.0/8", "{office}/24", "fe80::%1/64", "{office}::/48")),
        {"UserIdGroupPairs": [{"UserId": "1"}]},
        {"IpRanges": [{"CidrIp": "{network}/16"}, {"CidrIp": "{network}/16"}]},
    ],
)
def test_a_permission_that_is_not_understood_is_no_rule(changes: dict[str, Any]) -> None:
    from_security_group([permission()])
    with pytest.raises(NotUnderstoodError):
        from_security_group([permission(**changes)])


def test_icmpv6_may_come_without_types() -> None:
    bare = {"IpProtocol": "icmpv6", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
    every = bare | {"FromPort": -1, "ToPort": -1, "IpProtocol": "58"}
    assert compare(from_security_group([bare]), from_security_group([every])).relation is Relation.EQUAL


def entry(**changes: Any) -> dict[str, Any]:
    made = {
        "Egress": False, "Protocol": "6", "RuleAction": "allow", "RuleNumber": 100, "CidrBlock": "10.0.0.0/8",
        "PortRange": {"From": 1, "To": 2}, **changes,
    }  # fmt: skip
    return {k: v for k, v in made.items() if v is not ...}


@pytest.mark.parametrize(
    "changes",
    [
        {"PortRange": ...},
        {"PortRange": {"From": 1, "To": 2, "Step": 1}},
        {"RuleAction": "count"},
        {"RuleNumber": "100"},
        {"Ipv6CidrBlock": "::/0"},
        {"CidrBlock": ...},
        {"Protocol": "1"},
        {"Protocol": "58", "CidrBlock": ..., "Ipv6CidrBlock": "::/0"},
        {"Surprise": 1},
    ],
)
def test_an_entry_that_is_not_understood_is_none(changes: dict[str, Any]) -> None:
    from_acl([entry()])
    with pytest.raises(NotUnderstoodError):
        from_acl([entry(**changes)])


def test_entries_of_both_directions_are_not_one_list() -> None:
    with pytest.raises(NotUnderstoodError, match="directions"):
        from_acl([entry(), entry(Egress=True, RuleNumber=101)])


def test_icmpv6_with_an_ipv4_block_is_every_type() -> None:
    typed = entry(Protocol="58", IcmpTypeCode={"Type": 1, "Code": 1})
    assert from_acl([typed])[0].rule.ports is None


def route(**changes: Any) -> dict[str, Any]:
    made = {"DestinationCidrBlock": "10.0.0.0/8", "NatGatewayId": "nat-1", "Origin": "CreateRoute", "State": "active", **changes}
    return {k: v for k, v in made.items() if v is not ...}


@pytest.mark.parametrize(
    "changes",
    [
        {"State": "sleeping"},
        {"State": ...},
        {"NatGatewayId": ...},
        {"DestinationCidrBlock": ...},
        {"DestinationPrefixListId": "pl-1"},
        {"IgwFirewall": {"FirewallArn": "arn"}},
    ],
)
def test_a_route_that_is_not_understood_is_none(changes: dict[str, Any]) -> None:
    from_routes([route()])
    with pytest.raises(NotUnderstoodError):
        from_routes([route(**changes)])


def test_a_dead_route_has_a_target_of_its_own() -> None:
    (detour,) = compare_routes(from_routes([route()]), from_routes([route(State="blackhole")]))
    assert (detour.candidate, detour.reference) == ("nat-1", "nat-1 (blackhole)")


def test_every_member_that_the_vendor_has_is_known_or_refused() -> None:
    """A member that is new in the vendor's model must be thought about: it makes what holds it not understood until then."""
    shapes = botocore.loaders.Loader().load_service_model("ec2", "service-2")["shapes"]
    for shape, read, made, refused in (
        ("IpPermission", from_security_group, permission(), set()),
        ("NetworkAclEntry", from_acl, entry(), set()),
        ("Route", from_routes, route(), {"IgwFirewall"}),
    ):
        for member in shapes[shape]["members"]:
            one = copy.deepcopy(made) | {member: made.get(member)}
            if member in refused:
                with pytest.raises(NotUnderstoodError, match=member):
                    read([one])
            else:
                assert read([one]) == read([made])
