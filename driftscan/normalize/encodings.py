"""Secrets that stand in a text encoded: in base64, in percent-escapes, in one inside the other."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final
from urllib.parse import unquote

from driftscan.normalize import secrets

LAYERS: Final = 4
"""How many encodings are opened, one inside the other."""

_BASE64: Final = re.compile(r"[A-Za-z0-9+/\s]{12,}={0,2}\s*")
_RUN: Final = re.compile(r"(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/]{20,}|[A-Za-z0-9_-]{20,})={0,2}(?![A-Za-z0-9+/_=-])")
_ESCAPED: Final = re.compile(r"[^\s\"'\\<>]*%[0-9A-Fa-f]{2}[^\s\"'\\<>]*")
_URL_SAFE: Final = str.maketrans("-_", "+/")


def decoded(text: str) -> str | None:
    """The text that base64 hides, or None where it hides none."""
    if len(text) < 16 or _BASE64.fullmatch(text) is None or len("".join(text.split())) % 4:
        return None
    return _opened(text)


def spans(text: str, *, dense: bool = True, layers: int = LAYERS) -> list[tuple[int, int]]:
    """Where the text holds a secret, in clear or encoded: (start, end) in order, without overlap.

    An encoded one takes the whole run that encodes it. dense: see `secrets.spans`; inside an encoding no run without a pattern counts,
    since digests and certificates would.
    """
    found = secrets.spans(text, dense=dense)
    if not layers:
        return found
    coded = [m.span() for m in _RUN.finditer(text) if _hides(m[0], layers)]
    if "%" in text:
        coded += [m.span() for m in _ESCAPED.finditer(text) if _escapes(m[0], layers)]
    return merged(found + coded) if coded else found


def merged(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that overlap as one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _hides(run: str, layers: int) -> bool:
    body = run.rstrip("=").translate(_URL_SAFE)
    inner = _opened(body + "=" * (-len(body) % 4))
    return inner is not None and bool(spans(inner, dense=False, layers=layers - 1))


def _escapes(run: str, layers: int) -> bool:
    """Whether what the escapes spell holds more secrets than what stands there."""
    inner = run
    for _ in range(layers):
        inner = unquote(inner)
    return inner != run and len(spans(inner, dense=False, layers=layers - 1)) > len(secrets.spans(run, dense=False))


def _opened(text: str) -> str | None:
    try:
        inner = base64.b64decode(text, validate=False).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return inner if inner and all(c.isprintable() or c in "\r\n\t" for c in inner) else None
