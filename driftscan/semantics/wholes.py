"""What two wholes mean together: policies, bindings, sets of firewall rules, access lists, route tables, given as plain values.

Two things are told apart where both say the same: one thing that is written in two ways (statements split, merged or reordered: each
side holds something that the other lacks, and these say the same by themselves), and an addition that another entry covers already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from driftscan.model.drift import Meaning, Relation
from driftscan.model.value import Value
from driftscan.semantics import bindings, iam, network
from driftscan.semantics.iam.statement import EVERYONE, Statement
from driftscan.semantics.network import aws, gcp
from driftscan.semantics.network.access import compare_ordered
from driftscan.semantics.network.routes import Detour, compare_routes
from driftscan.semantics.reading import NotUnderstoodError

T = TypeVar("T", bound=Hashable)
_SHOWN: Final = 10
"""Most things that a meaning names of what one side alone allows."""


def meaning_of(kind: str, candidate: Value, reference: Value) -> Meaning | None:
    """What two wholes of a kind (`policy`, or one of the catalogue's `MEANINGS`) mean together; None where that cannot be told."""
    try:
        return _KINDS[kind](candidate, reference)
    except (iam.PolicyError, NotUnderstoodError):
        return None


# --------------------------------------------------------------------------------------------- policies


def _policy(candidate: Value, reference: Value) -> Meaning | None:
    if not isinstance(candidate, dict) or not isinstance(reference, dict):
        return None
    sides = iam.parse(candidate), iam.parse(reference)
    found = iam.compare(_access(sides[0]), _access(sides[1]))
    if found.undecided or found.relation is None:
        return None
    only = _leftover(sides[0]), _leftover(sides[1])
    return Meaning(
        "policy",
        found.relation,
        (_proofs(found.candidate), _proofs(found.reference)),
        (_for_anybody(found.candidate), _for_anybody(found.reference)),
        _respelled(*_apart(*only), lambda c, r: iam.compare(_access(c), _access(r)).relation is Relation.EQUAL),
    )


def _access(statements: Sequence[Statement]) -> iam.Access:
    """A resource's policy names principals, and a principal's own does not."""
    if any(s.principals is not None for s in statements):
        return iam.Access.resource(statements)
    return iam.Access.identity([statements])


def _leftover(statements: Iterable[Statement]) -> list[Statement]:
    """What each statement speaks of, with its effect: a denial on its own would allow nothing on either side."""
    return [s if s.allow else replace(s, allow=True) for s in statements]


def _proofs(excess: iam.Excess) -> tuple[str, ...]:
    return _said(excess.proofs, more=bool(excess.more))


def _for_anybody(excess: iam.Excess) -> bool:
    """Everybody, or everybody but some."""
    return any(
        p.principals is not None and p.principals.but != (EVERYONE in p.principals.values) and not p.conditions for p in excess.proofs
    )


@dataclass
class Holding:
    """What one principal holds. policies, boundary: plain documents; vendor, bounds: names of policies that nobody here can read.

    control: the service control policies over its account, by level: the root, each organizational unit on the way, the account.
    """

    policies: list[Value] = field(default_factory=list)
    vendor: set[str] = field(default_factory=set)
    boundary: list[Value] = field(default_factory=list)
    bounds: set[str] = field(default_factory=set)
    control: list[list[Value]] = field(default_factory=list)


def entitlement(candidate: Holding, reference: Holding) -> Meaning | None:
    """What two principals may do altogether; None where that cannot be told.

    A policy that is only known by its name allows what it allows on whichever side it is; a boundary of that kind must be the same.
    """
    if candidate.bounds != reference.bounds:
        return None
    try:
        found = iam.compare(*(_entitled(h) for h in (candidate, reference)))
    except iam.PolicyError:
        return None
    if found.undecided or found.relation is None:
        return None
    only = [f"what {name} allows" for name in sorted(candidate.vendor - reference.vendor)]
    theirs = [f"what {name} allows" for name in sorted(reference.vendor - candidate.vendor)]
    more = (*_proofs(found.candidate), *only), (*_proofs(found.reference), *theirs)
    return Meaning("policy", Relation.of(bool(more[0]), bool(more[1])), more, respelled=True)


def _entitled(holding: Holding) -> iam.Access:
    if not all(isinstance(d, dict) for d in (*holding.policies, *holding.boundary, *(d for level in holding.control for d in level))):
        raise iam.PolicyError("a document is no policy")
    boundary = [s for d in holding.boundary for s in iam.parse(d)] if holding.boundary else None
    control = [[s for d in level for s in iam.parse(d)] for level in holding.control]
    return iam.Access.identity([iam.parse(d) for d in holding.policies], boundary, [level for level in control if not _allows_all(level)])


def _allows_all(level: Sequence[Statement]) -> bool:
    """Whether a level bounds nothing: it allows everything, and denies nothing."""
    free = iam.parse({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})[0]
    return all(s.allow for s in level) and free in level


# --------------------------------------------------------------------------------------------- bindings and deny policies


def _bindings(candidate: Value, reference: Value) -> Meaning | None:
    """The bindings of one policy. Custom roles go by their names: what they hold is compared where they are defined."""
    parts = [[[b] for b in _listed(v)] for v in (candidate, reference)]
    sides = [[bindings.parse(b) for b in side] for side in parts]
    found = bindings.compare(*(_access_of(side) for side in sides))
    if found.relation is None:
        return None
    return Meaning(
        "bindings",
        found.relation,
        (_said(found.candidate), _said(found.reference)),
        (any(m.public for m in found.candidate), any(m.public for m in found.reference)),
        _respelled(*_apart(*sides), lambda c, r: bindings.compare(_access_of(c), _access_of(r)).relation is Relation.EQUAL),
    )


def _access_of(sides: Iterable[frozenset[bindings.Grant]]) -> bindings.Access:
    return bindings.Access(frozenset(g for grants in sides for g in grants))


def _denials(candidate: Value, reference: Value) -> Meaning | None:
    """The rules of one deny policy. What one side alone denies, the other allows, if it grants it."""
    sides = [[bindings.parse_denials([r]) for r in _listed(v)] for v in (candidate, reference)]
    more = [_said(bindings.only(*pair)) for pair in ((_all(sides[1]), _all(sides[0])), (_all(sides[0]), _all(sides[1])))]
    return Meaning(
        "denials",
        Relation.of(bool(more[0]), bool(more[1])),
        (more[0], more[1]),
        respelled=_respelled(*_apart(*sides), lambda c, r: not bindings.only(_all(c), _all(r)) and not bindings.only(_all(r), _all(c))),
    )


@dataclass
class Granted:
    """What one member is granted. bindings: (place in the hierarchy, role, condition), plain; defined: permissions of the roles that were
    read."""

    bindings: list[tuple[bindings.Place, Value, Value]] = field(default_factory=list)
    defined: dict[str, frozenset[str]] = field(default_factory=dict)


def granted(candidate: Granted, reference: Granted) -> Meaning | None:
    """What two members are granted altogether, each being the other's counterpart; None where that cannot be told."""
    try:
        sides = [bindings.Access(_held(g), defined=g.defined) for g in (candidate, reference)]
        found = bindings.compare(*sides)
    except NotUnderstoodError:
        return None
    if found.relation is None:
        return None
    more = [_said([str(m).replace(f" to {_ITSELF}", "", 1) for m in side]) for side in (found.candidate, found.reference)]
    return Meaning("bindings", found.relation, (more[0], more[1]), respelled=True)


_ITSELF: Final = "serviceAccount:itself"
"""Whom all grants of one member are to."""


def _held(granted: Granted) -> frozenset[bindings.Grant]:
    return frozenset(
        grant
        for place, role, condition in granted.bindings
        for grant in bindings.parse([{"role": role, "members": [_ITSELF], "condition": condition}], place)
    )


def _all(sides: Iterable[frozenset[bindings.Denial]]) -> frozenset[bindings.Denial]:
    return frozenset(d for rules in sides for d in rules)


def _listed(value: Value) -> list[Value]:
    if not isinstance(value, list | tuple):
        raise NotUnderstoodError("a policy holds a list")
    return list(value)


# --------------------------------------------------------------------------------------------- firewalls and access lists


def _ingress(candidate: Value, reference: Value) -> Meaning:
    return _rules("ingress", candidate, reference)


def _egress(candidate: Value, reference: Value) -> Meaning:
    return _rules("egress", candidate, reference)


def _rules(kind: str, candidate: Value, reference: Value) -> Meaning:
    sides = list(aws.from_security_group(candidate)), list(aws.from_security_group(reference))
    found = network.compare(*sides)
    return Meaning(
        kind,
        found.relation,
        (_boxes(kind, found.only_candidate), _boxes(kind, found.only_reference)),
        (_open(kind, found.only_candidate), _open(kind, found.only_reference)),
        _respelled(*_apart(*sides), lambda c, r: network.compare(c, r).relation is Relation.EQUAL),
    )


def _acl(candidate: Value, reference: Value) -> Meaning:
    """Both directions of an access list; its entries say which one they are of."""
    sides = _directions(candidate), _directions(reference)
    found = {kind: compare_ordered(sides[0][kind], sides[1][kind]) for kind in ("ingress", "egress")}
    more = tuple(
        tuple(text for kind, d in found.items() for text in _boxes(kind, getattr(d, f"only_{side}"))) for side in ("candidate", "reference")
    )
    only = _apart(*([(kind, e) for kind in found for e in side[kind]] for side in sides))
    return Meaning(
        "acl",
        Relation.of(bool(more[0]), bool(more[1])),
        (more[0], more[1]),
        (_open("ingress", found["ingress"].only_candidate), _open("ingress", found["ingress"].only_reference)),
        bool(only[0]) == bool(only[1]),
    )


def _directions(entries: Sequence[Mapping[str, Value]]) -> dict[str, list[network.Entry]]:
    if not all(isinstance(e.get("Egress"), bool) for e in entries):
        raise NotUnderstoodError("an entry does not say its direction")
    return {kind: aws.from_acl([e for e in entries if e["Egress"] is out]) for kind, out in (("ingress", False), ("egress", True))}


def _firewall(candidate: Value, reference: Value) -> Meaning | None:
    """One rule of a network that is a resource of its own. Not told where its action, its direction or its priority differs, or where both
    are disabled.

    A rule is for each of its targets what it is for the others, so of the two sides' traffic and targets each is compared for itself.
    """
    if not isinstance(candidate, Mapping) or not isinstance(reference, Mapping):
        return None
    c, r = gcp.from_firewall(candidate), gcp.from_firewall(reference)
    if (c.egress, c.allow, c.priority) != (r.egress, r.allow, r.priority) or not (c.rules or r.rules):
        return None
    kind = "egress" if c.egress else "ingress"
    found = network.compare(c.rules, r.rules)
    sides = ((c, found.only_candidate, _targets(c, r)), (r, found.only_reference, _targets(r, c)))
    more = [_boxes(kind, only) or targets for _, only, targets in sides]
    opens = [_open(kind, only) or (bool(targets) and _open(kind, _whole(one))) for one, only, targets in sides]
    exposed = opens[0], opens[1]
    if not c.allow:  # what one alone keeps out, the other lets through if something allows it
        more, exposed = more[::-1], (False, False)
    return Meaning(
        "firewall",
        Relation.of(bool(more[0]), bool(more[1])),
        (more[0], more[1]),
        exposed,
        _respelled(*_apart(c.rules, r.rules), lambda a, b: network.compare(a, b).relation is Relation.EQUAL),
    )


def _targets(one: gcp.Firewall, other: gcp.Firewall) -> tuple[str, ...]:
    """The instances for which one side's rule is, with some traffic, and the other's is not."""
    if not one.rules or one.targets <= other.targets or gcp.EVERY_INSTANCE in other.targets:
        return ()
    return tuple(f"its traffic for {target}" for target in sorted(one.targets - other.targets))


def _whole(rule: gcp.Firewall) -> Sequence[network.Box]:
    return network.compare(rule.rules, ()).only_candidate


def _boxes(kind: str, boxes: Sequence[network.Box]) -> tuple[str, ...]:
    return _said([box.text("to" if kind == "egress" else "from") for box in boxes[: _SHOWN + 1]])


def _open(kind: str, boxes: Iterable[network.Box]) -> bool:
    return kind == "ingress" and any(isinstance(b.some.peer, network.Block) and b.some.peer.whole for b in boxes)


# --------------------------------------------------------------------------------------------- routes


def _routes(candidate: Value, reference: Value) -> Meaning:
    sides = list(aws.from_routes(candidate)), list(aws.from_routes(reference))
    found = compare_routes(*sides)
    more = _ways(found, "candidate"), _ways(found, "reference")
    return Meaning(
        "routes",
        Relation.of(bool(more[0]), bool(more[1])),
        more,
        respelled=_respelled(*_apart(*sides), lambda c, r: not compare_routes(c, r)),
    )


def _ways(detours: Iterable[Detour], side: str) -> tuple[str, ...]:
    return _said([f"{d.destination} to {target}" for d in detours if (target := getattr(d, side))])


# --------------------------------------------------------------------------------------------- both


def _said(found: Sequence[object], *, more: bool = False) -> tuple[str, ...]:
    """What one side alone has, in words; `more` where that is not all."""
    said = tuple(map(str, found[:_SHOWN]))
    return (*said, "more") if more or len(found) > _SHOWN else said


def _apart(candidate: Sequence[T], reference: Sequence[T]) -> tuple[list[T], list[T]]:
    """What each side holds beyond the other, counted."""
    c, r = Counter(candidate), Counter(reference)
    return list((c - r).elements()), list((r - c).elements())


def _respelled(candidate: list[T], reference: list[T], same: Callable[[list[T], list[T]], bool]) -> bool:
    """Whether what the sides hold apart is there on both, and says the same; or is nothing, so that only letters differ."""
    return bool(candidate) == bool(reference) and (not candidate or same(candidate, reference))


_KINDS: Final[Mapping[str, Callable[[Value, Value], Meaning | None]]] = {
    "policy": _policy,
    "ingress": _ingress,
    "egress": _egress,
    "acl": _acl,
    "routes": _routes,
    "bindings": _bindings,
    "denials": _denials,
    "firewall": _firewall,
}
