"""Values that point into another environment's account."""

from __future__ import annotations

import re
from typing import Final

from driftscan.judge.severity import Stage
from driftscan.model.value import ABSENT, Value, show_scalar, walk

_OTHER: Final = re.compile(r"\{account:([^{}#]+)(?:#\d+)?\}|\{project:([^{}:#]+)(?:[:#](?:[^{}]|\{[^{}]*\})*)?\}")


def crossing(candidate: Value, reference: Value, stage: Stage) -> str:
    """`stage points into prod`, where one side of a difference names another environment's account and the other does not; or empty.

    The account of one's own environment is `{account}` in a canonical value, another's is `{account:prod}`. Projects are `{project}` or
    `{project:shop-{env}}`, another environment's `{project:prod}` or `{project:prod:shop-{env}}`.
    """
    ours, theirs = _named(candidate) - {stage.candidate}, _named(reference) - {stage.reference}
    for side, mine, others in (("candidate", ours, theirs), ("reference", theirs, ours)):
        if mine and mine != others:
            return f"{stage.name(side)} points into {sorted(mine)[0]}"
    return ""


def _named(value: Value) -> set[str]:
    if value is ABSENT:
        return set()
    return {
        m[1] or m[2]
        for _, leaf in walk(value)
        for m in _OTHER.finditer(show_scalar(leaf) if not isinstance(leaf, dict | list | tuple) else "")
    }
