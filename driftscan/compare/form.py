"""Pairing by form: what a resource looks like and whom it is connected with, never a guess between two that are equally near."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import Final, Literal, TypeAlias

from driftscan.compare import agree, similar
from driftscan.compare.links import BLOCKED, CANDIDATE, REFERENCE, Links, Token, Where, refs_in
from driftscan.model.resource import Canonical, RefItems, Seal, flat
from driftscan.model.value import Address, Ref, Word

Body: TypeAlias = Callable[[Literal["candidate", "reference"], Address], Canonical]

MARGIN: Final = 0.1
"""By how much the nearest must be nearer than the next, on both sides."""
NEAR: Final = 0.6
"""Least nearness of two resources that share no key."""
NEAR_KEYED: Final = 0.2
"""The same, where they share a key that others have too."""
NEAR_NAMES: Final = 0.7
"""Least nearness of two names that may be one name before and after a rename."""
NEIGHBOURS: Final = 0.4
"""How much of the nearness the neighbours decide, where there are any."""

_FULL: Final = 2_500
"""Most pairs of leftovers that are all looked at; above, only those that share some of the smallest leaf hashes."""
TELLING: Final = 0.25
"""The margin where only what tells the members of a group apart is looked at: there is less of it, so that chance weighs more."""
_COMMON: Final = 50
"""A mark that more resources share than this says nothing."""
_REFINE: Final = 0.25
"""How far below the best sketch bodies are still worth reading."""

Pairs: TypeAlias = list[tuple[Seal, Seal, float]]
_Twins: TypeAlias = tuple[dict[Hashable, list[Seal]], dict[Hashable, list[Seal]]]


_Incoming: TypeAlias = dict[Address, dict[Address, tuple[Seal, list[int]]]]
"""Target -> who refers to it, at which places of its references; at none where only its keys do."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """Pairs with their confidence, and the groups that could not be told apart.

    alike: groups (candidates, references) in unequal numbers whose members are interchangeable, so that any of them could be the surplus.
    """

    pairs: Pairs = field(default_factory=list)
    ambiguous: list[tuple[list[Seal], list[Seal]]] = field(default_factory=list)
    alike: list[tuple[list[Seal], list[Seal]]] = field(default_factory=list)


class Form:
    """What form knows about open resources; caches hold for one round."""

    def __init__(self, links: Links, body: Body, place: Callable[[Address, Where], Hashable]) -> None:
        self.links = links
        self.place = place
        self._body = body
        self._incoming: tuple[_Incoming, _Incoming] | None = None
        self._leaves: dict[tuple[Where, Address], similar.Form] = {}
        self._around: dict[tuple[Where, Address], Counter[Token]] = {}

    def start(self) -> None:
        """A new round: pairs were found since the last one."""
        self._leaves.clear()
        self._around.clear()

    def resolved(self, seal: Seal, where: Where) -> bool:
        """Whether all its references have found their place (or must be taken as they are)."""
        return all(self.links.ref_token(r, where, own=seal.address) is not BLOCKED for r in flat(seal.refs))

    def signature(self, seal: Seal, where: Where) -> Hashable:
        """Equal for resources that cannot be told apart: body, references, words, and who refers to them."""
        return (
            seal.digest,
            self._items(seal.refs, where, seal.address),
            self._items(seal.words, where, seal.address),
            frozenset(self._referrers(seal, where).items()),
            seal.unknown,
        )

    def _items(self, items: RefItems, where: Where, own: Address) -> Token:
        out: list[Token] = []
        for item in items:
            if isinstance(item, Ref):
                out.append(self.links.ref_token(item, where, own=own))
            elif isinstance(item, tuple) and item[0] == "set" and isinstance(item[1], tuple):
                out.append(("set", *sorted((self._items(e, where, own) for e in item[1]), key=repr)))
            else:
                out.append(self.links.word(Word(*item, "{env}"), where))  # type: ignore[call-arg, misc]
        return tuple(out)

    def _to(self, address: Address, where: Where) -> Mapping[Address, tuple[Seal, list[int]]]:
        """Who refers to an open resource, and at which places of its references."""
        if self._incoming is None:
            self._incoming = (self._collect(CANDIDATE), self._collect(REFERENCE))
        return self._incoming[where].get(address, {})

    def _referrers(self, seal: Seal, where: Where) -> Counter[Token]:
        out: Counter[Token] = Counter()
        for r, _ in self._to(seal.address, where).values():
            token = self.links.ref_token(Ref(r.address, r.address.type, ""), where)
            if token is BLOCKED:  # what waits for this one still has a name, seen from here
                said = [self.links.key_token(k, where, seal.address) for k in r.keys]
                token = ("open", *(t for t in said if t is not BLOCKED))
            out["in", r.address.type, token] += 1
        return out

    def uses(self, seal: Seal, where: Where) -> frozenset[tuple[Token, int]]:
        """At which place of whose document a resource is referred to, with how often: (referrer, its form, position among its references).

        Of two that look alike in everything one may encrypt a cluster and the other its password.
        """
        out: Counter[Token] = Counter()
        for r, places in self._to(seal.address, where).values():
            whose = self.links.ref_token(Ref(r.address, r.address.type, ""), where)
            out.update((r.address.type, "open" if whose is BLOCKED else whose, r.digest, n) for n in places)
        return frozenset(out.items())

    def apart(self, c: Seal, r: Seal) -> bool:
        """Whether two resources lie in things of which one has another counterpart: subscriptions of two topics.

        Not in two that are called alike: a network of one name may stand in two regions.
        """
        a, b = self._holder(c), self._holder(r)
        if a is None or b is None:
            return False
        others = self.links.partner[CANDIDATE].get(a, b) != b or self.links.partner[REFERENCE].get(b, a) != a
        return others and agree.same_name(self.links, a, b)[0] is not True

    def _holder(self, seal: Seal) -> Address | None:
        """What a resource lies in: its name begins with it, and goes on."""
        for key in seal.keys:
            first = key.parts[0] if len(key.parts) > 1 else None
            if isinstance(first, Ref) and first.target is not None and first.target.type != seal.address.type:
                return first.target
        return None

    def _collect(self, where: Where) -> _Incoming:
        out: _Incoming = defaultdict(dict)
        for seal in self.links.sides[where].seals.values():
            places = [(ref.target, n) for n, item in enumerate(seal.refs) for ref in flat((item,))]
            keys = [(ref.target, None) for ref in refs_in(p for k in seal.keys for p in k.parts)]
            for target, n in (*places, *keys):
                if target is not None and target != seal.address and self.links.open(target, where):
                    held = out[target].setdefault(seal.address, (seal, []))[1]
                    if n is not None:
                        held.append(n)
        return out

    def around(self, seal: Seal, where: Where) -> Counter[Token]:
        """Its neighbours: whom it refers to and who refers to it."""
        key = (where, seal.address)
        if key not in self._around:
            out = self._referrers(seal, where)
            for r in flat(seal.refs):
                token = self.links.ref_token(r, where, own=seal.address)
                out["out", r.type, "open" if token is BLOCKED else token] += 1
            self._around[key] = out
        return self._around[key]

    def leaves(self, seal: Seal, where: Where) -> similar.Form:
        """The leaves of its body."""
        key = (where, seal.address)
        if key not in self._leaves:
            body = self._body("candidate" if where == CANDIDATE else "reference", seal.address).body
            self._leaves[key] = similar.leaves_of(body, where, self.links)
        return self._leaves[key]

    def near(self, c: Seal, r: Seal, *, exact: bool) -> float:
        """How near two resources are, from 0 to 1; `exact` reads their bodies."""
        if c.digest == r.digest:
            form = 1.0
        elif exact:
            form = similar.overlap(_read(self.leaves(c, CANDIDATE), r), _read(self.leaves(r, REFERENCE), c))
        else:
            form = similar.sketches(c.sketch, r.sketch)
        a, b = _explained(self.around(c, CANDIDATE), self.around(r, REFERENCE))
        return form * (1 - NEIGHBOURS) + similar.overlap(a, b) * NEIGHBOURS if a or b else form


def _explained(a: Counter[Token], b: Counter[Token]) -> tuple[Counter[Token], Counter[Token]]:
    """The neighbours of two resources without ids that nothing explains, unless both show them: that they differ tells nothing."""

    def kept(some: Counter[Token], others: Counter[Token]) -> Counter[Token]:
        return Counter({t: n for t, n in some.items() if t in others or not _is_bare(t)})

    return kept(a, b), kept(b, a)


def _read(leaves: similar.Form, other: Seal) -> similar.Form:
    """The leaves of a resource without those of which the other one's are not known: they tell nothing."""
    if not other.unknown:
        return leaves
    unread = [tuple(path.split(".")) for path, _ in other.unknown]
    return Counter({leaf: n for leaf, n in leaves.items() if not any(leaf[0][: len(p)] == p for p in unread)})  # type: ignore[index]


def _is_bare(token: Token) -> bool:
    """Whether a neighbour is known by its id alone (see `Links.ref_token`)."""
    return isinstance(token, tuple) and len(token) == 3 and isinstance(token[2], tuple) and token[2][:1] == ("id",)


def nearest(form: Form, cs: list[Seal], rs: list[Seal], *, keyed: bool = False, named: bool = False, twins_only: bool = False) -> Nearest:
    """One to one pairs between the resources of two sides that share a type.

    keyed: they share a key, too, so that they need less nearness, and what cannot be told apart counts as ambiguous.
    named: people name them; without a common key they pair only where the names are near.
    twins_only: a listing is not complete, so that the counterpart may be unread: only what is equal in everything pairs.
    """
    result = Nearest()
    equal_counts = len(cs) == len(rs)
    if keyed or not named:
        cs, rs = _twins(form, cs, rs, keyed, result)
    if twins_only or not cs or not rs:
        return result
    if keyed and equal_counts and len(cs) == len(rs) == 1:
        result.pairs.append((cs[0], rs[0], 0.8))
        return result
    scores = _scores(form, cs, rs, keyed=keyed, named=named)
    least = NEAR_KEYED if keyed else NEAR
    scores = {p: s for p, s in scores.items() if s >= least}
    left = _accept(scores, cs, rs, result.pairs)
    if keyed and left[0] and left[1] and len(left[0]) * len(left[1]) <= _FULL:
        left = _tell_apart(form, cs, rs, left, result.pairs)
    if not keyed:
        result.ambiguous.extend(_components(scores, cs, rs, left))
    elif left[0] and left[1]:
        left_c, left_r = [cs[i] for i in left[0]], [rs[j] for j in left[1]]
        if equal_counts and len(left_c) == len(left_r) == 1:
            result.pairs.append((left_c[0], left_r[0], 0.8))
        else:
            result.ambiguous.append((left_c, left_r))
    return result


def _twins(form: Form, cs: list[Seal], rs: list[Seal], keyed: bool, result: Nearest) -> tuple[list[Seal], list[Seal]]:
    """Pair what is equal in everything, in address order; return the rest, and with it the surplus of the greater side.

    Interchangeable are those that share a key, or have none: which of them pairs says nothing. Others pair only where there is
    one on each side; in great number they are told apart by nothing, and not looked at one by one.
    """
    sides: _Twins = ({}, {})
    for where, seals in ((CANDIDATE, cs), (REFERENCE, rs)):
        for seal in seals:
            sides[where].setdefault(form.signature(seal, where), []).append(seal)
    taken: set[Address] = set()
    for kind in [*_same(sides), *_unexplained(sides)]:
        some, others = ([s for s in side if s.address not in taken] for side in kind)
        interchangeable = keyed or not any(s.keys for s in (*some, *others))
        for c, r in _alike(form, some, others, interchangeable):
            result.pairs.append((c, r, 0.9 if keyed else 0.8))
            taken.update((c.address, r.address))
        if interchangeable and others and len(some) != len(others):
            result.alike.append((some, others))
        crowd = [s for s in some if s.address not in taken], [s for s in others if s.address not in taken]
        if crowd[0] and crowd[1] and max(len(crowd[0]), len(crowd[1])) > _COMMON:
            result.ambiguous.append(crowd)
            taken.update(s.address for s in (*crowd[0], *crowd[1]))
    return [s for s in cs if s.address not in taken], [s for s in rs if s.address not in taken]


def _same(sides: _Twins) -> list[tuple[list[Seal], list[Seal]]]:
    """Twins of both sides by their signature, with the candidate's that have none."""
    return [(some, sides[1].get(signature, [])) for signature, some in sides[0].items()]


def _unexplained(sides: _Twins) -> list[tuple[list[Seal], list[Seal]]]:
    """Twins of both sides that differ in nothing but ids which nothing explains, where one kind alone fits one kind alone."""
    kinds: dict[Hashable, tuple[list[Hashable], list[Hashable]]] = {}
    for where, other in ((CANDIDATE, REFERENCE), (REFERENCE, CANDIDATE)):
        for signature in sides[where]:
            if signature not in sides[other]:
                kinds.setdefault(_blank(signature), ([], []))[where].append(signature)
    return [(sides[0][c[0]], sides[1][r[0]]) for c, r in kinds.values() if len(c) == len(r) == 1]


def _blank(token: Hashable) -> Hashable:
    """A signature without the text of ids that nothing explains."""
    if not isinstance(token, tuple):
        return frozenset((_blank(t), n) for t, n in token) if isinstance(token, frozenset) else token
    if len(token) == 2 and token[0] == "id":
        return ("id",)
    inner = [_blank(t) for t in token]
    return ("set", *sorted(inner[1:], key=repr)) if token[:1] == ("set",) else tuple(inner)


def _alike(form: Form, cs: list[Seal], rs: list[Seal], interchangeable: bool) -> list[tuple[Seal, Seal]]:
    """Pairs of twins: those that are used alike first, whatever is left as it comes."""
    if interchangeable and min(len(cs), len(rs)) > 1:
        used = _by_use(form, cs, rs)
        taken = {s.address for pair in used for s in pair}
        left_c, left_r = ([s for s in side if s.address not in taken] for side in (cs, rs))
        return used + _interchanged(form, left_c, left_r, interchangeable)
    return _interchanged(form, cs, rs, interchangeable)


def _by_use(form: Form, cs: list[Seal], rs: list[Seal]) -> list[tuple[Seal, Seal]]:
    """Twins that somebody refers to at the same place of the same document."""
    groups: dict[Hashable, tuple[list[Seal], list[Seal]]] = {}
    for where, seals in ((CANDIDATE, cs), (REFERENCE, rs)):
        for seal in seals:
            if uses := form.uses(seal, where):
                groups.setdefault(uses, ([], []))[where].append(seal)
    return [pair for some, others in groups.values() if len(some) == len(others) for pair in zip(some, others, strict=True)]


def _interchanged(form: Form, cs: list[Seal], rs: list[Seal], interchangeable: bool) -> list[tuple[Seal, Seal]]:
    """As many as there are on each side, or place by place and then whatever the places leave."""
    if len(cs) == len(rs):
        return list(zip(cs, rs, strict=True)) if interchangeable or len(cs) == 1 else []
    places = _by_place(form, cs, rs)
    if not interchangeable:
        return [(c[0], r[0]) for c, r in places if len(c) == len(r) == 1]
    out = [pair for c, r in places for pair in zip(c, r, strict=False)]
    taken = {s.address for pair in out for s in pair}
    out.extend(zip(*([s for s in side if s.address not in taken] for side in (cs, rs)), strict=False))
    return out


def _by_place(form: Form, cs: list[Seal], rs: list[Seal]) -> list[tuple[list[Seal], list[Seal]]]:
    """Twins in unequal numbers, place by place: more of them in one place say nothing about the others."""
    places: dict[Hashable, tuple[list[Seal], list[Seal]]] = {}
    for where, seals in ((CANDIDATE, cs), (REFERENCE, rs)):
        for seal in seals:
            places.setdefault(form.place(seal.address, where), ([], []))[where].append(seal)
    return list(places.values())


def _scores(form: Form, cs: list[Seal], rs: list[Seal], *, keyed: bool, named: bool) -> dict[tuple[int, int], float]:
    """(position among the candidates, among the references) -> nearness, of all that come into question."""
    by_name = named and not keyed
    if len(cs) * len(rs) <= _FULL:
        possible = [(i, j) for i in range(len(cs)) for j in range(len(rs))]
    else:
        possible = _buckets(cs, rs, (lambda s: similar.words(s.name)) if by_name else (lambda s: s.sketch))
    if not keyed:
        possible = [(i, j) for i, j in possible if not form.apart(cs[i], rs[j])]
    names: dict[tuple[int, int], float] = {}
    if by_name:
        names = {(i, j): similar.names(cs[i].name, rs[j].name, NEAR_NAMES) for i, j in possible}
        possible = [p for p in possible if names[p] >= NEAR_NAMES]
    rough = {(i, j): form.near(cs[i], rs[j], exact=False) for i, j in possible}
    best_c: dict[int, float] = defaultdict(float)
    best_r: dict[int, float] = defaultdict(float)
    for (i, j), score in rough.items():
        best_c[i] = max(best_c[i], score)
        best_r[j] = max(best_r[j], score)
    out = {}
    for (i, j), score in rough.items():
        worth = score >= min(best_c[i], best_r[j]) - _REFINE
        exact = form.near(cs[i], rs[j], exact=True) if worth else score
        out[i, j] = (exact + names[i, j]) / 2 if names else exact
    return out


def _buckets(cs: list[Seal], rs: list[Seal], marks: Callable[[Seal], Iterable[Hashable]]) -> list[tuple[int, int]]:
    """Pairs that share some mark (a leaf hash of their sketches, a word of their names) which is not too common."""
    holders: dict[Hashable, tuple[list[int], list[int]]] = {}
    for where, seals in ((CANDIDATE, cs), (REFERENCE, rs)):
        for n, seal in enumerate(seals):
            for mark in marks(seal):
                holders.setdefault(mark, ([], []))[where].append(n)
    return sorted({(i, j) for a, b in holders.values() if len(a) <= _COMMON and len(b) <= _COMMON for i in a for j in b})


def _accept(
    scores: dict[tuple[int, int], float], cs: list[Seal], rs: list[Seal], pairs: Pairs, margin: float = MARGIN
) -> tuple[list[int], list[int]]:
    """Take pairs that are each other's nearest with a margin on both sides, until there are none; return the positions of the rest."""
    by_c: dict[int, dict[int, float]] = defaultdict(dict)
    by_r: dict[int, dict[int, float]] = defaultdict(dict)
    for (i, j), score in scores.items():
        by_c[i][j] = score
        by_r[j][i] = score
    gone_c: set[int] = set()
    gone_r: set[int] = set()
    while True:
        taken = []
        for i in sorted(by_c.keys() - gone_c):
            nearest_r = _clear(by_c[i], gone_r, margin)
            if nearest_r is not None and _clear(by_r[nearest_r], gone_c, margin) == i:
                taken.append((i, nearest_r))
        if not taken:
            break
        for i, j in taken:
            gone_c.add(i)
            gone_r.add(j)
            pairs.append((cs[i], rs[j], round(min(0.8, scores[i, j]), 2)))
    return [i for i in range(len(cs)) if i not in gone_c], [j for j in range(len(rs)) if j not in gone_r]


def _tell_apart(form: Form, cs: list[Seal], rs: list[Seal], left: tuple[list[int], list[int]], pairs: Pairs) -> tuple[list[int], list[int]]:
    """Take those that one telling value belongs together, where all else is alike; return the positions of the rest.

    A key of another kind among keys of one description: ten leaves that all of them have would hide the one that they have not.
    """
    forms: dict[tuple[Where, int], Counter[Token]] = {}
    for where, seals in ((CANDIDATE, cs), (REFERENCE, rs)):
        for n in left[where]:
            forms[where, n] = form.leaves(seals[n], where) + form.around(seals[n], where)
    common = reduce(and_, forms.values())
    telling = {at: whole - common for at, whole in forms.items()}
    scores = {(i, j): similar.overlap(telling[CANDIDATE, i], telling[REFERENCE, j]) for i in left[0] for j in left[1]}
    scores = {p: s for p, s in scores.items() if s >= NEAR_KEYED}
    open_c, open_r = _accept(scores, cs, rs, pairs, TELLING)
    return [i for i in open_c if i in left[0]], [j for j in open_r if j in left[1]]


def _clear(scores: dict[int, float], gone: set[int], margin: float) -> int | None:
    """The nearest, where it is nearer than the next by the margin."""
    ranked = sorted(((s, n) for n, s in scores.items() if n not in gone), reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < margin):
        return None
    return ranked[0][1]


def _components(
    scores: dict[tuple[int, int], float], cs: list[Seal], rs: list[Seal], left: tuple[list[int], list[int]]
) -> list[tuple[list[Seal], list[Seal]]]:
    """Groups of what is left that is near enough to be the same, but not clearly so."""
    open_c, open_r = set(left[0]), set(left[1])
    root: dict[tuple[Where, int], tuple[Where, int]] = {}

    def find(x: tuple[Where, int]) -> tuple[Where, int]:
        while root.setdefault(x, x) != x:
            root[x] = root[root[x]]
            x = root[x]
        return x

    for i, j in scores:
        if i in open_c and j in open_r:
            root[find((CANDIDATE, i))] = find((REFERENCE, j))
    groups: dict[tuple[Where, int], tuple[list[Seal], list[Seal]]] = {}
    for where, n in sorted(root):
        groups.setdefault(find((where, n)), ([], []))[where].append((cs, rs)[where][n])
    return list(groups.values())
