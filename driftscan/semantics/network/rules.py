"""Rules as the vendor states them, and the interval of ports that each means.

Ports, and ICMP's types and codes, are one line of numbers per protocol: a port is itself, a type with a code is `256 * type + code`
(both are one octet, RFC 792 and RFC 4443). Other protocols have one undivided line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from driftscan.semantics.network.peers import Peer
from driftscan.semantics.reading import NotUnderstoodError

ALL: Final = "-1"
"""AWS's spelling of every protocol."""
LAST: Final = 65535
"""The last number of a protocol's line."""
_NAMES: Final = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
_ICMP: Final = ("icmp", "icmpv6")
PORTED: Final = ("tcp", "udp", *_ICMP)
"""The protocols in which a rule can name ports, or types and codes."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one rule allows. protocol: AWS's spelling (`tcp`, `udp`, `icmp`, `icmpv6`, `-1` for all, else a number as text).

    ports: first and last port; of ICMP type and code, -1 for any; None: all of them. Protocols without ports ignore them, as the
    vendor does (EC2 API, IpPermission and CreateNetworkAclEntry).
    """

    protocol: str
    ports: tuple[int, int] | None
    peer: Peer


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an ordered list. number: the smaller is asked first; allow: else it denies."""

    number: int
    rule: Rule
    allow: bool


def protocol(text: str) -> str:
    """The one spelling of a protocol. Raises NotUnderstoodError where it is none (IANA's numbers end at 255)."""
    if text in PORTED or text == ALL:
        return text
    if text.isascii() and text.isdigit() and int(text) <= 255:
        number = str(int(text))
        return _NAMES.get(number, number)
    raise NotUnderstoodError(f"{text!r} is no protocol")


def line(name: str, ports: tuple[int, int] | None) -> tuple[int, int]:
    """First and last number, on a protocol's line, of what a rule's ports mean. Raises NotUnderstoodError where they mean nothing."""
    if ports is None or name not in PORTED:
        return 0, LAST
    first, last = ports
    if name not in _ICMP:
        if not 0 <= first <= last <= LAST:
            raise NotUnderstoodError(f"{name} has no ports {first}-{last}")
        return first, last
    if first == -1 and last == -1:
        return 0, LAST
    if not (0 <= first <= 255 and -1 <= last <= 255):
        raise NotUnderstoodError(f"{name} has no type {first} with code {last}")
    return (256 * first, 256 * first + 255) if last == -1 else (256 * first + last, 256 * first + last)


def words(name: str, first: int, last: int) -> str:
    """An interval of a protocol's line for people: `tcp 80-443`, `icmp type 8`, `icmp type 3 codes 1-255, types 4-7`, `protocol 50`."""
    if name == ALL:
        return "all protocols"
    if name not in PORTED:
        return f"protocol {name}"
    if name not in _ICMP:
        return f"{name} {_span(first, last)}"
    if (first, last) == (0, LAST):
        return name
    (kind, code), (end, stop) = divmod(first, 256), divmod(last, 256)
    if kind == end and (code, stop) != (0, 255):
        return f"{name} type {kind} {_plural('code', code, stop)}"
    parts = []
    if code > 0:
        parts.append(f"type {kind} {_plural('code', code, 255)}")
        kind += 1
    tail = f"type {end} {_plural('code', 0, stop)}" if stop < 255 else ""
    if kind <= (whole := end - bool(tail)):
        parts.append(_plural("type", kind, whole))
    return f"{name} {', '.join([*parts, tail] if tail else parts)}"


def _plural(noun: str, first: int, last: int) -> str:
    return f"{noun}{'s' if first < last else ''} {_span(first, last)}"


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"
