"""The names that two counterparts bear themselves, where a tool or the vendor finished them at random.

A name is no content where nobody chose all of it: a stack's suffix that happens to look like a word, an id inside it that only one
side gives away, a name that was too long for the vendor and was cut and closed with a short hash. Only a resource's own name is judged
so: what names another resource is a reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from driftscan.compare import cutnames, glued, spelling
from driftscan.compare.links import BLOCKED, CANDIDATE, CUTS, REFERENCE, Links, Where
from driftscan.model.resource import Seal
from driftscan.model.value import Address, Ref, Value, Word

Words: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
SUFFIX: Final = re.compile(r"(?<=[A-Za-z0-9}])-(?:[A-Z0-9]{10,14}|[a-z0-9]{12,13})\Z")
"""What a stack appends to the names it makes."""
_ENDED: Final = re.compile(rf"{SUFFIX.pattern}|-\{{id\}}\Z")
_HASHED: Final = re.compile(r"(?P<head>.{8,}?)-?(?P<hash>[0-9a-f]{4,10}|[0-9A-Z]{4,14})\Z", re.DOTALL)
"""A name and the hash that closes it; now and then it holds no digit."""
_HASH: Final = re.compile(r"(.+)-((?=[a-f]*[0-9])[0-9a-f]{4,10})", re.DOTALL)
_DIGIT: Final = re.compile(r"[0-9]")
OTHERS: Final = frozenset({"iac", "tags"})
"""Kinds of keys that hold no name."""
_NAME: Final = re.compile(r"[\w.{}/-]+")


def alike(links: Links, c: tuple[Value, ...], r: tuple[Value, ...], holders: tuple[Address, Address]) -> bool:
    """Whether both texts are their holder's own name, and differ in nothing that somebody chose."""
    if _ended(links, c, r, holders):
        return True
    if not (_own(links, c, CANDIDATE, holders[0]) and _own(links, r, REFERENCE, holders[1])):
        return False
    raws = links.spell(c, CANDIDATE, literal=True), links.spell(r, REFERENCE, literal=True)
    if _itself(c, holders[0]) or _itself(r, holders[1]):
        bare = _ENDED.sub("", raws[0]), _ENDED.sub("", raws[1])
        return _same_key(links, holders) or _suffixed(links, holders) or (bare != raws and glued.alike(*bare, *links.words))
    texts = links.spell(c, CANDIDATE), links.spell(r, REFERENCE)
    return _finished(raws, texts, links.words)


def _ended(links: Links, c: tuple[Value, ...], r: tuple[Value, ...], holders: tuple[Address, Address]) -> bool:
    """Whether both texts hold their holder's own name, and differ in nothing but the random digits behind it."""
    seals = links.sides[0].seals.get(holders[0]), links.sides[1].seals.get(holders[1])
    names = [s.name for s in seals if s is not None and s.name]
    if len(names) != 2 or not glued.alike(names[0], names[1], *links.words):
        return False
    texts = (links.spell(c, CANDIDATE), links.spell(r, REFERENCE))
    if any(name not in text for name, text in zip(names, texts, strict=True)):
        return False
    (a, n), (b, m) = (
        re.subn(rf"(?<![A-Za-z0-9]){re.escape(name)}[-_.](?=[a-f]*[0-9])[0-9a-f]{{8,12}}(?![A-Za-z0-9])", "", text)
        for name, text in zip(names, texts, strict=True)
    )
    return n == m > 0 and glued.alike(a, b, *links.words)


def _own(links: Links, parts: tuple[Value, ...], where: Where, holder: Address) -> bool:
    if _itself(parts, holder):
        return True
    form = ".+".join(map(re.escape, links.spell(parts, where, literal=True).split("{id}")))
    return re.search(rf"(?:^|[/:|]){form}(?:$|[/:|])", holder.id) is not None


def _itself(parts: tuple[Value, ...], holder: Address) -> bool:
    """Whether the text was recognised as a generated name: a reference to the resource that holds it."""
    return len(parts) == 1 and isinstance(parts[0], Ref) and parts[0].target == holder


def one(candidate: Seal, reference: Seal, words: Words) -> bool:
    """Whether two names differ in nothing that somebody chose: words that are glued to others, what was cut, suffixes that look like words.

    words: each side's own.
    """
    if any(glued.alike(*names, *words) for names in _spellings(candidate, reference)):
        return True
    return _finished((_raw(candidate), _raw(reference)), (candidate.name, reference.name), words)


def _spellings(candidate: Seal, reference: Seal) -> Iterator[tuple[str, str]]:
    """Both names as they are, and without a suffix that looks like a word where the other side's was recognised, or both show digits."""
    names = candidate.name, reference.name
    bare = SUFFIX.sub("", names[0]), SUFFIX.sub("", names[1])
    yield names
    if not reference.rename:
        yield bare[0], names[1]
    if not candidate.rename:
        yield names[0], bare[1]
    if all(_DIGIT.search(name[len(short) :]) for name, short in zip(names, bare, strict=True)):
        yield bare


def _finished(raws: tuple[str, str], names: tuple[str, str], words: Words) -> bool:
    """Whether a tool or the vendor finished one name in two ways: cut, or with a hash at its end. raws: as the vendor shows them."""
    return shortened(raws, names) or cutnames.before_suffix(raws, heads := _heads(names), words) or heads[0] == heads[1]


def another(links: Links, candidate: Seal, reference: Seal) -> bool:
    """Whether somebody chose another name for one of two counterparts, which something beside their names tells together."""
    if one(candidate, reference, links.words):
        return False
    places = {place for seal in (candidate, reference) if (place := _called(seal)) is not None}
    keys = [[k.parts for k in seal.keys if k.reason not in OTHERS] for seal in (candidate, reference)]
    if list(map(len, keys[0])) != list(map(len, keys[1])):
        return False
    pairs = [(keys[0][key][part], keys[1][key][part]) for key, part in places]
    return any(
        a is not None and b is not None and not spelling.alike(links, spelling.parts_of(a), spelling.parts_of(b), key=True)
        for a, b in pairs
    )


def _same_key(links: Links, holders: tuple[Address, Address]) -> bool:
    """Whether they were given one name by the same rule, once what is generated is taken away."""
    seals = links.sides[0].seals.get(holders[0]), links.sides[1].seals.get(holders[1])
    if seals[0] is not None and seals[1] is not None and another(links, seals[0], seals[1]):
        return False  # a key without the name (a rule's function) says whose counterpart each is, and nothing of what it is called
    c, r = (
        {(k.reason, token) for k in links.keys_of(a, w) if k.reason not in OTHERS and (token := links.key_token(k, w, a)) is not BLOCKED}
        for w, a in ((CANDIDATE, holders[0]), (REFERENCE, holders[1]))
    )
    return not c.isdisjoint(r)


def _called(seal: Seal) -> tuple[int, int] | None:
    """Where among a resource's keys its own name stands, as (key, part), where it is nothing but text."""
    for n, key in enumerate(k for k in seal.keys if k.reason not in OTHERS) if seal.name else ():
        for m, part in enumerate(key.parts):
            if "".join(p.shape if isinstance(p, Word) else str(p) for p in spelling.parts_of(part)) == seal.name:
                return n, m
    return None


def _suffixed(links: Links, holders: tuple[Address, Address]) -> bool:
    """One name is the other's with a suffix that only looks like a word."""
    seals = links.sides[0].seals.get(holders[0]), links.sides[1].seals.get(holders[1])
    if seals[0] is None or seals[1] is None or "" in (seals[0].name, seals[1].name) or seals[0].name == seals[1].name:
        return False
    return any(a == b for a, b in _spellings(seals[0], seals[1]))


def _heads(names: tuple[str, str]) -> tuple[str, str]:
    """Both names without the short hash at their ends: a tool's, because nobody renames `web-0cb0` to `web-c316`. Numbers alone stay."""
    a, b = _HASH.fullmatch(names[0]), _HASH.fullmatch(names[1])
    return names if a is None or b is None or (a[2] + b[2]).isdigit() else (a[1], b[1])


def shortened(raws: tuple[str, str], texts: tuple[str, str]) -> bool:
    """Whether two names are one that was too long for the vendor: cut at a length limit and closed with a hash.

    raws: (candidate's, reference's) as they are; texts: with placeholders for environment's words. Words of different length move the
    cut, and may leave one of the two whole.
    """
    if texts[0] == texts[1] or not all(_NAME.fullmatch(t) for t in texts):
        return False
    heads = [_HASHED.fullmatch(t) if len(raw) in CUTS else None for raw, t in zip(raws, texts, strict=True)]
    words = [len(raw) - len(t) for raw, t in zip(raws, texts, strict=True)]
    if heads[0] is not None and heads[1] is not None:
        a, b = heads[0]["head"], heads[1]["head"]
        digits = _DIGIT.search(heads[0]["hash"] + heads[1]["hash"]) is not None
        return digits and (a.startswith(b) or b.startswith(a)) and abs(len(a) - len(b)) <= abs(words[0] - words[1])
    for mine, other in ((0, 1), (1, 0)):
        head = heads[mine]
        if head is not None and _DIGIT.search(head["hash"]) is not None:
            return texts[other].startswith(head["head"]) and len(texts[other]) + words[mine] > len(raws[mine])
    return False


def _raw(seal: Seal) -> str:
    """The name as the vendor shows it: the part of the id that reads like it, with its suffix; empty where none does."""
    pieces = (re.escape(piece).replace(r"\-", "-+") for piece in re.split(r"\{[A-Za-z]+\}", seal.name))
    form = re.compile(".+".join(pieces) + r"(?:-[0-9A-Za-z]+)?")
    return next((part for part in re.split(r"[/:|]", seal.address.id) if form.fullmatch(part)), "")
