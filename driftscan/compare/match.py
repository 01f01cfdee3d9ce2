"""Who is whose counterpart: pairs with their reason and confidence, what stays ambiguous, and what has no counterpart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from driftscan.catalog import Catalog
from driftscan.compare.form import Body, Form, nearest
from driftscan.compare.links import BLOCKED, CANDIDATE, REFERENCE, Links, Token, Where
from driftscan.compare.roles import roles
from driftscan.model.drift import Side
from driftscan.model.resource import MatchKey, Provenance, Seal
from driftscan.model.settings import PairRule
from driftscan.model.value import Address, Text, Value, Word

IAC, NAME, TAGS = "iac", "name", "tags"
_STAGES: Final = (IAC, NAME, TAGS)


@dataclass(frozen=True, slots=True)
class Found:
    """Why two resources are counterparts."""

    candidate: Seal
    reference: Seal
    reason: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Matched:
    """Every resource of both sides in exactly one place.

    ambiguous: groups of resources that could not be told apart, (candidates, references).
    left: what has no counterpart. grouped, uncounted: what is not matched at all. Each (candidate's, reference's), in address order.
    """

    found: list[Found]
    ambiguous: list[tuple[list[Seal], list[Seal]]]
    left: tuple[list[Seal], list[Seal]]
    grouped: tuple[list[Seal], list[Seal]]
    uncounted: tuple[list[Seal], list[Seal]]
    links: Links = field(hash=False)


def match(
    candidate: Side, reference: Side, body: Body, catalog: Catalog, pairs: tuple[PairRule, ...], *, same_environment: bool
) -> Matched:
    """Pair the resources of two sides.

    In this order: the same address (in one environment), pairs that the configuration declares, IaC addresses, the catalogue's
    match keys, declared tags, form. In rounds, because keys may hold references that resolve through pairs.
    Each round looks only at what has no counterpart yet, through dictionaries.
    """
    m = _Matcher(candidate, reference, body, catalog)
    if same_environment:
        m.by_address()
    m.by_rule(pairs)
    m.rounds()
    return m.result()


class _Matcher:
    def __init__(self, candidate: Side, reference: Side, body: Body, catalog: Catalog) -> None:
        self.links = Links(candidate, reference)
        self.body = body
        self.catalog = catalog
        self.found: list[Found] = []
        self.ambiguous: list[tuple[list[Seal], list[Seal]]] = []
        self.uncounted: tuple[list[Seal], list[Seal]] = ([], [])
        self.grouped: tuple[list[Seal], list[Seal]] = ([], [])
        self.form: Form | None = None
        self._roles: tuple[Mapping[str, str], Mapping[str, str]] | None = None
        for where, side in ((CANDIDATE, candidate), (REFERENCE, reference)):
            self._sort(side, where)

    def _sort(self, side: Side, where: Where) -> None:
        """Provenance comes first: who made it decides whether it is matched at all."""
        unpaired = {t for t, spec in self.catalog.specs.items() if not spec.pair}
        open_ = self.links.open[where]
        declared = Provenance.DECLARED
        for seal in sorted(side.seals.values(), key=_by_address):
            if seal.provenance is declared and seal.address.type not in unpaired:
                open_[seal.address] = seal
            elif seal.provenance in (Provenance.CONTROLLER, Provenance.POPULATION):
                self.grouped[where].append(seal)
                self.links.grouped[where].add(seal.address)
            else:
                self.uncounted[where].append(seal)

    # ------------------------------------------------------------------------------------ before the rounds

    def pair(self, c: Seal, r: Seal, reason: str, confidence: float) -> None:
        self.links.pair(c.address, r.address)
        self.found.append(Found(c, r, reason, confidence))

    def by_address(self) -> None:
        """In one environment a resource is what it was."""
        others = self.links.open[REFERENCE]
        for address, seal in list(self.links.open[CANDIDATE].items()):
            other = others.get(address)
            if other is not None:
                self.pair(seal, other, "address", 1.0)

    def by_rule(self, pairs: tuple[PairRule, ...]) -> None:
        """Pairs that the configuration declares, whichever side is called the candidate."""
        if not pairs:
            return
        known: tuple[dict[tuple[str, str], list[Seal]], dict[tuple[str, str], list[Seal]]] = (defaultdict(list), defaultdict(list))
        types = {p.type for p in pairs}
        for where in (CANDIDATE, REFERENCE):
            for address, seal in self.links.open[where].items():
                if address.type in types:
                    for name in {address.id, seal.arn or address.id}:
                        known[where][address.type, name].append(seal)
        for rule in pairs:
            for c, r in ((rule.candidate, rule.reference), (rule.reference, rule.candidate)):
                cs = [s for s in known[CANDIDATE].get((rule.type, c), []) if s.address in self.links.open[CANDIDATE]]
                rs = [s for s in known[REFERENCE].get((rule.type, r), []) if s.address in self.links.open[REFERENCE]]
                if len(cs) == len(rs) == 1:
                    self.pair(cs[0], rs[0], "declared", 1.0)
                    break

    # ------------------------------------------------------------------------------------ rounds

    def rounds(self) -> None:
        """Keys until nothing changes, then form, then again; at the end what still waits is taken as it is."""
        while True:
            self.links.released = False
            while self._keys():
                pass
            if self._forms():
                continue
            self.links.released = True
            if not self._keys() and not self._forms():
                break

    def _keys(self) -> bool:
        before = len(self.found)
        self._stage(IAC, 1.0)
        self._stage(NAME, 1.0)
        self._stage(NAME, 0.9, literal=True)
        self._cut()
        self._stage(TAGS, 0.85)
        return len(self.found) > before

    def _stage(self, stage: str, confidence: float, *, literal: bool = False) -> None:
        """Pair by the keys of one kind: first by each one's first alternative, then by the first two, and so on."""
        depth = 1
        while True:
            more = False
            tokens: list[dict[Token, list[Seal]]] = []
            for where in (CANDIDATE, REFERENCE):
                side: dict[Token, list[Seal]] = {}
                for seal in self.links.open[where].values():
                    reached, further = self._reached(seal, where, stage, depth, literal)
                    more = more or further
                    for token in reached:
                        if token in side:
                            side[token].append(seal)
                        else:
                            side[token] = [seal]
                tokens.append(side)
            self._unique(tokens[0], tokens[1], stage, confidence if depth == 1 else min(confidence, 0.95))
            if not more:
                return
            depth += 1

    def _reached(self, seal: Seal, where: Where, stage: str, depth: int, literal: bool) -> tuple[list[Token], bool]:
        """The tokens of a resource's first keys of one kind, and whether it has more. A key that cannot be said yet bars the next ones."""
        out: list[Token] = []
        keys = self._ranked(seal)
        for kind, key in keys:
            if kind == stage:
                if literal and not _has_words(key.parts):
                    continue
                if len(out) == depth:
                    return out, True
                token = self._token(seal, key, where, literal)
                if token is BLOCKED:
                    return out, False
                out.append(token)
            elif self._token(seal, key, where, False) is BLOCKED:
                return out, False
            elif _STAGES.index(kind) > _STAGES.index(stage):
                break
        return out, False

    def _ranked(self, seal: Seal) -> list[tuple[str, MatchKey]]:
        keys = [(k.reason if k.reason in _STAGES else NAME, k) for k in seal.keys]
        if not keys:
            spec = self.catalog.specs.get(seal.address.type)
            return [(NAME, MatchKey(NAME, ()))] if spec is not None and spec.singleton else []
        return keys if len(keys) == 1 else sorted(keys, key=lambda k: _STAGES.index(k[0]))

    def _token(self, seal: Seal, key: MatchKey, where: Where, literal: bool) -> Token:
        parts = key.parts
        if all(type(p) is str for p in parts):
            return (seal.address.type, key.reason, parts)
        token = self.links.token(parts, where, own=seal.address, literal=literal)
        return token if token is BLOCKED else (seal.address.type, key.reason, token)

    def _unique(self, cs: Mapping[Token, list[Seal]], rs: Mapping[Token, list[Seal]], reason: str, confidence: float) -> None:
        open_c, open_r = self.links.open
        for token, some in cs.items():
            others = rs.get(token)
            if others is None:
                continue
            if len(some) == 1 and len(others) == 1:
                c, r = some[0], others[0]
                if c.address in open_c and r.address in open_r:
                    self.pair(c, r, reason, confidence)
                continue
            left = [s for s in some if s.address in open_c], [s for s in others if s.address in open_r]
            if left[0] and left[1]:
                self._by_role(*left, reason, confidence)

    def _by_role(self, cs: list[Seal], rs: list[Seal], reason: str, confidence: float) -> None:
        """One key in several places: the one in the home region belongs to the one in the home region, and so on."""
        places: tuple[dict[Token, list[Seal]], dict[Token, list[Seal]]] = (defaultdict(list), defaultdict(list))
        for where, seals in ((CANDIDATE, cs), (REFERENCE, rs)):
            for seal in seals:
                places[where][self._place(seal.address, where)].append(seal)
        if len(places[0]) < 2 and len(places[1]) < 2:
            return
        for place, some in places[0].items():
            others = places[1].get(place, [])
            if len(some) == len(others) == 1:
                self.pair(some[0], others[0], reason, min(confidence, 0.95))

    def _place(self, address: Address, where: Where) -> tuple[str, str]:
        if self._roles is None:
            self._roles = roles(*self.links.sides)
        known = self._roles[where]
        return known.get(address.account, address.account), known.get(address.region, address.region)

    def _cut(self) -> None:
        """Names that the vendor cut at the same length: one symbolised name begins the other, because the words differ in length."""
        waiting: tuple[dict[Token, list[tuple[str, Seal]]], dict[Token, list[tuple[str, Seal]]]] = (defaultdict(list), defaultdict(list))
        for where in (CANDIDATE, REFERENCE):
            for seal in self.links.open[where].values():
                for kind, key in self._ranked(seal):
                    if kind != NAME or not key.parts:
                        continue
                    rest = self._token(seal, MatchKey(key.reason, key.parts[:-1]), where, False)
                    last = key.parts[-1]
                    if rest is BLOCKED or not isinstance(last, Text) or not _has_words((last,)):
                        continue
                    raw = self.links.spell(last.parts, where, literal=True)
                    if self.links.cuts(raw):
                        text = self.links.spell(last.parts, where)
                        waiting[where][rest, len(raw), text[:8]].append((text, seal))
        for token, some in waiting[0].items():
            others = waiting[1].get(token, [])
            near = [(c, r) for a, c in some for b, r in others if a.startswith(b) or b.startswith(a)]
            for c, r in near:
                if sum(x is c for x, _ in near) == sum(y is r for _, y in near) == 1:
                    self.pair(c, r, NAME, 0.9)

    # ------------------------------------------------------------------------------------ form

    def _forms(self) -> bool:
        """Pair by form: within the groups that share a key, then within each type's leftovers."""
        before = len(self.found)
        self.ambiguous = []
        if self.form is None:
            self.form = Form(self.links, self.body)
        self.form.start()
        seen: set[Address] = set()
        for reason, members in self._groups():
            cs, rs = ([s for s in side if s.address not in seen] for side in members)
            if cs and rs:
                seen.update(s.address for s in (*cs, *rs))
                self._group(reason, cs, rs)
        for cs, rs in self._leftovers(seen):
            result = nearest(self.form, cs, rs, named=any(s.rename for s in (*cs, *rs)))
            for c, r, confidence in result.pairs:
                self.pair(c, r, "structure", confidence)
            self.ambiguous.extend(result.ambiguous)
        return len(self.found) > before

    def _group(self, reason: str, cs: list[Seal], rs: list[Seal]) -> None:
        """Resources that share a key which is not unique: the key is the reason, form tells them apart."""
        assert self.form is not None
        if not all(self.form.resolved(s, w) for w, some in ((CANDIDATE, cs), (REFERENCE, rs)) for s in some):
            return
        result = nearest(self.form, cs, rs, keyed=True, twins_only=self._incomplete(cs[0].address.type))
        for c, r, confidence in result.pairs:
            self.pair(c, r, reason, confidence)
        self.ambiguous.extend(result.ambiguous)

    def _groups(self) -> Iterator[tuple[str, tuple[list[Seal], list[Seal]]]]:
        """Groups of open resources that share a key, the strongest keys first."""
        groups: dict[tuple[int, Token], tuple[list[Seal], list[Seal]]] = {}
        for where in (CANDIDATE, REFERENCE):
            for seal in self.links.open[where].values():
                for n, (kind, key) in enumerate(self._ranked(seal)):
                    token = self._token(seal, key, where, False)
                    if token is BLOCKED:
                        break
                    groups.setdefault((_STAGES.index(kind) * 100 + n, token), ([], []))[where].append(seal)
        for (rank, _), group in sorted(groups.items(), key=lambda g: (g[0][0], repr(g[0][1]))):
            if group[0] and group[1]:
                yield _STAGES[rank // 100], group

    def _leftovers(self, seen: Iterable[Address]) -> Iterator[tuple[list[Seal], list[Seal]]]:
        """Per type, what shares no key with anything and whose references are resolved.

        Nothing where a listing is not complete: the counterpart may be unread.
        """
        assert self.form is not None
        taken = set(seen)
        types: dict[str, tuple[list[Seal], list[Seal]]] = {}
        for where in (CANDIDATE, REFERENCE):
            for address, seal in self.links.open[where].items():
                if address not in taken and self.form.resolved(seal, where):
                    types.setdefault(address.type, ([], []))[where].append(seal)
        for type_ in sorted(types):
            cs, rs = types[type_]
            if cs and rs and not self._incomplete(type_):
                yield cs, rs

    def _incomplete(self, type_: str) -> bool:
        return bool(self.links.incomplete(type_, CANDIDATE) or self.links.incomplete(type_, REFERENCE))

    # ------------------------------------------------------------------------------------ result

    def result(self) -> Matched:
        for n, group in enumerate(self.ambiguous):
            for where in (CANDIDATE, REFERENCE):
                for seal in group[where]:
                    self.links.group[where, seal.address] = n
                    del self.links.open[where][seal.address]
        left = (list(self.links.open[0].values()), list(self.links.open[1].values()))
        return Matched(self.found, self.ambiguous, left, self.grouped, self.uncounted, self.links)


def _by_address(seal: Seal) -> tuple[str, str, str, str, str]:
    a = seal.address
    return a.type, a.account, a.region, a.id, a.provider


def _has_words(parts: Iterable[Value]) -> bool:
    return any(isinstance(p, Word) or (isinstance(p, Text) and any(isinstance(q, Word) for q in p.parts)) for p in parts)
