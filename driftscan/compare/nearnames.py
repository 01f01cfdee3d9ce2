"""Names that are one name although their texts differ: cut by the vendor, with a word glued to another, with a generated suffix, or with
a word of the other environment that belongs to the name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Final, TypeAlias

from driftscan.compare import agree, cutnames, glued, ownname, spelling
from driftscan.compare.links import BLOCKED, CANDIDATE, CUTS, REFERENCE, Links, Token, Where
from driftscan.model.resource import MatchKey, Seal
from driftscan.model.value import Address, Bag, Ref, Text, Value, Word

Rest: TypeAlias = tuple[list[Seal], list[Seal]]
"""What has no counterpart yet: (candidate's, reference's)."""
Pairs: TypeAlias = list[tuple[Seal, Seal]]

_Cuts: TypeAlias = tuple[tuple[Value, ...], ...]
"""The parts of a key that were cut, each as its own parts."""
Place: TypeAlias = Callable[[Address, Where], Token]
"""Which part an account and region play on their side."""

_MANY: Final = 10_000
"""Most pairs of names that begin alike which are held against each other."""
_CAPITALS: Final = re.compile(r"-[A-Z0-9]{10,14}$")


def mixed(links: Links, rest: Rest, place: Place | None = None) -> Pairs:
    """Names in which a word of one environment is a part of the name as well: `main-qa` and, where `main` is an environment, `main-main`.

    On the side of that environment both are its words, on the other one is. They are one name where each word is either each side's own
    or the same text.
    """
    waiting: tuple[dict[Token, list[tuple[MatchKey, Seal]]], dict[Token, list[tuple[MatchKey, Seal]]]] = (
        defaultdict(list),
        defaultdict(list),
    )
    for where in (CANDIDATE, REFERENCE):
        for seal in rest[where]:
            for key in _names(seal):
                if has_words(key.parts):
                    token = links.key_token(MatchKey(key.reason, tuple(_shaped(p) for p in key.parts)), where, seal.address)
                    if token is not BLOCKED:
                        waiting[where][seal.address.type, key.reason, token, _of(place, seal, where)].append((key, seal))
    return _one_to_one(
        [
            (c, r)
            for token, some in waiting[0].items()
            if len(some) * len(others := waiting[1].get(token, [])) <= _MANY
            for key, c in some
            for other, r in others
            if agree.same_parts(links, key.parts, other.parts)
        ]
    )


def _shaped(value: Value) -> Value:
    """A part of a key with a placeholder for every word, whosever it is."""
    if isinstance(value, Word):
        return value.shape
    return Text(tuple(_shaped(p) for p in value.parts)) if isinstance(value, Text) else value


def cut(links: Links, rest: Rest, place: Place | None = None) -> Pairs:
    """Names that the vendor cut at the same length: one symbolised name begins the other, because the words differ in length.

    Any part of a key may be such a name: a group's, a parent's, its own.
    """
    waiting: tuple[dict[Token, list[tuple[_Cuts, Seal]]], dict[Token, list[tuple[_Cuts, Seal]]]] = (
        defaultdict(list),
        defaultdict(list),
    )
    for where in (CANDIDATE, REFERENCE):
        for seal in rest[where]:
            for key in _names(seal):
                several = [(has_words((p,)) and _begins(links, p, where)) or (None,) for p in key.parts]
                if not any(b[0] for b in several):
                    continue
                others = MatchKey(key.reason, tuple(p for p, b in zip(key.parts, several, strict=True) if b[0] is None))
                token = links.key_token(others, where, seal.address)
                if token is not BLOCKED:
                    cuts = tuple(spelling.parts_of(p) for p, b in zip(key.parts, several, strict=True) if b[0] is not None)
                    for begins in product(*several):
                        waiting[where][seal.address.type, begins, token, _of(place, seal, where)].append((cuts, seal))
    return _one_to_one(
        [
            (c, r)
            for token, some in waiting[0].items()
            for a, c in some
            for b, r in waiting[1].get(token, [])
            if all(spelling.alike(links, x, y, key=True) for x, y in zip(a, b, strict=True))
        ]
    )


def _begins(links: Links, part: Value, where: Where) -> tuple[Token, ...]:
    """How a name may begin that may have been cut, with a placeholder for every word."""
    raw = links.spell(spelling.parts_of(part), where, literal=True)
    return cutnames.begins(raw, links.spell(spelling.parts_of(_shaped(part)), where))


def closed(links: Links, rest: Rest, place: Place | None = None) -> Pairs:
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
                    waiting[where][seal.address.type, before, text[: cutnames.BEGIN], _of(place, seal, where)].append((raw, text, seal))
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


def suffixed(links: Links, rest: Rest, place: Place | None = None) -> Pairs:
    """Names with a suffix that only the other side gives away as generated: both end alike once it is taken away.

    A stack appends twelve capitals and digits, now and then without a digit, which nobody could tell from a word by itself. In lower
    case one side's must be known as generated.
    """
    waiting: tuple[dict[Token, list[tuple[str, Seal]]], dict[Token, list[tuple[str, Seal]]]] = (defaultdict(list), defaultdict(list))
    words = (*links.words[0], *links.words[1])
    bare: set[tuple[Where, str]] = set()
    for where in (CANDIDATE, REFERENCE):
        for seal in rest[where]:
            key = next(_names(seal), None)
            token = links.key_token(key, where, seal.address) if key is not None else (seal.name,)
            if not isinstance(token, tuple) or not isinstance(token[-1], str) or not token[-1]:
                continue
            text = ownname.SUFFIX.sub("", token[-1]) if seal.rename else token[-1]  # of a generated name the suffix is gone already
            if text == token[-1]:
                bare.add((where, str(seal.address)))
            waiting[where][seal.address.type, *token[:-1], glued.unglued(text, words), _of(place, seal, where)].append((text, seal))
    near: Pairs = []
    for token, some in waiting[0].items():
        others = waiting[1].get(token, [])
        if len(some) == len(others) == 1:
            (text_c, c), (text_r, r) = some[0], others[0]
            if not glued.alike(text_c, text_r, *links.words):
                continue
            known = [s for where, s in ((CANDIDATE, c), (REFERENCE, r)) if (where, str(s.address)) in bare]
            if all(not s.rename for s in known) and (known or _CAPITALS.search(c.name)):
                near.append((c, r))
    return near


def spelled_out(links: Links, rest: Rest, place: Place | None = None) -> Pairs:
    """Names that hold a reference on one side and spell it out on the other, which did not recognise it: its suffix looks like a word."""
    waiting: dict[Token, tuple[list[tuple[MatchKey, Seal]], ...]] = defaultdict(lambda: ([], [], [], []))
    for where in (CANDIDATE, REFERENCE):
        for seal in rest[where]:
            for key in _names(seal):
                if len(key.parts) > 1:
                    at = seal.address.type, key.reason, len(key.parts), _of(place, seal, where)
                    waiting[at][2 * where + _refers(key.parts)].append((key, seal))
    near: Pairs = []
    for plain_c, referring_c, plain_r, referring_r in waiting.values():
        for some, others in ((plain_c, referring_r), (referring_c, plain_r)):
            if len(some) * len(others) <= _MANY:
                near += [
                    (c, r) for a, c in some for b, r in others if all(_reads_alike(links, *p) for p in zip(a.parts, b.parts, strict=True))
                ]
    return _one_to_one(near)


def _refers(parts: tuple[Value, ...]) -> bool:
    """Whether a part of a key is a text with a reference in it."""
    return any(isinstance(p, Text) and any(isinstance(q, Ref) for q in p.parts) for p in parts)


def _reads_alike(links: Links, c: Value, r: Value) -> bool:
    token = links.token(c, CANDIDATE)
    if token is not BLOCKED and token == links.token(r, REFERENCE):
        return True
    return isinstance(c, str | Text) and isinstance(r, str | Text) and spelling.alike(links, spelling.parts_of(c), spelling.parts_of(r))


def run_together(links: Links, rest: Rest, place: Place | None = None) -> Pairs:
    """Names in which each environment's word is glued to another word: they are one name where nothing else differs."""
    alone = [(some[0], others[0]) for some, others in _waiting(links, rest, place) if len(some) == len(others) == 1]
    return _one_to_one([(c, r) for (a, c), (b, r) in alone if _glued(links, a.parts, b.parts)])


def together(links: Links, rest: Rest) -> list[Rest]:
    """Groups of several that go by one such name on a side: the name says that they belong together, not who is whose counterpart."""
    return [
        ([s for _, s in some], [s for _, s in others])
        for some, others in _waiting(links, rest, None)
        if max(len(some), len(others)) > 1 and all(_glued(links, a.parts, b.parts) for a, _ in some for b, _ in others)
    ]


def _waiting(links: Links, rest: Rest, place: Place | None) -> list[tuple[list[tuple[MatchKey, Seal]], list[tuple[MatchKey, Seal]]]]:
    """Who goes by one key on both sides once every glued word is a placeholder."""
    waiting: tuple[dict[Token, list[tuple[MatchKey, Seal]]], dict[Token, list[tuple[MatchKey, Seal]]]] = (
        defaultdict(list),
        defaultdict(list),
    )
    words = (*links.words[0], *links.words[1])
    for where in (CANDIDATE, REFERENCE):
        for seal in rest[where] if words else ():
            for key in seal.keys:
                token = links.key_token(MatchKey(key.reason, tuple(_shaped(p) for p in key.parts)), where, seal.address)
                if isinstance(token, tuple) and (parts := _unglued(token, words)) != token:
                    waiting[where][seal.address.type, key.reason, parts, _of(place, seal, where)].append((key, seal))
    return [(some, others) for t, some in waiting[0].items() if len(some) * len(others := waiting[1].get(t, [])) in range(1, _MANY + 1)]


def _glued(links: Links, c: tuple[Value, ...], r: tuple[Value, ...]) -> bool:
    """Whether the parts of two keys agree: texts as they read, references by who they are called here."""

    def alike(a: Value, b: Value) -> bool:
        if agree.is_text(a) and agree.is_text(b) and not isinstance(a, Ref) and not isinstance(b, Ref):
            return agree.texts(links, spelling.parts_of(a), spelling.parts_of(b)) is True
        if isinstance(a, Bag) and isinstance(b, Bag):
            return _glued(links, a.items, b.items)
        return links.token(a, CANDIDATE) == links.token(b, REFERENCE)

    return len(c) == len(r) and all(alike(a, b) for a, b in zip(c, r, strict=True))


def _unglued(part: Token, words: tuple[str, ...]) -> Token:
    if isinstance(part, str):
        return glued.unglued(part, words)
    return tuple(_unglued(p, words) for p in part) if isinstance(part, tuple) else part


def _of(place: Place | None, seal: Seal, where: Where) -> Token:
    return place(seal.address, where) if place is not None else ()


def has_words(parts: Iterable[Value]) -> bool:
    """Whether some part holds an environment's word."""
    return any(isinstance(p, Word) or (isinstance(p, Text) and any(isinstance(q, Word) for q in p.parts)) for p in parts)


def _names(seal: Seal) -> Iterator[MatchKey]:
    return (k for k in seal.keys if k.reason not in ownname.OTHERS and k.parts)


def _one_to_one(near: Pairs) -> Pairs:
    """The pairs of which neither side stands in another."""
    count: dict[tuple[Where, str], int] = defaultdict(int)
    for c, r in dict.fromkeys((str(c.address), str(r.address)) for c, r in near):
        count[CANDIDATE, c] += 1
        count[REFERENCE, r] += 1
    alone = [(c, r) for c, r in near if count[CANDIDATE, str(c.address)] == count[REFERENCE, str(r.address)] == 1]
    return list({str(c.address): (c, r) for c, r in alone}.values())
