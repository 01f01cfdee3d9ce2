"""Writes `driftscan/catalog/derived.json` and `leaves.json` from botocore's models and CloudFormation's schemas.

python -m tests.catalog.derive
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError

from driftscan.catalog import load
from driftscan.catalog.derived import HERE
from driftscan.catalog.spec import Spec
from driftscan.normalize.symbols import REGION as REGION_NAME
from tests.catalog import shapes

REGION = "us-east-1"


def times(spec: Spec) -> list[str]:
    """Timestamp leaves of the assembled document."""
    return [at for at, node in shapes.leaves(shapes.assembled(spec)).items() if node.kind == "timestamp"]


def sensitive(spec: Spec) -> list[str]:
    """The outermost places that the model flags as sensitive."""
    out: list[str] = []
    for at, node in shapes.places(shapes.assembled(spec)):
        if node.sensitive and not any(at == o or at.startswith((o + ".", o + "[")) for o in out):
            out.append(at)
    return out


ENVIRONMENTS = frozenset({
    "alpha", "beta", "blue", "canary", "ci", "demo", "dev", "develop", "developer", "development", "dr", "eu", "experimental", "gamma",
    "green", "int", "integration", "live", "load", "performance", "pre", "preprod", "preview", "primary", "prod", "production", "qa",
    "red", "sandbox", "secondary", "stage", "staging", "test", "testing", "training", "trial", "uat", "us",
})  # fmt: skip
"""What people call environments."""
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def enums(spec: Spec) -> list[str]:
    """Leaves of which the model lists the values, where one of them holds a word that may name an environment; regions are none."""
    nodes = shapes.leaves(shapes.assembled(spec)).items()
    return [
        at
        for at, node in nodes
        if any(w.lower() in ENVIRONMENTS for v in node.enum for w in WORD.findall(v)) and not any(map(REGION_NAME.search, node.enum))
    ]


def maps(spec: Spec) -> list[str]:
    """Maps of which the model lists no keys: what stands there is data."""
    found = (
        f"{at}.*"
        for at, node in shapes.places(shapes.assembled(spec))
        if node.kind == "map" and at and not getattr(getattr(node.shape, "key", None), "enum", None)
    )
    return sorted(found)


def read_only(spec: Spec) -> list[str]:
    """CloudFormation's read-only properties, where the document has a member of that name (letter case aside) at the same place."""
    if not spec.cfn:
        return []
    try:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, spec.type).schema
    except ResourceNotFoundError:
        return []
    out: list[str] = []
    for pointer in schema.get("readOnlyProperties", []):
        node, at = shapes.assembled(spec), ""
        for name in pointer.removeprefix("/properties/").split("/"):
            if name in ("*", "items"):
                if node.kind != "list" or node.element is None:
                    at = ""
                    break
                node, at = node.element, at + "[]"
                continue
            found = next((m for m in node.members if m.lower() == name.lower()), None)
            if found is None:
                at = ""
                break
            node, at = node.members[found], f"{at}.{found}" if at else found
        if at:
            out.append(at)
    return sorted(set(out))


def facts() -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What the two files should hold."""
    derived: dict[str, Any] = {}
    leaves: dict[str, list[str]] = {}
    for name, spec in load().of("aws").items():
        found = {
            "times": sorted(times(spec)),
            "readOnly": read_only(spec),
            "sensitive": sorted(sensitive(spec)),
            "enums": sorted(enums(spec)),
            "maps": maps(spec),
        }
        derived[name] = {k: v for k, v in found.items() if v}
        leaves[name] = sorted(shapes.leaves(shapes.assembled(spec)))
    return derived, leaves


def render(data: Mapping[str, Any]) -> str:
    """One type per line: a change of one type is a change of one line."""
    lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in sorted(data.items()))
    return "{\n" + lines + "\n}\n"


def main() -> None:
    for file, data in zip(("derived.json", "leaves.json"), facts(), strict=True):
        (HERE / file).write_text(render(data))


if __name__ == "__main__":
    main()
