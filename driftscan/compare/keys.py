"""The logical key of every resource as text: free of environments, stable over runs, unique within its type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from driftscan.compare.links import CANDIDATE, REFERENCE, Links, Where, flat
from driftscan.compare.match import Found, Matched
from driftscan.model.resource import MatchKey, Seal
from driftscan.model.value import Address, Bag, Keyed, Ref, Seq, Text, Value, Word, show_scalar

_ORDER: Final = {"name": 0, "iac": 2, "tags": 3}
"""Which kind of key people recognise best; others stand with the names."""
_DEPTH: Final = 3
"""How far references inside keys are followed."""


class Names:
    """The logical keys of everything in a comparison."""

    def __init__(self, links: Links, matched: Matched) -> None:
        self._links = links
        self.all: dict[Address, str] = {}
        used: dict[tuple[str, str], int] = defaultdict(int)
        for found, key in self._of_pairs(matched.found):
            name = _numbered(found.candidate.address.type, key, used)
            self.all[found.candidate.address] = self.all[found.reference.address] = name
        for where in (CANDIDATE, REFERENCE):
            own = used.copy()  # sides are numbered apart: what is extra and what is missing never meet
            ambiguous = [s for g in matched.ambiguous for s in g[where]]
            for seal in (*matched.left[where], *ambiguous, *matched.grouped[where], *matched.uncounted[where]):
                self.all[seal.address] = _numbered(seal.address.type, self._of(seal, where)[0], own)

    def of_group(self, candidates: list[Seal], references: list[Seal]) -> str:
        """The key of an ambiguous group: the least of its members' keys."""
        return min(self.all[s.address] for s in (*candidates, *references))

    def _of_pairs(self, found: Iterable[Found]) -> Iterable[tuple[Found, str]]:
        """Pairs with the first key that both sides have and that no other pair of the type has, in an order that knows no sides."""
        ordered = sorted(found, key=_order)
        choices = [_common(self._of(f.candidate, CANDIDATE), self._of(f.reference, REFERENCE)) for f in ordered]
        count: dict[tuple[str, str], int] = defaultdict(int)
        for f, texts in zip(ordered, choices, strict=True):
            for text in texts:
                count[f.candidate.address.type, text] += 1
        for f, texts in zip(ordered, choices, strict=True):
            type_ = f.candidate.address.type
            yield f, texts[0] if len(texts) == 1 else next((t for t in texts if count[type_, t] == 1), texts[0])

    def _of(self, seal: Seal, where: Where, depth: int = 0) -> list[str]:
        """The texts of its keys, the most recognisable first; at least one."""
        keys = seal.keys
        if not keys:
            return [self._keyless(seal, where, depth)]
        if len(keys) > 1:
            keys = tuple(sorted(keys, key=_rank))
        return [self._text(key.parts, where, depth) for key in keys]

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

    def _text(self, parts: tuple[Value, ...], where: Where, depth: int) -> str:
        if len(parts) == 1 and type(parts[0]) is str:
            return parts[0]
        return "/".join(p if type(p) is str else self._part(p, where, depth) for p in parts)

    def _part(self, value: Value, where: Where, depth: int) -> str:
        match value:
            case Text(parts):
                return "".join(self._part(p, where, depth) for p in parts)
            case Word():
                return self._links.word(value, where)
            case Ref(target, _, text, _):
                seal = self._links.sides[where].seals.get(target) if target is not None and depth < _DEPTH else None
                return self._of(seal, where, depth + 1)[0] if seal is not None else text
            case Seq(items) | Bag(items) | tuple(items):
                return ",".join(self._part(v, where, depth) for v in items)
            case Keyed(items):
                return ",".join(self._text(key, where, depth) for key, _ in items)
            case dict():
                return ",".join(f"{k}={self._part(v, where, depth)}" for k, v in sorted(value.items()))
        return show_scalar(value)


def _common(c: list[str], r: list[str]) -> list[str]:
    """The texts that both sides have; where they share none, the lesser of the first ones."""
    if c == r:
        return c
    both = [text for text in c if text in r]
    return sorted(both, key=lambda t: max(c.index(t), r.index(t))) if both else [min(c[0], r[0])]


def _numbered(type_: str, key: str, used: dict[tuple[str, str], int]) -> str:
    used[type_, key] += 1
    n = used[type_, key]
    return key if n == 1 else f"{key}#{n}"


def _rank(key: MatchKey) -> int:
    return _ORDER.get(key.reason, 1)


def _order(found: Found) -> tuple[tuple[str, ...], tuple[str, ...]]:
    a, b = _address(found.candidate.address), _address(found.reference.address)
    return (a, b) if a <= b else (b, a)


def _address(a: Address) -> tuple[str, ...]:
    return a.type, a.account, a.region, a.id, a.provider
