"""Every way in which a condition key can stand in a request, as far as the tests of two policies tell ways apart.

A key has one value unless the operator is qualified (`ForAllValues`, `ForAnyValue`): then it has a set of them. Values are told apart
exactly: texts by their patterns, numbers, dates and addresses on their lines. A value that cannot be read as its operator wants it (a
symbol in the place of an address range) is a test of its own that nothing else says anything about. So are tests of one key that take its
value for different things (a text and a number).
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Final, TypeAlias

from driftscan.semantics.iam import glob
from driftscan.semantics.iam.errors import TooMany
from driftscan.semantics.iam.operators import ALL, NULL, KeyTest

Value: TypeAlias = tuple[str, ...] | None
"""The values of a key in a request; None where it has none."""
_Atom: TypeAlias = tuple[str, str]
"""(positive operator, one value)."""
_Point: TypeAlias = tuple[int, str]
"""(bit n set where the n-th atom holds, an example)."""
_CASES: Final = 1024
_OPAQUE: Final = 6
_VALUES: Final = 9


@dataclass(frozen=True, slots=True)
class Case:
    """`held`: bit n set where the n-th test holds; `value`: an example."""

    held: int
    value: Value


@lru_cache(2048)
def cases(tests: tuple[KeyTest, ...]) -> tuple[Case, ...]:
    """The cases of one key, the absent one first. Raises `TooMany`."""
    groups: dict[tuple[bool, str], list[int]] = defaultdict(list)
    present = 0
    for n, t in enumerate(tests):
        if t.operator == NULL:
            present |= ("false" in t.values) << n
        else:
            groups[bool(t.qualifier), t.family].append(n)
    found: dict[int, tuple[str, ...]] = {present: ()}
    for (qualified, _), numbers in sorted(groups.items()):
        part = _sets(tests, numbers) if qualified else _single(tests, numbers)
        if len(found) * len(part) > _CASES * 16:
            raise TooMany("values of a condition key")
        both: dict[int, tuple[str, ...]] = {}
        for held, value in found.items():
            for more, example in part.items():
                both.setdefault(held | more, value + example)
        found = both
    if len(found) > _CASES:
        raise TooMany("values of a condition key")
    absent = sum(t.without_key() << n for n, t in enumerate(tests))
    return (Case(absent, None), *(Case(held, value or ("anything",)) for held, value in sorted(found.items())))


def _single(tests: Sequence[KeyTest], numbers: Sequence[int]) -> dict[int, tuple[str, ...]]:
    atoms, points = _told_apart(tests, numbers)
    out: dict[int, tuple[str, ...]] = {}
    for mask, example in points:
        out.setdefault(sum(_fits(tests[n], atoms, mask) << n for n in numbers), (example,))
    return out


def _sets(tests: Sequence[KeyTest], numbers: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Of keys with several values: which of the kinds of values there are decides."""
    atoms, points = _told_apart(tests, numbers)
    kinds: dict[int, str] = {}
    for mask, example in points:
        kinds.setdefault(sum(_fits(tests[n], atoms, mask) << n for n in numbers), example)
    if len(kinds) > _VALUES:
        raise TooMany("values of a condition key")
    every = list(kinds.items())
    out: dict[int, tuple[str, ...]] = {}
    for chosen in range(1, 1 << len(every)):
        those = [k for i, k in enumerate(every) if chosen >> i & 1]
        held = 0
        for n in numbers:
            fits = [mask >> n & 1 for mask, _ in those]
            held |= (all(fits) if tests[n].qualifier == ALL else any(fits)) << n
        out.setdefault(held, tuple(example for _, example in those))
    return out


def _fits(test: KeyTest, atoms: Sequence[_Atom], mask: int) -> bool:
    """Whether one value passes, given which atoms hold of it."""
    return any(op == test.operator and value in test.values and mask >> n & 1 for n, (op, value) in enumerate(atoms)) != test.negated


def _told_apart(tests: Sequence[KeyTest], numbers: Sequence[int]) -> tuple[list[_Atom], list[_Point]]:
    atoms = sorted({(tests[n].operator, value) for n in numbers for value in tests[n].values})
    family = tests[numbers[0]].family
    readable = [a for a in atoms if _readable(family, a)]
    opaque = [a for a in atoms if a not in readable]
    if len(opaque) > _OPAQUE:
        raise TooMany("values of a condition key")
    points: list[_Point] = []
    for mask, example in _POINTS[family](readable):
        for chosen in range(1 << len(opaque)):
            named = [v for i, (_, v) in enumerate(opaque) if chosen >> i & 1]
            points.append((mask | chosen << len(readable), named[0] if named else example))
    return readable + opaque, points


def _readable(family: str, atom: _Atom) -> bool:
    operator, value = atom
    try:
        if family == "number":
            _number(value)
        elif family == "date":
            _moment(value)
        elif family == "address":
            ipaddress.ip_network(value, strict=False)
        else:
            return operator != "ArnLike" or glob.glob(value).tokens.count(":") >= 5
    except (ValueError, ZeroDivisionError):
        return False
    return True


def _texts(atoms: Sequence[_Atom]) -> Iterator[_Point]:
    words = [value for op, value in atoms if op == "Bool"]
    globs = [_glob(*a) for a in atoms]
    if words:  # a key that is tested as true or false is one of them
        globs += [_glob("Bool", w) for w in ("true", "false")]
    beyond = 1 << len(atoms)
    for mask, example in glob.classes(tuple(globs)):
        if not words or mask >= beyond:
            yield mask & (beyond - 1), example


def _glob(operator: str, value: str) -> glob.Glob:
    wild, fold = operator in ("StringLike", "ArnLike"), operator in ("StringEqualsIgnoreCase", "Bool")
    return glob.glob(value, wildcards=wild, fold=fold, segments=operator == "ArnLike")


_COMPARE: Final[dict[str, Callable[[Fraction, Fraction], bool]]] = {
    "Equals": lambda a, b: a == b,
    "LessThan": lambda a, b: a < b,
    "LessThanEquals": lambda a, b: a <= b,
    "GreaterThan": lambda a, b: a > b,
    "GreaterThanEquals": lambda a, b: a >= b,
}


def _number(text: str) -> Fraction:
    return Fraction(text.strip())


def _moment(text: str) -> Fraction:
    """Seconds since 1970: a number of them, or a date of ISO 8601, UTC where it names no zone."""
    try:
        return Fraction(text)
    except ValueError:
        found = datetime.fromisoformat(text)
        return Fraction((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())


def _line(atoms: Sequence[_Atom], prefix: str, read: Callable[[str], Fraction], write: Callable[[Fraction], str]) -> Iterator[_Point]:
    """The values on a line and one between each two of them."""
    limits = [read(value) for _, value in atoms]
    marks = sorted(set(limits)) or [Fraction(0)]
    between = [(a + b) / 2 for a, b in pairwise(marks)]
    for at in sorted([marks[0] - 1, *marks, *between, marks[-1] + 1]):
        holds = (_COMPARE[op.removeprefix(prefix)](at, limit) for (op, _), limit in zip(atoms, limits, strict=True))
        yield sum(held << n for n, held in enumerate(holds)), write(at)


def _numbers(atoms: Sequence[_Atom]) -> Iterable[_Point]:
    return _line(atoms, "Numeric", _number, lambda f: str(f) if f.denominator == 1 else str(float(f)))


def _dates(atoms: Sequence[_Atom]) -> Iterable[_Point]:
    return _line(atoms, "Date", _moment, lambda f: str(f) if f.denominator == 1 else str(float(f)))


def _addresses(atoms: Sequence[_Atom]) -> Iterator[_Point]:
    """Where a range begins or has just ended, something changes, and nowhere else."""
    networks = [ipaddress.ip_network(value, strict=False) for _, value in atoms]
    for kind, bits in ((ipaddress.IPv4Address, 32), (ipaddress.IPv6Address, 128)):
        marks = {0}
        for network in networks:
            if network.max_prefixlen == bits:
                marks |= {int(network.network_address), int(network.broadcast_address) + 1}
        for at in sorted(m for m in marks if m < 1 << bits):
            address = kind(at)
            yield sum((address in network) << n for n, network in enumerate(networks)), str(address)


_POINTS: Final[dict[str, Callable[[Sequence[_Atom]], Iterable[_Point]]]] = {
    "text": _texts,
    "binary": _texts,
    "number": _numbers,
    "date": _dates,
    "address": _addresses,
}
