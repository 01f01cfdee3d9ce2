"""What every one of Google's types may have besides its own document: the IAM policy that is set on it.

Cloud Asset Inventory gives it apart from the resource (`Asset.iamPolicy`), in one shape for all types, so no spec says it again. What a
spec says about a place of the policy counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Final

from driftscan.catalog.paths import Pattern, parse
from driftscan.catalog.spec import Compare

MEMBER: Final = "iamPolicy"
_KEYS: Final = {
    "iamPolicy.bindings": ("role", "condition.expression"),
    "iamPolicy.auditConfigs": ("service",),
    "iamPolicy.auditConfigs[].auditLogConfigs": ("logType",),
}
_ASPECTS: Final = {
    "iamPolicy": "iam",
    "iamPolicy.bindings[].condition.title": "metadata",
    "iamPolicy.bindings[].condition.description": "metadata",
    "iamPolicy.auditConfigs": "observability",
}
_MEANING: Final = {"iamPolicy.bindings": "bindings"}
_GRANTS: Final = {"bindings": "iamPolicy.bindings"}


def added(compare: Compare) -> Compare:
    """What a spec says of comparing, and what holds for the policy of every type."""
    keys, aspects, meaning, grants = _rules()
    return replace(
        compare,
        keys={**keys, **compare.keys},
        aspects={**aspects, **compare.aspects},
        meaning={**meaning, **compare.meaning},
        grants={**grants, **compare.grants},
    )


@cache
def _rules() -> tuple[
    Mapping[Pattern, tuple[Pattern, ...]], Mapping[Pattern, str], Mapping[Pattern, str], Mapping[str, Pattern]
]:  # fmt: skip
    return (
        {parse(at): tuple(map(parse, keys)) for at, keys in _KEYS.items()},
        {parse(at): aspect for at, aspect in _ASPECTS.items()},
        {parse(at): kind for at, kind in _MEANING.items()},
        {kind: parse(at) for kind, at in _GRANTS.items()},
    )
