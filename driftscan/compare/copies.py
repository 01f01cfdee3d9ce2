"""Copies of one resource in several regions, of which the other side runs fewer.

An environment that spreads over two regions what the other runs in one has regional things (a key pair, an alarm topic, a log group)
once per region, under one name. The second copy has its counterpart already: it is no resource that the other side lacks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TypeAlias

from driftscan.compare.equal import equal
from driftscan.compare.links import BLOCKED, CANDIDATE, REFERENCE, Links, Token, Where, refs_in
from driftscan.model.resource import Seal
from driftscan.model.value import Address

_Place: TypeAlias = tuple[str, str]
"""(account, region)."""


def copies(links: Links, left: tuple[list[Seal], list[Seal]]) -> dict[Address, Address]:
    """Resource without a counterpart -> the other side's resource that it is one more copy of.

    It is one where four things hold: a resource of its own side goes by the same key in another place and is paired; the counterpart
    of that one agrees with it too; the counterpart's place is the one where most of what lies in its own place has counterparts; and
    nothing that is alone too is named by it. A second network with all that is in it is more than a copy.
    """
    out: dict[Address, Address] = {}
    alone = (_alone(left[CANDIDATE]), _alone(left[REFERENCE]))
    if not any(alone):
        return out
    parts = _parts(links)
    for where in (CANDIDATE, REFERENCE):
        other = REFERENCE if where == CANDIDATE else CANDIDATE
        open_ = alone[where]
        twins = _twins(links, where, open_, parts[where])
        for seal in open_:
            others = {
                theirs
                for key in _keys(links, seal, where)
                for own, theirs in twins.get(key, ())
                if _place(own) != _place(seal.address) and parts[where].get(_place(seal.address)) == _place(theirs)
            }
            found = [o for o in sorted(others) if _agree(seal, links.sides[other].seals[o], where, links)]
            if found:
                out[seal.address] = found[0]
    return out


def _alone(left: list[Seal]) -> list[Seal]:
    """Those of a region that have a key, and that nothing else that is left names."""
    named = {r.target for s in left for r in refs_in(p for k in s.keys for p in k.parts)}
    return [s for s in left if s.address.region not in ("global", "") and s.keys and s.address not in named]


def _parts(links: Links) -> tuple[Mapping[_Place, _Place], Mapping[_Place, _Place]]:
    """Place -> the place of the other side where most of its counterparts lie; none where two places have as many."""
    counts: tuple[dict[_Place, Counter[_Place]], dict[_Place, Counter[_Place]]] = (defaultdict(Counter), defaultdict(Counter))
    for c, r in links.partner[CANDIDATE].items():
        counts[CANDIDATE][_place(c)][_place(r)] += 1
        counts[REFERENCE][_place(r)][_place(c)] += 1
    return _most(counts[CANDIDATE]), _most(counts[REFERENCE])


def _most(counts: Mapping[_Place, Counter[_Place]]) -> dict[_Place, _Place]:
    out = {}
    for place, others in counts.items():
        ranked = sorted(others.items(), key=lambda o: (-o[1], o[0]))
        if len(ranked) == 1 or ranked[0][1] > ranked[1][1]:
            out[place] = ranked[0][0]
    return out


def _twins(links: Links, where: Where, open_: list[Seal], parts: Mapping[_Place, _Place]) -> dict[Token, list[tuple[Address, Address]]]:
    """(type, key) of paired resources of a side -> them and their counterparts on the other.

    Only of those whose counterpart lies where that of something open would, and which lie elsewhere themselves: mostly there are none.
    """
    out: dict[Token, list[tuple[Address, Address]]] = defaultdict(list)
    types = {s.address.type for s in open_}
    wanted: dict[_Place, set[_Place]] = defaultdict(set)
    for place in {_place(s.address) for s in open_}:
        if place in parts:
            wanted[parts[place]].add(place)
    seals = links.sides[where].seals
    for address, partner in links.partner[where].items():
        if address.type in types and wanted.get(_place(partner), set()) - {_place(address)}:
            for key in _keys(links, seals[address], where):
                out[key].append((address, partner))
    return out


def _place(address: Address) -> _Place:
    return address.account, address.region


def _keys(links: Links, seal: Seal, where: Where) -> list[Token]:
    tokens = [(seal.address.type, k.reason, links.key_token(k, where, seal.address)) for k in links.keys_of(seal.address, where) if k.parts]
    return [t for t in tokens if t[2] is not BLOCKED]


def _agree(seal: Seal, other: Seal, where: Where, links: Links) -> bool:
    return equal(seal, other, links) if where == CANDIDATE else equal(other, seal, links)
