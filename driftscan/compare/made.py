"""Counterparts of what other resources made and named themselves: the nodes of a replication group under that group's counterpart.

What a maker makes without a name of its own (instances of a group, interfaces of a gateway) is replaced at will, and stays grouped.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TypeAlias

from driftscan.compare.links import BLOCKED, CANDIDATE, REFERENCE, Links, Token, Where
from driftscan.model.resource import Provenance, Seal
from driftscan.model.value import Address, Text, Value

_Named: TypeAlias = "dict[tuple[Address, str, Token], list[Seal]]"
"""(the maker's counterpart in the candidate, type, key) -> who goes by it."""


def made(links: Links, grouped: tuple[list[Seal], list[Seal]]) -> list[tuple[Seal, Seal]]:
    """Pairs among what resources that are counterparts made: of one type, by the name that is their id, where one on each side has it."""
    sides = tuple(_named(links, grouped[where], where) for where in (CANDIDATE, REFERENCE))
    return [(some[0], others[0]) for key, some in sides[0].items() if len(some) == len(others := sides[1].get(key, [])) == 1]


def _named(links: Links, seals: list[Seal], where: Where) -> _Named:
    out: _Named = defaultdict(list)
    for seal in seals:
        maker = seal.owner
        other = links.partner[where].get(maker) if maker is not None else None
        if maker is None or other is None or seal.provenance is not Provenance.CONTROLLER:
            continue
        key = next((k for k in seal.keys if k.reason == "name"), None)
        if key is None or not _is_id(links, key.parts, seal.address, where):
            continue
        token = links.key_token(key, where, seal.address)
        if token is not BLOCKED:
            out[maker if where == CANDIDATE else other, seal.address.type, token].append(seal)
    return out


def _is_id(links: Links, parts: tuple[Value, ...], address: Address, where: Where) -> bool:
    """Whether a key is nothing but the resource's id, so that whoever made it chose it."""
    if len(parts) != 1:
        return False
    text = parts[0].parts if isinstance(parts[0], Text) else parts
    return links.spell(text, where, literal=True) == address.id
