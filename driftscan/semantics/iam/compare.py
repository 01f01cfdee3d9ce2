"""Two accesses as sets of requests: the same, one wider, or neither; with proofs.

Actions that satisfy the same statements are one case, so the work grows with what the policies tell apart and not with the list of actions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from driftscan.model.drift import Relation
from driftscan.semantics.iam import actions as known_actions
from driftscan.semantics.iam import cells
from driftscan.semantics.iam.access import Access
from driftscan.semantics.iam.cells import Box, Side
from driftscan.semantics.iam.conditions import Case, Value
from driftscan.semantics.iam.describe import clause, matchings
from driftscan.semantics.iam.errors import PolicyError, TooMany
from driftscan.semantics.iam.operators import KeyTest
from driftscan.semantics.iam.proof import Clause, Difference, Excess, Matching, Proof, Request
from driftscan.semantics.iam.shapes import Actions, Shapes
from driftscan.semantics.iam.statement import EVERYONE, Principal, Principals

_ACTIONS: Final = 6
_PROOFS: Final = 12
_Where: TypeAlias = tuple[tuple[Matching, ...], Principals | None, tuple[Clause, ...]]


def compare(candidate: Access, reference: Access) -> Difference:
    """How what the candidate allows lies to what the reference allows. Exchanging the two exchanges the answer.

    No relation where deciding takes more cases than are looked at; never `EQUAL` then. Raises `PolicyError` where one is what a principal
    may do and the other what a resource lets others do.
    """
    if candidate.of_principal != reference.of_principal:
        raise PolicyError("a principal's policies and a resource's policy are no two sides of one comparison")
    if candidate.allows == reference.allows and candidate.denies == reference.denies:
        return Difference(Relation.EQUAL)
    shapes = Shapes((candidate, reference))
    one, other = shapes.side(candidate), shapes.side(reference)
    found, undecided = shapes.actions()
    excess = _Collected(shapes), _Collected(shapes)
    for held, those in found:
        if not cells.alike(one, other, held):
            merged, (mine, theirs) = shapes.merged(held, (one, other))
            if cells.alike(mine, theirs, merged):
                continue
            try:
                case = _Case.of(shapes, merged)
            except TooMany as e:
                undecided = max(undecided, str(e))
                continue
            for side, (wider, narrower) in zip(excess, ((mine, theirs), (theirs, mine)), strict=True):
                try:
                    side.add(case, those, merged, wider, narrower)
                except TooMany as e:
                    undecided = max(undecided, str(e))
    return _difference(excess[0].excess(), excess[1].excess(), undecided)


def _difference(candidate: Excess, reference: Excess, undecided: str) -> Difference:
    found = Relation.of(bool(candidate.proofs), bool(reference.proofs))
    relation = None if undecided and found is not Relation.INCOMPARABLE else found
    return Difference(relation, candidate, reference, undecided)


@dataclass(frozen=True, slots=True)
class _Case:
    """Everything but the action that a request may consist of, for actions that satisfy the same statements."""

    principals: Sequence[tuple[int, Principal]]
    resources: Sequence[tuple[int, int, str]]
    patterns: Sequence[str]
    keys: Sequence[tuple[tuple[KeyTest, ...], list[tuple[int, Case]]]]

    @classmethod
    def of(cls, shapes: Shapes, held: int) -> _Case:
        return cls(shapes.principals(held), *shapes.resources(held), shapes.keys(held))

    @property
    def dimensions(self) -> list[list[int]]:
        keys = [[mask for mask, _ in found] for _, found in self.keys]
        return [[mask for mask, _ in self.principals], [mask for mask, *_ in self.resources], *keys]

    def where(self, box: Box, named: bool) -> _Where:
        """A box in words. `named`: whether principals count."""
        resources = matchings(self.patterns, [mask for _, mask, _ in self.resources], box[1]) if self.patterns else ()
        conditions = [
            c for (tests, found), chosen in zip(self.keys, box[2:], strict=True) for c in clause(tests, [c for _, c in found], chosen)
        ]
        return resources, self._whom(box[0]) if named else None, tuple(conditions)

    def _whom(self, chosen: frozenset[int]) -> Principals:
        those = {p for n, (_, p) in enumerate(self.principals) if n in chosen}
        others = {p for _, p in self.principals} - those
        if EVERYONE not in those:
            return Principals(tuple(sorted(those)))
        return Principals(tuple(sorted(others)), but=True) if others else Principals((EVERYONE,))

    def example(self, box: Box, action: str, named: bool) -> Request:
        first = [min(chosen) for chosen in box]
        context: list[tuple[str, Value]] = [
            (tests[0].key, found[n][1].value) for (tests, found), n in zip(self.keys, first[2:], strict=True)
        ]  # fmt: skip
        resource = self.resources[first[1]][2] if self.patterns else None
        return Request(action, resource, self.principals[first[0]][1] if named else None, tuple(context))


class _Collected:
    """What one side allows and the other does not: where it is the same for several classes of actions, they are said together."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._found: dict[_Where, tuple[Actions, _Case, Box]] = {}
        self._more = False

    def add(self, case: _Case, those: Actions, held: int, wider: Side, narrower: Side) -> None:
        boxes, more = cells.boxes(case.dimensions, held, wider, narrower)
        self._more |= more
        for box in boxes:
            where = case.where(box, self._named)
            had = self._found.setdefault(where, (Actions(0, []), case, box))[0]
            had.known |= those.known
            had.unlisted.extend(those.unlisted)

    @property
    def _named(self) -> bool:
        return any(s.principals is not None for s in self._shapes.statements)

    def excess(self) -> Excess:
        proofs = sorted((self._proof(where, *found) for where, found in self._found.items()), key=_order)
        return Excess(tuple(proofs[:_PROOFS]), self._more or len(proofs) > _PROOFS)

    def _proof(self, where: _Where, those: Actions, case: _Case, box: Box) -> Proof:
        wide, single = self._shapes.said(those)
        shown = (*wide, *single)[:_ACTIONS]
        hidden = those.known
        for words in shown:
            hidden &= ~known_actions.matching(words.patterns[0].lower())
        more = hidden.bit_count() + sum(not known_actions.matching(w.patterns[0].lower()) for w in single[max(0, _ACTIONS - len(wide)) :])
        action = next(known_actions.names(those.known), "") or min(u.example for u in those.unlisted)
        resources, principals, conditions = where
        return Proof(shown, more, resources, principals, conditions, case.example(box, action, self._named))


def _order(proof: Proof) -> tuple[object, ...]:
    return str(proof), repr(proof)
