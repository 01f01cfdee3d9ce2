"""A stored report.json as the values that it was made of: every format can be rendered from it, without its snapshots."""

from __future__ import annotations

import json
import types
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Final, get_args, get_origin, get_type_hints

from driftscan.model import report as model
from driftscan.model.value import ABSENT

PARTS: Final[dict[tuple[str, str], Any]] = {
    ("ReportResource", "match"): model.Match,
    ("ReportResource", "candidate"): model.ReportLocator,
    ("ReportResource", "reference"): model.ReportLocator,
    ("ReportLocator", "parent"): model.ReportParent,
    ("ReportFinding", "among"): model.Among,
    ("ReportFinding", "consequences"): tuple[model.Consequence, ...],
    ("Consequence", "paths"): tuple[str, ...],
    ("ReportChange", "meaning"): model.ReportMeaning,
    ("TrendPoint", "listings"): model.Share,
    ("Acceptance", "commit"): model.EntryCommit,
}
"""What stands in a field that may be ABSENT; a `location` is a `Place`, and everything else is a plain value."""


def load(data: bytes) -> model.Report:
    """The report of a report.json. What a later version added has its default."""
    document = json.loads(data)
    found: model.Report = _made(model.Report, document)
    return found


def _made(kind: Any, value: Any) -> Any:
    if value is None or kind is Any:
        return value
    if get_origin(kind) is tuple:
        one = get_args(kind)
        return tuple(_made(one[0] if one[-1] is Ellipsis else one[i], v) for i, v in enumerate(value))
    if isinstance(kind, types.UnionType):
        return _made(next(k for k in get_args(kind) if k is not type(None)), value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if not isinstance(kind, type) or not is_dataclass(kind):
        return value
    hints = _hints(kind)
    given = {}
    for f in fields(kind):
        if f.name in value:
            given[f.name] = _made(_part(kind.__name__, f.name, hints[f.name]), value[f.name])
        elif f.default is MISSING and f.default_factory is MISSING:
            given[f.name] = ABSENT
    return kind(**given)


def _part(kind: str, name: str, hint: Any) -> Any:
    if hint is not Any:
        return hint
    return model.Place if name == "location" else PARTS.get((kind, name), Any)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
