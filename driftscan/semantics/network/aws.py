"""What EC2 answers about security groups, access lists and routes, as rules, entries and routes.

The members are those of IpPermission, NetworkAclEntry and Route (EC2 API, 2016-11-15), as texts, numbers, lists and mappings; texts may
hold symbols. Every function raises NotUnderstoodError for a member, a value or a combination that it does not know. Descriptions say
nothing about traffic and are not read: whether they agree is another question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from driftscan.model.value import Value
from driftscan.semantics.network.peers import Block, Named, Peer, block
from driftscan.semantics.network.routes import Route
from driftscan.semantics.network.rules import PORTED, Entry, Rule, protocol
from driftscan.semantics.reading import NotUnderstoodError, list_of, members_of, number_of, text_of

_PERMISSION: Final = {"IpProtocol", "FromPort", "ToPort", "IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"}
_GROUP: Final = {"GroupId", "GroupName", "UserId", "VpcId", "VpcPeeringConnectionId", "PeeringStatus", "Description"}
_ENTRY: Final = {"CidrBlock", "Egress", "IcmpTypeCode", "Ipv6CidrBlock", "PortRange", "Protocol", "RuleAction", "RuleNumber"}
_DESTINATIONS: Final = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
_TARGETS: Final = (
    "GatewayId", "NatGatewayId", "TransitGatewayId", "LocalGatewayId", "CarrierGatewayId", "EgressOnlyInternetGatewayId",
    "VpcPeeringConnectionId", "CoreNetworkArn", "OdbNetworkArn", "InstanceId", "NetworkInterfaceId", "IpAddress",
)  # fmt: skip
_ROUTE: Final = {*_DESTINATIONS, *_TARGETS, "InstanceOwnerId", "Origin", "State"}


def from_security_group(permissions: Iterable[Value]) -> list[Rule]:
    """The rules of one direction: IpPermissions or IpPermissionsEgress.

    A relative block that occurs twice with one protocol and one pair of ports stands for two networks, because the vendor refuses to
    hold a rule twice: that is not understood.
    """
    out: list[Rule] = []
    for permission in permissions:
        found = members_of(permission, _PERMISSION, "a permission")
        name, ports = protocol(text_of(found, "IpProtocol")), None
        if name in PORTED:
            ends = found.get("FromPort"), found.get("ToPort")
            if ends != (None, None) or name != "icmpv6":  # of these, only ICMPv6 may come without
                ports = number_of(found, "FromPort"), number_of(found, "ToPort")
        out += [Rule(name, ports, peer) for peer in _peers(found)]
    relative = [r for r in out if isinstance(r.peer, Block) and r.peer.symbol]
    if len(set(relative)) < len(relative):
        raise NotUnderstoodError("one block relative to a network occurs twice: there are two networks")
    return out


def _peers(permission: Mapping[str, Value]) -> Iterator[Peer]:
    for member, key, version in (("IpRanges", "CidrIp", 4), ("Ipv6Ranges", "CidrIpv6", 6)):
        for listed in list_of(permission, member):
            yield block(text_of(members_of(listed, {key, "Description"}, "a range"), key), version)
    for listed in list_of(permission, "PrefixListIds"):
        yield Named(text_of(members_of(listed, {"PrefixListId", "Description"}, "a prefix list"), "PrefixListId"))
    for listed in list_of(permission, "UserIdGroupPairs"):
        group = members_of(listed, _GROUP, "a group")
        name = text_of(group, "GroupId" if group.get("GroupId") is not None else "GroupName")
        owner = [f"of {text_of(group, 'UserId')}"] if group.get("UserId") is not None else []
        through = [f"through {text_of(group, k)}" for k in ("VpcPeeringConnectionId",) if group.get(k) is not None]
        yield Named(" ".join([name, *owner, *through]))


def from_acl(entries: Iterable[Value]) -> list[Entry]:
    """The entries of one direction of a network access list; the caller has parted them by `Egress`."""
    out: list[Entry] = []
    directions = set()
    for entry in entries:
        found = members_of(entry, _ENTRY, "an entry")
        if "Egress" in found:
            directions.add(found["Egress"])
        cidr, cidr6 = found.get("CidrBlock"), found.get("Ipv6CidrBlock")
        if (cidr is None) == (cidr6 is None):
            raise NotUnderstoodError("an entry has one block")
        peer = block(text_of(found, "CidrBlock"), 4) if cidr6 is None else block(text_of(found, "Ipv6CidrBlock"), 6)
        action = text_of(found, "RuleAction")
        if action not in ("allow", "deny"):
            raise NotUnderstoodError(f"{action!r} is no action")
        name = protocol(text_of(found, "Protocol"))
        out.append(Entry(number_of(found, "RuleNumber"), Rule(name, _ports(found, name, peer), peer), action == "allow"))
    if len(directions) > 1:
        raise NotUnderstoodError("entries of both directions")
    return out


def _ports(entry: Mapping[str, Value], name: str, peer: Block) -> tuple[int, int] | None:
    """Ports of an entry. Protocols without ports, and ICMPv6 with an IPv4 block, mean all of them (CreateNetworkAclEntry)."""
    if name in ("tcp", "udp"):
        ports = members_of(entry.get("PortRange"), {"From", "To"}, "PortRange")
        return number_of(ports, "From"), number_of(ports, "To")
    if name == "icmp" or (name == "icmpv6" and peer.version == 6):
        kind = members_of(entry.get("IcmpTypeCode"), {"Type", "Code"}, "IcmpTypeCode")
        return number_of(kind, "Type"), number_of(kind, "Code")
    return None


def from_routes(routes: Iterable[Value]) -> list[Route]:
    """The routes of a route table. A route that is not active has a target of its own: `nat-1 (blackhole)`.

    How a route came to be (`Origin`), and whose an instance is, does not change where it leads. A firewall in the way (`IgwFirewall`)
    is not understood.
    """
    out: list[Route] = []
    for route in routes:
        found = members_of(route, _ROUTE, "a route")
        given = [k for k in _DESTINATIONS if found.get(k) is not None]
        targets = [text_of(found, k) for k in _TARGETS if found.get(k) is not None]
        state = text_of(found, "State")
        if len(given) != 1 or not targets:
            raise NotUnderstoodError("a route has one destination and a target")
        if state not in ("active", "blackhole", "filtered"):
            raise NotUnderstoodError(f"{state!r} is no state of a route")
        text = text_of(found, given[0])
        destination = Named(text) if given[0] == "DestinationPrefixListId" else block(text, 6 if "Ipv6" in given[0] else 4)
        out.append(Route(destination, " ".join(targets) + ("" if state == "active" else f" ({state})")))
    return out
