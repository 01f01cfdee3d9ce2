"""`report.json`: the stable contract (DESIGN section 10, schemas/report.schema.json)."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
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


def plain(value: Any) -> Any:
    """Dataclasses as objects in the order of their fields, `ABSENT` fields left out, tuples as lists, other objects' keys sorted."""
    if is_dataclass(value):
        members = ((f.name, getattr(value, f.name)) for f in fields(value))
        return {name: plain(v) for name, v in members if v is not ABSENT}
    if isinstance(value, dict):
        return {k: plain(value[k]) for k in sorted(value)}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value


def _pretty(value: Any, depth: int) -> str:
    flat = json.dumps(value, ensure_ascii=True, allow_nan=False)
    if not value or not isinstance(value, dict | list) or (depth and len(flat) + depth <= WIDTH):
        return flat
    indent = " " * (depth + 1)
    if isinstance(value, dict):
        rows = [f"{indent}{json.dumps(k)}: {_pretty(v, depth + 1)}" for k, v in value.items()]
    else:
        rows = [indent + _pretty(v, depth + 1) for v in value]
    left, right = "{}" if isinstance(value, dict) else "[]"
    return f"{left}\n" + ",\n".join(rows) + f"\n{' ' * depth}{right}"
