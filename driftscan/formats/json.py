"""`report.json`: the stable contract (schemas/report.schema.json)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, lru_cache
from typing import Any, Final

from driftscan.model.report import SCHEMA, Report
from driftscan.model.value import ABSENT

WIDTH: Final = 200
"""Objects and lists that fit into so many characters stand on one line: a listing, a ledger row, a change is a line of a diff."""


def render(report: Report) -> bytes:
    """The report as JSON, keys in the contract's order, values' own keys sorted, in ASCII: equal reports give equal bytes.

    Everything outside ASCII is escaped, so that neither a terminal nor an editor obeys what a name hides.
    """
    return _bytes(_Same(report))


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A report by its identity: values of changes have no hash, and comparing all of them would cost what is to be saved."""

    report: Report

    def __hash__(self) -> int:
        return id(self.report)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.report is other.report


@lru_cache(maxsize=1)
def _bytes(same: _Same) -> bytes:
    """Made once for the file, and for the page and the mail that name its digest."""
    report = same.report
    parts = [f'"schema": {_text(SCHEMA)}', *_members(report, _keys(Report) or (), 0)]
    return _joined(parts, "{", "}", 0).encode("ascii") + b"\n"


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


_text: Final = json.encoder.encode_basestring_ascii
_scalar: Final = json.JSONEncoder(ensure_ascii=True, allow_nan=False).encode


def _laid_out(value: Any, depth: int) -> str:
    """The value as `plain` has it, written at this depth: on one line where that fits into `WIDTH`, else one member a line.

    Each member is written once. What spans several lines holds a line feed, which no text of JSON does, and makes what holds it span
    several, too.
    """
    if value is None:
        return "null"
    if isinstance(value, str):
        return _text(value)
    if (keys := _keys(value.__class__)) is not None:
        return _joined(_members(value, keys, depth), "{", "}", depth)
    if isinstance(value, dict):
        return _joined([f"{_text(k)}: {_laid_out(value[k], depth + 1)}" for k in sorted(value)], "{", "}", depth)
    if isinstance(value, list | tuple):
        return _joined([_laid_out(v, depth + 1) for v in value], "[", "]", depth)
    return _scalar(value)


def _members(value: Any, keys: tuple[tuple[str, str], ...], depth: int) -> list[str]:
    """The members of a dataclass that stands at this depth. Most are text: a loop that writes it here halves the time of a big report."""
    parts = []
    for name, key in keys:
        v = getattr(value, name)
        if v.__class__ is str:
            parts.append(key + _text(v))
        elif v is not ABSENT:
            parts.append(key + _laid_out(v, depth + 1))
    return parts


def _joined(parts: list[str], left: str, right: str, depth: int) -> str:
    """The parts of an object or a list. The document itself (depth 0) always has a line for each, unless it is empty."""
    length = sum(map(len, parts)) + 2 * len(parts)  # as many separators of two characters as there are parts, less one, and two brackets
    if not parts or (depth and length + depth <= WIDTH and not any("\n" in part for part in parts)):
        return f"{left}{', '.join(parts)}{right}"
    indent = " " * (depth + 1)
    return f"{left}\n{indent}" + f",\n{indent}".join(parts) + f"\n{' ' * depth}{right}"


@cache
def _keys(kind: Any) -> tuple[tuple[str, str], ...] | None:
    """The fields of a dataclass, and each as it begins a member; None of what is no dataclass. There are few classes."""
    return tuple((f.name, f"{_text(f.name)}: ") for f in fields(kind)) if is_dataclass(kind) else None
