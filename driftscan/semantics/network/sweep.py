"""Which peers a list of rules allows at each point of a protocol's line: one pass over the points where that can change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Strip(NamedTuple):
    """One rule on a protocol's line. first, last: numbers on the line; peers: bits of a universe; allow: else it denies."""

    first: int
    last: int
    peers: int
    allow: bool


def sweep(strips: Sequence[Strip], cuts: Sequence[int]) -> Iterator[int]:
    """The peers allowed in each interval between two cuts. The first strip that holds a peer decides; where none does, it is denied.

    strips: in the order in which they are asked. cuts: ascending; every strip begins, and ends just before, one of them.
    The strips are the leaves of a binary tree whose nodes hold what their leaves decide together, so that a strip that begins or
    ends costs one path to the root.
    """
    size = 2
    while size < len(strips):
        size *= 2
    allowed, decided = [0] * (2 * size), [0] * (2 * size)
    turns: dict[int, list[int]] = defaultdict(list)
    for i, strip in enumerate(strips):
        turns[strip.first].append(i)
        turns[strip.last + 1].append(i)
    for cut in cuts[:-1]:
        above: set[int] = set()
        for i in turns.get(cut, ()):
            strip = strips[i]
            on = strip.first == cut
            decided[size + i] = strip.peers if on else 0
            allowed[size + i] = strip.peers if on and strip.allow else 0
            above.add((size + i) // 2)
        while above:
            changed: set[int] = set()
            for node in above:
                left, right = 2 * node, 2 * node + 1
                now = allowed[left] | (allowed[right] & ~decided[left]), decided[left] | decided[right]
                if now != (allowed[node], decided[node]):
                    allowed[node], decided[node] = now
                    if node > 1:
                        changed.add(node // 2)
            above = changed
        yield allowed[1]
