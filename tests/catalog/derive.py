"""Writes what is derived: `derived.json` and `leaves.json` from botocore's models and CloudFormation's schemas, `gcp.json` from Google's
discovery documents.

python -m tests.catalog.derive
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError

from driftscan.catalog import load
from driftscan.catalog.derived import HERE
from driftscan.catalog.spec import Spec
from tests.catalog import discovery, shapes

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
            "enums": sorted(shapes.enums(shapes.assembled(spec))),
            "maps": maps(spec),
        }
        derived[name] = {k: v for k, v in found.items() if v}
        leaves[name] = sorted(shapes.leaves(shapes.assembled(spec)))
    return derived, leaves


def google() -> dict[str, Any]:
    """What `gcp.json` should hold."""
    types: dict[str, Any] = {name: discovery.said(schemas) for name, schemas in discovery.described().items() if schemas}
    for name, spec in load().of("gcp").items():
        types[name] = discovery.said(spec.schemas, frozenset(p.text for p in spec.compare.config), spec)
    return {"nouns": dict(sorted(discovery.SPELLED.items())), "types": dict(sorted(types.items()))}


def render(data: Mapping[str, Any]) -> str:
    """One type per line: a change of one type is a change of one line."""
    lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in sorted(data.items()))
    return "{\n" + lines + "\n}\n"


def render_google(data: Mapping[str, Any]) -> str:
    """The same for `gcp.json`."""
    return f'{{"nouns": {json.dumps(data["nouns"], separators=(",", ":"))},\n"types": {render(data["types"]).rstrip()}}}\n'


def main() -> None:
    (HERE / "gcp.json").write_text(render_google(google()))
    for file, data in zip(("derived.json", "leaves.json"), facts(), strict=True):
        (HERE / file).write_text(render(data))


if __name__ == "__main__":
    main()
