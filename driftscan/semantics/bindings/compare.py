"""What two sides grant, less what they deny: the same, one wider, or neither; or what nobody can tell.

A role whose permissions nobody knows holds something, and may hold anything else. So an answer stands for every reading of such roles:
`EQUAL` where the sides allow the same in all of them, `CANDIDATE_WIDER` where the reference never allows more, and no relation where the
readings part. Conditions that differ are two facts that have nothing to do with each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from driftscan.model.drift import Relation
from driftscan.semantics.bindings import denials as deny
from driftscan.semantics.bindings.denials import Denial, Denied
from driftscan.semantics.bindings.grants import Grant, below
from driftscan.semantics.bindings.members import PUBLIC, takes_in
from driftscan.semantics.bindings.roles import Permissions, held, known, lesser

_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Access:
    """What is granted and denied, at one place or in a hierarchy. defined: custom roles by name, with their permissions."""

    grants: frozenset[Grant] = frozenset()
    denials: frozenset[Denial] = frozenset()
    defined: Mapping[str, Permissions] = field(default_factory=dict, hash=False)

    def known(self, role: str) -> Permissions | None:
        """The permissions of a role on this side, or None."""
        return known(role, self.defined)

    def reaching(self, grant: Grant) -> list[Grant]:
        """The grants that give what they give to whom, where and when the other does."""
        return [
            g
            for g in self.grants
            if g.condition in ("", grant.condition) and below(grant.place, g.place) and takes_in(g.member, grant.member)
        ]


@dataclass(frozen=True, slots=True, order=True)
class More:
    """A grant of which one side has more. permissions: those that only it has, sorted; empty where nobody knows which those are.

    certain: so in every reading of the roles that nobody knows.
    """

    grant: Grant
    permissions: tuple[str, ...] = ()
    certain: bool = True

    @property
    def public(self) -> bool:
        """Whether everybody has it. No condition asks who somebody is, so one does not close it."""
        return self.grant.member in PUBLIC

    def __str__(self) -> str:
        if not self.permissions:
            return str(self.grant)
        rest = len(self.permissions) - _SHOWN
        shown = ", ".join(self.permissions[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
        return f"{shown} ({self.grant.role}) {self.grant.whom}"


@dataclass(frozen=True, slots=True)
class Difference:
    """candidate, reference: what that side alone grants; denied: what each alone denies. undecided: why, where no relation can be told."""

    relation: Relation | None
    candidate: tuple[More, ...] = ()
    reference: tuple[More, ...] = ()
    denied: tuple[tuple[Denied, ...], tuple[Denied, ...]] = ((), ())
    undecided: str = ""


def compare(candidate: Access, reference: Access) -> Difference:
    """How what the candidate allows lies to what the reference allows. Exchanging the two exchanges the answer.

    Raises NotUnderstoodError where there is too much to compare.
    """
    more = _more(candidate, reference), _more(reference, candidate)
    grants, why = _relation(*more)
    denied = deny.only(candidate.denials, reference.denials), deny.only(reference.denials, candidate.denials)
    relation = grants
    if candidate.denials or reference.denials:
        relation, other = _less(grants, bool(denied[0]), bool(denied[1]))
        why = why or other
    return Difference(relation, *more, (tuple(denied[0]), tuple(denied[1])), why if relation is None else "")


def _more(one: Access, other: Access) -> tuple[More, ...]:
    """What one side grants beyond the other, in order; what another of these takes in is not said twice."""
    found = [m for g in one.grants if (m := _beyond(g, one, other)) is not None]
    return tuple(sorted(m for m in found if not any(_says(o, m) for o in found if o is not m)))


def _says(wide: More, narrow: More) -> bool:
    """Whether what is said of one grant is said of the other, too."""
    w, n = wide.grant, narrow.grant
    same = w.role == n.role or (not wide.permissions and n.role in lesser(w.role))
    reaches = w.condition in ("", n.condition) and below(n.place, w.place) and takes_in(w.member, n.member)
    return same and reaches and wide.certain >= narrow.certain and set(wide.permissions) >= set(narrow.permissions)


def _beyond(grant: Grant, one: Access, other: Access) -> More | None:
    """What of a grant the other side does not grant; None where it grants all of it."""
    roles = {g.role for g in other.reaching(grant)}
    mine, theirs = one.known(grant.role), [(r, other.known(r)) for r in roles]
    open_ = [r for r, permissions in theirs if permissions is None]
    if mine is None:
        if held(grant.role, open_):
            return None
        certain = all(r in lesser(grant.role) if permissions is None else not permissions for r, permissions in theirs)
        return More(grant, (), certain)
    left = mine.difference(*(p for _, p in theirs if p is not None))
    return More(grant, tuple(sorted(left)), not open_) if left else None


def _relation(candidate: Collection[More], reference: Collection[More]) -> tuple[Relation | None, str]:
    if not reference:
        return (Relation.CANDIDATE_WIDER if candidate else Relation.EQUAL), ""
    if not candidate:
        return Relation.REFERENCE_WIDER, ""
    if any(m.certain for m in candidate) and any(m.certain for m in reference):
        return Relation.INCOMPARABLE, ""
    return None, f"nobody here knows what is in {_roles((*candidate, *reference))}"


def _roles(found: Iterable[More]) -> str:
    names = sorted({m.grant.role for m in found if not m.certain})
    return " and ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")


def _less(grants: Relation | None, denies: bool, others: bool) -> tuple[Relation | None, str]:
    """The relation of what is granted, less what is denied. denies, others: whether the candidate, the reference denies more.

    Deny policies name permissions in a spelling of their own, so what a denial takes from which grant is not worked out: only what holds
    for every set is said.
    """
    wider = grants in (Relation.EQUAL, Relation.CANDIDATE_WIDER) and not denies
    narrower = grants in (Relation.EQUAL, Relation.REFERENCE_WIDER) and not others
    if wider and narrower:
        return Relation.EQUAL, ""
    if wider or narrower:
        return (Relation.CANDIDATE_WIDER if wider else Relation.REFERENCE_WIDER), ""
    return None, "what the deny policies take away from the grants is not worked out"
