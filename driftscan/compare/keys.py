"""The logical key of every resource as text: free of environments, stable over runs, unique within its type."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from driftscan.compare.links import CANDIDATE, REFERENCE, Links, Where
from driftscan.compare.match import Found, Matched
from driftscan.model.resource import MatchKey, Seal, flat
from driftscan.model.value import Address, Bag, Keyed, Ref, Seq, Text, Value, Word, show_scalar

_ORDER: Final = {"name": 0, "iac": 2, "tags": 3}
"""Which kind of key people recognise best; others stand with the names."""
_DEPTH: Final = 3
"""How far references inside keys are followed."""


class Names:
    """The logical keys of everything in a comparison. pairs: those of `matched.found`, in that order; alone: of what has no counterpart."""

    def __init__(self, links: Links, matched: Matched) -> None:
        self._links = links
        self._used: dict[tuple[str, str], int] = {}
        self.pairs = self._of_pairs(matched.found)
        self.alone: dict[Address, str] = {}
        for where in (CANDIDATE, REFERENCE):
            used = self._used.copy()  # sides are numbered apart: what is extra and what is missing never meet
            ambiguous = [s for g in matched.ambiguous for s in g[where]]
            for seal in (*matched.left[where], *ambiguous, *matched.grouped[where], *matched.uncounted[where]):
                self.alone[seal.address] = _numbered(seal.address.type, self._of(seal, where)[0], used)

    def of_group(self, candidates: list[Seal], references: list[Seal]) -> str:
        """The key of an ambiguous group: the least of its members' keys."""
        return min(self.alone[s.address] for s in (*candidates, *references))

    def _of_pairs(self, found: list[Found]) -> list[str]:
        """The best key that both sides of a pair have; where pairs of a type share it, their next one, or a number."""
        out: list[str] = []
        first: dict[tuple[str, str], int] = {}
        shared: dict[tuple[str, str], list[int]] = {}
        for n, f in enumerate(found):
            text = f.text or self._best(f)
            out.append(text)
            key = (f.candidate.address.type, text)
            held = first.setdefault(key, n)
            if held != n:
                shared.setdefault(key, [held]).append(n)
        self._used = dict.fromkeys(first, 1)
        for (type_, text), members in sorted(shared.items()):
            self._used[type_, text] = 0
            choices = {n: self._next(found[n], text) for n in members}
            count: dict[str, int] = defaultdict(int)
            for other in choices.values():
                count[other] += 1
            for n in sorted(members, key=lambda n: _order(found[n])):
                other = choices[n]
                free = other != text and count[other] == 1 and (type_, other) not in self._used
                out[n] = _numbered(type_, other if free else text, self._used)
        return out

    def _best(self, f: Found) -> str:
        c, r = self._first(f.candidate, CANDIDATE), self._first(f.reference, REFERENCE)
        return c if c == r else _common(self._of(f.candidate, CANDIDATE), self._of(f.reference, REFERENCE))[0]

    def _next(self, f: Found, taken: str) -> str:
        texts = _common(self._of(f.candidate, CANDIDATE), self._of(f.reference, REFERENCE))
        return next((t for t in texts if t != taken), taken)

    def _first(self, seal: Seal, where: Where) -> str:
        """The text of its most recognisable key."""
        for key in seal.keys:
            if key.reason == "name":
                return self._key(seal, key, where, 0)
        return self._of(seal, where)[0]

    def _of(self, seal: Seal, where: Where, depth: int = 0) -> list[str]:
        """The texts of its keys, the most recognisable first; at least one."""
        if not seal.keys:
            return [self._keyless(seal, where, depth)]
        return [self._key(seal, key, where, depth) for key in sorted(seal.keys, key=_rank)]

    def _keyless(self, seal: Seal, where: Where, depth: int) -> str:
        """Without a key of its own: its name, or whom it belongs to, or at last its id."""
        if seal.name:
            return seal.name
        if depth < _DEPTH:
            for target in (seal.owner, *(r.target for r in flat(seal.refs))):
                other = self._links.sides[where].seals.get(target) if target is not None else None
                if other is not None and other is not seal:
                    return f"{self._of(other, where, depth + 1)[0]}/"
        return seal.address.id

    def _key(self, seal: Seal, key: MatchKey, where: Where, depth: int) -> str:
        """A key as text, without the parts that the resource does not have; what is only named by its place goes by its region."""
        return self._text(tuple(p for p in key.parts if p is not None), where, depth) if key.parts else seal.address.region

    def _text(self, parts: tuple[Value, ...], where: Where, depth: int) -> str:
        plain = self._links.plain(parts, where)
        return (
            plain[0]
            if plain and len(plain) == 1
            else "/".join(plain if plain is not None else [self._part(p, where, depth) for p in parts])
        )

    def _part(self, value: Value, where: Where, depth: int) -> str:
        match value:
            case str():
                return value
            case Text(parts):
                return "".join([self._part(p, where, depth) for p in parts])
            case Word():
                return self._links.word(value, where)
            case Ref(target, _, text, _):
                seal = self._links.sides[where].seals.get(target) if target is not None and depth < _DEPTH else None
                return self._of(seal, where, depth + 1)[0] if seal is not None else text
            case Seq(items) | Bag(items) | tuple(items):
                return ",".join([self._part(v, where, depth) for v in items])
            case Keyed(items):
                return ",".join([self._text(key, where, depth) for key, _ in items])
            case dict():
                return ",".join([f"{k}={self._part(v, where, depth)}" for k, v in sorted(value.items())])
        return show_scalar(value)


def _common(c: list[str], r: list[str]) -> list[str]:
    """The texts that both sides have; where they share none, the lesser of the first ones."""
    if c == r:
        return c
    both = [text for text in c if text in r]
    return sorted(both, key=lambda t: (max(c.index(t), r.index(t)), t)) if both else [min(c[0], r[0])]


def _numbered(type_: str, key: str, used: dict[tuple[str, str], int]) -> str:
    n = used[type_, key] = used.get((type_, key), 0) + 1
    return key if n == 1 else f"{key}#{n}"


def _rank(key: MatchKey) -> int:
    return _ORDER.get(key.reason, 1)


def _order(found: Found) -> tuple[tuple[str, ...], tuple[str, ...]]:
    a, b = _address(found.candidate.address), _address(found.reference.address)
    return (a, b) if a <= b else (b, a)


def _address(a: Address) -> tuple[str, ...]:
    return a.type, a.account, a.region, a.id, a.provider
