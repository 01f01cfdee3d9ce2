"""Who is whose counterpart: pairs with their reason and confidence, what stays ambiguous, and what has no counterpart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, NamedTuple, TypeAlias

from driftscan.catalog import Catalog
from driftscan.catalog.revisions import NUMBER
from driftscan.compare.form import Body, Form, nearest
from driftscan.compare.links import BLOCKED, CANDIDATE, REFERENCE, REST, Links, Token, Where
from driftscan.compare.live import Live
from driftscan.compare.made import made
from driftscan.compare.nearnames import closed, cut, has_words, mixed, run_together, spelled_out, suffixed, together
from driftscan.compare.roles import roles
from driftscan.model.drift import Declared, Side
from driftscan.model.resource import MatchKey, Provenance, Seal
from driftscan.model.settings import PairRule
from driftscan.model.value import Address, Ref, Text, Word

IAC, NAME, TAGS = "iac", "name", "tags"
_REASONS: Final = (IAC, NAME, REST, TAGS)
_STAGES: Final = {reason: n for n, reason in enumerate(_REASONS)}
"""Kinds of keys, the strongest first; a kind that is not listed counts as a name."""

CERTAIN: Final = 0.95
"""The confidence of what has a name of its own: others are taken for counterparts because of it."""

_Key: TypeAlias = tuple[str, str, Token]
"""(type, reason, the parts as a token)."""
_Table: TypeAlias = "dict[_Key, Seal | list[Seal]]"
"""Who goes by a key, on one side."""


class Found(NamedTuple):
    """Why two resources are counterparts. text: the key that both go by as a text, where matching came across it."""

    candidate: Seal
    reference: Seal
    reason: str
    confidence: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """Every resource of both sides in exactly one place.

    ambiguous: groups of resources that could not be told apart, (candidates, references).
    alike: groups in unequal numbers whose members are interchangeable; any of them could be the one that is left.
    left: what has no counterpart. grouped, uncounted: what is not matched at all. Each (candidate's, reference's), in address order.
    """

    found: list[Found]
    ambiguous: list[tuple[list[Seal], list[Seal]]]
    left: tuple[list[Seal], list[Seal]]
    grouped: tuple[list[Seal], list[Seal]]
    uncounted: tuple[list[Seal], list[Seal]]
    links: Links = field(hash=False)
    declared: tuple[Declared, ...] = ()
    alike: tuple[tuple[list[Seal], list[Seal]], ...] = ()


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
        self.live = Live(self.links, body)
        self.catalog = catalog
        self.found: list[Found] = []
        self.rest: tuple[list[Seal], list[Seal]] = ([], [])
        self.ambiguous: list[tuple[list[Seal], list[Seal]]] = []
        self.uncounted: tuple[list[Seal], list[Seal]] = ([], [])
        self.grouped: tuple[list[Seal], list[Seal]] = ([], [])
        self.declared: list[Declared] = []
        self.alike: list[tuple[list[Seal], list[Seal]]] = []
        self.form: Form | None = None
        self._learned = 0
        self._kinds: tuple[set[str], set[str]] = (set(), set())
        self._roles: tuple[Mapping[str, str], Mapping[str, str]] | None = None
        for where, side in ((CANDIDATE, candidate), (REFERENCE, reference)):
            self._sort(side, where)

    def _sort(self, side: Side, where: Where) -> None:
        """Provenance comes first: who made it decides whether it is matched at all."""
        never = {t for t, spec in self.catalog.specs.items() if not spec.pair}
        declared = Provenance.DECLARED
        apart = self.links.apart[where]
        kinds = self._kinds[where]
        for seal in sorted(side.seals.values(), key=_by_address):
            for key in seal.keys:
                kinds.add(key.reason)
            if seal.provenance is declared and seal.address.type not in never:
                self.rest[where].append(seal)
                continue
            apart.add(seal.address)
            if seal.provenance in (Provenance.CONTROLLER, Provenance.POPULATION):
                self.grouped[where].append(seal)
                self.links.grouped[where].add(seal.address)
            else:
                self.uncounted[where].append(seal)

    # ------------------------------------------------------------------------------------ before the rounds

    def pair(self, c: Seal, r: Seal, reason: str, confidence: float, text: str = "") -> None:
        self.links.pair(c.address, r.address)
        self.found.append(Found(c, r, reason, confidence, text))

    def _refresh(self) -> None:
        """Forget what has found its counterpart."""
        for where in (CANDIDATE, REFERENCE):
            partner = self.links.partner[where]
            self.rest[where][:] = [s for s in self.rest[where] if s.address not in partner]

    def by_address(self) -> None:
        """In one environment a resource is what it was.

        Of several revisions that run the newest takes over the address of the series from another: there a revision is only itself,
        and who runs it says what it has become.
        """
        others = {s.address: s for s in self.rest[REFERENCE]}
        several = self._several()
        for seal in self.rest[CANDIDATE]:
            other = others.get(seal.address)
            if other is not None and (seal.arn == other.arn or _series(seal.address) not in several):
                self.pair(seal, other, "address", 1.0)
        self._refresh()

    def _several(self) -> set[Address]:
        """The series of which several revisions are in use on a side."""
        kinds = {t for t, spec in self.catalog.specs.items() if spec.revisions is not None}
        found = (s.address for side in self.rest for s in side if s.address.type in kinds)
        return {series for a in found if (series := _series(a)) != a}

    def by_rule(self, pairs: tuple[PairRule, ...]) -> None:
        """Pairs that the configuration declares, whichever side is called the candidate."""
        if not pairs:
            return
        known: tuple[dict[tuple[str, str], list[Seal]], dict[tuple[str, str], list[Seal]]] = (defaultdict(list), defaultdict(list))
        types = {p.type for p in pairs}
        for where in (CANDIDATE, REFERENCE):
            for seal in self.rest[where]:
                if seal.address.type in types:
                    for name in {seal.address.id, seal.arn or seal.address.id}:
                        known[where][seal.address.type, name].append(seal)
        for rule in pairs:
            names = ((rule.candidate, rule.reference), (rule.reference, rule.candidate))
            found = [(known[CANDIDATE].get((rule.type, c), []), known[REFERENCE].get((rule.type, r), [])) for c, r in names]
            fit = next(((cs[0], rs[0]) for cs, rs in found if len(cs) == len(rs) == 1 and self._free(cs[0], rs[0])), None)
            if fit is not None:
                self.pair(*fit, "declared", 1.0)
                self.declared.append(Declared(rule))
            else:
                self.declared.append(self._undeclared(rule, *max(found, key=lambda f: bool(f[0]) + bool(f[1]))))
        self._refresh()

    def _free(self, c: Seal, r: Seal) -> bool:
        return self.links.open(c.address, CANDIDATE) and self.links.open(r.address, REFERENCE)

    def _undeclared(self, rule: PairRule, cs: list[Seal], rs: list[Seal]) -> Declared:
        """Why a declared pair pairs nothing."""
        sides = self.links.sides
        several: list[str] = []
        nothing: list[str] = []
        for name, seals, where in ((rule.candidate, cs, CANDIDATE), (rule.reference, rs, REFERENCE)):
            environment = sides[where].environment
            if len(seals) > 1:
                several.append(f"{name} names {len(seals)} resources of {environment}; write its ARN")
            elif not seals:
                code = self.links.incomplete(rule.type, where)
                nothing.append(f"{environment} has no {name} to pair" + (f" that could be read ({code})" if code else ""))
        said = sorted(several) + sorted(nothing)
        return Declared(rule, "; ".join(said) or "another pair that stands before it takes one of the two", ambiguous=bool(several))

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
        """One round over all kinds of keys. Once released it ends with the first pairs, so that others need not be taken as they are."""
        before = len(self.found)
        steps: tuple[Callable[[], None], ...] = (
            lambda: self._stage(IAC, 1.0),
            lambda: self._stage(NAME, 1.0),
            lambda: self._stage(NAME, 0.9, literal=True),
            *(partial(self._near, f) for f in (mixed, cut, closed, suffixed, run_together, spelled_out)),
            self._spelled,
            lambda: self._stage(REST, 0.85),
            lambda: self._stage(TAGS, 0.85),
        )
        for step in steps:
            step()
            if self.links.released and len(self.found) > before:
                break
        return len(self.found) > before

    def _near(self, names: Callable[..., list[tuple[Seal, Seal]]]) -> None:
        """Names that are one name although their texts differ; where they stand in several places, place by place."""
        for place in (None, self._place):
            pairs = names(self.links, self.rest, place)
            for c, r in pairs:
                self.pair(c, r, NAME, 0.9)
            if pairs:
                self._refresh()

    def _spelled(self) -> None:
        """Names with references to what one side did not read, which the other side shows as plain text."""
        if self.links.released:
            self.links.spelled = True
            self._stage(NAME, 0.9)
            self.links.spelled = False

    def _stage(self, stage: str, confidence: float, *, literal: bool = False) -> None:
        """Pair by the keys of one kind: first by each one's first alternative, then by the first two, and so on."""
        depth, more = 1, stage in (NAME, REST) or (stage in self._kinds[0] and stage in self._kinds[1])
        while more and self.rest[0] and self.rest[1]:
            tables = [self._table(where, stage, depth, literal) for where in (CANDIDATE, REFERENCE)]
            said = NAME if stage == REST else stage
            certain = confidence if depth == 1 else min(confidence, 0.95)
            if self._unique(tables[0][0], tables[1][0], said, certain, several=literal or depth > 1):
                self._refresh()
            more = tables[0][1] or tables[1][1]
            depth += 1

    def _table(self, where: Where, stage: str, depth: int, literal: bool) -> tuple[_Table, bool]:
        """Who goes by which key of one kind, and whether some have further ones."""
        table: _Table = {}
        more = False
        rank, plain = _STAGES[stage], self.links.plain
        simple = depth == 1 and not literal
        tokens: Sequence[_Key]
        for seal in self.rest[where]:
            keys = seal.keys
            parts = plain(keys[0].parts, where) if simple and keys and keys[0].reason == stage else None
            if parts is not None:  # most resources: what follows would come to the same
                further = len(keys) > 1 and keys[1].reason == stage
                tokens = ((seal.address.type, stage, parts),)
            else:
                tokens, further = self._reached(seal, where, rank, depth, literal)
            more = more or further
            for token in tokens:
                held = table.setdefault(token, seal)
                if held is not seal:
                    if type(held) is list:
                        held.append(seal)
                    else:
                        table[token] = [held, seal]  # type: ignore[list-item]
        return table, more

    def _reached(self, seal: Seal, where: Where, stage: int, depth: int, literal: bool) -> tuple[list[_Key], bool]:
        """The tokens of a resource's first keys of one kind, and whether it has more. A key that cannot be said yet bars weaker ones."""
        out: list[_Key] = []
        address = seal.address
        for key in (*seal.keys, *self._rests(seal)) if stage == _STAGES[REST] else seal.keys or self._implied(address):
            rank = _STAGES.get(key.reason, 1)
            if rank > stage:
                continue
            if rank == stage:
                if literal and not has_words(key.parts):
                    continue
                if len(out) == depth:
                    return out, True
            token = self.links.key_token(key, where, address, literal=literal)
            if token is BLOCKED:
                return (out, False) if rank == stage else ([], False)
            if rank == stage:
                out.append((address.type, key.reason, token))
        return out, False

    def _rests(self, seal: Seal) -> Iterator[MatchKey]:
        """What is left of a resource's keys without references to types that one side did not read: the other side has no more."""
        for key in seal.keys:
            refs = [p for p in key.parts if isinstance(p, Ref)] if key.reason == NAME else []
            if any(self._incomplete(r.type) for r in refs):
                rest = tuple(p for p in key.parts if not (isinstance(p, Ref) and self._incomplete(p.type)))
                if any(isinstance(p, str | Word | Text) for p in rest):
                    yield MatchKey(REST, rest)

    def _implied(self, address: Address) -> tuple[MatchKey, ...]:
        """What exists once in a place and has no key is named by its place."""
        spec = self.catalog.spec(address.type)
        return (MatchKey(NAME, ()),) if spec is not None and spec.singleton else ()

    def _unique(self, cs: _Table, rs: _Table, reason: str, confidence: float, *, several: bool) -> bool:
        """Pair what alone has a token on its side; where several have it, ask the places. True where something was paired.

        several: a resource may stand under more than one token.
        """
        before = len(self.found)
        taken_c, taken_r = self.links.partner
        for token, c in cs.items():
            r = rs.get(token)
            if r is None:
                continue
            if type(c) is Seal and type(r) is Seal:
                if not several:
                    self.pair(c, r, reason, confidence, _text(token[2]) if reason == NAME else "")
                elif c.address not in taken_c and r.address not in taken_r:
                    self.pair(c, r, reason, confidence)
                continue
            left = [s for s in _listed(c) if s.address not in taken_c], [s for s in _listed(r) if s.address not in taken_r]
            if left[0] and left[1]:
                self._by_role(*left, reason, confidence)
        return len(self.found) > before

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

    # ------------------------------------------------------------------------------------ form

    def _forms(self) -> bool:
        """Pair by form: within the groups that share a key, then within each type's leftovers."""
        before = len(self.found)
        for found in self.found[self._learned :]:
            if found.confidence >= CERTAIN:
                self.links.learn(found.candidate, found.reference)
        self._learned = before
        self.ambiguous = []
        if self.form is None:
            self.form = Form(self.links, self.body, self._place)
        self.form.start()
        seen: set[Address] = set()
        for reason, members in self._groups():
            cs, rs = ([s for s in side if s.address not in seen] for side in members)
            if cs and rs:
                seen.update(s.address for s in (*cs, *rs))
                self._group(reason, cs, rs)
        for some, others in together(self.links, self.rest):
            sides = ((CANDIDATE, some), (REFERENCE, others))
            cs, rs = ([s for s in side if s.address not in seen and self.links.open(s.address, where)] for where, side in sides)
            if cs and rs:
                seen.update(s.address for s in (*cs, *rs))
                self._group(NAME, cs, rs)
        for cs, rs in self._leftovers(seen):
            for named in (True, False):  # a name that somebody chose says nothing about those that have none
                some_c, some_r = ([s for s in side if s.rename is named] for side in (cs, rs))
                result = nearest(self.form, some_c, some_r, named=named)
                for c, r, confidence in result.pairs:
                    self.pair(c, r, "structure", confidence)
                self.ambiguous.extend(result.ambiguous)
                self.alike.extend(result.alike)
        self._refresh()
        return len(self.found) > before

    def _group(self, reason: str, cs: list[Seal], rs: list[Seal]) -> None:
        """Resources that share a key which is not unique: the key is the reason; traffic, then form tells them apart."""
        assert self.form is not None
        if not all(self.form.resolved(s, w) for w, some in ((CANDIDATE, cs), (REFERENCE, rs)) for s in some):
            return
        for some, others in self.live.split(cs, rs):
            result = nearest(self.form, some, others, keyed=True, twins_only=self._incomplete(cs[0].address.type))
            for c, r, confidence in result.pairs:
                self.pair(c, r, reason, confidence)
            self.ambiguous.extend(result.ambiguous)
            self.alike.extend(result.alike)

    def _groups(self) -> Iterator[tuple[str, tuple[list[Seal], list[Seal]]]]:
        """Groups of open resources that share a key, the strongest keys first."""
        groups: dict[tuple[int, int, Token], tuple[list[Seal], list[Seal]]] = {}
        for where in (CANDIDATE, REFERENCE):
            for seal in self.rest[where]:
                for n, key in enumerate(self._by_strength(seal)):
                    token = self.links.key_token(key, where, seal.address)
                    if token is BLOCKED:
                        break
                    at = (_STAGES.get(key.reason, 1), n, (seal.address.type, key.reason, token))
                    groups.setdefault(at, ([], []))[where].append(seal)
        shared = [item for item in groups.items() if item[1][0] and item[1][1]]
        for (stage, _, _), group in sorted(shared, key=lambda g: (g[0][:2], repr(g[0][2]))):
            yield NAME if _REASONS[stage] == REST else _REASONS[stage], group

    def _by_strength(self, seal: Seal) -> list[MatchKey]:
        return sorted((*seal.keys, *self._rests(seal)) or self._implied(seal.address), key=lambda k: _STAGES.get(k.reason, 1))

    def _leftovers(self, seen: Iterable[Address]) -> Iterator[tuple[list[Seal], list[Seal]]]:
        """Per type, what shares no key with anything and whose references are resolved.

        Nothing where a listing is not complete: the counterpart may be unread.
        """
        assert self.form is not None
        taken = set(seen)
        types: dict[str, tuple[list[Seal], list[Seal]]] = {}
        for where in (CANDIDATE, REFERENCE):
            for seal in self.rest[where]:
                if seal.address not in taken and self.form.resolved(seal, where) and not self._waiting(seal, where):
                    types.setdefault(seal.address.type, ([], []))[where].append(seal)
        for type_ in sorted(types):
            cs, rs = types[type_]
            if cs and rs and not self._incomplete(type_):
                yield cs, rs

    def _waiting(self, seal: Seal, where: Where) -> bool:
        """Whether a key of a resource cannot be said yet: what it looks like counts for less than its name."""
        return any(self.links.key_token(k, where, seal.address) is BLOCKED for k in seal.keys)

    def _incomplete(self, type_: str) -> bool:
        return bool(self.links.incomplete(type_, CANDIDATE) or self.links.incomplete(type_, REFERENCE))

    # ------------------------------------------------------------------------------------ result

    def _made(self) -> None:
        """What resources made that are counterparts by now: no longer grouped where it has a counterpart of its own."""
        for c, r in made(self.links, self.grouped):
            self.pair(c, r, NAME, 0.9)
        for where in (CANDIDATE, REFERENCE):
            partner = self.links.partner[where]
            found = {s.address for s in self.grouped[where] if s.address in partner}
            self.grouped[where][:] = [s for s in self.grouped[where] if s.address not in found]
            self.links.grouped[where].difference_update(found)
            self.links.apart[where].difference_update(found)

    def _obscured(self) -> None:
        """What was not read may be what a resource is known by: whatever the other side has left of its type may be its counterpart."""
        grouped = {s.address for group in self.ambiguous for side in group for s in side}
        left = [[s for s in side if s.address not in grouped] for side in self.rest]
        hidden = [[s for s in side if s.unknown and self._known_by(s)] for side in left]
        for type_ in sorted({s.address.type for side in hidden for s in side}):
            groups = [[s for s in side if s.address.type == type_] for side in left]
            some = [[s for s in side if s.address.type == type_] for side in hidden]
            cs, rs = (groups[w] if some[1 - w] else some[w] for w in (CANDIDATE, REFERENCE))
            if cs and rs:
                self.ambiguous.append((cs, rs))

    def _known_by(self, seal: Seal) -> bool:
        """Whether nothing names a resource, or what would was not read."""
        spec = self.catalog.specs.get(seal.address.type)
        parts = {p for a in spec.identity.match for p in a} if spec is not None else set()
        heads = {p.split(".")[0].split("[")[0] for p in parts if not p.startswith("tags.")}
        if spec is not None and spec.compare.tags:
            heads.add(spec.compare.tags.split(".")[0] if spec.compare.tags != "tagging-api" else "Tags")
        return not any(k.reason in (NAME, TAGS) for k in seal.keys) or any(path.split(".")[0] in heads for path, _ in seal.unknown)

    def result(self) -> Matched:
        self._made()
        self._obscured()
        self.links.forget()
        for n, group in enumerate(self.ambiguous):
            for where in (CANDIDATE, REFERENCE):
                self.links.group.update({(where, s.address): n for s in group[where]})
        left = [[s for s in self.rest[w] if (w, s.address) not in self.links.group] for w in (CANDIDATE, REFERENCE)]
        return Matched(
            self.found,
            self.ambiguous,
            (left[0], left[1]),
            self.grouped,
            self.uncounted,
            self.links,
            tuple(self.declared),
            tuple(self.alike),
        )


def _series(address: Address) -> Address:
    """The address without the number of a revision."""
    found = NUMBER.search(address.id)
    return address if found is None else replace(address, id=address.id[: found.start()])


def _text(parts: Token) -> str:
    """The parts of a key as one text, where they all are."""
    return "/".join(parts) if type(parts) is tuple and all(type(p) is str for p in parts) else ""


def _listed(held: Seal | list[Seal]) -> list[Seal]:
    return held if type(held) is list else [held]  # type: ignore[list-item]


def _by_address(seal: Seal) -> tuple[str, str, str, str, str]:
    a = seal.address
    return a.type, a.account, a.region, a.id, a.provider
