"""Which account or region of one side plays the part of which on the other: the tie-break between equal keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from driftscan.model.drift import Side

_PARTS: Final = ("account", "region")
_HOME: Final = 0.5
"""A place that holds at least this share of the fullest place's resources may be the home, too."""


def roles(candidate: Side, reference: Side) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Account id or region -> its role, for both sides.

    What the sides declare holds. Else the fullest place of each side is its home, unless the other side's home has a place of
    its own there that is about as full; places of the same name are each other's; the rest follow by their number of resources.
    """
    unread = {*candidate.incomplete, *reference.incomplete}  # what one side did not read says nothing of which place is the fuller one
    counts = [[Counter(getattr(a, part) for a in side.seals if a.type not in unread) for side in (candidate, reference)] for part in _PARTS]
    accounts, regions = (_pair(c, r, candidate.roles, reference.roles) for c, r in counts)
    return {**accounts[0], **regions[0]}, {**accounts[1], **regions[1]}


def _pair(
    c: Counter[str], r: Counter[str], declared_c: Mapping[str, str], declared_r: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    if any(p in declared_c for p in c) and any(p in declared_r for p in r):
        return {p: declared_c.get(p, p) for p in c}, {p: declared_r.get(p, p) for p in r}
    out: tuple[dict[str, str], dict[str, str]] = ({"global": "global"}, {"global": "global"})
    left_c, left_r = _ranked(c), _ranked(r)
    if left_c and left_r and not (_also_home(left_c[0], r) or _also_home(left_r[0], c)):
        out[0][left_c.pop(0)] = out[1][left_r.pop(0)] = "home"
    for place in sorted(set(left_c) & set(left_r)):
        out[0][place] = out[1][place] = place
        left_c.remove(place)
        left_r.remove(place)
    for n, (a, b) in enumerate(zip(left_c, left_r, strict=False), 2):
        out[0][a] = out[1][b] = f"#{n}"
    for own, rest in ((out[0], left_c[len(left_r) :]), (out[1], left_r[len(left_c) :])):
        own.update({place: f"alone: {place}" for place in rest})
    return out


def _ranked(counts: Counter[str]) -> list[str]:
    return sorted((p for p in counts if p != "global"), key=lambda p: (-counts[p], p))


def _also_home(place: str, counts: Counter[str]) -> bool:
    return counts[place] >= _HOME * max(counts.values())
