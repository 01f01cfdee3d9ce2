"""Months as numbers: how many lie between two, and which were missed."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def between(earlier: str, later: str) -> int:
    """Months from `2026-09` to `2026-11`; 0 where one of them is no month, or the first is the later one."""
    one, other = _number(earlier), _number(later)
    return 0 if one is None or other is None else max(other - one, 0)


def missed(earlier: str, later: str) -> Iterator[str]:
    """The months after `earlier` and before `later`, oldest first."""
    one, other = _number(earlier), _number(later)
    if one is not None and other is not None:
        yield from (f"{n // 12:04}-{n % 12 + 1:02}" for n in range(one + 1, other))


def _number(period: str) -> int | None:
    found = _MONTH.fullmatch(period)
    return int(found[1]) * 12 + int(found[2]) - 1 if found else None
