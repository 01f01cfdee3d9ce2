"""The bindings of allow policies as sets of grants, wherever in the hierarchy they stand.

Source: IAM API v1, `Policy` and `Binding`. A policy that is set on a project, folder or organization holds for everything below it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from driftscan.model.value import Value
from driftscan.semantics.bindings.conditions import expression
from driftscan.semantics.bindings.members import member
from driftscan.semantics.reading import NotUnderstoodError, members_of, text_of, texts_of

Place: TypeAlias = tuple[str, ...]
"""Where in the hierarchy something is: `("organizations/1", "projects/p", "//storage...")`. What begins with it is below it."""

_BINDING: Final = {"role", "members", "condition"}
_CONDITION: Final = {"expression", "title", "description", "location"}


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One role for one member at a place. condition: an expression in its one spelling, or empty."""

    role: str
    member: str
    condition: str = ""
    place: Place = ()

    def __str__(self) -> str:
        """`roles/viewer to user:a@acme.com on projects/p when ...`."""
        return f"{self.role} {self.whom}"

    @property
    def whom(self) -> str:
        """What stands behind the role."""
        return to_whom(self.member, self.place, self.condition)


def to_whom(member: str, place: Place, condition: str) -> str:
    """`to user:a@acme.com on projects/p when ...`."""
    return f"to {member}{f' on {place[-1]}' if place else ''}{f' when {condition}' if condition else ''}"


def below(place: Place, top: Place) -> bool:
    """Whether something holds at a place that is set at another, at the top of it or there."""
    return place[: len(top)] == top


def parse(bindings: Iterable[Value], place: Place = ()) -> frozenset[Grant]:
    """The grants of one policy's `bindings`. Raises NotUnderstoodError for what is not understood.

    Titles and descriptions of conditions say nothing about who may do what. A binding without members grants nothing.
    """
    out: set[Grant] = set()
    for binding in bindings:
        found = members_of(binding, _BINDING, "a binding")
        role = text_of(found, "role")
        condition = condition_of(found.get("condition"))
        out.update(Grant(role, member(m), condition, place) for m in texts_of(found, "members"))
    return frozenset(out)


def condition_of(value: Value) -> str:
    """The expression of a condition, empty for none."""
    if value is None or value == {}:
        return ""
    found = expression(text_of(members_of(value, _CONDITION, "a condition"), "expression"))
    if not found:
        raise NotUnderstoodError("a condition says nothing")
    return found
