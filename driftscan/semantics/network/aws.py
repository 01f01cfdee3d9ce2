"""What EC2 answers about security groups, access lists and routes, as rules, entries and routes.

The members are those of IpPermission, NetworkAclEntry and Route (EC2 API, 2016-11-15), as texts, numbers, lists and mappings; texts may
hold symbols. Every function raises NotUnderstoodError for a member, a value or a combination that it does not know. Descriptions say
nothing about traffic and are not read: whether they agree is another question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from driftscan.model.value import Value
from driftscan.semantics.network.peers import Block, Named, NotUnderstoodError, Peer, block
from driftscan.semantics.network.routes import Route
from driftscan.semantics.network.rules import PORTED, Entry, Rule, protocol

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
        found = _members(permission, _PERMISSION)
        name, ports = protocol(_text(found, "IpProtocol")), None
        if name in PORTED:
            ends = found.get("FromPort"), found.get("ToPort")
            if ends != (None, None) or name != "icmpv6":  # of these, only ICMPv6 may come without
                ports = _number(found, "FromPort"), _number(found, "ToPort")
        out += [Rule(name, ports, peer) for peer in _peers(found)]
    relative = [r for r in out if isinstance(r.peer, Block) and r.peer.symbol]
    if len(set(relative)) < len(relative):
        raise NotUnderstoodError("one block relative to a network occurs twice: there are two networks")
    return out


def _peers(permission: Mapping[str, Value]) -> Iterator[Peer]:
    for member, key, version in (("IpRanges", "CidrIp", 4), ("Ipv6Ranges", "CidrIpv6", 6)):
        for listed in _list(permission, member):
            yield block(_text(_members(listed, {key, "Description"}), key), version)
    for listed in _list(permission, "PrefixListIds"):
        yield Named(_text(_members(listed, {"PrefixListId", "Description"}), "PrefixListId"))
    for listed in _list(permission, "UserIdGroupPairs"):
        group = _members(listed, _GROUP)
        name = _text(group, "GroupId" if group.get("GroupId") is not None else "GroupName")
        owner = [f"of {_text(group, 'UserId')}"] if group.get("UserId") is not None else []
        through = [f"through {_text(group, k)}" for k in ("VpcPeeringConnectionId",) if group.get(k) is not None]
        yield Named(" ".join([name, *owner, *through]))


def from_acl(entries: Iterable[Value]) -> list[Entry]:
    """The entries of one direction of a network access list; the caller has parted them by `Egress`."""
    out: list[Entry] = []
    directions = set()
    for entry in entries:
        found = _members(entry, _ENTRY)
        if "Egress" in found:
            directions.add(found["Egress"])
        cidr, cidr6 = found.get("CidrBlock"), found.get("Ipv6CidrBlock")
        if (cidr is None) == (cidr6 is None):
            raise NotUnderstoodError("an entry has one block")
        peer = block(_text(found, "CidrBlock"), 4) if cidr6 is None else block(_text(found, "Ipv6CidrBlock"), 6)
        action = _text(found, "RuleAction")
        if action not in ("allow", "deny"):
            raise NotUnderstoodError(f"{action!r} is no action")
        name = protocol(_text(found, "Protocol"))
        out.append(Entry(_number(found, "RuleNumber"), Rule(name, _ports(found, name, peer), peer), action == "allow"))
    if len(directions) > 1:
        raise NotUnderstoodError("entries of both directions")
    return out


def _ports(entry: Mapping[str, Value], name: str, peer: Block) -> tuple[int, int] | None:
    """Ports of an entry. Protocols without ports, and ICMPv6 with an IPv4 block, mean all of them (CreateNetworkAclEntry)."""
    if name in ("tcp", "udp"):
        ports = _members(entry.get("PortRange"), {"From", "To"})
        return _number(ports, "From"), _number(ports, "To")
    if name == "icmp" or (name == "icmpv6" and peer.version == 6):
        kind = _members(entry.get("IcmpTypeCode"), {"Type", "Code"})
        return _number(kind, "Type"), _number(kind, "Code")
    return None


def from_routes(routes: Iterable[Value]) -> list[Route]:
    """The routes of a route table. A route that is not active has a target of its own: `nat-1 (blackhole)`.

    How a route came to be (`Origin`), and whose an instance is, does not change where it leads. A firewall in the way (`IgwFirewall`)
    is not understood.
    """
    out: list[Route] = []
    for route in routes:
        found = _members(route, _ROUTE)
        given = [k for k in _DESTINATIONS if found.get(k) is not None]
        targets = [_text(found, k) for k in _TARGETS if found.get(k) is not None]
        state = _text(found, "State")
        if len(given) != 1 or not targets:
            raise NotUnderstoodError("a route has one destination and a target")
        if state not in ("active", "blackhole", "filtered"):
            raise NotUnderstoodError(f"{state!r} is no state of a route")
        text = _text(found, given[0])
        destination = Named(text) if given[0] == "DestinationPrefixListId" else block(text, 6 if "Ipv6" in given[0] else 4)
        out.append(Route(destination, " ".join(targets) + ("" if state == "active" else f" ({state})")))
    return out


# ------------------------------------------------------------------------------------------------- reading


def _members(value: Value, known: set[str]) -> Mapping[str, Value]:
    if not isinstance(value, Mapping):
        raise NotUnderstoodError(f"a structure is expected, not {type(value).__name__}")
    unknown = sorted(str(k) for k in value.keys() - known)
    if unknown:
        raise NotUnderstoodError(f"{', '.join(unknown)} is not understood")
    return value


def _list(found: Mapping[str, Value], member: str) -> Iterable[Value]:
    value = found.get(member)
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise NotUnderstoodError(f"{member} is no list")
    return value


def _text(found: Mapping[str, Value], member: str) -> str:
    value = found.get(member)
    if not isinstance(value, str) or not value:
        raise NotUnderstoodError(f"{member} is no text")
    return value


def _number(found: Mapping[str, Value], member: str) -> int:
    value = found.get(member)
    if type(value) is not int:
        raise NotUnderstoodError(f"{member} is no whole number")
    return value
