"""`report.json`: the stable contract (schemas/report.schema.json)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Final

from driftscan.model.report import SCHEMA, Report
from driftscan.model.value import ABSENT

WIDTH: Final = 200
"""Objects and lists that fit into so many characters stand on one line: a listing, a ledger row, a change is a line of a diff."""


def render(report: Report) -> bytes:
    """The report as JSON, keys in the contract's order, values' own keys sorted, in ASCII: equal reports give equal bytes.

    Everything outside ASCII is escaped, so that neither a terminal nor an editor obeys what a name hides.
    """
    document = {"schema": SCHEMA, **plain(report)}
    return _pretty(document, 0).encode("ascii") + b"\n"


def digest(report: Report) -> str:
    """The SHA-256 of `report.json`, in hexadecimal: what other formats say of which report they are."""
    return hashlib.sha256(render(report)).hexdigest()


def plain(value: Any) -> Any:
    """Dataclasses as objects in the order of their fields, `ABSENT` fields left out, tuples as lists, other objects' keys sorted."""
    if value is None or isinstance(value, str | int | float):
        return value
    if is_dataclass(value):
        members = ((name, getattr(value, name)) for name in _names(value.__class__))
        return {name: plain(v) for name, v in members if v is not ABSENT}
    if isinstance(value, dict):
        return {k: plain(value[k]) for k in sorted(value)}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """The fields of a dataclass; there are few classes and very many values."""
    return tuple(f.name for f in fields(kind))


_flat: Final = json.JSONEncoder(ensure_ascii=True, allow_nan=False).encode


def _pretty(value: Any, depth: int) -> str:
    if not value or not isinstance(value, dict | list):
        return _flat(value)
    if depth and len(value) <= WIDTH:  # what has more members than columns does not fit, and would be written twice to find out
        flat = _flat(value)
        if len(flat) + depth <= WIDTH:
            return flat
    indent = " " * (depth + 1)
    if isinstance(value, dict):
        rows = [f"{indent}{_flat(k)}: {_pretty(v, depth + 1)}" for k, v in value.items()]
    else:
        rows = [indent + _pretty(v, depth + 1) for v in value]
    left, right = "{}" if isinstance(value, dict) else "[]"
    return f"{left}\n" + ",\n".join(rows) + f"\n{' ' * depth}{right}"
