"""What is known about who is whose counterpart, and whether two references, words or texts agree under it."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from typing import Final, Literal, TypeAlias

from driftscan.model.drift import Side
from driftscan.model.resource import MatchKey, RefItems
from driftscan.model.value import Address, Bag, Keyed, Opaque, Redacted, Ref, Seq, Text, Unknown, Value, Word

Where: TypeAlias = Literal[0, 1]
"""Which side: 0 the candidate, 1 the reference."""
CANDIDATE: Final[Where] = 0
REFERENCE: Final[Where] = 1

Agreement: TypeAlias = bool | str
"""True, False, or the code of what prevents an answer."""

UNREAD: Final = "unread type"
UNRESOLVED: Final = "unresolved id"
OTHER_KEY: Final = "other key"
AMBIGUOUS: Final = "ambiguous"
POPULATION: Final = "population"

CUTS: Final = frozenset({24, 26, 28, 30, 32, 40, 48, 50, 60, 63, 64, 80, 100, 120, 127, 128, 140, 150, 180, 190, 200, 255, 256, 512})
"""Lengths at which vendors cut names: only texts of exactly such a length can have lost their end."""

_DEPTH: Final = 4
"""How far the keys of references are followed inside keys; cycles end here."""

Token: TypeAlias = Hashable


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
        self.partner: tuple[dict[Address, Address], dict[Address, Address]] = ({}, {})
        self.apart: tuple[set[Address], set[Address]] = (set(), set())
        """Resources that are not matched at all."""
        self.grouped: tuple[set[Address], set[Address]] = (set(), set())
        """Those of them that belong to another resource."""
        self.group: dict[tuple[Where, Address], int] = {}
        """Members of ambiguous groups -> number of the group."""
        self.spelled = False
        """Whether references to what a side did not read count as they are spelled, because the other side may show them as text."""
        self.released = False
        """Whether references to open resources count as what they are (by their keys) instead of blocking."""

    def pair(self, candidate: Address, reference: Address) -> None:
        """Make two resources counterparts."""
        self.partner[0][candidate] = reference
        self.partner[1][reference] = candidate

    def open(self, address: Address, where: Where) -> bool:
        """Whether a resource may still find its counterpart."""
        return address in self.sides[where].seals and address not in self.partner[where] and address not in self.apart[where]

    # ------------------------------------------------------------------------------------ keys

    def keys_of(self, address: Address, where: Where) -> tuple[MatchKey, ...]:
        """The logical keys of a resource, read or only named by a stack."""
        seal = self.sides[where].seals.get(address)
        return seal.keys if seal is not None else self.sides[where].named.get(address, ())

    def token(self, value: Value, where: Where, *, own: Address | None = None, literal: bool = False, depth: int = 0) -> Token:
        """A canonical value as something hashable, equal on both sides where the values agree; `BLOCKED` where that cannot be said yet.

        literal: words as they are written, instead of each environment's own as its placeholder.
        own: the resource that holds the value; a reference to it is a reference to itself.
        """
        match value:
            case str():
                return value
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
            return ("id", ref.text)
        if target == own:
            return ("self",)
        partner = self.partner[where].get(target)
        if partner is not None:
            return ("pair", min(target, partner))
        if not self.released and self.open(target, where):
            return BLOCKED
        if self.spelled and (self.incomplete(target.type, CANDIDATE) or self.incomplete(target.type, REFERENCE)):
            return self._spell(ref, where)
        owner = self.sides[where].seals[target].owner if target in self.grouped[where] else None
        if owner is not None and depth < _DEPTH:  # a member of a group is known by whose it is
            whose = self.ref_token(Ref(owner, owner.type, ""), where, own=own, depth=depth + 1)
            return whose if whose is BLOCKED else ("of", target.type, whose)
        name = self.name_token(target, where, depth + 1)
        return name if name is BLOCKED else ("key", name)

    def name_token(self, address: Address, where: Where, depth: int = 0) -> Token:
        """The first logical key of a resource, as a token."""
        if depth < _DEPTH:
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

    def same_name(self, candidate: Address, reference: Address, depth: int = 0) -> tuple[bool | None, str]:
        """Whether two resources share a logical key, and which kind of key says so; None where they have no kind in common.

        References inside keys agree where they are paired or, again, share a logical key.
        """
        if candidate.type != reference.type:
            return False, "type"
        a, b = self.keys_of(candidate, CANDIDATE), self.keys_of(reference, REFERENCE)
        for reason in ("iac", *dict.fromkeys(k.reason for k in a if k.reason != "iac")):
            ours, theirs = [k.parts for k in a if k.reason == reason], [k.parts for k in b if k.reason == reason]
            if ours and theirs:
                return any(self._same_part(x, y, depth) for x in ours for y in theirs), reason
        return None, ""

    def _same_part(self, c: Value, r: Value, depth: int) -> bool:
        match c, r:
            case Ref(a, _, text, _), Ref(b, _, other, _):
                if a is None or b is None:
                    return bool(text == other)
                return self.partner[0].get(a) == b or (depth < _DEPTH and self.same_name(a, b, depth + 1)[0] is True)
            case (Text(x), Text(y)) | (Seq(x), Seq(y)) | (tuple(x), tuple(y)):
                return len(x) == len(y) and all(self._same_part(p, q, depth) for p, q in zip(x, y, strict=True))
            case Bag(x), Bag(y):
                left = list(y)
                for p in x:
                    found = next((n for n, q in enumerate(left) if self._same_part(p, q, depth)), None)
                    if found is None:
                        return False
                    del left[found]
                return not left
            case Word(), Word():
                return self.words(c, r)
        token = self.token(c, CANDIDATE)
        return token is not BLOCKED and token == self.token(r, REFERENCE)

    # ------------------------------------------------------------------------------------ agreement

    def incomplete(self, type: str, where: Where) -> str:
        """Why the listing of a type is not complete on a side; empty where it is."""
        known = self.sides[where].incomplete
        return known.get(type) or known.get("*", "")

    def refs(self, c: Ref, r: Ref, holders: tuple[Address, Address] | None = None) -> Agreement:
        """Whether a reference of the candidate and one of the reference mean the same resource."""
        a, b = c.target, r.target
        if a is None or b is None:
            if c.text == r.text:
                return True
            code_c = self.incomplete(c.type or (b.type if b is not None else ""), CANDIDATE) if a is None else ""
            code_r = self.incomplete(r.type or (a.type if a is not None else ""), REFERENCE) if b is None else ""
            return _first(code_c, code_r) or UNRESOLVED
        pa, pb = self.partner[0].get(a), self.partner[1].get(b)
        if pa is not None and pb is not None:
            return pa == b or self._siblings(a, b, holders)
        if (holders is not None and (a, b) == holders) or a == b or self._siblings(a, b, holders):
            return True
        return self._unpaired(a, b, pa is not None, pb is not None)

    def _siblings(self, a: Address, b: Address, holders: tuple[Address, Address] | None) -> bool:
        """They are called alike, but the counterpart of one stands elsewhere: each is the one in its holder's own region."""
        if holders is None or a.region != holders[0].region or b.region != holders[1].region or a.region == b.region:
            return False
        return self.same_name(a, b)[0] is True or self._called_alike(a, b)

    def _called_alike(self, a: Address, b: Address, depth: int = 0) -> bool:
        """Whether two resources share a key when references in it count by what they are called, not by whom they pair with.

        The subnets of a network in another region are called alike, although the networks have other counterparts.
        """
        if a.type != b.type or depth >= _DEPTH:
            return False
        return any(
            c.reason == r.reason
            and len(c.parts) == len(r.parts)
            and all(self._parts_alike(x, y, depth) for x, y in zip(c.parts, r.parts, strict=True))
            for c in self.keys_of(a, CANDIDATE)
            for r in self.keys_of(b, REFERENCE)
        )

    def _parts_alike(self, c: Value, r: Value, depth: int) -> bool:
        if isinstance(c, Ref) and isinstance(r, Ref) and c.target is not None and r.target is not None:
            return self.partner[0].get(c.target) == r.target or self._called_alike(c.target, r.target, depth + 1)
        token = self.token(c, CANDIDATE)
        return token is not BLOCKED and token == self.token(r, REFERENCE)

    def _unpaired(self, a: Address, b: Address, a_paired: bool, b_paired: bool) -> Agreement:
        same, reason = self.same_name(a, b)
        if same:
            return True
        group = self.group.get((0, a))
        if group is not None and group == self.group.get((1, b)):
            return AMBIGUOUS
        if a in self.grouped[0] and b in self.grouped[1] and a.type == b.type:
            return self._owners(a, b)
        if same is False and reason in ("iac", "type"):
            return False
        code = _first("" if a_paired else self.incomplete(a.type, REFERENCE), "" if b_paired else self.incomplete(b.type, CANDIDATE))
        if not code and same is None and (a not in self.sides[0].seals or b not in self.sides[1].seals):
            code = UNREAD
        return code or False

    def _owners(self, a: Address, b: Address) -> Agreement:
        """Members of populations agree where their owners do; without owners nobody can say."""
        oa, ob = self.sides[0].seals[a].owner, self.sides[1].seals[b].owner
        if oa is None or ob is None or (oa in self.grouped[0] and ob in self.grouped[1]):
            return POPULATION
        return self.partner[0].get(oa) == ob or self.same_name(oa, ob)[0] is True

    def words(self, c: Word, r: Word) -> bool:
        """Each is its own environment's, or both are the same text."""
        return c.text == r.text or (c.shape == r.shape and c.env == self.sides[0].environment and r.env == self.sides[1].environment)

    def leaf(self, c: Value, r: Value, holders: tuple[Address, Address] | None = None) -> Agreement:
        """Whether two leaves of canonical bodies agree."""
        if isinstance(c, Unknown) or isinstance(r, Unknown):
            return _first(*(v.code for v in (c, r) if isinstance(v, Unknown)))
        if isinstance(c, Redacted) or isinstance(r, Redacted):
            if not (isinstance(c, Redacted) and isinstance(r, Redacted)):
                return False
            if c.key_id != r.key_id:
                return OTHER_KEY
            return c.kind == r.kind and c.parts == r.parts
        if is_text(c) and is_text(r):
            return self.texts(parts_of(c), parts_of(r), holders)
        if isinstance(c, bool) or isinstance(r, bool):
            return c is r
        return bool(c == r)

    def texts(self, c: tuple[Value, ...], r: tuple[Value, ...], holders: tuple[Address, Address] | None = None) -> Agreement:
        """Whether two texts agree, part by part; where their parts differ in kind, by how they read."""
        if len(c) != len(r) or any(type(a) is not type(b) for a, b in zip(c, r, strict=True)):
            return self._reads_alike(c, r) or self._unexplained(c, r)
        answer: Agreement = True
        spelled = True
        for a, b in zip(c, r, strict=True):
            part = self._part(a, b, holders)
            if part is False and not isinstance(a, str | Word):
                return False
            if part is False:
                spelled = False
            elif part is not True and answer is True:
                answer = part
        return answer if spelled else self._reads_alike(c, r)

    def _part(self, a: Value, b: Value, holders: tuple[Address, Address] | None) -> Agreement:
        if isinstance(a, str):
            return bool(a == b)
        if isinstance(a, Word):
            return self.words(a, b)
        if isinstance(a, Ref):
            return self.refs(a, b, holders)
        return a.digest == b.digest if a.key_id == b.key_id else OTHER_KEY

    def _reads_alike(self, c: tuple[Value, ...], r: tuple[Value, ...]) -> bool:
        """Equal once references are spelled out, literally or in symbols; or cut at the same length with one the beginning of the other."""
        if any(isinstance(p, Opaque) for p in (*c, *r)):
            return False
        raw_c, raw_r = self.spell(c, 0, literal=True), self.spell(r, 1, literal=True)
        if raw_c == raw_r:
            return True
        a, b = self.spell(c, 0), self.spell(r, 1)
        if a == b:
            return True
        moved = len(a) != len(b) and len(raw_c) == len(raw_r) and len(raw_c) in CUTS
        return moved and min(len(a), len(b)) > 8 and (a.startswith(b) or b.startswith(a))

    def spell(self, parts: tuple[Value, ...], where: Where, *, literal: bool = False) -> str:
        """A text as it reads: words as placeholders (or literally), references by their target's symbolised name where they spell it."""
        out = []
        for p in parts:
            if isinstance(p, str):
                out.append(p)
            elif isinstance(p, Word):
                out.append(self.word(p, where, literal=literal))
            elif isinstance(p, Ref):
                out.append(p.text if literal else self._spell(p, where))
            else:
                out.append(f"«{p.digest}»")
        return "".join(out)

    def _spell(self, ref: Ref, where: Where) -> str:
        """A reference as `normalize` would have written it, had it not known the target: its name, account and region in symbols."""
        target = ref.target
        seal = self.sides[where].seals.get(target) if target is not None else None
        if seal is None:
            return ref.text
        address = seal.address
        name = re.split(r"[/:|]", address.id)[-1]
        text = ref.text.replace(name, seal.name) if seal.name and name else ref.text
        text = text.replace(address.account, "{account}")
        return text.replace(address.region, "{region}") if address.region not in ("", "global") else text

    def _unexplained(self, c: tuple[Value, ...], r: tuple[Value, ...]) -> Agreement:
        """One text holds a reference that the other spells out: no answer while the other side did not read that type."""
        return (
            _first(
                *(
                    self.incomplete(p.target.type if p.target is not None else p.type, other)
                    for parts, other in ((c, REFERENCE), (r, CANDIDATE))
                    for p in parts
                    if isinstance(p, Ref)
                )
            )
            or False
        )


def _first(*codes: str) -> str:
    """One code of several, the same whichever side it came from; empty where there is none."""
    return min((c for c in codes if c), default="")


def is_text(value: Value) -> bool:
    """Whether a canonical leaf is a string, however much was recognised in it."""
    return isinstance(value, str | Text | Ref | Word | Opaque)


def parts_of(value: Value) -> tuple[Value, ...]:
    """The parts of a text-like leaf; neighbouring literals joined, empty ones dropped."""
    if not isinstance(value, Text):
        return (value,)
    out: list[Value] = []
    for p in value.parts:
        if isinstance(p, str) and out and isinstance(out[-1], str):
            out[-1] += p
        elif p != "":
            out.append(p)
    return tuple(out) or ("",)


def flat(items: RefItems) -> Iterator[Ref]:
    """Every reference of a seal, sets opened."""
    for item in items:
        if isinstance(item, Ref):
            yield item
        elif isinstance(item, tuple) and len(item) == 2 and item[0] == "set":
            for element in item[1]:
                yield from flat(element)


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
