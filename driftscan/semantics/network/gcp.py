"""What Compute Engine answers about one firewall rule of a VPC network, as the traffic that it is about.

The members are those of Firewall (Compute Engine API v1), as texts, numbers, lists and mappings; texts may hold symbols. Each rule is a
resource of its own. How it lies among the others is its priority, so two rules are compared only where that is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from driftscan.model.value import Value
from driftscan.semantics.network.peers import Named, Peer, block
from driftscan.semantics.network.rules import PORTED, Rule, protocol
from driftscan.semantics.reading import NotUnderstoodError, list_of, members_of, text_of, texts_of

MEMBERS: Final = (
    "allowed", "denied", "sourceRanges", "destinationRanges", "sourceTags", "sourceServiceAccounts", "targetTags", "targetServiceAccounts",
    "direction", "priority", "disabled",
)  # fmt: skip
"""What of a Firewall says which traffic it is about, and what becomes of it. The network is compared as the reference that it is."""
EVERY_INSTANCE: Final = "every instance"

_SPELLED: Final = {"all": "-1", "ipip": "4", "esp": "50", "ah": "51", "sctp": "132"}
"""Protocols by name that have a number elsewhere (Firewall, `IPProtocol`); `all` is every one."""
_PEERS: Final = {"INGRESS": "sourceRanges", "EGRESS": "destinationRanges"}
_PORTS: Final = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_PRIORITY: Final = 1000


@dataclass(frozen=True, slots=True)
class Firewall:
    """egress: else ingress. allow: else it denies. targets: the instances that it is for, `EVERY_INSTANCE` or by tag or service account.

    rules: the traffic; none where the rule is disabled.
    """

    egress: bool
    allow: bool
    priority: int
    targets: frozenset[str]
    rules: tuple[Rule, ...]


def from_firewall(value: Mapping[str, Value]) -> Firewall:
    """One rule. Raises NotUnderstoodError for a value or a combination that is not known; members beside `MEMBERS` are not looked at."""
    direction = value.get("direction", "INGRESS")
    if direction not in _PEERS:
        raise NotUnderstoodError(f"{direction!r} is no direction")
    allowed, denied = list_of(value, "allowed"), list_of(value, "denied")
    if bool(allowed) == bool(denied):
        raise NotUnderstoodError("a rule either allows or denies")
    priority, disabled = value.get("priority", _PRIORITY), value.get("disabled", False)
    if type(priority) is not int or type(disabled) is not bool:
        raise NotUnderstoodError("a priority is a whole number, and a rule is disabled or not")
    peers = list(_peers(value, str(direction)))
    rules = tuple(Rule(name, ports, peer) for listed in allowed or denied for name, ports in _traffic(listed) for peer in peers)
    return Firewall(direction == "EGRESS", bool(allowed), priority, _targets(value), () if disabled else rules)


def _peers(value: Mapping[str, Value], direction: str) -> Iterator[Peer]:
    other = _PEERS["EGRESS" if direction == "INGRESS" else "INGRESS"]
    if value.get(other):
        raise NotUnderstoodError(f"{other} narrows a rule of direction {direction} once more")
    ranges = texts_of(value, _PEERS[direction])
    yield from (block(r, 6 if ":" in r or re.fullmatch(r"\{[^{}]+\}", r) else 4) for r in ranges)
    named = [Named(f"tag {t}") for t in texts_of(value, "sourceTags")] + [Named(f"{t}") for t in texts_of(value, "sourceServiceAccounts")]
    if named and direction == "EGRESS":
        raise NotUnderstoodError("a rule of direction EGRESS has no sources by name")
    if not ranges and not named:
        raise NotUnderstoodError("a rule says where its traffic comes from or goes to")
    yield from named


def _targets(value: Mapping[str, Value]) -> frozenset[str]:
    tags, accounts = texts_of(value, "targetTags"), texts_of(value, "targetServiceAccounts")
    return frozenset([*(f"tag {t}" for t in tags), *accounts]) or frozenset({EVERY_INSTANCE})


def _traffic(listed: Value) -> Iterator[tuple[str, tuple[int, int] | None]]:
    """Protocol and ports of one element of `allowed` or `denied`. Of SCTP's ports no line is known, so they are not understood."""
    element = members_of(listed, {"IPProtocol", "ports"}, "an element")
    text = text_of(element, "IPProtocol")
    name = protocol(_SPELLED.get(text.lower(), text.lower()))
    ports = texts_of(element, "ports")
    if not ports:
        yield name, None
    for port in ports:
        m = _PORTS.fullmatch(port)
        if m is None or name not in PORTED[:2]:
            raise NotUnderstoodError(f"{text} has no ports {port!r}")
        yield name, (int(m[1]), int(m[2] or m[1]))
