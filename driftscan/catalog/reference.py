"""What CloudFormation's `Ref` returns for a resource: the id that people and templates know it by."""

from __future__ import annotations

from driftscan.catalog import paths
from driftscan.catalog.spec import Check, Spec
from driftscan.model.resource import Resource
from driftscan.model.value import Value


def reference(spec: Spec | None, resource: Resource) -> str:
    """The resource's `Ref`: its id, unless the spec says otherwise and the members that it names are known."""
    for rule in spec.identity.ref if spec is not None else ():
        if rule.when and not any(all(_fits(check, resource.value) for check in condition) for condition in rule.when):
            continue
        holes = paths.holes(rule.text if "{" in rule.text else "{" + rule.text + "}")
        if all(isinstance(h, str) or isinstance(h.first(resource.value), str) for h in holes):
            return str(paths.locate(rule.text, resource.value))
    return resource.address.id


def _fits(check: Check, value: Value) -> bool:
    found = check.path.first(value)
    return any(paths.glob(g, found) for g in check.globs)
