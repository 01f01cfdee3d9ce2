"""How near two resources are: by their sketches, by the leaves of their bodies, by their neighbours, by their names."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TypeAlias

from driftscan.compare.links import Links, Token, Where
from driftscan.model.value import Ref, Text, Value, member_path, walk

Form: TypeAlias = "Counter[Token]"


def leaves_of(value: Value, where: Where, links: Links) -> Form:
    """The leaves of a canonical value with their member paths, as a multiset; references count by what they claim to be."""
    return Counter((member_path(path), _leaf(leaf, where, links)) for path, leaf in walk(value))


def _leaf(value: Value, where: Where, links: Links) -> Token:
    if isinstance(value, Ref):
        return ("ref", value.target.type if value.target is not None else value.type)
    if isinstance(value, Text):
        return ("text", *(_leaf(p, where, links) for p in value.parts))
    return links.token(value, where)


def overlap(a: Form, b: Form) -> float:
    """What two multisets share, from 0 to 1; two empty ones are equal."""
    both = (a & b).total()
    either = a.total() + b.total() - both
    return both / either if either else 1.0


def sketches(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """The overlap that two bottom-k sketches let us expect: the share of common hashes among the k smallest of both."""
    if not a and not b:
        return 1.0
    k = max(len(a), len(b))
    lowest = sorted(set(a) | set(b))[:k]
    common = set(a) & set(b)
    return sum(h in common for h in lowest) / len(lowest)


_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_NUMBER = re.compile(r"(?<!\bv)\d+")
_SEPARATORS = re.compile(r"[^0-9A-Za-z]+")


def names(a: str, b: str, least: float = 0.0) -> float:
    """How near two symbolised names are, from 0 to 1; symbols and separators don't count. Nameless things are near nothing.

    Names that differ in nothing but their numbers (`worker-1`, `worker-2`) name two of a series, unless it is a version (`-v2`).
    least: what is surely less near than this may come out as 0.
    """
    x, y = sorted((_plain(a), _plain(b)))
    if not x or not y or (x != y and _NUMBER.sub("0", x) == _NUMBER.sub("0", y)):
        return 0.0
    if x == y:
        return 1.0
    matcher = SequenceMatcher(None, x, y, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least else 0.0


def words(name: str) -> set[str]:
    """What a symbolised name is made of, and the whole of it."""
    plain = _plain(name)
    return {plain, *plain.split()}


@lru_cache(maxsize=1 << 16)
def _plain(name: str) -> str:
    return _SEPARATORS.sub(" ", _PLACEHOLDER.sub(" ", name)).strip().lower()
