"""Text that came from a cloud, made safe to look at: nothing in it moves the cursor, turns the line around or hides."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_CLEAR: Final = re.compile(r"[\x20-\x7e]*")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"})
"""Unicode categories that draw nothing or steer drawing: controls, bidi overrides and zero widths, surrogates, separators, unassigned."""


def printable(text: str, keep: str = "") -> str:
    """`text` with every invisible or steering character written out (`\\x1b`, `\\u202e`), except those in `keep`."""
    if _CLEAR.fullmatch(text):
        return text
    return "".join(c if c in keep or unicodedata.category(c) not in _HIDDEN else _escape(c) for c in text)


def _escape(char: str) -> str:
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}.get(char)
    if short:
        return short
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut in the middle: both ends of a name tell it apart from its neighbours."""
    if len(text) <= limit:
        return text
    head = (limit - 1 + 1) // 2
    tail = limit - 1 - head
    return f"{text[:head]}…{text[-tail:] if tail else ''}"


def focus(one: str, other: str, limit: int) -> tuple[str, str]:
    """Two texts cut to `limit` characters around the place where they first differ, so that what is shown is the difference."""
    if max(len(one), len(other)) <= limit:
        return one, other
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = max(0, same - limit // 3)
    return _window(one, start, limit), _window(other, start, limit)


def _window(text: str, start: int, limit: int) -> str:
    if len(text) <= limit:
        return text
    start = min(start, max(0, len(text) - limit + 1))
    head = "…" if start else ""
    body = text[start : start + limit - len(head)]
    return head + body if start + len(body) >= len(text) else head + body[:-1] + "…"
