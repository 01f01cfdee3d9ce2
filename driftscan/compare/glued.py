"""Environment words that are glued to what stands beside them: `shopstage1` and `shopprod1`, where the vendor allows no capitals.

One side alone cannot know that `stage` names its environment there and not in `backstage`. Both sides together can: where two texts are
one text once each has put a placeholder for its own environment's words, nothing else explains both.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

PLACE: Final = "{glued}"
PLACEHOLDER: Final = r"\{[\w-]+(?:[:#][\w-]+)*\}"
_SHORTEST: Final = 3
"""Shorter words stand in too many others by chance."""


def alike(candidate: str, reference: str, ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether two texts differ in nothing but each environment's own words. ours: the candidate's words, theirs: the reference's.

    A word of one side alone may stand in both texts as what it is (`pro` in `profile`): each occurrence is either a word or a text.
    """
    return candidate == reference or _explains(candidate, reference, ours, theirs) or _explains(reference, candidate, theirs, ours)


def unglued(text: str, words: tuple[str, ...]) -> str:
    """The text with a placeholder for every word that ends or begins a run of letters; as it is where it holds none."""
    return "".join(PLACE if word else part for part, word in _parts(text, words))


def _explains(text: str, other: str, words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether the other text is this one with the other environment's words at some places where this one has its own."""
    parts = _parts(text, words)
    if not any(word for _, word in parts):
        return False
    instead = _any(others)
    if not instead:
        return False
    form = "".join(f"(?:{re.escape(part)}|(?i:{instead}))" if word else re.escape(part) for part, word in parts)
    return re.fullmatch(form, other) is not None


@lru_cache(maxsize=1024)
def _parts(text: str, words: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """The text in order, as (part, is one of the words glued to something). What stands in a placeholder is no text of anybody's."""
    pattern = _pattern(words)
    if pattern is None:
        return ((text, False),)
    out: list[tuple[str, bool]] = []
    at = 0
    for m in pattern.finditer(text):
        if m[0][0] == "{":
            continue
        out += [(text[at : m.start()], False), (m[0], True)]
        at = m.end()
    return (*out, (text[at:], False))


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    any_ = _any(words)
    return re.compile(rf"{PLACEHOLDER}|(?<![A-Za-z])(?:{any_})|(?:{any_})(?![A-Za-z])", re.IGNORECASE) if any_ else None


@lru_cache(maxsize=64)
def _any(words: tuple[str, ...]) -> str:
    """A pattern for one of the words that are long enough; empty where none is."""
    some = {w.lower() for w in words if len(w) >= _SHORTEST}
    return "|".join(map(re.escape, sorted(some, key=lambda w: (-len(w), w))))
