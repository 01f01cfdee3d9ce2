"""Ordered access lists: the entry with the smallest number that matches decides; where none does, traffic is denied.

Where a network in symbols lies among the absolute addresses is not known, and the order of a denied block and an allowed one only
matters where they overlap. So the lists are compared at every place where the networks can lie, and again space by space for the
words; where the two disagree, the place decides, and there is no answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from driftscan.semantics.network.boxes import Cell
from driftscan.semantics.network.compare import Difference, allowed, differ, difference, relation
from driftscan.semantics.network.peers import Block, Peer
from driftscan.semantics.network.rules import Entry
from driftscan.semantics.network.universe import Universe
from driftscan.semantics.reading import NotUnderstoodError

_MOST: Final = 1 << 16
"""So many places are still compared; a list at the vendor's quota of 40 entries per direction stays far below for two symbols."""


def compare_ordered(candidate: Iterable[Entry], reference: Iterable[Entry]) -> Difference:
    """Compare what two access lists of one direction allow; numbers say in which order entries are asked, and nothing else.

    Exchanging the sides exchanges the answer. Raises NotUnderstoodError where a number occurs twice on a side, where a rule means
    nothing, where a peer is no block, and where the answer depends on where a network lies.
    """
    first, second = _ordered(candidate), _ordered(reference)
    universe = Universe(e.rule.peer for side in (first, second) for e in side)
    if universe.without_symbols():
        return differ(first, second)
    places = _Places(universe)
    extra: dict[str, list[Cell]] = {}
    lacking: dict[str, list[Cell]] = {}
    at_places: tuple[dict[str, list[Cell]], dict[str, list[Cell]]] = ({}, {})
    for name, cells in allowed(first, second, places.mask):
        at_places[0][name] = [Cell(begin, end, c & ~r) for begin, end, c, r in cells]
        at_places[1][name] = [Cell(begin, end, r & ~c) for begin, end, c, r in cells]
        everywhere = [(begin, end, places.everywhere(c), places.everywhere(r)) for begin, end, c, r in cells]
        extra[name] = [Cell(begin, end, c & ~r) for begin, end, c, r in everywhere]
        lacking[name] = [Cell(begin, end, r & ~c) for begin, end, c, r in everywhere]
    if relation(extra, lacking) is not relation(*at_places):
        raise NotUnderstoodError("what the lists allow depends on where the networks in symbols lie")
    return difference(universe, extra, lacking)


def _ordered(entries: Iterable[Entry]) -> Sequence[Entry]:
    listed = sorted(entries, key=lambda e: e.number)
    if len({e.number for e in listed}) < len(listed):
        raise NotUnderstoodError("two entries have one number")
    if not all(isinstance(e.rule.peer, Block) for e in listed):
        raise NotUnderstoodError("an access list names blocks only")
    return listed


class _Places:
    """One bit for each combination of an absolute piece and, for each network in symbols, a piece of it or a place outside.

    Every address that exists is one of them, wherever the networks lie, so equality here is equality.
    """

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._axes: dict[int, list[tuple[str, int]]] = {}
        self._starts: dict[int, int] = {}
        self._masks: dict[Peer, int] = {}
        bits = 0
        for version in sorted({s.version for s in universe.spaces}):
            axes = [(s.symbol, s.pieces + (s.symbol != "")) for s in universe.spaces if s.version == version]
            self._axes[version], self._starts[version] = axes, bits
            size = 1
            for _, pieces in axes:
                size *= pieces
            bits += size
            if bits > _MOST:
                raise NotUnderstoodError("too many blocks in symbols stand beside absolute ones")
        self._pieces = [(universe.start(s) + i, s.version, s.symbol, i) for s in universe.spaces for i in range(s.pieces)]
        self._of_piece = {bit: self._piece(version, symbol, i) for bit, version, symbol, i in self._pieces}

    def mask(self, peer: Peer) -> int:
        """The bits of a block."""
        found = self._masks.get(peer)
        if found is None:
            assert isinstance(peer, Block)  # `_ordered` lets nothing else in
            space = next(s for s in self._universe.spaces if (s.version, s.symbol) == (peer.version, peer.symbol))
            found = self._masks[peer] = self._along(peer.version, peer.symbol, *space.span(peer))
        return found

    def everywhere(self, places: int) -> int:
        """The pieces, as bits of the universe, that are in the set wherever the networks lie."""
        return sum(1 << bit for bit, wanted in self._of_piece.items() if places & wanted == wanted)

    def _piece(self, version: int, symbol: str, i: int) -> int:
        """All places of one piece; of an absolute one, those outside of every network: the others are the networks' own."""
        found = self._along(version, symbol, i, i + 1)
        if not symbol:
            for other, pieces in self._axes[version]:
                if other:
                    found &= self._along(version, other, pieces - 1, pieces)
        return found

    def _along(self, version: int, symbol: str, low: int, high: int) -> int:
        """The places whose piece on one axis is one of low, ..., high - 1; the last axis changes fastest."""
        step, size, count = 1, 0, 1
        for name, pieces in reversed(self._axes[version]):
            if name == symbol:
                size = pieces
            elif size:
                count *= pieces
            else:
                step *= pieces
        ones = ((1 << step * (high - low)) - 1) << (step * low)
        turn = step * size
        return ones * (((1 << turn * count) - 1) // ((1 << turn) - 1)) << self._starts[version]
