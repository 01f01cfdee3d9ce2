"""The IAM permissions that the catalogue's calls need."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

from driftscan.catalog.load import Catalog
from driftscan.catalog.spec import Spec

MANAGED_POLICY_LIMIT: Final = 6144
"""Characters (white space not counted) that IAM takes in one managed policy."""


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "permissions.toml").read_text())


def action(service: str, operation: str) -> str:
    """The IAM action that allows an operation (botocore names): `s3`, `ListBuckets` -> `s3:ListAllMyBuckets`."""
    table = _table()
    named = table["actions"].get(f"{service}:{operation}") or table["actions"].get(f"{service}:*")
    return str(named or f"{table['prefixes'].get(service, service)}:{operation}")


def calls(spec: Spec) -> tuple[tuple[str, str], ...]:
    """Every (service, operation) that reading a type makes, sorted, its parents' calls not included."""
    found = {(c.service, c.operation) for c in spec.lists} | {(d.service, d.operation) for d in spec.details}
    if spec.compare.tags == "tagging-api":
        found.add(("resourcegroupstaggingapi", "GetResources"))
    return tuple(sorted(found))


def actions(spec: Spec) -> tuple[str, ...]:
    """The IAM actions that reading a type needs, sorted."""
    return tuple(sorted({action(*call) for call in calls(spec)}))


def policy(catalog: Catalog) -> dict[str, Any]:
    """The IAM policy document that lets a role read everything in the catalogue, and nothing more. One statement per service."""
    wanted = set(_table()["base"])
    for spec in catalog.of("aws").values():
        wanted.update(actions(spec))
    return _document(sorted(wanted))


def split(document: dict[str, Any], limit: int = MANAGED_POLICY_LIMIT) -> tuple[dict[str, Any], ...]:
    """The same permissions as documents of at most `limit` characters each, statements kept whole where they fit."""
    out: list[dict[str, Any]] = []
    statements: list[dict[str, Any]] = []
    for statement in document["Statement"]:
        candidate = {**document, "Statement": [*statements, statement]}
        if statements and len(json.dumps(candidate, separators=(",", ":"))) > limit:
            out.append({**document, "Statement": statements})
            statements = []
        statements.append(statement)
    return (*out, {**document, "Statement": statements})


def _document(names: list[str]) -> dict[str, Any]:
    services: dict[str, list[str]] = {}
    for name in names:
        services.setdefault(name.partition(":")[0], []).append(name)
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "".join(p.capitalize() for p in service.split("-")), "Effect": "Allow", "Action": wanted, "Resource": "*"}
            for service, wanted in sorted(services.items())
        ],
    }
