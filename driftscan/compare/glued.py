"""Environment words that are glued to what stands beside them: `shopstage1` and `shopprod1`, where the vendor allows no capitals.

One side alone cannot know that `stage` names its environment there and not in `backstage`. Both sides together can: where two texts are
one text once each has put a placeholder for its own environment's words, nothing else explains both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

PLACE: Final = "{glued}"
_SHORTEST: Final = 3
"""Shorter words stand in too many others by chance."""


def alike(candidate: str, reference: str, ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether two texts differ in nothing but each environment's own words. ours: the candidate's words, theirs: the reference's."""
    if candidate == reference:
        return True
    a = unglued(candidate, ours)
    return a != candidate and a == unglued(reference, theirs)


def unglued(text: str, words: tuple[str, ...]) -> str:
    """The text with a placeholder for every word that ends or begins a run of letters; as it is where it holds none."""
    pattern = _pattern(words)
    return text if pattern is None else pattern.sub(PLACE, text)


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    some = _long(words)
    if not some:
        return None
    any_ = "|".join(map(re.escape, some))
    return re.compile(rf"(?<![A-Za-z])(?:{any_})|(?:{any_})(?![A-Za-z])", re.IGNORECASE)


def _long(words: Iterable[str]) -> list[str]:
    return sorted({w.lower() for w in words if len(w) >= _SHORTEST}, key=lambda w: (-len(w), w))
