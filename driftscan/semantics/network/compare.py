"""Two lists of rules as the sets of traffic that they allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from driftscan.model.drift import Relation
from driftscan.semantics.network.boxes import Box, Cell, boxes
from driftscan.semantics.network.peers import Peer
from driftscan.semantics.network.rules import ALL, LAST, Entry, Rule, line, protocol
from driftscan.semantics.network.sweep import Strip, sweep
from driftscan.semantics.network.universe import Universe


@dataclass(frozen=True, slots=True)
class Difference:
    """only_candidate, only_reference: what that side alone allows, in order; both are empty exactly where the sides are equal."""

    relation: Relation
    only_candidate: tuple[Box, ...] = ()
    only_reference: tuple[Box, ...] = ()


def compare(candidate: Iterable[Rule], reference: Iterable[Rule]) -> Difference:
    """Compare what two lists of rules allow, their order aside, as a security group's are.

    Exchanging the sides exchanges the answer. Raises NotUnderstoodError where a rule means nothing, or where a symbol stands for
    networks of different sizes.
    """
    return differ(*([Entry(0, rule, True) for rule in side] for side in (candidate, reference)))


def differ(candidate: Sequence[Entry], reference: Sequence[Entry]) -> Difference:
    """Compare two lists of entries in the order in which they are asked; all blocks are absolute, or all entries allow."""
    universe = Universe(e.rule.peer for side in (candidate, reference) for e in side)
    extra: dict[str, list[Cell]] = {}
    lacking: dict[str, list[Cell]] = {}
    for name, cells in allowed(candidate, reference, universe.mask):
        closed = [(first, last, universe.closed(c), universe.closed(r)) for first, last, c, r in cells]
        extra[name] = [Cell(first, last, c & ~r) for first, last, c, r in closed]
        lacking[name] = [Cell(first, last, r & ~c) for first, last, c, r in closed]
    return difference(universe, extra, lacking)


def difference(universe: Universe, extra: Mapping[str, Sequence[Cell]], lacking: Mapping[str, Sequence[Cell]]) -> Difference:
    """The answer from what only the candidate and what only the reference allows: protocol -> its whole line (`boxes`)."""
    return Difference(relation(extra, lacking), boxes(universe, extra), boxes(universe, lacking))


def relation(extra: Mapping[str, Sequence[Cell]], lacking: Mapping[str, Sequence[Cell]]) -> Relation:
    """The relation alone, from the same."""
    wider, narrower = (any(c.peers for cells in lines.values() for c in cells) for lines in (extra, lacking))
    return Relation.of(wider, narrower)


Mask: TypeAlias = Callable[[Peer], int]
"""The bits of a peer."""
Allowed: TypeAlias = tuple[int, int, int, int]
"""First and last number of an interval of a protocol's line, the candidate's peers there, the reference's."""


def allowed(candidate: Sequence[Entry], reference: Sequence[Entry], mask: Mask) -> Iterator[tuple[str, list[Allowed]]]:
    """For each protocol that a side names, then for all others (`-1`): what each side allows along its line."""
    sides = [[(protocol(e.rule.protocol), e) for e in side] for side in (candidate, reference)]
    names = sorted({name for side in sides for name, _ in side} - {ALL})
    for name in (*names, ALL):
        strips = [[_strip(own, e, mask) for own, e in side if own in (name, ALL)] for side in sides]
        cuts = sorted({0, LAST + 1} | {cut for side in strips for s in side for cut in (s.first, s.last + 1)})
        swept = zip(cuts[:-1], cuts[1:], *(sweep(side, cuts) for side in strips), strict=True)
        yield name, [(first, beyond - 1, c, r) for first, beyond, c, r in swept]


def _strip(name: str, entry: Entry, mask: Mask) -> Strip:
    return Strip(*line(name, entry.rule.ports), mask(entry.rule.peer), entry.allow)
