"""Sets of texts that patterns with `*` and `?` describe, decided exactly.

All patterns of a question run side by side through one nondeterministic automaton, the bits of an integer. What a text can match is the set
of accepting bits of a state that can be reached, so all answers (inclusion, overlap, difference of unions) follow from those states.
The alphabet is the literal characters of the patterns, and one more that stands for every other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from driftscan.semantics.iam.errors import TooMany

ANY: Final = "*"
ONE: Final = "?"
_ESCAPES: Final = {"${*}": "*", "${?}": "?", "${$}": "$"}
_TOKEN: Final = re.compile(r"\$\{[^{}]*\}|\{[^{}*?]*:[^{}*?]*\}|.", re.DOTALL)
"""A variable, a symbol with a colon (`{account:prod}`), which parts no ARN, or one character."""
_STATES: Final = 20_000
_OTHERS: Final = "xyzqvwjkXYZQ0123456789#~!"


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern as tokens: `*`, `?`, one literal character, a whole variable. A literal star is the token `${*}`, a mark `${?}`.

    fold: letter case does not count. segments: an ARN of which each of the first five parts is matched apart (`ArnLike`).
    """

    tokens: tuple[str, ...]
    fold: bool = False
    segments: bool = False


@lru_cache(8192)
def glob(text: str, wildcards: bool = True, fold: bool = False, segments: bool = False) -> Glob:
    """The pattern that a policy's text means. `${*}`, `${?}` and `${$}` are those characters. Any other `${variable}` is one token, equal
    only to itself: it is taken to be no text that another pattern spells out."""
    out: list[str] = []
    for token in _TOKEN.findall(text):
        if token == "${$}":
            out.append("$")
        elif token in (ANY, ONE) and not wildcards:
            out.append("${" + token + "}")
        elif not (token == ANY and out and out[-1] == ANY):
            out.append(token)
    return Glob(tuple(out), fold, segments)


def text(tokens: Sequence[str]) -> str:
    """The text that literal tokens stand for."""
    return "".join(_ESCAPES.get(t, t) for t in tokens)


class _Automaton:
    """Bits: one per token of each pattern and one that accepts behind its last."""

    def __init__(self, globs: Sequence[Glob]) -> None:
        self.literal: dict[str, int] = {}
        self.any = self.any_within = self.one = self.one_within = 0
        self.ends: list[int] = []
        start = at = 0
        for g in globs:
            start |= 1 << at
            parts = 0
            for token in g.tokens:
                within = g.segments and parts < 5
                bit = 1 << at
                if token == ANY:
                    self.any |= 0 if within else bit
                    self.any_within |= bit if within else 0
                elif token == ONE:
                    self.one |= 0 if within else bit
                    self.one_within |= bit if within else 0
                else:
                    for t in {token.lower(), token.upper()} if g.fold and len(token) == 1 else {token}:
                        self.literal[t] = self.literal.get(t, 0) | bit
                parts += token == ":"
                at += 1
            self.ends.append(1 << at)
            at += 1
        self.stars = self.any | self.any_within
        self.start = self._closed(start)
        self.accept = sum(self.ends)
        if self.any_within or self.one_within:
            self.literal.setdefault(":", 0)
        self.letters = sorted(self.literal.items())
        self.other = next((c for c in _OTHERS if c not in self.literal), "\ufffd")
        self.inside = self.any_within | self.one_within

    def _closed(self, state: int) -> int:
        return state | (state & self.stars) << 1

    def after(self, state: int, token: str) -> int:
        takes = self.literal.get(token, 0)
        stays = self.any
        if token != ":":
            stays |= self.any_within
        if len(token) == 1 or token in _ESCAPES:  # a variable is no single character
            takes |= self.one
            if token != ":":
                takes |= self.one_within
        return self._closed((state & takes) << 1 | state & stays)

    def next(self, state: int) -> list[tuple[str, int]]:
        out = [(self.other, self.after(state, self.other))]
        inside = state & self.inside
        for token, bits in self.letters:
            if state & bits or (inside and token == ":"):
                out.append((token, self.after(state, token)))
        return out

    def matched(self, state: int) -> int:
        """Bit n: the n-th pattern matches."""
        found = state & self.accept
        return sum(1 << n for n, end in enumerate(self.ends) if found & end) if found else 0


@lru_cache(2048)
def classes(globs: tuple[Glob, ...], states: int = _STATES) -> tuple[tuple[int, str], ...]:
    """Every way in which a text, the empty one aside, can match these patterns: (bit n set where the n-th matches, a shortest such text).

    Raises `TooMany` when that takes more than so many states.
    """
    automaton = _Automaton(globs)
    before: dict[int, tuple[int, str]] = {}
    found: dict[int, int] = {}
    queue = [automaton.start]
    for state in queue:  # grows while it is read: breadth first, so that texts are short
        for token, after in automaton.next(state):
            if after not in before:
                before[after] = (state, token)
                found.setdefault(automaton.matched(after), after)
                if after != automaton.start:
                    queue.append(after)
        if len(before) > states:
            raise TooMany("ways to match the patterns")
    return tuple((mask, _witness(before, automaton.start, state)) for mask, state in sorted(found.items()))


def _witness(before: dict[int, tuple[int, str]], start: int, state: int) -> str:
    tokens: list[str] = []
    while not tokens or state != start:
        state, token = before[state]
        tokens.append(token)
    return text(tokens[::-1])
