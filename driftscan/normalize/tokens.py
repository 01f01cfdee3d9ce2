"""How a setting is split into tokens: the same on the way in (`redact`) and on the way out (`text`)."""

from __future__ import annotations

import re
from typing import Final

from driftscan.normalize.names import PREFIXED, idlike

_TOKEN: Final = re.compile(
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?![\w.])"  # an address or a block is one token: its numbers alone say nothing
    r"|(?<![0-9A-Za-z])(?:s3|ec2)(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z])[a-z]{2}(?:-[a-z]+)+-\d[a-z]?(?![0-9A-Za-z])"  # so is a region or zone,
    r"|(?<![0-9A-Za-z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z])"  # a UUID,
    rf"|{PREFIXED}"  # an id with its prefix,
    r"|(?P<mixed>(?<![0-9A-Za-z])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])"  # or none (see `idlike`)
    r"(?![A-Za-z]{3,}(?:[0-9]{1,2}|[0-9]{12})(?![0-9A-Za-z]))[0-9A-Za-z]{5,}(?![0-9A-Za-z]))"
    r"|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+"  # camel case humps and numbers, so that `ordersStage` shows its word
    r"|[^\W_]"  # letters of other scripts, one by one
)
SHORT_NUMBER: Final = re.compile(r"\d{1,7}")
"""Ports, sizes, PINs: numbers that a name may hold by chance too."""
_HUMP: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def split(text: str) -> list[tuple[str, bool]]:
    """The text as (part, is a token) in order; delimiters are everything that is no letter or digit. Joined again it is the text.

    A run of letters and digits that mixes both (`0a1b2c3d`, `E2EXAMPLE1`) is one token, for an id means nothing in pieces;
    words with a number (`prod1`, `CfnE7e2Stage`) are several.
    """
    out: list[tuple[str, bool]] = []
    at = 0
    for start, end in _spans(text):
        if start > at:
            out.append((text[at:start], False))
        out.append((text[start:end], True))
        at = end
    if at < len(text):
        out.append((text[at:], False))
    return out


def tokens(text: str) -> set[tuple[str, str]]:
    """The distinct tokens of a text, as (token, what digests of it are made of: see `contexts`)."""
    return {(part, context or part) for part, _, context in contexts(text) if part}


def contexts(text: str) -> list[tuple[str, str, str]]:
    """The text as (token, delimiter, context) in order: of token and delimiter one is empty.

    A short number says something only behind the words it belongs to: its context is the text from the last token with a letter in it
    up to itself (`web-01`); empty for everything else, and for numbers with no word before them.
    """
    out: list[tuple[str, str, str]] = []
    at, word = 0, -1
    for part, token in split(text):
        if not token:
            out.append(("", part, ""))
        elif SHORT_NUMBER.fullmatch(part):
            out.append((part, "", text[word : at + len(part)] if word >= 0 else ""))
        else:
            out.append((part, "", ""))
            word = at if any(c.isalpha() for c in part) else word
        at += len(part)
    return out


def _spans(text: str) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for m in _TOKEN.finditer(text):
        pieces = [p.span() for p in _HUMP.finditer(text, *m.span())] if m["mixed"] else []
        if len(pieces) > 1 and not idlike(m[0]):
            out += pieces
        else:
            out.append(m.span())
    return out
