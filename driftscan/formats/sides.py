"""The two values of a change side by side, cut into what differs, what is the same around it, and what is left out until asked for.

A value is segments of (mark, text): SAME beside a difference, DIFFERS, or CONTEXT: whole lines that both sides have, folded away.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Any, Final, TypeAlias

from driftscan.formats.text import printable
from driftscan.model.report import Wire, show_value
from driftscan.model.value import ABSENT
from driftscan.model.words import count

SAME, DIFFERS, CONTEXT = 0, 1, 2
Segments: TypeAlias = tuple[tuple[int, str], ...]

WIDE: Final = 60
"""A structure whose JSON is longer than this is written in lines."""
NARROW: Final = 38
"""What is no longer than this stands on one line there."""
AROUND: Final = 1
"""So many lines that are the same stay beside one that differs."""
TOO_LONG: Final = 2_000
"""Lines of one value beyond which nothing is aligned: the values stand whole."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One value. kind: empty, `absent`, `masked` (a digest stands for it) or `unknown`; text: all of it, printable."""

    kind: str
    segments: Segments

    @property
    def text(self) -> str:
        return "".join(text for _, text in self.segments)


def sides(candidate: Wire, reference: Wire) -> tuple[Shown, Shown]:
    """Both values (candidate's first), each with its difference to the other marked."""
    kinds = _kind(candidate), _kind(reference)
    texts = _text(candidate), _text(reference)
    if "absent" in kinds or "unknown" in kinds:
        cut: tuple[Segments, Segments] = (((SAME, texts[0]),), ((SAME, texts[1]),))
    elif "\n" in texts[0] or "\n" in texts[1]:
        cut = _lines(*texts)
    else:
        cut = _words(*texts)
    return Shown(kinds[0], cut[0]), Shown(kinds[1], cut[1])


def whole(value: Wire) -> Shown:
    """One value that is compared with nothing."""
    return Shown(_kind(value), ((SAME, _text(value)),))


def lines(text: str) -> str:
    """`12 lines alike`."""
    return count(text.count("\n") + 1, "line") + " alike"


def _kind(value: Wire) -> str:
    if value is ABSENT:
        return "absent"
    if isinstance(value, dict) and len(value) == 1:
        return {"redacted": "masked", "unknown": "unknown"}.get(next(iter(value)), "")
    return ""


def _text(value: Wire) -> str:
    """The value as people read it; structures that are wide in lines, with what steers drawing written out."""
    text = show_value(value)
    if isinstance(value, dict | list) and not _kind(value) and len(text) > WIDE:
        text = _written(json.loads(text), 0)
    return printable(text, keep="\n\t")


def _written(value: Any, depth: int) -> str:
    """JSON in lines: what fits into one stands in one."""
    flat = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if not isinstance(value, dict | list) or not value or len(flat) + depth <= NARROW:
        return flat
    indent = " " * (depth + 2)
    if isinstance(value, dict):
        rows = [f"{indent}{json.dumps(k, ensure_ascii=False)}: {_written(value[k], depth + 2)}" for k in sorted(value)]
    else:
        rows = [indent + _written(v, depth + 2) for v in value]
    left, right = "{}" if isinstance(value, dict) else "[]"
    return f"{left}\n" + ",\n".join(rows) + f"\n{' ' * depth}{right}"


def _words(one: str, other: str) -> tuple[Segments, Segments]:
    """What stands between the beginning and the end that two lines share, cut at borders of words."""
    least = min(len(one), len(other))
    head = next((i for i in range(least) if one[i] != other[i]), least)
    while head and _inside(one, head) and _inside(other, head):
        head -= 1
    tail = next((i for i in range(least - head) if one[-1 - i] != other[-1 - i]), least - head)
    while tail and _inside(one, len(one) - tail) and _inside(other, len(other) - tail):
        tail -= 1
    if head + tail < 3:
        return ((SAME, one),), ((SAME, other),)
    return _between(one, head, tail), _between(other, head, tail)


def _inside(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _between(text: str, head: int, tail: int) -> Segments:
    end = len(text) - tail
    pieces = ((SAME, text[:head]), (DIFFERS, text[head:end]), (SAME, text[end:]))
    return tuple(p for p in pieces if p[1])


def _lines(one: str, other: str) -> tuple[Segments, Segments]:
    a, b = one.split("\n"), other.split("\n")
    if max(len(a), len(b)) > TOO_LONG:
        return ((SAME, one),), ((SAME, other),)
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    mine = [(tag == "equal", a[start:end]) for tag, start, end, _, _ in blocks]
    other_mine = [(tag == "equal", b[start:end]) for tag, _, _, start, end in blocks]
    return tuple(_folded(mine, len(a))), tuple(_folded(other_mine, len(b)))


def _folded(blocks: list[tuple[bool, list[str]]], total: int) -> Iterator[tuple[int, str]]:
    """One side's lines; of a run that is the same, the middle is context. Every segment but the last, and context, ends its line."""
    pieces: list[tuple[int, list[str]]] = []
    for n, (same, mine) in enumerate(blocks):
        before = AROUND if n else 0
        after = AROUND if n < len(blocks) - 1 else 0
        if not same:
            pieces.append((DIFFERS, mine))
        elif len(mine) <= before + after + 1:
            pieces.append((SAME, mine))
        else:
            rest = len(mine) - after
            pieces += [(SAME, mine[:before]), (CONTEXT, mine[before:rest]), (SAME, mine[rest:])]
    pieces = [p for p in pieces if p[1]]
    ends = list(accumulate(len(mine) for _, mine in pieces))
    for (mark, mine), end in zip(pieces, ends, strict=True):
        yield mark, "\n".join(mine) + ("\n" if end < total and mark != CONTEXT else "")
