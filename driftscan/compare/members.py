"""What pairs of service accounts may do altogether: what is granted to them on every resource, project and level above.

In Google Cloud a principal holds no policies: each resource says who may do what on it, and what is set on a project or folder holds for
all that is in it. So a grant that moved from a bucket to its project is a wider one, and one that is said on both is no more than one.
Told only where everything on which a grant may stand was read, what names the account is understood and has its counterpart, and no deny
policy differs. What everybody is granted is not counted here: it stands where it is set.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from driftscan.catalog import Catalog
from driftscan.catalog.paths import Member, Pattern
from driftscan.compare.agree import UNREAD
from driftscan.compare.form import Body
from driftscan.compare.links import CANDIDATE, REFERENCE, Links, Where, refs_in
from driftscan.compare.meaning import Speller, UnclearError, clash, elements, read
from driftscan.model.drift import Compared, Entitled, Pair, every
from driftscan.model.resource import flat
from driftscan.model.value import ABSENT, Address, Ref, Text, Value, member_path
from driftscan.semantics.wholes import Granted, granted

_MOST: Final = 1000
"""Resources that name one account; of one that is named by more, nothing is told."""
_DEEPEST: Final = 12
"""Levels of a hierarchy, at most."""
_INACTIVE: Final = ("DISABLED",)
"""Launch stages in which a role grants nothing (IAM API v1, `Role.stage`)."""


def bound(compared: Sequence[Compared], links: Links, body: Body, catalog: Catalog) -> Iterator[Entitled]:
    """The pairs of members for which some policy, or some role in one, differs; in the order of `compared`."""
    grants = _Grants(catalog)
    pairs = [c.pair for c in compared if "member" in grants.of(c.pair.candidate.type)]
    changed = [c.pair for c in compared if c.changes and _granting(c, grants)]
    if not pairs or not changed or _denies(compared, links, grants) or _blind(links, grants):
        return
    named = (
        _named(links, CANDIDATE, [p.candidate for p in (*pairs, *changed)]),
        _named(links, REFERENCE, [p.reference for p in (*pairs, *changed)]),
    )
    touched = _touched(changed, named)
    collector = _Collector(links, body, grants, _places(c.pair for c in compared))
    for pair in pairs:
        holders = named[CANDIDATE].get(pair.candidate, ()), named[REFERENCE].get(pair.reference, ())
        through = {n for where in (CANDIDATE, REFERENCE) for a in holders[where] for n in touched[where].get(a, ())}
        if through:
            found = collector.entitlement(pair, holders, tuple(changed[n] for n in sorted(through)))
            if found is not None:
                yield found


class _Grants:
    """What the catalogue says of where types grant; of the same type once."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: dict[str, Mapping[str, Pattern]] = {}

    def high(self, type: str) -> bool:
        """Whether a type is a level above what a snapshot calls an account."""
        spec = self._catalog.spec(type)
        return "above" in self.of(type) and spec is not None and spec.scope == "organization"

    def of(self, type: str) -> Mapping[str, Pattern]:
        """One of `GRANTS` -> path."""
        found = self._known.get(type)
        if found is None:
            spec = self._catalog.spec(type)
            found = self._known[type] = spec.compare.grants if spec is not None else {}
        return found


def _granting(c: Compared, grants: _Grants) -> bool:
    """Whether something that grants differs in a pair."""
    known = grants.of(c.pair.candidate.type)
    places = [known[k] for k in ("bindings", "permissions") if k in known]
    paths = [member_path(change.path) for change in c.changes]
    return any(p.covers(path) or _above(p, path) for p in places for path in paths if path) or (
        "permissions" in known and any(path[:1] in (("stage",), ("deleted",)) for path in paths)
    )


def _above(pattern: Pattern, path: Sequence[str]) -> bool:
    """Whether a change of a whole takes the place with it: `iamPolicy` of `iamPolicy.bindings`."""
    return tuple(s.name for s in pattern.members if isinstance(s, Member))[: len(path)] == tuple(path)


def _denies(compared: Iterable[Compared], links: Links, grants: _Grants) -> bool:
    """Whether the deny policies of the two sides differ, or one has one that the other has not."""
    return any("denials" in grants.of(c.pair.candidate.type) for c in compared if c.changes) or any(
        "denials" in grants.of(a.type) and a not in links.partner[where]
        for where in (CANDIDATE, REFERENCE)
        for a in links.sides[where].seals
    )


def _blind(links: Links, grants: _Grants) -> bool:
    """Whether something on which a grant may stand was not read on one of the sides, or the policy of something.

    A type that nobody reads on either side is left out of both.
    """
    c, r = (
        {(type, code) for type, code in side.incomplete.items() if type == every("gcp") or "bindings" in grants.of(type)}
        for side in links.sides
    )
    return (
        any(code != UNREAD for _, code in c | r)
        or c != r
        or any(
            member.startswith(pattern.text.partition(".")[0])
            for side in links.sides
            for a, seal in side.seals.items()
            if seal.unknown and (pattern := grants.of(a.type).get("bindings")) is not None
            for member, _ in seal.unknown
        )
    )


_Named: TypeAlias = Mapping[Address, Sequence[Address]]


def _named(links: Links, where: Where, targets: Iterable[Address]) -> _Named:
    """Account or role -> the resources whose documents name it."""
    wanted = set(targets)
    out: dict[Address, list[Address]] = defaultdict(list)
    for address, seal in links.sides[where].seals.items():
        for target in {r.target for r in flat(seal.refs)}:
            if target is not None and target in wanted:
                out[target].append(address)
    return out


def _touched(changed: Sequence[Pair], named: tuple[_Named, _Named]) -> tuple[Mapping[Address, list[int]], Mapping[Address, list[int]]]:
    """For each side: resource -> which of the changed pairs it is, or names: a role that changed counts wherever it is given."""
    out: tuple[dict[Address, list[int]], dict[Address, list[int]]] = (defaultdict(list), defaultdict(list))
    for n, pair in enumerate(changed):
        for where, own in ((CANDIDATE, pair.candidate), (REFERENCE, pair.reference)):
            for a in (own, *named[where].get(own, ())):
                out[where][a].append(n)
    return out


def _places(pairs: Iterable[Pair]) -> Mapping[Address, str]:
    """What both resources of a pair are called as a place; where two pairs would be called alike, neither is called anything."""
    out: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        out[f"{pair.candidate.type.rpartition('/')[2]} {pair.key}"].append(pair)
    return {a: text for text, (pair, *others) in out.items() if not others for a in (pair.candidate, pair.reference)}


class _Collector:
    """Puts together what the two of a pair are granted. places: what resources with a counterpart are called."""

    def __init__(self, links: Links, body: Body, grants: _Grants, places: Mapping[Address, str]) -> None:
        self.links, self.body, self.grants, self.places = links, body, grants, places
        self._known: dict[Where, Mapping[str, Address]] = {}
        self._heights = {text for a, text in places.items() if grants.high(a.type)}

    def entitlement(self, pair: Pair, holders: tuple[Sequence[Address], Sequence[Address]], through: tuple[Pair, ...]) -> Entitled | None:
        spellers = Speller(self.links, CANDIDATE), Speller(self.links, REFERENCE)
        if max(map(len, holders)) > _MOST:
            return None
        try:
            sides = [
                self._granted(member, holders[where], where, spellers[where])
                for where, member in ((CANDIDATE, pair.candidate), (REFERENCE, pair.reference))
            ]
        except UnclearError:
            return None
        tops = {place[0] in self._heights for side in sides for place, _, _ in side.bindings}
        if len(tops) > 1:
            return None  # something is granted above the projects, and nobody knows which of them it holds
        meaning = granted(*sides) if not clash(*spellers, self.links) else None
        return Entitled(pair, meaning, through) if meaning is not None else None

    def _granted(self, member: Address, holders: Iterable[Address], where: Where, speller: Speller) -> Granted:
        """Everything that is granted to a member. Raises UnclearError."""
        out = Granted()
        for address in sorted(holders):
            pattern = self.grants.of(address.type).get("bindings")
            value = _at(self._body(where, address), pattern) if pattern is not None else ABSENT
            for binding in _elements(value):
                if not isinstance(binding, dict):
                    raise UnclearError
                if any(_means(m, member) for m in _elements(binding.get("members", ABSENT))):
                    role, condition = speller.plain(binding.get("role")), speller.plain(binding.get("condition"))
                    out.bindings.append((self._place(address, where), role, condition))
                    self._define(out, role, binding.get("role"), where)
        return out

    def _place(self, address: Address, where: Where) -> tuple[str, ...]:
        """Where in the hierarchy a policy stands: the levels above, its project, itself.

        Raises UnclearError where a level was not read, or has no counterpart: it is no place on both sides.
        """
        chain: list[str] = []
        at: Address | None = address
        while at is not None and len(chain) < _DEEPEST:
            if at not in self.places:
                raise UnclearError
            chain.insert(0, self.places[at])
            at = self._over(at, where)
        return tuple(chain)

    def _over(self, address: Address, where: Where) -> Address | None:
        """What holds a resource: its project, or of a level the one above."""
        above = self.grants.of(address.type).get("above")
        if above is not None:
            return next((r.target for r in refs_in([_at(self._body(where, address), above)]) if r.target is not None), None)
        level = self._levels(where).get(address.account)
        if level is None:
            raise UnclearError
        return level

    def _levels(self, where: Where) -> Mapping[str, Address]:
        """Account -> the resource that it is."""
        if where not in self._known:
            self._known[where] = {a.account: a for a in self.links.sides[where].seals if "above" in self.grants.of(a.type)}
        return self._known[where]

    def _define(self, out: Granted, name: Value, role: Value, where: Where) -> None:
        """Notes the permissions of a role that was read."""
        for ref in refs_in([role]):
            pattern = self.grants.of(ref.target.type).get("permissions") if ref.target is not None else None
            if ref.target is None or pattern is None:
                continue
            value = self._body(where, ref.target)
            gone = value.get("deleted") is True or value.get("stage") in _INACTIVE
            held = [] if gone else list(_elements(_at(value, pattern)))
            if not isinstance(name, str) or not all(isinstance(p, str) for p in held):
                raise UnclearError
            out.defined[name] = frozenset(held)

    def _body(self, where: Where, address: Address) -> dict[str, Value]:
        return read(self.links, self.body, where, address)


def _means(member: Value, address: Address) -> bool:
    """Whether a member of a binding is the resource, and not one that was deleted and bore its name."""
    match member:
        case Ref(target):
            return target == address
        case Text((str(kind), Ref(target))):
            return target == address and not kind.startswith("deleted:")
    return False


def _at(value: Value, pattern: Pattern) -> Value:
    for step in pattern.members:
        value = value.get(step.name, ABSENT) if isinstance(value, dict) and isinstance(step, Member) else ABSENT
    return value


def _elements(value: Value) -> Sequence[Value]:
    return () if value is None else elements(value)
