"""Who is meant by a rule or a route: a block of addresses, or something that only has a name."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from driftscan.semantics.reading import NotUnderstoodError

BITS: Final = {4: 32, 6: 128}
"""IP version -> bits of an address."""


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """A CIDR block. version: 4 or 6; symbol: "" where the addresses are absolute, else the network in symbols (`{network}`).

    first, last: the addresses as numbers; with a symbol, their distance from the network's first address.
    network: with a symbol, the shortest and longest prefix that the network may have (it is told by how many octets the distance is
    written with, and by what fits in); (0, 0) of absolute ones.
    """

    version: int
    symbol: str
    first: int
    last: int
    network: tuple[int, int] = (0, 0)

    @property
    def prefix(self) -> int:
        """The prefix length."""
        return BITS[self.version] + 1 - (self.last - self.first + 1).bit_length()

    @property
    def whole(self) -> bool:
        """Whether it is every address of its IP version."""
        return not self.symbol and self.prefix == 0

    def __str__(self) -> str:
        if not self.symbol:
            address = ipaddress.IPv4Address(self.first) if self.version == 4 else ipaddress.IPv6Address(self.first)
            return f"{address}/{self.prefix}"
        shortest, longest = self.network
        if self.version == 6 or (shortest != longest and self.first == 0 and self.prefix == shortest):
            return self.symbol
        if self.first == 0 and self.prefix == shortest == longest:
            return f"{self.symbol}/{self.prefix}"
        return f"{self.symbol}+{'.'.join(map(str, self.first.to_bytes(_octets(shortest))))}/{self.prefix}"


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A security group, a prefix list: equal by text only, and no block covers it."""

    text: str

    def __str__(self) -> str:
        return self.text


Peer: TypeAlias = Block | Named

_RELATIVE: Final = re.compile(r"(\{[^{}]+\})(?:\+(\d{1,3}(?:\.\d{1,3}){0,3}))?(?:/(\d{1,2}))?")


def block(text: str, version: int) -> Block:
    """The block that a CIDR text of an IP version (4 or 6) means; what lies beyond its prefix is masked, as the vendor does.

    Absolute (`10.0.0.0/8`, an address alone), or relative to a network in symbols as `normalize.networks` writes it:
    `{network}+1.0/24`, `{network}/16`, `{network}+3.7`. A symbol alone (`{office6}`) stands for one IPv6 block, wherever that lies.
    Raises NotUnderstoodError for anything else.
    """
    if not text.startswith("{"):
        return _absolute(text, version)
    m = _RELATIVE.fullmatch(text)
    if m is None or (version == 6) != (m[2] is None and m[3] is None):
        raise NotUnderstoodError(f"{text!r} is no IPv{version} block")
    if version == 6:
        return Block(6, m[1], 0, 0, (128, 128))
    prefix = 32 if m[3] is None else int(m[3])
    size = 1 << max(0, 32 - prefix)
    if m[2] is None:
        if prefix < 32:
            return Block(4, m[1], 0, size - 1, (prefix, prefix))
        raise NotUnderstoodError(f"{text!r} is no network")
    octets = [int(o) for o in m[2].split(".")]
    if max(octets) > 255 or prefix > 32:
        raise NotUnderstoodError(f"{text!r} is no IPv4 block")
    first = int.from_bytes(bytes(octets)) & -size
    last = first + size - 1
    shortest = 32 - 8 * len(octets)
    longest = min(32 if len(octets) == 1 else shortest + 7, 32 - last.bit_length(), prefix if m[3] is None else prefix - 1)
    if shortest > longest:
        raise NotUnderstoodError(f"{text!r} lies in no network whose addresses take {len(octets)} octets")
    return Block(4, m[1], first, last, (shortest, longest))


def _absolute(text: str, version: int) -> Block:
    if "%" in text or text.partition("/")[2].isdigit() != ("/" in text):  # no zones, no masks in the place of a prefix
        raise NotUnderstoodError(f"{text!r} is no IPv{version} block")
    try:
        found = ipaddress.IPv4Network(text, strict=False) if version == 4 else ipaddress.IPv6Network(text, strict=False)
    except ValueError as e:
        raise NotUnderstoodError(f"{text!r} is no IPv{version} block") from e
    return Block(version, "", int(found.network_address), int(found.broadcast_address))


def _octets(length: int) -> int:
    """With how many octets a distance from the start of a network is written (`normalize.networks.relative`)."""
    return max(1, (32 - length + 7) // 8)
