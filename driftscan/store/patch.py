"""A changed body as its differences from an older one: most changes touch one member of many.

A patch is JSON: numbers and texts in turn, `[skip, copy, "text", skip, copy, ...]`, counted in pieces of the older body, which
end behind each comma. It is never used on its own: the pack that holds it is covered by its digest, as the older one is.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Any

_PIECE = re.compile(rb"[^,]*,|[^,]+")
_MOST = 4000  # pieces of a body beyond which comparing costs more than it saves
_GAIN = 4  # a patch must be so many times shorter than the body


def make(old: bytes, new: bytes) -> list[Any] | None:
    """What makes `new` out of `old`, or None where that is hardly shorter than `new`."""
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    if len(before) > _MOST or len(after) > _MOST:
        return None
    steps: list[Any] = []
    at, length = 0, 0
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            steps += [i1 - at, i2 - i1]
            at = i2
            length += 6
        elif j2 > j1:
            text = b"".join(after[j1:j2])
            steps.append(text.decode())
            length += len(text)
        if length * _GAIN > len(new):
            return None
    return steps


def apply(old: bytes, steps: list[Any]) -> bytes:
    """The body that `make` was given. Raises ValueError, TypeError or IndexError for steps that it did not make."""
    before = _PIECE.findall(old)
    out: list[bytes] = []
    at = 0
    numbers = iter(steps)
    for step in numbers:
        if isinstance(step, str):
            out.append(step.encode())
            continue
        copy = next(numbers, None)
        at += step
        if copy is None or at < 0 or copy < 0 or at + copy > len(before):
            raise ValueError("the steps do not fit the older body")
        out += before[at : at + copy]
        at += copy
    return b"".join(out)
