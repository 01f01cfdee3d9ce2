"""Names that are one name although their texts differ: cut by the vendor, with a word glued to another, or with a generated suffix."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from driftscan.compare import glued, ownname
from driftscan.compare.links import BLOCKED, CANDIDATE, CUTS, REFERENCE, Links, Token, Where
from driftscan.model.resource import MatchKey, Seal
from driftscan.model.value import Text, Value, Word

Rest: TypeAlias = tuple[list[Seal], list[Seal]]
"""What has no counterpart yet: (candidate's, reference's)."""
Pairs: TypeAlias = list[tuple[Seal, Seal]]

_BEGIN: Final = 8
"""How much two cut names must have in common at least."""
_MANY: Final = 10_000
"""Most pairs of names that begin alike which are held against each other."""
_SUFFIX: Final = re.compile(r"(?<=[A-Za-z0-9])-(?:[A-Z0-9]{10,14}|[a-z0-9]{12,13})$")
"""What a stack appends to the names it makes."""
_CAPITALS: Final = re.compile(r"-[A-Z0-9]{10,14}$")
_OTHERS: Final = frozenset({"iac", "tags"})


def cut(links: Links, rest: Rest) -> Pairs:
    """Names that the vendor cut at the same length: one symbolised name begins the other, because the words differ in length."""
    waiting: tuple[dict[Token, list[tuple[str, Seal]]], dict[Token, list[tuple[str, Seal]]]] = (defaultdict(list), defaultdict(list))
    for where in (CANDIDATE, REFERENCE):
        for seal in rest[where]:
            for key in _names(seal):
                last = key.parts[-1]
                if not isinstance(last, Text) or not has_words((last,)):
                    continue
                raw = links.spell(last.parts, where, literal=True)
                before = links.key_token(MatchKey(key.reason, key.parts[:-1]), where, seal.address)
                if len(raw) in CUTS and before is not BLOCKED:
                    text = links.spell(last.parts, where)
                    waiting[where][seal.address.type, before, len(raw), text[:_BEGIN]].append((text, seal))
    near: Pairs = []
    for token, some in waiting[0].items():
        near += [(c, r) for a, c in some for b, r in waiting[1].get(token, []) if a.startswith(b) or b.startswith(a)]
    return _one_to_one(near)


def closed(links: Links, rest: Rest) -> Pairs:
    """Names that were too long: cut at the limit and closed with a hash (`ownname.shortened`), where nothing else is as near."""
    waiting: tuple[dict[Token, list[tuple[str, str, Seal]]], dict[Token, list[tuple[str, str, Seal]]]] = (
        defaultdict(list),
        defaultdict(list),
    )
    for where in (CANDIDATE, REFERENCE):
        for seal in rest[where]:
            for key in _names(seal):
                last = key.parts[-1]
                before = links.key_token(MatchKey(key.reason, key.parts[:-1]), where, seal.address)
                if isinstance(last, str | Text) and before is not BLOCKED:
                    parts = last.parts if isinstance(last, Text) else (last,)
                    raw, text = links.spell(parts, where, literal=True), links.spell(parts, where)
                    waiting[where][seal.address.type, before, text[:_BEGIN]].append((raw, text, seal))
    return _one_to_one(
        [
            (c, r)
            for token, some in waiting[0].items()
            if len(some) * len(others := waiting[1].get(token, [])) <= _MANY
            for raw, text, c in some
            for other_raw, other, r in others
            if (len(raw) in CUTS or len(other_raw) in CUTS) and ownname.shortened((raw, other_raw), (text, other))
        ]
    )


def suffixed(links: Links, rest: Rest) -> Pairs:
    """Names with a suffix that only the other side gives away as generated: both end alike once it is taken away.

    A stack appends twelve capitals and digits, now and then without a digit, which nobody could tell from a word by itself. In lower
    case one side's must be known as generated.
    """
    waiting: tuple[dict[Token, list[Seal]], dict[Token, list[Seal]]] = (defaultdict(list), defaultdict(list))
    bare: set[tuple[Where, str]] = set()
    for where in (CANDIDATE, REFERENCE):
        for seal in rest[where]:
            key = next(_names(seal), None)
            token = links.key_token(key, where, seal.address) if key is not None else BLOCKED
            if not isinstance(token, tuple) or not isinstance(token[-1], str):
                continue
            text = _SUFFIX.sub("", token[-1])
            if text == token[-1]:
                bare.add((where, str(seal.address)))
            waiting[where][seal.address.type, *token[:-1], glued.unglued(text, links.words[where])].append(seal)
    near: Pairs = []
    for token, some in waiting[0].items():
        others = waiting[1].get(token, [])
        if len(some) == len(others) == 1:
            c, r = some[0], others[0]
            known = [s for where, s in ((CANDIDATE, c), (REFERENCE, r)) if (where, str(s.address)) in bare]
            if all(not s.rename for s in known) and (known or _CAPITALS.search(c.name)):
                near.append((c, r))
    return near


def run_together(links: Links, rest: Rest) -> Pairs:
    """Names in which each environment's word is glued to another word: they are one name once both are taken for placeholders."""
    waiting: tuple[dict[Token, list[Seal]], dict[Token, list[Seal]]] = (defaultdict(list), defaultdict(list))
    for where in (CANDIDATE, REFERENCE):
        words = links.words[where]
        for seal in rest[where] if words else ():
            for key in seal.keys:
                token = links.key_token(key, where, seal.address)
                if isinstance(token, tuple) and (parts := _unglued(token, words)) != token:
                    waiting[where][seal.address.type, key.reason, parts].append(seal)
    alone = [(some[0], others[0]) for t, some in waiting[0].items() if len(some) == len(others := waiting[1].get(t, [])) == 1]
    return _one_to_one(alone)


def _unglued(part: Token, words: tuple[str, ...]) -> Token:
    if isinstance(part, str):
        return glued.unglued(part, words)
    return tuple(_unglued(p, words) for p in part) if isinstance(part, tuple) else part


def has_words(parts: Iterable[Value]) -> bool:
    """Whether some part holds an environment's word."""
    return any(isinstance(p, Word) or (isinstance(p, Text) and any(isinstance(q, Word) for q in p.parts)) for p in parts)


def _names(seal: Seal) -> Iterator[MatchKey]:
    return (k for k in seal.keys if k.reason not in _OTHERS and k.parts)


def _one_to_one(near: Pairs) -> Pairs:
    """The pairs of which neither side stands in another."""
    count: dict[tuple[Where, str], int] = defaultdict(int)
    for c, r in dict.fromkeys((str(c.address), str(r.address)) for c, r in near):
        count[CANDIDATE, c] += 1
        count[REFERENCE, r] += 1
    alone = [(c, r) for c, r in near if count[CANDIDATE, str(c.address)] == count[REFERENCE, str(r.address)] == 1]
    return list({str(c.address): (c, r) for c, r in alone}.values())
