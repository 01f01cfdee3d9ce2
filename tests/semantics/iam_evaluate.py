"""IAM's public evaluation logic, request by request, on policy documents as they are written: what the comparison is held against.

It shares no code with the comparison but the values that a proof is made of.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

from driftscan.semantics.iam.operators import NULL, KeyTest
from driftscan.semantics.iam.proof import Clause, Matching, Proof
from driftscan.semantics.iam.statement import EVERYONE, Principals

Context: TypeAlias = Mapping[str, tuple[str, ...] | None]
Asked: TypeAlias = tuple[str, str | None, tuple[str, str] | None, int]
"""Action, resource, principal, the context's number."""
Document: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Universe:
    actions: Sequence[str]
    resources: Sequence[str | None]
    principals: Sequence[tuple[str, str] | None]
    contexts: Sequence[Context]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def like(pattern: str, text: str) -> bool:
    return re.fullmatch("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern), text, re.DOTALL) is not None


def arn_like(pattern: str, text: str) -> bool:
    if text.count(":") < 5:
        return False
    return all(like(p, t) for p, t in zip(pattern.split(":", 5), text.split(":", 5), strict=True))


SINGLE = {
    "StringEquals": lambda p, v: p == v,
    "StringEqualsIgnoreCase": lambda p, v: p.lower() == v.lower(),
    "StringLike": like,
    "ArnLike": arn_like,
    "ArnEquals": arn_like,
    "Bool": lambda p, v: p.lower() == v.lower(),
    "NumericEquals": lambda p, v: float(v) == float(p),
    "NumericLessThan": lambda p, v: float(v) < float(p),
    "NumericLessThanEquals": lambda p, v: float(v) <= float(p),
    "NumericGreaterThan": lambda p, v: float(v) > float(p),
    "NumericGreaterThanEquals": lambda p, v: float(v) >= float(p),
    "IpAddress": lambda p, v: ipaddress.ip_address(v) in ipaddress.ip_network(p),
}
OPPOSITE = {
    "StringNotEquals": "StringEquals", "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase", "StringNotLike": "StringLike",
    "ArnNotLike": "ArnLike", "ArnNotEquals": "ArnLike", "NumericNotEquals": "NumericEquals", "NotIpAddress": "IpAddress",
}  # fmt: skip


def holds(operator: str, values: Sequence[str], found: tuple[str, ...] | None) -> bool:
    """One test of one key; `found` are the key's values in the request."""
    qualifier, _, name = operator.rpartition(":")
    if name == "Null":
        return ("true" if found is None else "false") in values
    optional = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    negated = name in OPPOSITE
    single = SINGLE[OPPOSITE.get(name, name)]
    if found is None:
        return qualifier == "ForAllValues" or (not qualifier and (optional or negated))
    fits = [any(single(p, v) for p in values) != negated for v in found]
    return any(fits) if qualifier == "ForAnyValue" else all(fits)


def texts(values: Any) -> list[str]:
    return [str(v).lower() if isinstance(v, bool) else str(v) for v in listed(values)]


def meets(condition: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    lower = {k.lower(): v for k, v in context.items()}
    return all(holds(op, texts(values), lower.get(key.lower())) for op, keys in condition.items() for key, values in keys.items())


def is_of(principal: tuple[str, str] | None, element: Any) -> bool:
    if principal is None:
        return False
    if element == "*":
        return True
    those = [(kind, re.sub(r"^arn:aws:iam::([^:]+):root$", r"\1", v)) for kind, values in element.items() for v in listed(values)]
    return EVERYONE in those or principal in those or (principal[0], "*") in those


def requests(statement: Mapping[str, Any], universe: Universe) -> set[Asked]:
    """Every request that the statement is about."""

    def chosen(name: str, of: Sequence[Any], fits: Any) -> list[Any]:
        if name in statement:
            return [x for x in of if fits(x, statement[name])]
        if f"Not{name}" in statement:
            return [x for x in of if not fits(x, statement[f"Not{name}"])]
        return list(of)

    actions = chosen("Action", universe.actions, lambda a, ps: any(like(p.lower(), a.lower()) for p in listed(ps)))
    resources = chosen("Resource", universe.resources, lambda r, ps: any(like(p, r) for p in listed(ps)))
    principals = chosen("Principal", universe.principals, is_of)
    contexts = [n for n, c in enumerate(universe.contexts) if meets(statement.get("Condition", {}), c)]
    return set(product(actions, resources, principals, contexts))


def allowed(layers: Iterable[Iterable[Document]], universe: Universe) -> set[Asked]:
    """Every request that is allowed: by each layer, and denied by none. A layer is a list of documents."""
    out: set[Asked] | None = None
    denied: set[Asked] = set()
    for layer in layers:
        mine: set[Asked] = set()
        for statement in (s for document in layer for s in listed(document["Statement"])):
            (mine if statement["Effect"] == "Allow" else denied).update(requests(statement, universe))
        out = mine if out is None else out & mine
    return (out or set()) - denied


def said(proof: Proof, universe: Universe) -> set[Asked]:
    """Every request that a proof speaks of in its words; actions that it only counts are left out."""
    actions = [a for a in universe.actions if any(_matches(m, a, fold=True) for m in proof.actions)]
    resources = [r for r in universe.resources if not proof.resources or any(_matches(m, str(r)) for m in proof.resources)]
    principals = [p for p in universe.principals if proof.principals is None or _among(p, proof.principals)]
    contexts = [n for n, c in enumerate(universe.contexts) if all(_clause(clause, c) for clause in proof.conditions)]
    return set(product(actions, resources, principals, contexts))


def _matches(matching: Matching, text: str, fold: bool = False) -> bool:
    def fits(pattern: str) -> bool:
        return like(pattern.lower(), text.lower()) if fold else like(pattern, text)

    return all(map(fits, matching.patterns)) and not any(map(fits, matching.but))


def _among(principal: tuple[str, str] | None, principals: Principals) -> bool:
    return ((EVERYONE in principals.values and principals.values == (EVERYONE,)) or principal in principals.values) != principals.but


def _clause(clause: Clause, context: Context) -> bool:
    return any(all(_test(x.test, context) == x.holds for x in alternative) for alternative in clause.alternatives)


def _test(test: KeyTest, context: Context) -> bool:
    if test.operator == NULL:
        return holds("Null", test.values, context.get(test.key))
    names = {v: k for k, v in OPPOSITE.items() if k != "ArnNotEquals"}
    name = names[test.operator] if test.negated else test.operator
    suffix = "IfExists" if test.optional and not test.negated else ""
    return holds(f"{test.qualifier}{':' if test.qualifier else ''}{name}{suffix}", test.values, context.get(test.key))
