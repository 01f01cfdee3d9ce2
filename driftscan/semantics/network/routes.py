"""Routes: where each destination goes. The longest prefix that holds an address decides.

A block in symbols lies inside the network that it is relative to, and an absolute block never does: `normalize.networks` would have
written it relative. So a relative route always is the longer one; where there is none, the absolute routes decide, and which of them
is not known unless all agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from driftscan.semantics.network.cover import Some, cover
from driftscan.semantics.network.peers import Block, Named, Peer
from driftscan.semantics.network.universe import Space, Universe
from driftscan.semantics.reading import NotUnderstoodError


@dataclass(frozen=True, slots=True)
class Route:
    """destination: a block, or a prefix list by name. target: in any words that tell targets apart."""

    destination: Peer
    target: str


@dataclass(frozen=True, slots=True)
class Detour:
    """A destination that goes elsewhere. candidate, reference: the target on each side; "" where it goes nowhere.

    `ELSEWHERE`: where the wider routes send it.
    """

    destination: Some
    candidate: str
    reference: str

    def __str__(self) -> str:
        return f"{self.destination} goes {_to(self.candidate)} on one side, {_to(self.reference)} on the other"


ELSEWHERE: Final = "the target of the wider routes"


def _to(target: str) -> str:
    return f"to {target}" if target else "nowhere"


_Hop: TypeAlias = tuple[str, int]
"""Target, and the prefix length of the route that decides; -1 where none does."""
_NOWHERE: Final[_Hop] = ("", -1)


def compare_routes(candidate: Iterable[Route], reference: Iterable[Route]) -> tuple[Detour, ...]:
    """The destinations that go elsewhere, in order; empty where every address goes the same way on both sides.

    Exchanging the sides exchanges the targets. Raises NotUnderstoodError where one destination has two targets on a side, where a
    symbol stands for networks of different sizes, and where a prefix list may lie between routes that were split or merged.
    """
    sides = [_table(side) for side in (candidate, reference)]
    universe = Universe(destination for side in sides for destination in side)
    lists = any(isinstance(d, Named) for side in sides for d in side)
    hops = [_Hops(universe, side) for side in sides]
    differing: dict[tuple[str, str], int] = {}
    for space in universe.spaces:
        for i, (one, other) in enumerate(zip(*(h.of(space) for h in hops), strict=True)):
            if one[0] != other[0]:
                differing[one[0], other[0]] = differing.get((one[0], other[0]), 0) | 1 << (universe.start(space) + i)
            elif lists and one[1] != other[1]:
                raise NotUnderstoodError("a prefix list may hold a prefix between those of the routes")
    for name in universe.named:
        pair = sides[0].get(name, ELSEWHERE), sides[1].get(name, ELSEWHERE)
        if pair[0] != pair[1]:
            differing[pair] = differing.get(pair, 0) | universe.mask(name)
    found = [Detour(some, *pair) for pair, bits in differing.items() for some in cover(universe, bits, bits)]
    return tuple(sorted(found, key=lambda d: (not isinstance(d.destination.peer, Block), d.destination)))


def _table(routes: Iterable[Route]) -> dict[Peer, str]:
    table: dict[Peer, str] = {}
    for route in routes:
        if table.setdefault(route.destination, route.target) != route.target:
            raise NotUnderstoodError(f"{route.destination} has two targets")
    return table


class _Hops:
    """Where one side sends each piece of each space."""

    def __init__(self, universe: Universe, table: dict[Peer, str]) -> None:
        self._routes: dict[tuple[int, str], list[tuple[Block, str]]] = {}
        for destination, target in table.items():
            if isinstance(destination, Block):
                self._routes.setdefault((destination.version, destination.symbol), []).append((destination, target))
        self._universe = universe
        self._lists = {target for destination, target in table.items() if isinstance(destination, Named)}

    def of(self, space: Space) -> Sequence[_Hop]:
        """One hop for each piece of the space, in order."""
        found = self._explicit(space)
        if not space.symbol:
            return found
        beyond = self._beyond(space)
        return [beyond if hop == _NOWHERE else hop for hop in found]

    def _explicit(self, space: Space) -> list[_Hop]:
        """What the routes of a space say of its pieces, in one pass; `around` are the routes in which the pass stands, the widest first."""
        spans = [(*space.span(d), (target, d.prefix)) for d, target in self._routes.get((space.version, space.symbol), [])]
        hops: list[_Hop] = []
        around: list[tuple[int, _Hop]] = [(space.pieces, _NOWHERE)]
        for low, high, hop in [*sorted(spans, key=lambda s: (s[0], -s[1])), (space.pieces, space.pieces, _NOWHERE)]:
            while len(around) > 1 and around[-1][0] <= low:
                end, inner = around.pop()
                hops += [inner] * (end - len(hops))
            hops += [around[-1][1]] * (low - len(hops))
            around.append((high, hop))
        return hops

    def _beyond(self, space: Space) -> _Hop:
        """Where an address of a network goes for which the network's space has no route: told only where all other routes agree."""
        absolute = (s for s in self._universe.spaces if s.version == space.version and not s.symbol)
        targets = self._lists | {target for s in absolute for target, _ in self._explicit(s)}
        for (version, symbol), routes in self._routes.items():
            if version == space.version and symbol not in ("", space.symbol):
                targets.update(target for _, target in routes)
        return (targets.pop(), -1) if len(targets) == 1 else (ELSEWHERE, -1)
