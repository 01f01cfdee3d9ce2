"""What one side allows and the other does not, as values that read as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from driftscan.model.drift import Relation
from driftscan.semantics.iam.conditions import Value
from driftscan.semantics.iam.operators import ALL, NULL, KeyTest
from driftscan.semantics.iam.statement import EVERYONE, Principal, Principals

_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Literal:
    """A test that holds, or that does not."""

    test: KeyTest
    holds: bool

    def __str__(self) -> str:
        t = self.test
        if t.operator == NULL:
            if len(t.values) != 1:
                return f"{t.spelled} is {'anything' if bool(t.values) == self.holds else 'both set and not set'}"
            return f"{t.spelled} is {'not set' if (t.values[0] == 'true') == self.holds else 'set'}"
        values = _any_of(t.values)
        what = f"{_VERBS[t.operator]}{values}"
        if t.qualifier:
            every = t.qualifier == ALL
            said = f"every {t.spelled} is" if every == self.holds else f"some {t.spelled} is"
            return f"{said} {'not ' if t.negated == self.holds else ''}{what}"
        if t.negated == self.holds:
            set_ = (t.optional and not t.negated) or (t.negated and not t.optional)
            return f"{t.spelled} is {'set and ' if set_ else ''}not {what}"
        return f"{t.spelled} is {what}{' or not set' if t.optional and not t.negated else ''}"


_VERBS: Final = {
    "StringEquals": "", "StringEqualsIgnoreCase": "in any letter case ", "StringLike": "like ", "ArnLike": "like ", "Bool": "",
    "BinaryEquals": "", "NumericEquals": "", "NumericLessThan": "less than ", "NumericLessThanEquals": "at most ",
    "NumericGreaterThan": "more than ",
    "NumericGreaterThanEquals": "at least ", "DateEquals": "at ", "DateLessThan": "before ", "DateLessThanEquals": "at or before ",
    "DateGreaterThan": "after ", "DateGreaterThanEquals": "at or after ", "IpAddress": "in ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clause:
    """What holds of one condition key: all literals of one of the alternatives."""

    alternatives: tuple[tuple[Literal, ...], ...]

    def __str__(self) -> str:
        return ", or ".join(" and ".join(map(str, a)) for a in self.alternatives)


@dataclass(frozen=True, slots=True, order=True)
class Matching:
    """Texts that match all of the patterns and none of `but`."""

    patterns: tuple[str, ...]
    but: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " that also match ".join(self.patterns) + (f" except {_listed(self.but)}" if self.but else "")


@dataclass(frozen=True, slots=True)
class Request:
    """One request: action and resource as plain texts; `principal` None where the policies are a principal's own, `resource` None where the
    policies name none. context: (key in lower case, its values), only of keys that the policies test. `("AWS", "*")` is anybody whom no
    policy names."""

    action: str
    resource: str | None
    principal: Principal | None
    context: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """Every request of these actions on these resources by these principals under these conditions is allowed by one side only.

    actions: any of them, in any letter case; more_actions: for how many further ones it holds. resources: any of them; empty where the
    policies name none. conditions: all of them. example: one such request.
    """

    actions: tuple[Matching, ...]
    more_actions: int
    resources: tuple[Matching, ...]
    principals: Principals | None
    conditions: tuple[Clause, ...]
    example: Request

    def __str__(self) -> str:
        """`sqs:DeleteQueue on arn:aws:sqs:... when aws:SourceVpc is vpc-1`."""
        out = _listed([str(a) for a in self.actions], self.more_actions)
        if self.resources:
            out += f" on {_listed([str(r) for r in self.resources])}"
        if self.principals is not None:
            out += f" by {whom(self.principals)}"
        if self.conditions:
            out += f" when {' and '.join(map(str, self.conditions))}"
        return out


def whom(principals: Principals) -> str:
    """Whom a set of principals means, in words."""
    if EVERYONE in principals.values:
        return "nobody" if principals.but else "anybody"
    named = _listed([_named(p) for p in principals.values])
    return f"anybody except {named}" if principals.but else named


def _named(principal: Principal) -> str:
    kind, value = principal
    if value == "*":
        return f"any other {_KINDS[kind]}"
    return value if kind == "AWS" else f"{_KINDS[kind]} {value}"


_KINDS: Final = {"AWS": "principal", "Service": "service", "Federated": "federated identity", "CanonicalUser": "canonical user"}


def _any_of(values: Sequence[str]) -> str:
    if not values:
        return "any of no values"
    shown = [v or '""' for v in values[:_SHOWN]]
    rest = len(values) - len(shown)
    if rest:
        shown.append(f"{rest} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _listed(values: Sequence[str], more: int = 0) -> str:
    shown = list(values[: _SHOWN + 2])
    rest = len(values) - len(shown) + more
    if rest:
        shown.append(f"{rest} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


@dataclass(frozen=True, slots=True)
class Excess:
    """What one side allows and the other does not; `more`: there is more of it than the proofs say."""

    proofs: tuple[Proof, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """candidate: what the candidate allows and the reference does not; reference: the other way round.

    relation: None where it cannot be told; undecided: why, where that is so of a part; proofs may be there all the same, and hold.
    """

    relation: Relation | None
    candidate: Excess = Excess()
    reference: Excess = Excess()
    undecided: str = ""

    def mirrored(self) -> Difference:
        """The same answer asked for from the other side."""
        relation = self.relation.mirrored if self.relation is not None else None
        return Difference(relation, self.reference, self.candidate, self.undecided)
