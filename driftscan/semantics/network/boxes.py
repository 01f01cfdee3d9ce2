"""What only one side allows, as few boxes: protocols, an interval of ports, a peer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from driftscan.semantics.network.cover import Some, cover
from driftscan.semantics.network.peers import Block
from driftscan.semantics.network.rules import ALL, LAST, words
from driftscan.semantics.network.universe import Universe


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """Traffic of a protocol, on an interval of its line (`rules.line`), from or to some peer.

    protocol: `-1` for all but those in `apart`.
    """

    protocol: str
    first: int
    last: int
    some: Some
    apart: tuple[str, ...] = ()

    def text(self, preposition: str = "from") -> str:
        """For people: `tcp 80-443 from 0.0.0.0/0`, `all protocols but tcp from 10.0.0.0/8 without 10.1.0.0/16`."""
        but = f" but {', '.join(self.apart)}" if self.apart else ""
        return f"{words(self.protocol, self.first, self.last)}{but} {preposition} {self.some}"

    def __str__(self) -> str:
        return self.text()


class Cell(NamedTuple):
    """The peers that belong to the set on an interval of a protocol's line, as bits of a universe."""

    first: int
    last: int
    peers: int


def boxes(universe: Universe, lines: Mapping[str, Sequence[Cell]]) -> tuple[Box, ...]:
    """The set as boxes in order. They may overlap; all are inside the set, and together they are the set.

    lines: protocol -> its whole line in order; `-1` stands for the protocols that are not named.
    """
    out: list[Box] = []
    named = sorted(name for name in lines if name != ALL)
    full = {name: _everywhere(lines[name]) for name in named}
    other = _everywhere(lines[ALL])
    for apart, must in _by_exceptions(other, full).items():
        may = other
        for name in named:
            if name not in apart:
                may &= full[name]
        out += [Box(ALL, 0, LAST, some, apart) for some in cover(universe, must, may)]
    for name in named:
        rest = ~(other & full[name])
        left = [Cell(c.first, c.last, c.peers & rest) for c in lines[name]]
        for first, last, must, may in _rectangles(left, lines[name], universe.seams):
            out += [Box(name, first, last, some) for some in cover(universe, must, may)]
    return tuple(sorted(out, key=_order))


def _order(box: Box) -> tuple[str, int, int, bool, Some, tuple[str, ...]]:
    return box.protocol, box.first, box.last, not isinstance(box.some.peer, Block), box.some, box.apart


def _everywhere(cells: Sequence[Cell]) -> int:
    found = -1
    for cell in cells:
        found &= cell.peers
    return found


def _by_exceptions(other: int, full: Mapping[str, int]) -> dict[tuple[str, ...], int]:
    """The peers of all other protocols, by the named protocols in which the set does not hold them."""
    groups: dict[tuple[str, ...], int] = {(): other} if other else {}
    for name, peers in full.items():
        parted: dict[tuple[str, ...], int] = {}
        for apart, group in groups.items():
            if group & peers:
                parted[apart] = group & peers
            if group & ~peers:
                parted[*apart, name] = group & ~peers
        groups = parted
    return groups


def _rectangles(cells: Sequence[Cell], held: Sequence[Cell], seams: int) -> Iterator[tuple[int, int, int, int]]:
    """(first, last, peers, peers that the set holds all along this interval): disjoint in the first three, together the cells.

    A rectangle lasts as long as all of its peers do; those that go on without the others begin anew.
    """
    spans: dict[tuple[int, int], int] = defaultdict(int)
    running: list[tuple[int, int]] = []
    before = 0
    for i, cell in enumerate(cells):
        gone = before & ~cell.peers
        covered = before
        if gone:
            kept = []
            for start, peers in running:
                if peers & gone:
                    spans[start, i] |= peers
                    covered &= ~peers
                else:
                    kept.append((start, peers))
            running = kept
        if new := cell.peers & ~covered:
            running += [(i, run) for run in _apart(new, seams)]
        before = cell.peers
    for start, peers in running:
        spans[start, len(cells)] |= peers
    least = _Least([c.peers for c in held])
    for (start, end), peers in sorted(spans.items()):
        yield cells[start].first, cells[end - 1].last, peers, least.of(start, end)


def _apart(bits: int, seams: int) -> Iterator[int]:
    """The runs of ones in a number, one by one; where a seam is, a run ends."""
    while bits:
        low = bits & -bits
        run = bits & ~(bits + low)
        if seam := run & seams & ~low:
            run &= (seam & -seam) - 1
        yield run
        bits ^= run


class _Least:
    """The intersection of any interval of a list of sets, after n log n steps (a sparse table)."""

    def __init__(self, sets: list[int]) -> None:
        self._tables = [sets]
        width = 1
        while 2 * width <= len(sets):
            row = self._tables[-1]
            self._tables.append([a & b for a, b in zip(row, row[width:], strict=False)])
            width *= 2

    def of(self, start: int, end: int) -> int:
        level = (end - start).bit_length() - 1
        return self._tables[level][start] & self._tables[level][end - (1 << level)]
