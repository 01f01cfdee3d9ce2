"""A set of addresses in the fewest words: blocks, and blocks without smaller ones."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice
from typing import TypeAlias

from driftscan.semantics.network.peers import BITS, Block, Peer
from driftscan.semantics.network.universe import Space, Universe


@dataclass(frozen=True, slots=True, order=True)
class Some:
    """A peer, without some blocks inside it. `0.0.0.0/0` and `::/0` hold what is relative to networks, too, unless that is left out."""

    peer: Peer
    without: tuple[Block, ...] = ()

    def __str__(self) -> str:
        return f"{self.peer} without {', '.join(map(str, self.without))}" if self.without else str(self.peer)


class _Kind(IntEnum):
    NO = 0
    MAY = 1
    MUST = 2


_Run: TypeAlias = tuple[int, int, _Kind]
"""First address, last address, kind."""


def cover(universe: Universe, must: int, may: int) -> list[Some]:
    """The fewest peers that hold all of `must` and nothing beyond `may`; both are bits of the universe, `must` within `may`.

    Fewest: as many blocks as are named, those left out included.
    """
    out: list[Some] = [Some(name) for i, name in enumerate(universe.named) if must >> (universe.first_named + i) & 1]
    whole: dict[int, int] = {}
    for space in universe.spaces:
        if space.symbol and space.version in whole:
            at = whole[space.version]
            out[at] = Some(out[at].peer, (*out[at].without, *_Cover(space, _runs(universe, space, must, may)).left_out()))
            continue
        if not must & universe.of_space(space):
            continue
        found = _Cover(space, _runs(universe, space, must, may)).found()
        if len(found) == 1 and isinstance(peer := found[0].peer, Block) and peer.whole:
            whole[space.version] = len(out)
        out += found
    return out


def _runs(universe: Universe, space: Space, must: int, may: int) -> list[_Run]:
    """The space in order as the longest runs of one kind; no two neighbours are alike."""
    start, everything = universe.start(space), (1 << space.pieces) - 1
    needed, allowed = must >> start & everything, may >> start & everything
    turns = sorted({0, space.pieces, *_turns(needed), *_turns(allowed)})
    kinds = [_Kind((needed >> low & 1) + (allowed >> low & 1)) for low in turns[:-1]]
    return [(space.cuts[low], space.cuts[high] - 1, kind) for low, high, kind in zip(turns[:-1], turns[1:], kinds, strict=True)]


def _turns(bits: int) -> Iterator[int]:
    """Where a number's bits change: first bit of each run of ones, and the first behind it."""
    edges = bits ^ (bits << 1)
    while edges:
        low = edges & -edges
        yield low.bit_length() - 1
        edges ^= low


class _Cover:
    """The blocks of one space, found by halving it; `runs` are its addresses in order."""

    def __init__(self, space: Space, runs: list[_Run]) -> None:
        self._space, self._runs = space, runs
        self._starts = [first for first, _, _ in runs]
        self._last = space.cuts[-1] - 1

    def found(self) -> list[Some]:
        """What holds all that must be held."""
        plain = self._plain()
        return plain if plain is not None else self._held(0, self._last)

    def left_out(self) -> list[Block]:
        """What holds all that must not be held, and nothing that must."""
        return list(self._out(0, self._last))

    def _plain(self) -> list[Some] | None:
        """One block for each run, where each is one: nothing is shorter."""
        out: list[Some] = []
        first, needed = 0, False
        for begin, end, kind in [*self._runs, (self._last + 1, self._last + 1, _Kind.NO)]:
            if kind is not _Kind.NO:
                needed = needed or kind is _Kind.MUST
                continue
            if needed:
                size = begin - first
                if size & (size - 1) or first % size:
                    return None
                out.append(Some(self._block(first, begin - 1)))
            first, needed = end + 1, False
        return out

    def _held(self, first: int, last: int) -> list[Some]:
        kinds = self._kinds(first, last)
        if _Kind.MUST not in kinds:
            return []
        if _Kind.NO not in kinds:
            return [Some(self._block(first, last))]
        middle = (first + last) // 2
        parts = self._held(first, middle) + self._held(middle + 1, last)
        named = sum(1 + len(p.without) for p in parts)
        if named <= 2:
            return parts
        left_out = tuple(islice(self._out(first, last), named - 1))  # more would not be shorter
        return [Some(self._block(first, last), left_out)] if 1 + len(left_out) < named else parts

    def _out(self, first: int, last: int) -> Iterator[Block]:
        kinds = self._kinds(first, last)
        if _Kind.NO not in kinds:
            return
        if _Kind.MUST not in kinds:
            yield self._block(first, last)
            return
        middle = (first + last) // 2
        yield from self._out(first, middle)
        yield from self._out(middle + 1, last)

    def _kinds(self, first: int, last: int) -> set[_Kind]:
        found: set[_Kind] = set()
        for i in range(bisect_right(self._starts, first) - 1, len(self._runs)):
            if self._runs[i][0] > last:
                break
            found.add(self._runs[i][2])
            if _Kind.NO in found and _Kind.MUST in found:
                break
        return found

    def _block(self, first: int, last: int) -> Block:
        space = self._space
        if space.symbol and (first, last) != (0, self._last) and space.version == 4:
            return Block(space.version, space.symbol, first, last, _told(space, last))
        return Block(space.version, space.symbol, first, last, space.network)


def _told(space: Space, last: int) -> tuple[int, int]:
    """What the block's own text tells about its network (`Block.network`)."""
    shortest, longest = space.network
    return shortest, min(longest, BITS[4] - last.bit_length())
