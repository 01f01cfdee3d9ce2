"""Which of two values is smaller: numbers, switches, durations, quantities, instance classes, and how many there are of a list."""

from __future__ import annotations

import math
import re
from typing import Final

from driftscan.judge.values import number
from driftscan.model.value import ABSENT, Bag, Keyed, Path, Seq, Value, show_scalar

_DURATION: Final = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_DURATION_SECONDS: Final = (31_536_000, 2_592_000, 604_800, 86_400, 3_600, 60, 1)
_UNIT_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800, "month": 2_592_000, "year": 31_536_000}
_COUNTED: Final = re.compile(r"(?:rate\()?\s*(\d+(?:\.\d+)?)\s*(second|minute|hour|day|week|month|year)s?\s*\)?", re.IGNORECASE)
_QUANTITY: Final = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*([KMGTP]i?B?|[A-Za-z%]{1,4})")
_BYTES: Final = {"K": 1, "M": 2, "G": 3, "T": 4, "P": 5}

_CLASS: Final = re.compile(
    r"((?:[a-z]+\.)?)([a-z]+)(\d+)([a-z-]*)\.(nano|micro|small|medium|large|xlplus|(\d*)xlarge|metal(?:-(\d+)xl)?)((?:\.[a-z]+)?)"
)
_WORDS: Final = {"nano": 0.0, "micro": 1.0, "small": 2.0, "medium": 3.0, "large": 4.0, "xlplus": 5.0}
_FAMILIES: Final = {"t": 0, "a": 1, "c": 1, "m": 2, "r": 3, "x": 4, "u": 5}
"""By memory for each processor; burstable classes first. A family that is not here (accelerators, storage) compares with itself alone."""

_ENDLESS: Final = frozenset({"never", "never expire", "never expires", "unlimited", "indefinite", "infinite"})
_KEPT_WHEN_ABSENT: Final = frozenset({"retentionInDays", "DeleteAfterDays"})
"""Members whose absence means for ever: CloudWatch Logs `PutRetentionPolicy`, AWS Backup `Lifecycle`."""


def order(a: Value, b: Value, path: Path = ()) -> int | None:
    """-1, 0 or 1 as `a` is smaller than, as large as, or larger than `b`; None where nobody can say.

    What is kept for ever (`never expire`; a retention that nobody set, where that means it) is larger than any number or duration.
    An element that only one side has (`path` ends in its selector) counts as one against none, and so does a list against nothing.
    """
    endless = _endless(a, path), _endless(b, path)
    if any(endless):
        other = a if endless[1] else b
        return _sign(*endless) if all(endless) or amount(other) is not None else None
    if a is ABSENT or b is ABSENT:
        present = b if a is ABSENT else a
        if not (path and not isinstance(path[-1], str)) and _count(present) is None:
            return None
        return (a is not ABSENT) - (b is not ABSENT)
    counts = _count(a), _count(b)
    if counts[0] is not None and counts[1] is not None:
        return _sign(counts[0], counts[1])
    if isinstance(a, bool) and isinstance(b, bool):
        return _sign(a, b)
    x, y = amount(a), amount(b)
    if x is not None and y is not None and x[0] == y[0]:
        return _sign(x[1], y[1])
    return _classes(show_scalar(a), show_scalar(b)) if isinstance(a, str) and isinstance(b, str) else None


def _endless(value: Value, path: Path) -> bool:
    if value is ABSENT:
        return bool(path) and path[-1] in _KEPT_WHEN_ABSENT
    return isinstance(value, str) and value.strip().lower() in _ENDLESS


def amount(value: Value) -> tuple[str, float] | None:
    """What a scalar measures: its dimension (empty for a bare number, `s`, `B`, or the unit as written) and how much."""
    plain = number(value)
    if plain is not None:
        return "", plain
    if not isinstance(value, str):
        return None
    text = value.strip()
    if (iso := _DURATION.fullmatch(text)) and any(iso.groups()):
        return "s", sum(float(n) * seconds for n, seconds in zip(iso.groups(), _DURATION_SECONDS, strict=True) if n)
    if counted := _COUNTED.fullmatch(text):
        return "s", float(counted[1]) * _UNIT_SECONDS[counted[2].lower()]
    if quantity := _QUANTITY.fullmatch(text):
        unit = quantity[2]
        if unit[0] in _BYTES and unit[1:] in ("", "i", "B", "iB"):
            return "B", float(quantity[1]) * (1024 if "i" in unit else 1000) ** _BYTES[unit[0]]
        return unit, float(quantity[1])
    return None


def _classes(a: str, b: str) -> int | None:
    """Instance classes of one scheme (`db.`, `cache.`, `ml.`, `.search`, none): by size word, then by family.

    None across families of which nobody can say how they compare, and for `metal`, which is a whole machine: the largest size of its own
    class, and of another class nobody knows how large.
    """
    x, y = _CLASS.fullmatch(a), _CLASS.fullmatch(b)
    if not x or not y or (x[1], x[8]) != (y[1], y[8]):
        return None
    if "metal" in (x[5], y[5]):
        return _sign(x[5] == "metal", y[5] == "metal") if (x[2], x[3], x[4]) == (y[2], y[3], y[4]) else None
    left, right = _FAMILIES.get(x[2]), _FAMILIES.get(y[2])
    if x[2] != y[2] and (left is None or right is None):
        return None
    size = _sign(_size(x), _size(y))
    if size or x[2] == y[2] or left is None or right is None:
        return size
    return _sign(left, right)


def _size(match: re.Match[str]) -> float:
    word, times, metal = match[5], match[6], match[7]
    if word in _WORDS:
        return _WORDS[word]
    return 5 + math.log2(int(metal or times or 1))


def _count(value: Value) -> int | None:
    match value:
        case Bag(items) | Seq(items) | Keyed(items):
            return len(items)
        case list() | tuple() | dict():
            return len(value)
        case _:
            return None


def _sign(a: float, b: float) -> int:
    return (a > b) - (a < b)
