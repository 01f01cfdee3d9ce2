"""What is known about who is whose counterpart, and what values are called under it: tokens that are equal where the values agree."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from typing import Final, Literal, TypeAlias

from driftscan.model.drift import Side
from driftscan.model.resource import MatchKey, RefItems, Seal, flat
from driftscan.model.value import NETWORK, Address, Bag, Keyed, Opaque, Redacted, Ref, Seq, Text, Unknown, Value, Word

Where: TypeAlias = Literal[0, 1]
"""Which side: 0 the candidate, 1 the reference."""
CANDIDATE: Final[Where] = 0
REFERENCE: Final[Where] = 1

CUTS: Final = frozenset({24, 26, 28, 30, 32, 40, 48, 50, 60, 63, 64, 80, 100, 120, 127, 128, 140, 150, 180, 190, 200, 255, 256, 512})
"""Lengths at which vendors cut names: only texts of exactly such a length can have lost their end."""

REST: Final = "rest"
"""The reason of a key that is what is left of a key with references which nothing read explains."""

DEPTH: Final = 4
"""How far the keys of references are followed inside keys; cycles end here."""

Token: TypeAlias = Hashable


_SUFFIX: Final = re.compile(r"-[0-9A-Za-z]{10,}\Z")
"""What is appended to a name that is known as generated."""


class _Blocked:
    """The token of a reference whose target may still find its counterpart."""

    __slots__ = ()


BLOCKED: Final = _Blocked()


class Links:
    """The two sides and the pairs found so far.

    Everything here treats both sides alike: exchanging them exchanges the answers.
    """

    def __init__(self, candidate: Side, reference: Side) -> None:
        self.sides: tuple[Side, Side] = (candidate, reference)
        apart = candidate.environment != reference.environment
        self.words: tuple[tuple[str, ...], tuple[str, ...]] = (candidate.words, reference.words) if apart else ((), ())
        """What names each environment in texts; nothing where both sides are one environment, whose words mean no difference there."""
        self.partner: tuple[dict[Address, Address], dict[Address, Address]] = ({}, {})
        self._pairs: tuple[dict[Address, Token], dict[Address, Token]] = ({}, {})
        """What references to either of a pair are called."""
        self.apart: tuple[set[Address], set[Address]] = (set(), set())
        """Resources that are not matched at all."""
        self.grouped: tuple[set[Address], set[Address]] = (set(), set())
        """Those of them that belong to another resource."""
        self.group: dict[tuple[Where, Address], int] = {}
        """Members of ambiguous groups -> number of the group."""
        self.said: dict[tuple[int, int], tuple[RefItems, RefItems, bool]] = {}
        """Two lists of words of the sides' seals by their identity, held so that it stays theirs, and whether they agree."""
        self.learned: tuple[dict[str, Token], dict[str, Token]] = ({}, {})
        """What ids that nothing read explains are called, while counterparts are looked for: see `learn`."""
        self._told: dict[tuple[Where, str], set[str]] = defaultdict(set)
        self._types: list[frozenset[str] | None] = [None, None]
        self.spelled = False
        """Whether references to what a side did not read count as they are spelled, because the other side may show them as text."""
        self.released = False
        """Whether references to open resources count as what they are (by their keys) instead of blocking."""

    def pair(self, candidate: Address, reference: Address) -> None:
        """Make two resources counterparts."""
        self.partner[0][candidate] = reference
        self.partner[1][reference] = candidate
        self._pairs[0][candidate] = self._pairs[1][reference] = ("pair", min(candidate, reference))

    def learn(self, c: Seal, r: Seal) -> None:
        """Of two counterparts that are alike: the ids that stand at one place and that nothing read explains mean one thing, too.

        An id that is told to mean two things means neither. None of this makes anything equal: it tells others apart.
        """
        if c.digest != r.digest or len(c.refs) != len(r.refs):
            return
        for a, b in zip(c.refs, r.refs, strict=True):
            if isinstance(a, Ref) and isinstance(b, Ref) and a.target is None and b.target is None and a.type == b.type:
                for where, own, other in ((CANDIDATE, a.text, b.text), (REFERENCE, b.text, a.text)):
                    self._told[where, own].add(other)
                mutual = self._told[CANDIDATE, a.text] == {b.text} and self._told[REFERENCE, b.text] == {a.text}
                for where, text in ((CANDIDATE, a.text), (REFERENCE, b.text)):
                    if mutual:
                        self.learned[where][text] = ("same id", min(a.text, b.text), max(a.text, b.text))
                    else:
                        self.learned[where].pop(text, None)

    def forget(self) -> None:
        """Counterparts are found: what was learned from some of them proves nothing about what they hold."""
        self.learned[CANDIDATE].clear()
        self.learned[REFERENCE].clear()

    def open(self, address: Address, where: Where) -> bool:
        """Whether a resource may still find its counterpart."""
        return address in self.sides[where].seals and address not in self.partner[where] and address not in self.apart[where]

    # ------------------------------------------------------------------------------------ keys

    def keys_of(self, address: Address, where: Where) -> tuple[MatchKey, ...]:
        """The logical keys of a resource, read or only named by a stack. What is left of a key whose references nobody read is none."""
        seal = self.sides[where].seals.get(address)
        if seal is None:
            return self.sides[where].named.get(address, ())
        return seal.keys if all(k.reason != REST for k in seal.keys) else tuple(k for k in seal.keys if k.reason != REST)

    def token(self, value: Value, where: Where, *, own: Address | None = None, literal: bool = False, depth: int = 0) -> Token:
        """A canonical value as something hashable, equal on both sides where the values agree; `BLOCKED` where that cannot be said yet.

        literal: words as they are written, instead of each environment's own as its placeholder.
        own: the resource that holds the value; a reference to it is a reference to itself.
        """
        if type(value) is str:
            return value
        if type(value) is Text and not literal:  # most of them, at once
            plain = self.plain((value,), where)
            if plain is not None:
                return plain[0]
        match value:
            case Text(parts):
                return self._text(parts, where, own, literal, depth)
            case bool() | None:
                return (type(value).__name__, value)
            case int() | float():
                return ("number", value)
            case Word():
                return self.word(value, where, literal=literal)
            case Ref():
                return self.ref_token(value, where, own=own, depth=depth)
            case Seq(items) | tuple(items):
                return self._all(("seq", *(self.token(v, where, own=own, literal=literal, depth=depth) for v in items)))
            case list():
                return self._all(("seq", *(self.token(v, where, own=own, literal=literal, depth=depth) for v in value)))
            case Bag(items):
                tokens = self._all(tuple(self.token(v, where, own=own, literal=literal, depth=depth) for v in items))
                return tokens if tokens is BLOCKED else ("bag", *sorted(tokens, key=repr))  # type: ignore[call-overload]
            case Keyed(items):
                tokens = self._all(
                    tuple(
                        self._all(tuple(self.token(v, where, own=own, literal=literal, depth=depth) for v in (*key, item)))
                        for key, item in items
                    )
                )
                return tokens if tokens is BLOCKED else ("keyed", *sorted(tokens, key=repr))  # type: ignore[call-overload]
            case dict():
                inner = self._all(tuple([self.token(v, where, own=own, literal=literal, depth=depth) for _, v in sorted(value.items())]))
                return inner if inner is BLOCKED else ("map", *sorted(value), inner)
            case Opaque(digest, key_id):
                return ("opaque", digest, key_id)
            case Redacted(kind, parts, key_id):
                return ("redacted", kind, parts, key_id)
            case Unknown(code):
                return ("unknown", where, code)
        return ("other", repr(value))

    def _text(self, parts: tuple[Value, ...], where: Where, own: Address | None, literal: bool, depth: int) -> Token:
        out: list[Token] = []
        for part in parts:
            t = self.token(part, where, own=own, literal=literal, depth=depth)
            if t is BLOCKED:
                return BLOCKED
            if isinstance(t, str) and out and isinstance(out[-1], str):
                out[-1] += t
            else:
                out.append(t)
        return out[0] if len(out) == 1 else ("text", *out)

    @staticmethod
    def _all(tokens: tuple[Token, ...]) -> Token:
        return BLOCKED if any(t is BLOCKED for t in tokens) else tokens

    def word(self, word: Word, where: Where, *, literal: bool = False) -> str:
        """An environment's word: the placeholder where it is the side's own, else the text."""
        return word.shape if not literal and word.env == self.sides[where].environment else word.text

    def ref_token(self, ref: Ref, where: Where, *, own: Address | None = None, depth: int = 0) -> Token:
        """A reference: its pair, or what its target is called, or its spelling where nothing explains it."""
        target = ref.target
        if target is None:
            return self.learned[where].get(ref.text) or ("id", ref.text)
        if target == own:
            return ("self",)
        token = self._pairs[where].get(target)
        if token is not None:
            return token
        if ref.attribute == NETWORK:  # which one it is counts where that is known
            return ref.text
        if not self.released and self.open(target, where):
            return BLOCKED
        if self.spelled and (self.incomplete(target.type, CANDIDATE) or self.incomplete(target.type, REFERENCE)):
            return self._spell(ref, where)
        owner = self.sides[where].seals[target].owner if target in self.grouped[where] else None
        if owner is not None and depth < DEPTH:  # a member of a group is known by whose it is
            whose = self.ref_token(Ref(owner, owner.type, ""), where, own=own, depth=depth + 1)
            return whose if whose is BLOCKED else ("of", target.type, whose)
        name = self.name_token(target, where, depth + 1)
        return name if name is BLOCKED else ("key", name)

    def name_token(self, address: Address, where: Where, depth: int = 0) -> Token:
        """The first logical key of a resource, as a token."""
        if depth < DEPTH:
            for key in self.keys_of(address, where):
                token = self.key_token(key, where, address, depth=depth)
                return token if token is BLOCKED else (address.type, key.reason, token)
        return (address.type, "", address.id)

    def key_token(self, key: MatchKey, where: Where, own: Address, *, literal: bool = False, depth: int = 0) -> Token:
        """The parts of a key as one token; `BLOCKED` where one of them cannot be said yet."""
        parts = self.plain(key.parts, where)
        if parts is not None and not literal:
            return parts
        return self._all(tuple([self.token(p, where, own=own, literal=literal, depth=depth) for p in key.parts]))

    def plain(self, parts: tuple[Value, ...], where: Where) -> tuple[str, ...] | None:
        """The parts of a key that holds nothing but text and words, which is most of them; None for the others."""
        own = self.sides[where].environment
        out: list[str] = []
        for p in parts:
            kind = type(p)
            if kind is str:
                out.append(p)
            elif kind is Text:
                text = ""
                for q in p.parts:
                    kind = type(q)
                    if kind is str:
                        text += q
                    elif kind is Word:
                        text += q.shape if q.env == own else q.text
                    else:
                        return None
                out.append(text)
            elif kind is Word:
                out.append(p.shape if p.env == own else p.text)
            else:
                return None
        return tuple(out)

    def types(self, where: Where) -> frozenset[str]:
        """The types that a side has resources of."""
        if self._types[where] is None:
            self._types[where] = frozenset(a.type for a in self.sides[where].seals)
        return self._types[where] or frozenset()

    def incomplete(self, type: str, where: Where) -> str:
        """Why the listing of a type is not complete on a side; empty where it is."""
        return self.sides[where].why(type)

    def blind(self, seal: Seal) -> str:
        """Why a resource's counterpart could not be looked for: everything it could be known by names what one side did not read.

        What has no name is known by what it refers to.
        """
        keys = [tuple(refs_in(k.parts)) for k in seal.keys if k.reason not in ("iac", "tags", REST)] or [tuple(flat(seal.refs))]
        codes = []
        for refs in keys:
            types = {ref.target.type if ref.target is not None else ref.type for ref in refs}
            codes.append(min((c for t in types if t and (c := self._one_sided(t))), default=""))
        return min(codes) if all(codes) else ""

    def _one_sided(self, type: str) -> str:
        """Why one side, and only one, did not read a type whole: what both lack looks alike on both."""
        c, r = self.incomplete(type, CANDIDATE), self.incomplete(type, REFERENCE)
        return c or r if bool(c) != bool(r) else ""

    # ------------------------------------------------------------------------------------ spelling

    def spell(self, parts: tuple[Value, ...], where: Where, *, literal: bool = False, marked: bool = False) -> str:
        """A text as it reads: words as placeholders (or literally), references by their target's symbolised name where they spell it.

        marked: with `-{id}` for the suffix of such a name, as `normalize` leaves it in texts.
        """
        out = []
        for p in parts:
            if isinstance(p, str):
                out.append(p)
            elif isinstance(p, Word):
                out.append(self.word(p, where, literal=literal))
            elif isinstance(p, Ref):
                out.append(p.text if literal else self._spell(p, where, marked=marked))
            else:
                out.append(f"«{p.digest}»")
        return "".join(out)

    def _spell(self, ref: Ref, where: Where, *, marked: bool = False) -> str:
        """A reference as `normalize` would have written it, had it not known the target: its name, account and region in symbols."""
        target = ref.target
        seal = self.sides[where].seals.get(target) if target is not None else None
        if seal is None or ref.attribute == NETWORK:
            return ref.text
        address = seal.address
        name = re.split(r"[/:|]", address.id)[-1]
        if seal.name and name not in ref.text and not ref.text.startswith("arn:"):  # one of its other names
            return seal.name
        end = _SUFFIX.search(name) if marked and not seal.rename else None
        shown = f"{seal.name}-{{id}}" if end is not None and not seal.name.endswith(end[0]) else seal.name
        text = ref.text.replace(name, shown) if seal.name and name else ref.text
        text = text.replace(address.account, "{account}")
        return text.replace(address.region, "{region}") if address.region not in ("", "global") else text


def refs_in(values: Iterable[Value]) -> Iterator[Ref]:
    """Every reference inside canonical values."""
    for value in values:
        match value:
            case Ref():
                yield value
            case Text(parts):
                yield from (p for p in parts if isinstance(p, Ref))
            case Seq(items) | Bag(items) | tuple(items):
                yield from refs_in(items)
            case Keyed(items):
                yield from refs_in(v for key, item in items for v in (*key, item))
            case dict():
                yield from refs_in(value.values())
