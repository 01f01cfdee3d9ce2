"""What happens to each leaf of a type's document: compared, dropped with a reason, or redacted. Nothing is silent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from driftscan.catalog import paths
from driftscan.catalog.derived import HERE, ignored
from driftscan.catalog.paths import Pattern
from driftscan.catalog.spec import Spec


@dataclass(frozen=True, slots=True, order=True)
class Decision:
    """One leaf of the vendor's shape, by its path. reason: a key of `spec.REASONS` where it is dropped, else empty.

    `redacted` leaves are compared by their digests.
    """

    path: str
    outcome: Literal["compared", "dropped", "redacted"]
    reason: str = ""


@cache
def _leaves() -> Mapping[str, Sequence[str]]:
    file = HERE / "leaves.json"
    return json.loads(file.read_bytes()) if file.exists() else {}


def leaves(type: str) -> tuple[str, ...]:
    """Every leaf of the document that a type's listing and details make, by the vendor's model; `A[]` elements, `A.*` map values."""
    return tuple(_leaves().get(type, ()))


def decide(spec: Spec, path: str) -> Decision:
    """The decision about one leaf or member, given by its path."""
    names = names_of(path)
    for entry in ignored(spec):
        if entry.path.covers(names) and not _kept(spec, names, entry.path):
            return Decision(path, "dropped", entry.reason)
    depth = _depth(spec.compare.sensitive, names)
    if depth and depth >= _depth(spec.compare.reveal, names):
        return Decision(path, "redacted")
    return Decision(path, "compared")


def decisions(spec: Spec) -> list[Decision]:
    """Every leaf of the vendor's shape with what becomes of it, sorted by path. Elements that a condition (`A[K=V]`) drops keep their
    leaves: other elements of the list have them too.
    """
    return sorted(decide(spec, leaf) for leaf in leaves(spec.type))


def names_of(path: str) -> tuple[str, ...]:
    """The member path of a leaf: names without elements, `*` for map values."""
    return tuple(getattr(s, "name", "*") for s in paths.parse(path).members)


def _depth(patterns: Sequence[Pattern], names: tuple[str, ...]) -> int:
    """How near the nearest of the paths stands to a leaf: of `sensitive` and `reveal` the nearer one decides, at one place `sensitive`."""
    return max((len(p.members) for p in patterns if p.covers(names)), default=0)


def _kept(spec: Spec, names: tuple[str, ...], by: Pattern) -> bool:
    """Whether `config` takes back something inside what `by` drops."""
    return any(p.covers(names) and len(p.members) > len(by.members) for p in spec.compare.config)
