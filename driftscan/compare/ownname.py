"""The names that two counterparts bear themselves, where a tool or the vendor finished them at random.

A name is no content where nobody chose all of it: a stack's suffix that happens to look like a word, an id inside it that only one
side gives away, a name that was too long for the vendor and was cut and closed with a short hash. Only a resource's own name is judged
so: what names another resource is a reference.
"""

from __future__ import annotations

import re
from typing import Final

from driftscan.compare import glued
from driftscan.compare.links import BLOCKED, CANDIDATE, CUTS, REFERENCE, Links, Where
from driftscan.model.value import Address, Ref, Value

_SUFFIX: Final = re.compile(r"(?<=[A-Za-z0-9])-(?:[A-Z0-9]{10,14}|[a-z0-9]{12,13})\Z")
_HASHED: Final = re.compile(r"(?P<head>.{8,}?)-?(?P<hash>[0-9a-f]{4,10}|[0-9A-Z]{4,14})\Z", re.DOTALL)
"""A name and the hash that closes it; now and then it holds no digit."""
_DIGIT: Final = re.compile(r"[0-9]")
_OTHERS: Final = frozenset({"iac", "tags"})
_NAME: Final = re.compile(r"[\w.{}/-]+")


def alike(links: Links, c: tuple[Value, ...], r: tuple[Value, ...], holders: tuple[Address, Address]) -> bool:
    """Whether both texts are their holder's own name, and differ in nothing that somebody chose."""
    if _ended(links, c, r, holders):
        return True
    if not (_own(links, c, CANDIDATE, holders[0]) and _own(links, r, REFERENCE, holders[1])):
        return False
    if _itself(c, holders[0]) or _itself(r, holders[1]):
        return _same_key(links, holders) or _suffixed(links, holders)
    raws = links.spell(c, CANDIDATE, literal=True), links.spell(r, REFERENCE, literal=True)
    return shortened(raws, (links.spell(c, CANDIDATE), links.spell(r, REFERENCE)))


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
    text = links.spell(parts, where, literal=True)
    return text == holder.id or text in re.split(r"[/:|]", holder.id)


def _itself(parts: tuple[Value, ...], holder: Address) -> bool:
    """Whether the text was recognised as a generated name: a reference to the resource that holds it."""
    return len(parts) == 1 and isinstance(parts[0], Ref) and parts[0].target == holder


def _same_key(links: Links, holders: tuple[Address, Address]) -> bool:
    """Whether they were given one name by the same rule, once what is generated is taken away."""
    c, r = (
        {(k.reason, token) for k in links.keys_of(a, w) if k.reason not in _OTHERS and (token := links.key_token(k, w, a)) is not BLOCKED}
        for w, a in ((CANDIDATE, holders[0]), (REFERENCE, holders[1]))
    )
    return not c.isdisjoint(r)


def _suffixed(links: Links, holders: tuple[Address, Address]) -> bool:
    """One name is the other's with a suffix that only looks like a word."""
    seals = links.sides[0].seals.get(holders[0]), links.sides[1].seals.get(holders[1])
    names = [s.name for s in seals if s is not None and s.name]
    return len(names) == 2 and names[0] != names[1] and _SUFFIX.sub("", names[0]) == _SUFFIX.sub("", names[1])


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
