"""Random estates made of the catalogue's examples: the three invariants of `tests/generated`, for as many seeds as there is time for."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from typing import Any, Final

from benchmarks.accuracy.figures import Part, at_most

INVARIANTS: Final = {
    "a clean twin is silent": ("noise", "pair"),
    "a mutation is found": ("mutation",),
    "unknown is neither equal nor drift": ("denied", "unknown"),
}
"""The three, and what breaks each."""


def run(cases: int, first: int) -> Part:
    """Examine `cases` estates from seed `first` on. What a case dies of is a failure of that case."""
    from tests.generated.estate import estate
    from tests.generated.invariants import examine

    rows: dict[str, Counter[str]] = defaultdict(Counter)
    failures: list[dict[str, Any]] = []
    kinds: Counter[str] = Counter()
    held = dict.fromkeys(INVARIANTS, 0)
    started = time.monotonic()
    for seed in range(first, first + cases):
        made = estate(seed)
        try:
            case = examine(made)
        except Exception as e:  # a crash is what such a run is to find
            failures.append({"seed": seed, "estate": str(made), "invariant": "crash", "type": type(e).__name__, "what": str(e)})
            continue
        kinds[case.kind] += 1
        broken = {invariant for invariant, *_ in case.failures}
        for name, parts in INVARIANTS.items():
            held[name] += broken.isdisjoint(parts)
        for name, row in case.counts.items():
            rows[name].update(row)
        failures += [{"seed": seed, "estate": str(made), "invariant": i, "type": t, "what": what} for i, t, what in case.failures]
    minutes = (time.monotonic() - started) / 60
    by = Counter(f["invariant"] for f in failures)
    names = {"noise": "drift on clean twins", "pair": "wrong pairs", "mutation": "mutations not found at their path"}
    names |= {"denied": "unread types that show", "unknown": "unread members that show", "crash": "crashes"}
    goals = tuple(at_most(shown, by[name], 0) for name, shown in names.items())
    counts = {f"held: {name}": number for name, number in held.items()}
    counts |= {f"mutations: {kind}": number for kind, number in sorted(kinds.items()) if kind}
    notes = {"cases": cases, "cases a minute": round(cases / minutes), "types": len(rows)}
    return Part("generated", rows, goals, {**notes, **counts, "failures": failures})
