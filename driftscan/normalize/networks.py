"""Addresses inside an environment's own networks, relative to the network they lie in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, TypeVar

T = TypeVar("T")

_WHOLE: Final = {0: 32, 10 << 24: 8, (172 << 24) + (16 << 16): 12, (192 << 24) + (168 << 16): 16, (100 << 24) + (64 << 16): 10}
"""Address -> prefix length of what is nobody's own: everything, RFC 1918, RFC 6598."""

_ADDRESS: Final = re.compile(r"(?<![\w.])((?:\d{1,3}\.){3}\d{1,3})(?:/(\d{1,2}))?(?![\w.]*\w)")


def addresses(text: str) -> list[tuple[int, int, int, int]]:
    """IPv4 addresses and blocks in a text: (start, end, address as a number, prefix length; 32 for an address alone)."""
    out: list[tuple[int, int, int, int]] = []
    for m in _ADDRESS.finditer(text):
        octets = [int(o) for o in m[1].split(".")]
        prefix = 32 if m[2] is None else int(m[2])
        if max(octets) <= 255 and prefix <= 32:
            out.append((m.start(), m.end(), int.from_bytes(bytes(octets)), prefix))
    return out


def relative(address: int, prefix: int, alone: bool, blocks: Sequence[tuple[int, int, T]]) -> tuple[T, str] | None:
    """The first block that holds an address, and what is left to say of it; None where none does.

    blocks: (network as a number, prefix length, what it is), the narrowest first. `10.100.1.0/24` in `10.100.0.0/16` is that block and
    `+1.0/24`; the block itself is `/16`: where it lies is the environment's own affair.
    """
    for network, length, block in blocks:
        mask = -1 << (32 - length) & 0xFFFFFFFF
        if prefix < length or address & mask != network:
            continue
        tail = "" if alone else f"/{prefix}"
        if not alone and prefix == length:
            return block, tail
        octets = max(1, (32 - length + 7) // 8)
        offset = (address - network).to_bytes(4)[4 - octets :]
        return block, f"+{'.'.join(map(str, offset))}{tail}"
    return None


def around(address: int, prefix: int, blocks: Sequence[tuple[int, int, T]]) -> T | None:
    """The lowest of the blocks that lie in a wider one: an address plan that is one's own. None where none does, or where it is all the
    private space there is, which is everybody's.
    """
    if prefix <= _WHOLE.get(address, 0):
        return None
    mask = -1 << (32 - prefix) & 0xFFFFFFFF
    inside = [(network, -length, block) for network, length, block in blocks if length > prefix and network & mask == address & mask]
    return min(inside, key=lambda b: b[:2])[2] if inside else None
