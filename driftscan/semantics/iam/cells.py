"""Where two sides differ, over the product of everything that a request consists of.

Each dimension (principals, resources, every condition key) is a list of classes; a class is known by the statements that it satisfies, bits
of an integer. A request satisfies what all its classes satisfy, so a side's answer hangs on the intersection alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from driftscan.semantics.iam.errors import TooMany

Dimension: TypeAlias = Sequence[int]
"""Per class: the statements that it satisfies."""
Box: TypeAlias = tuple[frozenset[int], ...]
"""Per dimension the classes of it. The sides differ in every one of its cells."""
_STEPS: Final = 50_000
_BOXES: Final = 6


@dataclass(frozen=True, slots=True)
class Side:
    """`layers`: per layer the statements that allow; `deny`: those that deny."""

    layers: tuple[int, ...]
    deny: int

    def allows(self, held: int) -> bool:
        """Whether a request that satisfies these statements is allowed."""
        return not held & self.deny and self.could(held)

    def could(self, held: int) -> bool:
        """Whether something that satisfies no other statements may be allowed."""
        return all(layer & held for layer in self.layers)


def alike(a: Side, b: Side, held: int) -> bool:
    """Whether two sides say the same of all that satisfies no other statements than these."""
    return a.deny & held == b.deny & held and {x & held for x in a.layers} == {x & held for x in b.layers}


def boxes(dimensions: Sequence[Dimension], held: int, wider: Side, narrower: Side) -> tuple[list[Box], bool]:
    """What `wider` allows and `narrower` does not: boxes that cover it, and whether there is more than they cover.

    `held`: the statements that the action satisfies. Raises `TooMany`.
    """
    search = _Search(dimensions, wider, narrower)
    out: list[Box] = []
    while (cell := search.find(held, out)) is not None:
        if len(out) == _BOXES:
            return out, True
        out.append(search.grown(held, cell))
    return out, False


class _Search:
    def __init__(self, dimensions: Sequence[Dimension], wider: Side, narrower: Side) -> None:
        self.dimensions, self.wider, self.narrower = dimensions, wider, narrower
        self.steps = 0

    def differs(self, held: int) -> bool:
        return self.wider.allows(held) and not self.narrower.allows(held)

    def find(self, held: int, known: Sequence[Box]) -> tuple[int, ...] | None:
        """The first cell in which the sides differ and that none of the boxes holds."""
        dead: set[tuple[int, int, tuple[int, ...]]] = set()

        def below(depth: int, held: int, alive: tuple[int, ...]) -> tuple[int, ...] | None:
            if not self.wider.could(held) or alike(self.wider, self.narrower, held) or (depth, held, alive) in dead:
                return None
            self.steps += 1
            if self.steps > _STEPS:
                raise TooMany("combinations of conditions")
            if depth == len(self.dimensions):
                return () if self.differs(held) and not alive else None
            for n, mask in enumerate(self.dimensions[depth]):
                rest = below(depth + 1, held & mask, tuple(b for b in alive if n in known[b][depth]))
                if rest is not None:
                    return (n, *rest)
            dead.add((depth, held, alive))
            return None

        return below(0, held, tuple(range(len(known))))

    def grown(self, held: int, cell: tuple[int, ...]) -> Box:
        """The cell and, dimension by dimension from the last, every class with which the sides differ throughout."""
        box = [{n} for n in cell]
        for depth in reversed(range(len(box))):
            for n in range(len(self.dimensions[depth])):
                if n not in box[depth] and self.throughout(held, [*box[:depth], {n}, *box[depth + 1 :]]):
                    box[depth].add(n)
        return tuple(frozenset(b) for b in box)

    def throughout(self, held: int, box: Sequence[set[int]]) -> bool:
        found = {held}
        for dimension, chosen in zip(self.dimensions, box, strict=True):
            found = {f & dimension[n] for f in found for n in chosen}
            self.steps += len(found)
            if self.steps > _STEPS:
                raise TooMany("combinations of conditions")
        return all(map(self.differs, found))
