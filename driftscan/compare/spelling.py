"""How texts of two sides read: with each environment's words and what is referred to spelled out, in symbols or literally.

Everything here treats both sides alike: exchanging them exchanges the answers.
"""

from __future__ import annotations

import re
from typing import Final

from driftscan.compare import cutnames, glued
from driftscan.compare.links import Links
from driftscan.model.value import Opaque, Text, Value, Word

_TAKEN: Final = "-{id}"
"""What `normalize` leaves of a suffix that a stack appended."""
_SUFFIX: Final = r"-(?:[A-Z0-9]{12,13}|[a-z0-9]{12,13})(?![A-Za-z0-9])"
"""What may be one where the other side has one."""


def _suffixed(known: str, other: str) -> bool:
    """Whether one text is the other with a stack's suffix that happens to look like a word: the other side gives it away."""
    if _TAKEN not in known:
        return False
    return re.fullmatch(_SUFFIX.join(map(re.escape, known.split(_TAKEN))), other) is not None


def alike(links: Links, c: tuple[Value, ...], r: tuple[Value, ...], *, key: bool = False) -> bool:
    """Whether two texts are equal once references are spelled out, literally or in symbols; or but for the ends of names that were cut.

    key: they are parts of keys, in which nothing is left of what nobody chose.
    """
    if any(isinstance(p, Opaque) for p in (*c, *r)):
        return False
    raw_c, raw_r = links.spell(c, 0, literal=True), links.spell(r, 1, literal=True)
    if raw_c == raw_r:
        return True
    a, b = spelled(links, c, r, marked=not key)
    if glued.alike(a, b, *links.words) or _suffixed(a, b) or _suffixed(b, a):
        return True
    if cutnames.alike((raw_c, raw_r), (a, b)):
        return True
    c_, r_ = (glued.unglued(a, links.words[0]), glued.unglued(b, links.words[1]))
    return (c_, r_) != (a, b) and (_suffixed(c_, r_) or _suffixed(r_, c_) or cutnames.alike((raw_c, raw_r), (c_, r_)))


def spelled(links: Links, c: tuple[Value, ...], r: tuple[Value, ...], *, marked: bool) -> tuple[str, str]:
    """How two texts read with placeholders. Where their words agree one by one, each has one: on one side it may be a word and no more.

    marked: see `Links.spell`.
    """
    ours, theirs = [p for p in c if isinstance(p, Word)], [p for p in r if isinstance(p, Word)]
    if len(ours) == len(theirs) and all(a.shape == b.shape and words(links, a, b) for a, b in zip(ours, theirs, strict=True)):
        c, r = (tuple(p.shape if isinstance(p, Word) else p for p in parts) for parts in (c, r))
    return links.spell(c, 0, marked=marked), links.spell(r, 1, marked=marked)


def words(links: Links, c: Word, r: Word) -> bool:
    """Each is its own environment's, or both are the same text."""
    return c.text == r.text or (c.shape == r.shape and c.env == links.sides[0].environment and r.env == links.sides[1].environment)


def parts_of(value: Value) -> tuple[Value, ...]:
    """The parts of a text-like leaf; neighbouring literals joined, empty ones dropped."""
    if not isinstance(value, Text):
        return (value,)
    out: list[Value] = []
    for p in value.parts:
        if isinstance(p, str) and out and isinstance(out[-1], str):
            out[-1] += p
        elif p != "":
            out.append(p)
    return tuple(out) or ("",)
