"""Condition operators as IAM defines them, and one test of a condition key.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Conditions with multiple context keys or values".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from driftscan.semantics.iam.errors import PolicyError

NEGATED: Final = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnLike",
    "ArnNotLike": "ArnLike",
}
"""Operator -> the one it is the opposite of, value by value."""
SAME: Final = {"ArnEquals": "ArnLike"}
"""IAM: "ArnEquals and ArnLike behave identically"."""
FAMILIES: Final = {
    "StringEquals": "text", "StringEqualsIgnoreCase": "text", "StringLike": "text", "ArnLike": "text", "Bool": "text",
    "BinaryEquals": "binary", "NumericEquals": "number", "NumericLessThan": "number", "NumericLessThanEquals": "number",
    "NumericGreaterThan": "number", "NumericGreaterThanEquals": "number", "DateEquals": "date", "DateLessThan": "date",
    "DateLessThanEquals": "date", "DateGreaterThan": "date", "DateGreaterThanEquals": "date", "IpAddress": "address",
}  # fmt: skip
"""Positive operator -> what a value is to it."""
NULL: Final = "Null"
ALL: Final = "ForAllValues"
SOME: Final = "ForAnyValue"
_KNOWN: Final = {o.lower(): o for o in (*FAMILIES, *NEGATED, *SAME, NULL)}
_QUALIFIERS: Final = {"": "", ALL.lower(): ALL, SOME.lower(): SOME}
_IF_EXISTS: Final = "ifexists"


@dataclass(frozen=True, slots=True, order=True)
class KeyTest:
    """One operator on one key: `key` in lower case, `values` sorted; any of them fits. `spelled`: the key as it was written.

    operator: a positive one of `FAMILIES`, or `Null`; negated: none of the values may fit. optional: true where the key is not there
    (`...IfExists`, and every negated operator). qualifier: `ForAllValues`, `ForAnyValue` or empty.
    """

    key: str
    operator: str
    negated: bool
    values: tuple[str, ...]
    optional: bool = False
    qualifier: str = ""
    spelled: str = field(default="", compare=False)

    @property
    def family(self) -> str:
        return FAMILIES[self.operator]

    def without_key(self) -> bool:
        """Whether it holds in a request that lacks the key."""
        if self.operator == NULL:
            return "true" in self.values
        if self.qualifier:
            return self.qualifier == ALL  # `ForAnyValue` fails without the key, `IfExists` or not
        return self.optional


def read(operator: str, key: str, values: Sequence[str]) -> KeyTest:
    """The test that a policy writes as `{operator: {key: values}}`. Raises `PolicyError` for an operator that IAM does not define."""
    qualifier, _, name = operator.lower().rpartition(":")
    optional = name.endswith(_IF_EXISTS)
    found = _KNOWN.get(name.removesuffix(_IF_EXISTS) if optional else name)
    if found is None or qualifier not in _QUALIFIERS or (found == NULL and (optional or qualifier)):
        raise PolicyError(f"the condition operator {operator!r} is not known")
    negated = found in NEGATED
    positive = NEGATED.get(found, SAME.get(found, found))
    if positive in (NULL, "Bool"):
        values = [v.lower() for v in values]
        if wrong := sorted(set(values) - {"true", "false"}):
            raise PolicyError(f"{operator} of {key} is {wrong[0]!r}, neither true nor false")
    every = tuple(sorted(set(values)))
    return KeyTest(key.lower(), positive, negated, every, optional or (negated and not qualifier), _QUALIFIERS[qualifier], key)
