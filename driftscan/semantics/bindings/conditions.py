"""Conditions of bindings: expressions of CEL, equal where they are the same tokens.

Source: Common Expression Language, "Syntax". What an expression means is not worked out: two that differ are two.
"""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(
    r"""
      [rRbB]{0,2}(?:'{3}.*?'{3}|"{3}.*?"{3})     # strings in three quotes
    | [rRbB]{0,2}(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
    | \w+
    | //[^\n]*                                   # a comment
    | [=!<>]=|&&|\|\|
    | \S
    """,
    re.VERBOSE | re.DOTALL,
)


_TIGHT_BEFORE: Final = frozenset(".,()[]")
_TIGHT_BEHIND: Final = frozenset(".([!")


def expression(text: str) -> str:
    """The one spelling of an expression: its tokens, with a space where people put one, without comments. Quoted texts stay as they are."""
    out, last = "", "("
    for token in _TOKEN.findall(text):
        if token.startswith("//"):
            continue
        out += token if token in _TIGHT_BEFORE or last in _TIGHT_BEHIND else f" {token}"
        last = token
    return out
