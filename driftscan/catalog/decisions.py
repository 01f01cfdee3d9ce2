"""What happens to each leaf of a type's document: compared, dropped with a reason, or redacted. Nothing is silent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from driftscan.catalog import general, paths, tags
from driftscan.catalog.derived import HERE, by_name, ignored
from driftscan.catalog.paths import Pattern
from driftscan.catalog.spec import Ignored, Spec


@dataclass(frozen=True, slots=True, order=True)
class Decision:
    """One leaf of the vendor's shape, by its path. reason: a key of `spec.REASONS` where it is dropped, else empty.

    `redacted` leaves are compared by their digests: of `sensitive` and `reveal` the nearer one decides, at one place `sensitive`.
    """

    path: str
    outcome: Literal["compared", "dropped", "redacted"]
    reason: str = ""


@cache
def _leaves() -> Mapping[str, Sequence[str]]:
    file = HERE / "leaves.json"
    return json.loads(file.read_bytes()) if file.exists() else {}


def leaves(type: str) -> tuple[str, ...]:
    """Every leaf of the document that a type's listing and details make, by the vendor's model; `A[]` elements, `A.*` map values.

    Of Google's types, of those with a written spec.
    """
    if general.covers(type):
        return general.facts(type).leaves
    return tuple(_leaves().get(type, ()))


def decide(spec: Spec, path: str) -> Decision:
    """The decision about one leaf or member, given by its path. Of paths that drop and paths that keep, the nearest decides."""
    return _decide(spec, ignored(spec), path)


def decisions(spec: Spec) -> list[Decision]:
    """Every leaf of the vendor's shape with what becomes of it, sorted by path. Elements that a condition (`A[K=V]`) drops keep their
    leaves: other elements of the list have them too.
    """
    entries = ignored(spec)
    return sorted(_decide(spec, entries, leaf) for leaf in leaves(spec.type))


def _decide(spec: Spec, entries: Sequence[Ignored], path: str) -> Decision:
    names = names_of(path)
    nearest = max((e for e in entries if e.path.covers(names)), key=lambda e: len(e.path.members), default=None)
    if nearest is not None and len(nearest.path.members) > _depth(spec.compare.config, names):
        return Decision(path, "dropped", nearest.reason)
    if reason := by_name(spec, names):
        return Decision(path, "dropped", reason)
    if _repeats(spec, names):
        return Decision(path, "dropped", "derived")
    depth = _depth(spec.compare.sensitive, names)
    if depth and depth >= _depth(spec.compare.reveal, names):
        return Decision(path, "redacted")
    return Decision(path, "compared")


def names_of(path: str) -> tuple[str, ...]:
    """The member path of a leaf: names without elements, `*` for map values."""
    return tuple(getattr(s, "name", "*") for s in paths.parse(path).members)


def _repeats(spec: Spec, names: tuple[str, ...]) -> bool:
    """What says again what stands beside it, for every type: `Quantity` beside `Items`, and what Auto Scaling's tags say of their group."""
    if names[-1] == "Quantity":
        return (*names[:-1], "Items") in _members(spec.type)
    where = tags.path(spec.compare)
    return where is not None and len(names) > 1 and names[-1] in ("ResourceId", "ResourceType") and where.matches(names[:-1])


@cache
def _members(type: str) -> frozenset[tuple[str, ...]]:
    """Every member path of a type."""
    found = {names_of(leaf) for leaf in leaves(type)}
    return frozenset(n[:k] for n in found for k in range(1, len(n) + 1))


def _depth(patterns: Sequence[Pattern], names: tuple[str, ...]) -> int:
    """How near the nearest of the paths stands to a leaf, 0 where none is above it."""
    return max((len(p.members) for p in patterns if p.covers(names)), default=0)
