"""How many resources of one role each side has: of three subnets the one that stage lacks is `3 against 2`.

Resources play one role where they are of one type, lie under the same parents, and are called alike but for what numbers them
(`private-a` and `private-b`, `worker1` and `worker2`, blocks of one network).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from driftscan.model.drift import Comparison
from driftscan.model.resource import Seal
from driftscan.model.value import Address, Ref, Text, show_name

_Role: TypeAlias = Hashable

_NUMBER: Final = re.compile(
    r"\{network\}[+\d./]*|(?:\d{1,3}\.){3}\d{1,3}(?:/\d+)?"  # where in a network
    r"|(?<![A-Za-z0-9])(?:\{region\}|az)?-?(?:\d{1,3}[a-z]?|[A-Za-z])(?![A-Za-z0-9])"  # a word that is a number, a letter or a zone
    r"|(?<=[A-Za-z])\d{1,3}(?![A-Za-z0-9])"  # the end of a word
)
_HOLE: Final = "\0"


@dataclass(frozen=True, slots=True)
class Against:
    """How many of one role (the resource's own side, the other side) has; called: those of the own side, in order."""

    own: int
    other: int
    called: tuple[str, ...]

    @property
    def numbers(self) -> str:
        """`3 against 2`."""
        return f"{self.own} against {self.other}"


def cardinality(comparison: Comparison) -> Mapping[Address, Against]:
    """Of what only one side has: how many of its role there are, where both sides have some and one has more."""
    partner = {c.pair.reference: c.pair.candidate for c in comparison.compared}
    types = {a.type for a in (*comparison.extra, *comparison.missing)}
    here = (
        [*(c.pair.candidate for c in comparison.compared), *comparison.extra, *(a for g in comparison.ambiguous for a in g.candidates)],
        [*(c.pair.reference for c in comparison.compared), *comparison.missing, *(a for g in comparison.ambiguous for a in g.references)],
    )
    sides = (comparison.candidate.seals, comparison.reference.seals)
    roles = tuple(_roles((seals[a] for a in some if a.type in types), partner) for some, seals in zip(here, sides, strict=True))
    out: dict[Address, Against] = {}
    for where, alone in ((0, comparison.extra), (1, comparison.missing)):
        own, other = roles[where], roles[1 - where]
        only = set(alone)
        for role, seals in own.items():
            if len(seals) > len(there := other.get(role, ())) > 0:
                against = Against(len(seals), len(there), tuple(sorted(map(_called, seals))))
                out.update((s.address, against) for s in seals if s.address in only)
    return out


def _roles(seals: Iterable[Seal], partner: Mapping[Address, Address]) -> Mapping[_Role, list[Seal]]:
    out: dict[_Role, list[Seal]] = defaultdict(list)
    for seal in seals:
        role = _role(seal, partner)
        if role is not None:
            out[role].append(seal)
    return out


def _role(seal: Seal, partner: Mapping[Address, Address]) -> _Role | None:
    """What a resource has in common with those of its kind; None where nothing numbers it."""
    key = next((k for k in seal.keys if k.reason == "name"), None)
    parents = sorted({partner.get(p.target, p.target) for p in key.parts if isinstance(p, Ref) and p.target is not None}) if key else []
    stem = _NUMBER.sub(_HOLE, _called(seal))
    return (seal.address.type, tuple(parents), stem) if _HOLE in stem else None


def _called(seal: Seal) -> str:
    """Its name, with `{env}` for its environment's word; without one, what its key says beside its parents."""
    if seal.name:
        return seal.name
    key = next((k for k in seal.keys if k.reason == "name"), None)
    return "/".join(show_name(p) for p in key.parts if isinstance(p, str | Text)) if key else ""
