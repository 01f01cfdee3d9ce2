"""Policy documents as statements, in the grammar of IAM's JSON policy language.

Source: IAM User Guide, "Grammar of the IAM JSON policy language" and "IAM JSON policy elements reference". Only spelling is made equal:
letter case where IAM does not look at it, one value or a list of one, the account's id or its root.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from driftscan.semantics.iam import operators
from driftscan.semantics.iam.errors import PolicyError
from driftscan.semantics.iam.operators import KeyTest

Principal: TypeAlias = tuple[str, str]
"""(kind, value): `("AWS", "111122223333")`, `("Service", "ec2.amazonaws.com")`. The value `*` means every one of that kind."""

EVERYONE: Final[Principal] = ("AWS", "*")
"""`"Principal": "*"`. It takes in every kind: a resource's policy that means a service may say `*` and a condition."""
KINDS: Final = ("AWS", "CanonicalUser", "Federated", "Service")
_VERSIONS: Final = ("2008-10-17", "2012-10-17")
_ELEMENTS: Final = frozenset({"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"})
_ROOT: Final = re.compile(r"arn:[^:]+:iam::(\{[^{}]*\}|[^:*?{}]+):root")


@dataclass(frozen=True, slots=True, order=True)
class Names:
    """What an element with a `Not` form lists. `but` is that form: everything but these. Sorted, each once."""

    values: tuple[str, ...]
    but: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Principals:
    """Whom a statement is about; `but` for NotPrincipal. Sorted, each once."""

    values: tuple[Principal, ...]
    but: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `actions` are in lower case, `spelled` are the same texts as they were written (it does not count in equality).

    `resources` and `principals` are None where the document has neither form. Texts are in the language of version 2012-10-17.
    """

    allow: bool
    actions: Names
    resources: Names | None
    principals: Principals | None
    tests: tuple[KeyTest, ...]
    spelled: tuple[str, ...] = field(default=(), compare=False)


def parse(document: Mapping[str, Any]) -> tuple[Statement, ...]:
    """The statements of one policy document, in its order. Raises `PolicyError`: what is not understood, and in which statement."""
    version = document.get("Version", "2008-10-17")
    if version not in _VERSIONS:
        raise PolicyError(f"the version {version!r} is none of {', '.join(_VERSIONS)}")
    if unknown := sorted(set(document) - {"Version", "Id", "Statement"}):
        raise PolicyError(f"the policy has an element {unknown[0]!r}")
    if "Statement" not in document:
        raise PolicyError("the policy has no Statement")
    found = document["Statement"]
    return tuple(_statement(s, n, version == _VERSIONS[0]) for n, s in enumerate(found if isinstance(found, list | tuple) else [found], 1))


def _statement(value: Any, number: int, old: bool) -> Statement:
    try:
        return _understood(value, old)
    except PolicyError as e:
        raise PolicyError(f"statement {number}: {e}") from e


def _understood(value: Any, old: bool) -> Statement:
    if not isinstance(value, Mapping):
        raise PolicyError("it is no object")
    if unknown := sorted(map(str, set(value) - _ELEMENTS)):
        raise PolicyError(f"it has an element {unknown[0]!r}")
    if value.get("Effect") not in ("Allow", "Deny"):
        raise PolicyError(f"its Effect is {value.get('Effect')!r}")
    actions = _names(value, "Action", old=False)
    if actions is None:
        raise PolicyError("it has neither Action nor NotAction")
    for action in actions.values:
        if ":" not in action and action.strip("*"):
            raise PolicyError(f"its action {action!r} names no service")
    return Statement(
        value["Effect"] == "Allow",
        Names(tuple(sorted({a.lower() for a in actions.values})), actions.but),
        _names(value, "Resource", old),
        _principals(value),
        _tests(value.get("Condition", {}), old),
        actions.values,
    )


def _names(statement: Mapping[str, Any], element: str, old: bool) -> Names | None:
    found = [(e, but) for e, but in ((element, False), (f"Not{element}", True)) if e in statement]
    if not found:
        return None
    if len(found) > 1:
        raise PolicyError(f"it has {element} and Not{element}")
    name, but = found[0]
    return Names(tuple(sorted({_text(v, name, old) for v in listed(statement[name])})), but)


def _principals(statement: Mapping[str, Any]) -> Principals | None:
    found = [(e, but) for e, but in (("Principal", False), ("NotPrincipal", True)) if e in statement]
    if not found:
        return None
    if len(found) > 1:
        raise PolicyError("it has Principal and NotPrincipal")
    name, but = found[0]
    value = {"AWS": "*"} if statement[name] == "*" else statement[name]
    if not isinstance(value, Mapping):
        raise PolicyError(f"its {name} is {value!r}")
    if unknown := sorted(map(str, set(value) - set(KINDS))):
        raise PolicyError(f"its {name} has a kind {unknown[0]!r}")
    return Principals(
        tuple(sorted({(kind, _principal(_text(v, name, False), kind)) for kind, who in value.items() for v in listed(who)})), but
    )


def _principal(text: str, kind: str) -> str:
    """An account's root is the account (IAM User Guide, "AWS account principals")."""
    return m[1] if kind == "AWS" and (m := _ROOT.fullmatch(text)) else text


def _tests(condition: Any, old: bool) -> tuple[KeyTest, ...]:
    if not isinstance(condition, Mapping):
        raise PolicyError(f"its Condition is {condition!r}")
    out: set[KeyTest] = set()
    for operator, keys in condition.items():
        if not isinstance(keys, Mapping):
            raise PolicyError(f"its condition {operator} is {keys!r}")
        for key, values in keys.items():
            out.add(operators.read(operator, key, [_text(v, f"{operator} of {key}", old) for v in listed(values)]))
    return tuple(sorted(out))


def listed(value: Any) -> Iterable[Any]:
    """What may be one or a list, as a list."""
    return value if isinstance(value, list | tuple) else [value]


def _text(value: Any, where: str, old: bool) -> str:
    """Condition values are text to IAM: `true` and `"true"` are one. `old`: version 2008-10-17, where `${` begins no variable."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        raise PolicyError(f"its {where} holds {value!r}, which is no text")
    return value.replace("${", "${$}{") if old else value
