"""A world small enough to ask about every packet: four bits of address in each space, a few ports, and the rules that live in it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hypothesis import strategies as st

from driftscan.semantics.network import Block, Box, Named, Peer, Rule, Some, block

SPACES = ((4, ""), (6, ""), (4, "{network}"), (4, "{office}"))
_SHIFT = {(4, ""): 28, (6, ""): 124, (4, "{network}"): 12, (4, "{office}"): 4}
"""Where the four bits stand: at the top of the space. `{network}` is a /16, `{office}` a /24."""
NAMES = ("sg-1", "pl-1")
PORTS = (0, 1, 2, 3, 65535)
TYPES = tuple(256 * kind + code for kind in (0, 1, 2, 255) for code in (0, 1, 2, 255))
LINES = {"tcp": PORTS, "udp": PORTS, "icmp": TYPES, "50": (0,), "99": (0,)}
"""Protocol -> the numbers on its line that are asked about; 99 is one that no rule names."""


class Packet(NamedTuple):
    """number: port, or 256 * type + code. version, symbol, address: where the peer is; a name's version is 0."""

    protocol: str
    number: int
    version: int
    symbol: str
    address: int


def packets() -> Iterator[Packet]:
    for protocol, line in LINES.items():
        for number in line:
            for version, symbol in SPACES:
                for n in range(16):
                    yield Packet(protocol, number, version, symbol, n << _SHIFT[version, symbol])
            for name in NAMES:
                yield Packet(protocol, number, 0, name, 0)


ALL = tuple(packets())
EVERYWHERE = {
    key: frozenset(p for p in ALL if (p.protocol, p.number, p.version) == key and not p.symbol)
    for key in {(p.protocol, p.number, p.version) for p in ALL if p.version}
}
"""(protocol, number, IP version) -> the packets of all absolute addresses."""


def tiny(version: int, symbol: str, n: int, k: int) -> str:
    """The text of the block of the first k of the four bits of n."""
    n = n >> (4 - k) << (4 - k)
    at = n << _SHIFT[version, symbol]
    if not symbol:
        return f"{ipaddress.IPv4Address(at) if version == 4 else ipaddress.IPv6Address(at)}/{k}"
    if k == 0:
        return f"{symbol}/16" if symbol == "{network}" else f"{symbol}/24"
    return f"{symbol}+{at >> 8}.{at & 255}/{16 + k}" if symbol == "{network}" else f"{symbol}+{at}/{24 + k}"


def blocks(spaces: Iterable[tuple[int, str]] = SPACES) -> st.SearchStrategy[Block]:
    return st.builds(
        lambda space, n, k: block(tiny(*space, n, k), space[0]), st.sampled_from(tuple(spaces)), st.integers(0, 15), st.integers(0, 4)
    )


PEERS: st.SearchStrategy[Peer] = st.one_of(blocks(), blocks([(4, "")]), st.sampled_from(NAMES).map(Named))


@st.composite
def rules(draw: st.DrawFn, peers: st.SearchStrategy[Peer] = PEERS) -> Rule:
    protocol = draw(st.sampled_from(["tcp", "6", "udp", "17", "icmp", "1", "50", "-1"]))
    ports: tuple[int, int] | None = None
    if protocol in ("tcp", "6", "udp", "17"):
        first, last = sorted(draw(st.tuples(st.sampled_from(PORTS), st.sampled_from(PORTS))))
        ports = first, last
    elif protocol in ("icmp", "1"):
        ports = draw(st.sampled_from([(-1, -1), (0, -1), (1, -1), (0, 0), (0, 1), (1, 1), (1, 255), (255, -1)]))
    return Rule(protocol, ports, draw(peers))


# ---------------------------------------------------------------------- what is meant, asked packet by packet


_SPELLED = {"6": "tcp", "17": "udp", "1": "icmp"}


def holds(peer: Peer, packet: Packet) -> bool:
    """Whether a peer is the packet's; the whole of an IP version holds every network's addresses, too."""
    if isinstance(peer, Named):
        return packet.version == 0 and packet.symbol == peer.text
    if packet.version != peer.version:
        return False
    return str(peer) in ("0.0.0.0/0", "::/0") or (packet.symbol == peer.symbol and peer.first <= packet.address <= peer.last)


def matches(rule: Rule, packet: Packet) -> bool:
    protocol = _SPELLED.get(rule.protocol, rule.protocol)
    if protocol not in ("-1", packet.protocol) or not holds(rule.peer, packet):
        return False
    if rule.ports is None or protocol in ("-1", "50"):
        return True
    first, last = rule.ports
    if protocol != "icmp":
        return first <= packet.number <= last
    kind, code = divmod(packet.number, 256)
    return first in (-1, kind) and last in (-1, code)


def direct(rules: Iterable[Rule]) -> frozenset[Packet]:
    """All packets that the rules allow; where every absolute address is allowed, so is every network, wherever it lies."""
    listed = list(rules)
    out = {p for p in ALL if any(matches(r, p) for r in listed)}
    for (protocol, number, version), absolute in EVERYWHERE.items():
        if absolute <= out:
            out |= {p for p in ALL if (p.protocol, p.number, p.version) == (protocol, number, version)}
    return frozenset(out)


def spoken_of(rules: Iterable[Rule]) -> frozenset[Packet]:
    """The packets whose peer lies in a space that some rule names: of networks that nobody names nothing is said."""
    spaces = {(r.peer.version, r.peer.symbol) for r in rules if isinstance(r.peer, Block)}
    return frozenset(p for p in ALL if not p.version or not p.symbol or (p.version, p.symbol) in spaces)


def in_some(some: Some, packet: Packet) -> bool:
    return holds(some.peer, packet) and not any(holds(b, packet) for b in some.without)


def in_box(box: Box, packet: Packet) -> bool:
    if box.protocol == "-1":
        return packet.protocol not in box.apart and in_some(box.some, packet)
    return box.protocol == packet.protocol and box.first <= packet.number <= box.last and in_some(box.some, packet)
