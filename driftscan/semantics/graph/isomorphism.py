"""Whether the open nodes of two graphs can be laid on each other.

Colours first: nodes are told apart by what they are and by the colours of what they are linked with, until nothing new is told apart
(colour refinement, Weisfeiler and Leman). Colours that differ prove a difference. Colours that agree prove nothing yet (a ring of six
and two rings of three have the same), so nodes of one colour are tried on each other until one try succeeds or all have failed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

_BUDGET: Final = 100_000
"""Looks at a node until nobody can tell: about a second. It bounds how deep tries lie in each other, too."""

_Colours: TypeAlias = dict[Hashable, int]


@dataclass(frozen=True)
class Links:
    """fixed: node -> what is known of it by itself. between: node -> (kind of link, other node)."""

    fixed: Mapping[Hashable, Hashable]
    between: Mapping[Hashable, Sequence[tuple[Hashable, Hashable]]]


def alike(candidate: Links, reference: Links) -> bool | None:
    """True where some one-to-one relation of the nodes keeps all links, False where none does, None where it takes too long."""
    search = _Search(candidate, reference)
    numbers: dict[Hashable, int] = {}
    start = tuple({n: numbers.setdefault(f, len(numbers)) for n, f in side.fixed.items()} for side in (candidate, reference))
    try:
        return search.laid(start[0], start[1])
    except _TooLongError:
        return None


class _TooLongError(Exception):
    pass


class _Search:
    def __init__(self, candidate: Links, reference: Links) -> None:
        self.sides = (candidate, reference)
        self.left = _BUDGET

    def laid(self, c: _Colours, r: _Colours) -> bool:
        """Whether nodes of equal colours can be laid on each other. Raises _TooLongError."""
        refined = self._refined(c, r)
        if refined is None:
            return False
        c, r = refined
        sizes = Counter(c.values())
        loose = {c[n] for n in c if sizes[c[n]] > 1 and any(sizes[c[other]] > 1 for _, other in self.sides[0].between[n])}
        if not loose:
            return True  # nothing refines the colours, and whichever of a colour is taken, its links lead to what is told apart
        _, colour = min((sizes[at], at) for at in loose)
        fresh = max(sizes) + 1
        first = min((n for n, at in c.items() if at == colour), key=repr)
        tried = [n for n, at in r.items() if at == colour]
        return any(self.laid({**c, first: fresh}, {**r, n: fresh}) for n in sorted(tried, key=repr))

    def _refined(self, c: _Colours, r: _Colours) -> tuple[_Colours, _Colours] | None:
        """Colours that tell apart all that links tell apart; None where the sides differ in them."""
        while Counter(c.values()) == Counter(r.values()):
            self.left -= len(c) + len(r)
            if self.left < 0:
                raise _TooLongError
            numbers: dict[Hashable, int] = {}
            made = []
            for side, colours in zip(self.sides, (c, r), strict=True):
                made.append(
                    {
                        n: numbers.setdefault(
                            (at, frozenset(Counter((kind, colours[other]) for kind, other in side.between[n]).items())), len(numbers)
                        )
                        for n, at in colours.items()
                    }
                )
            if len(numbers) == len(set(c.values())):
                return c, r
            c, r = made
        return None
