"""Sets of classes back in the words of the policies: no more is said than holds, in as few words as were found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from driftscan.semantics.iam.conditions import Case
from driftscan.semantics.iam.operators import KeyTest
from driftscan.semantics.iam.proof import Clause, Literal, Matching

_EXACT: Final = ("StringEquals", "Bool")


def clause(tests: Sequence[KeyTest], cases: Sequence[Case], chosen: frozenset[int]) -> tuple[Clause, ...]:
    """What is the same as being in one of the chosen cases; nothing where all are."""
    if len(chosen) == len(cases):
        return ()
    literals = [
        (Literal(t, holds), frozenset(i for i, c in enumerate(cases) if bool(c.held >> n & 1) == holds))
        for n, t in enumerate(tests)
        for holds in (True, False)
    ]
    literals += _parts(tests, cases)
    for literal, true in literals:
        if true == chosen:
            return (Clause(((literal,),)),)
    together = _conjunction(literals, chosen, len(cases))
    if together is not None:
        return tuple(Clause(((one,),)) for one in together)
    parts: list[tuple[Literal, ...]] = []
    rest = set(chosen)
    for literal, true in sorted(literals, key=lambda x: -len(x[1])):
        if true <= chosen and true & rest:
            parts.append((literal,))
            rest -= true
    for case in sorted(rest):
        alone = _conjunction(literals, frozenset((case,)), len(cases))
        parts.append(alone if alone is not None else ())  # cases differ in a test, so there always is one
    return (Clause(tuple(parts)),)


def _parts(tests: Sequence[KeyTest], cases: Sequence[Case]) -> list[tuple[Literal, frozenset[int]]]:
    """Of two tests for one of some values: a test for those values of the first that the second lacks."""
    exact = [(n, t) for n, t in enumerate(tests) if t.operator in _EXACT and not t.qualifier]
    out = []
    for n, t in exact:
        for m, u in exact:
            values = tuple(v for v in t.values if v not in u.values)
            if t.operator == u.operator and values and values != t.values and (t.negated or not t.optional):
                chosen = (i for i, c in enumerate(cases) if _among(t, c, n) and not _among(u, c, m))
                out.append((Literal(replace(t, values=values, negated=False, optional=False), True), frozenset(chosen)))
    return out


def _among(test: KeyTest, case: Case, number: int) -> bool:
    """Whether the key is there with one of the test's values, where it is there."""
    return bool(case.held >> number & 1) != test.negated


def _conjunction(literals: Sequence[tuple[Literal, frozenset[int]]], chosen: frozenset[int], count: int) -> tuple[Literal, ...] | None:
    """The fewest literals found that hold together in just these cases; None where no conjunction does."""
    left = frozenset(range(count))
    out: list[Literal] = []
    useful = [x for x in literals if chosen <= x[1]]
    while left != chosen:
        best = min(useful, key=lambda x: len(left & x[1]), default=None)
        if best is None or left <= best[1]:
            return None
        out.append(best[0])
        left &= best[1]
    return tuple(out)


def matchings(patterns: Sequence[str], classes: Sequence[int], chosen: frozenset[int]) -> tuple[Matching, ...]:
    """The texts of the chosen classes. A class is the set of patterns that its texts match, bits of an integer."""
    if len(chosen) == len(classes):
        return (Matching(("*",)),)
    inside = {n: frozenset(c for c in classes if c >> n & 1) for n in range(len(patterns))}
    wanted = {classes[i] for i in chosen}
    rest, out = set(wanted), []
    for n in sorted(inside, key=lambda n: (-len(inside[n]), patterns[n])):
        if inside[n] and inside[n] <= wanted and inside[n] & rest:
            out.append(Matching((patterns[n],)))
            rest -= inside[n]
    for n in sorted(inside, key=lambda n: (-len(inside[n]), patterns[n])):
        but = _without(patterns, inside, inside[n] - wanted, inside[n], wanted)
        if but is not None and inside[n] & rest:
            out.append(Matching((patterns[n],), but))
            rest -= inside[n]
    for c in sorted(rest):
        within = frozenset(classes)
        narrow: list[str] = []
        for n in sorted((n for n in inside if c >> n & 1), key=lambda n: (len(inside[n]), patterns[n])):
            if within - inside[n]:
                narrow.append(patterns[n])
                within &= inside[n]
        but = _without(patterns, inside, within - {c}, within, {c})
        out.append(Matching(tuple(narrow) or ("*",), but or ()))
    return tuple(sorted(out))


def _without(
    patterns: Sequence[str], inside: dict[int, frozenset[int]], unwanted: frozenset[int], within: frozenset[int], wanted: set[int]
) -> tuple[str, ...] | None:
    """The patterns that take the unwanted classes out and no wanted one; None where they cannot."""
    rest, out = set(unwanted), []
    for n in sorted(inside, key=lambda n: (-len(inside[n] & within), patterns[n])):
        if inside[n] & rest and not inside[n] & within & wanted:
            out.append(patterns[n])
            rest -= inside[n]
    return None if rest else tuple(sorted(out))
