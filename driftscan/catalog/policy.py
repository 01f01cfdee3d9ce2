"""What every one of Google's types may have besides its own document: the policies that are set on it; and who has a part in policies.

Cloud Asset Inventory gives them apart from the resource (`Asset.iamPolicy`, and `Asset.orgPolicy`, one for each constraint), in one shape
for all types, so no spec says it again. The few types that policies are made of (accounts, roles, levels of the hierarchy, deny policies)
are so whether a spec describes them or not. What a spec says about a place counts.
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
_LEVEL_KEYS: Final = {parse("orgPolicy"): (parse("constraint"),)}
"""Organization policies stand on levels of the hierarchy alone."""
_LEVELS: Final = "cloudresourcemanager.googleapis.com/"
_ASPECTS: Final = {
    "iamPolicy": "iam",
    "iamPolicy.bindings[].condition.title": "metadata",
    "iamPolicy.bindings[].condition.description": "metadata",
    "iamPolicy.auditConfigs": "observability",
}
_MEANING: Final = {"iamPolicy.bindings": "bindings"}
_GRANTS: Final = {"bindings": "iamPolicy.bindings"}

_PARTS: Final[Mapping[str, Mapping[str, str]]] = {
    "iam.googleapis.com/ServiceAccount": {"member": "email"},
    "iam.googleapis.com/Role": {"permissions": "includedPermissions"},
    "iam.googleapis.com/PolicyV2": {"denials": "rules"},
    "cloudresourcemanager.googleapis.com/Project": {"above": "parent"},
    "cloudresourcemanager.googleapis.com/Folder": {"above": "parent"},
}
"""Type -> its part in policies (`spec.GRANTS`): IAM API v1 `ServiceAccount` and `Role`, v2 `Policy`; Resource Manager v3. An organization
has nothing above it, and no such member."""
_DENIALS: Final = {"iam.googleapis.com/PolicyV2": {"rules": "denials"}}
_WHOLES: Final = {"compute.googleapis.com/Firewall": "firewall"}


def added(type: str, compare: Compare) -> Compare:
    """What a spec says of comparing, and what holds for the policy of every type, and for this one's part in policies."""
    keys, aspects, meaning, grants = _rules()
    own = {kind: parse(at) for kind, at in _PARTS.get(type, {}).items()}
    denials = {parse(at): kind for at, kind in _DENIALS.get(type, {}).items()}
    return replace(
        compare,
        keys={**keys, **(_LEVEL_KEYS if type.startswith(_LEVELS) else {}), **compare.keys},
        aspects={**aspects, **compare.aspects},
        meaning={**meaning, **denials, **compare.meaning},
        grants={**grants, **own, **compare.grants},
        whole=compare.whole or _WHOLES.get(type, ""),
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
