"""Deny policies as sets of what they deny.

Source: IAM API v2, `Policy`, `PolicyRule` and `DenyRule`; IAM documentation, "Deny policies" and "Permission groups". Permissions are
written `SERVICE/RESOURCE.VERB`, with `*` for the verb, for the resource, or for both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Final, TypeAlias

from driftscan.model.value import Value
from driftscan.semantics.bindings.grants import Place, below, condition_of, to_whom
from driftscan.semantics.bindings.members import member, takes_in
from driftscan.semantics.reading import NotUnderstoodError, members_of, texts_of

_RULE: Final = {"denyRule", "description"}
_DENY: Final = {"deniedPrincipals", "exceptionPrincipals", "deniedPermissions", "exceptionPermissions", "denialCondition"}
_MOST: Final = 200_000
"""So many cases are looked at; beyond that nothing is told."""
_ANY: Final = "*"


@dataclass(frozen=True, slots=True, order=True)
class Permission:
    """A permission, or a group of them. resource, verb: `*` stands for every one."""

    service: str
    resource: str
    verb: str

    def takes_in(self, other: Permission) -> bool:
        """Whether the other is this one, or in it."""
        return (
            self.service == other.service
            and self.resource in (_ANY, other.resource)
            and self.verb in (_ANY, other.verb)
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.service}/{self.resource}.{self.verb}"


@dataclass(frozen=True, slots=True)
class Denial:
    """One rule. members, permissions: whom and what it denies; but_members, but_permissions: whom and what not."""

    members: frozenset[str]
    permissions: frozenset[Permission]
    but_members: frozenset[str] = frozenset()
    but_permissions: frozenset[Permission] = frozenset()
    condition: str = ""
    place: Place = ()

    def denies(self, who: str, what: Permission, place: Place) -> bool:
        """Whether it denies a permission to a member at a place, its condition aside."""
        return (
            below(place, self.place)
            and any(takes_in(m, who) for m in self.members)
            and not any(takes_in(m, who) for m in self.but_members)
            and any(p.takes_in(what) for p in self.permissions)
            and not any(p.takes_in(what) for p in self.but_permissions)
        )


@dataclass(frozen=True, slots=True, order=True)
class Denied:
    """What one side alone denies. partly: but for some members, permissions or places that are named in it."""

    member: str
    permission: Permission
    condition: str = ""
    place: Place = ()
    partly: bool = False

    def __str__(self) -> str:
        but = ", with exceptions" if self.partly else ""
        return f"{self.permission} {to_whom(self.member, self.place, self.condition)}{but}"


def parse_denials(rules: Iterable[Value], place: Place = ()) -> frozenset[Denial]:
    """The rules of one deny policy. Raises NotUnderstoodError for what is not understood."""
    out: set[Denial] = set()
    for rule in rules:
        held = members_of(rule, _RULE, "a rule")
        if "denyRule" not in held:
            raise NotUnderstoodError("a rule of a deny policy denies nothing")
        found = members_of(held["denyRule"], _DENY, "a deny rule")
        who, but = (frozenset(map(member, texts_of(found, n))) for n in ("deniedPrincipals", "exceptionPrincipals"))
        what, except_ = (frozenset(map(permission, texts_of(found, n))) for n in ("deniedPermissions", "exceptionPermissions"))
        out.add(Denial(who, what, but, except_, condition_of(found.get("denialCondition")), place))
    return frozenset(out)


def permission(text: str) -> Permission:
    """A permission as deny policies write it. Raises NotUnderstoodError."""
    service, slash, rest = text.partition("/")
    resource, dot, verb = rest.rpartition(".")
    parts = (service, resource, verb)
    if not (slash and dot and all(parts)) or any(_ANY in p and p != _ANY for p in parts) or service == _ANY:
        raise NotUnderstoodError(f"{text!r} is no permission of a deny policy")
    return Permission(*parts)


def only(one: Collection[Denial], other: Collection[Denial]) -> list[Denied]:
    """What one side denies and the other does not, in order. Raises NotUnderstoodError where that takes too many cases.

    Every request behaves like one of those that are looked at: a member, a permission or a place that some rule names, or one that none
    names. So the answer is exact.
    """
    if one == other:
        return []
    both = [*one, *other]
    whom = sorted({m for d in both for m in (*d.members, *d.but_members)})
    places = sorted({d.place for d in both})
    what = list(_permissions({p for d in both for p in (*d.permissions, *d.but_permissions)}))
    if len(whom) * len(places) * len(what) * len(both) > _MOST:
        raise NotUnderstoodError("the deny policies are too many to be compared")
    out: set[Denied] = set()
    cases: list[tuple[Denied, set[str]]] = []
    for who, allowed, place in product(whom, what, places):
        conditions = [{d.condition for d in side if d.denies(who, allowed, place)} for side in (one, other)]
        found = conditions[0] if "" not in conditions[0] else {""}
        left = set() if "" in conditions[1] else found - conditions[1]
        out.update(Denied(who, allowed, c, place) for c in left)
        cases.append((Denied(who, allowed, "", place), left))
    widest = (d for d in out if not any(_holds(o, d) and o.condition in ("", d.condition) for o in out if o != d))
    return sorted(replace(d, partly=any(_holds(d, case) and not left & {"", d.condition} for case, left in cases)) for d in widest)


def _holds(wide: Denied, narrow: Denied) -> bool:
    """Whether one speaks of all that the other speaks of, conditions aside."""
    return (
        takes_in(wide.member, narrow.member)
        and wide.permission.takes_in(narrow.permission)
        and below(narrow.place, wide.place)
    )  # fmt: skip


_Names: TypeAlias = dict[str, tuple[set[str], set[str]]]


def _permissions(named: Iterable[Permission]) -> Iterator[Permission]:
    """Of each service every resource and verb that is named, and one (`*`) that is not: as one permission, not as a group."""
    services: _Names = {}
    for p in named:
        resources, verbs = services.setdefault(p.service, ({_ANY}, {_ANY}))
        resources.add(p.resource)
        verbs.add(p.verb)
    for service, (resources, verbs) in sorted(services.items()):
        for resource, verb in product(sorted(resources), sorted(verbs)):
            yield Permission(service, resource, verb)
