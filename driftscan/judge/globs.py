"""Globs of rules: on texts (`*` and `?`, nothing else) and on paths, as people see them in a report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from driftscan.model.value import Key, Path, Step


@lru_cache(4096)
def _regex(glob: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in glob), re.DOTALL)


def fits(glob: str, text: str) -> bool:
    """Whether the whole of `text` fits. Brackets mean themselves: paths are full of them."""
    return _regex(glob).fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class _Member:
    glob: str


@dataclass(frozen=True, slots=True)
class _Element:
    glob: str


@dataclass(frozen=True, slots=True)
class _Deep:
    pass


_Part: TypeAlias = _Member | _Element | _Deep
_ANY: Final = _Element("*")


def covers(pattern: str, path: Path) -> bool:
    """Whether the pattern means this path or something above it.

    `A.B` members, `A[]` every element, `A[tcp/22/22]` that element, `A[Port=22]` elements one of whose key parts is 22,
    `Tags["a.b"]` a member whose name holds a dot, `*` one member, `**` any number. Elements that the pattern does not mention
    don't count: `Rules.Port` means `Rules[].Port`.
    """
    return _covers(_parse(pattern), path)


def _covers(parts: tuple[_Part, ...], path: Path) -> bool:
    if not parts:
        return True
    head, rest = parts[0], parts[1:]
    match head:
        case _Deep():
            return any(_covers(rest, path[n:]) for n in range(len(path) + 1))
        case _Element(glob):
            if path and not isinstance(path[0], str):
                return _selects(glob, path[0]) and _covers(rest, path[1:])
            return head == _ANY and _covers(rest, path)
        case _Member(glob):
            while path and not isinstance(path[0], str):
                path = path[1:]
            return bool(path) and fits(glob, str(path[0])) and _covers(rest, path[1:])


def _selects(glob: str, step: Step) -> bool:
    if fits(glob, str(step)):
        return True
    _, equals, wanted = glob.partition("=")
    return bool(equals) and isinstance(step, Key) and any(fits(wanted, p) for p in step.parts)


@lru_cache(4096)
def _parse(text: str) -> tuple[_Part, ...]:
    parts: list[_Part] = []
    i = 0
    while i < len(text):
        c = text[i]
        if c == ".":
            i += 1
        elif c == "[":
            end = _closing(text, i)
            inner = text[i + 1 : end]
            if len(inner) > 1 and inner[0] == inner[-1] == '"':
                parts.append(_Member(inner[1:-1]))
            else:
                parts.append(_Element(inner) if inner else _ANY)
            i = end + 1
        elif c in "'\"":
            end = text.find(c, i + 1)
            end = len(text) if end < 0 else end
            parts.append(_Member(text[i + 1 : end]))
            i = end + 1
        else:
            end = i
            while end < len(text) and text[end] not in ".[":
                end += 1
            name = text[i:end]
            parts.append(_Deep() if name == "**" else _Member(name))
            i = end
    return tuple(parts)


def _closing(text: str, start: int) -> int:
    """Where the bracket that opens at `start` closes; the end of the text where it does not."""
    depth = 0
    for i in range(start, len(text)):
        depth += (text[i] == "[") - (text[i] == "]")
        if not depth:
            return i
    return len(text)
