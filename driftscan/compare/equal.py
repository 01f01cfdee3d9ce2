"""Whether two seals are equal: digests first, then references and words one by one. No body is read here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from driftscan.compare import agree
from driftscan.compare.links import Links
from driftscan.model.resource import RefItems, Seal
from driftscan.model.value import Address, Ref


def equal(candidate: Seal, reference: Seal, links: Links) -> bool:
    """True where the canonical forms are surely equal under the pairs found so far.

    False says that the bodies must be looked at: something differs, is unknown, or stands in sets whose elements hold
    both references and words, which only the bodies can put together.
    """
    if candidate.digest != reference.digest or candidate.unknown or reference.unknown:
        return False
    if candidate.words is not reference.words and not _alike(candidate.words, reference.words, links):
        return False
    refs_c, refs_r = candidate.refs, reference.refs
    if not refs_c and not refs_r:
        return True
    if len(refs_c) != len(refs_r):
        return False
    holders = (candidate.address, reference.address)
    return _refs(refs_c, refs_r, links, holders) and not (_has_set(refs_c) and _has_set(candidate.words))


def _alike(c: RefItems, r: RefItems, links: Links) -> bool:
    """Whether two lists of words agree; seals that were read back share theirs, so that few need a look."""
    key = (id(c), id(r))
    found = links.said.get(key)
    if found is None:
        found = links.said[key] = (c, r, c == r or _words(c, r, links))
    return found[2]


def _refs(c: RefItems, r: RefItems, links: Links, holders: tuple[Address, Address]) -> bool:
    if len(c) != len(r):
        return False
    partner = links.partner[0]
    for a, b in zip(c, r, strict=True):
        if type(a) is Ref and type(b) is Ref:
            target = a.target
            if target is not None:
                found = partner.get(target)
                if found is not None and (found is b.target or found == b.target):
                    continue
            if agree.refs(links, a, b, holders) is not True:
                return False
        elif type(a) is tuple and type(b) is tuple:
            if not _multiset(a[1], b[1], lambda x, y: _refs(x, y, links, holders)):
                return False
        else:
            return False
    return True


def _words(c: RefItems, r: RefItems, links: Links) -> bool:
    if len(c) != len(r):
        return False
    own_c, own_r = links.sides[0].environment, links.sides[1].environment
    if [w[0] for w in c].count(own_c) == [w[0] for w in r].count(own_r) == len(c) and "set" not in (own_c, own_r):  # type: ignore[index]
        return True
    for a, b in zip(c, r, strict=True):
        # shapes are part of the digest, so that words at one place have the same
        if a == b or (a[0] == own_c and b[0] == own_r and type(a[1]) is type(b[1]) is str):  # type: ignore[index]
            continue
        set_a, set_b = _is_set(a), _is_set(b)
        if set_a or set_b:
            if not (set_a and set_b and _multiset(a[1], b[1], lambda x, y: _words(x, y, links))):  # type: ignore[index]
                return False
        elif a[1] != b[1]:  # type: ignore[index]
            return False
    return True


def _multiset(c: RefItems, r: RefItems, alike: Callable[[Any, Any], bool]) -> bool:
    """Whether the elements can be put in pairs that agree. Equal ones first: a text written alike agrees with nothing better."""
    if len(c) != len(r):
        return False
    left = list(r)
    rest = []
    for item in c:
        if item in left:
            left.remove(item)
        else:
            rest.append(item)
    for item in rest:
        for i, other in enumerate(left):
            if alike(item, other):
                del left[i]
                break
        else:
            return False
    return True


def _is_set(item: object) -> bool:
    return isinstance(item, tuple) and len(item) == 2 and item[0] == "set" and isinstance(item[1], tuple)


def _has_set(items: RefItems) -> bool:
    return any(_is_set(i) for i in items)
