"""Random estates made of the catalogue's examples: the three invariants of `tests/generated`, for as many seeds as there is time for."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any, Final

from benchmarks.accuracy.figures import Part, at_most

INVARIANTS: Final = {
    "a clean twin is silent": ("noise", "pair"),
    "a mutation is found": ("mutation",),
    "unknown is neither equal nor drift": ("denied", "unknown"),
}
"""The three, and what breaks each."""


AT_ONCE: Final = 50
"""So many estates are one task of a process."""


@dataclass
class _Examined:
    """What came of some estates. kinds: of the mutations tried; held: invariant -> in how many; failures: a row per broken promise."""

    rows: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    kinds: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    failures: list[dict[str, Any]] = field(default_factory=list)

    def add(self, other: _Examined) -> None:
        """Takes in what came of others."""
        for name, row in other.rows.items():
            self.rows[name].update(row)
        self.kinds.update(other.kinds)
        self.held.update(other.held)
        self.failures += other.failures


def run(cases: int, first: int, jobs: int = 1) -> Part:
    """Examine `cases` estates from seed `first` on, in `jobs` processes. What a case dies of is a failure of that case."""
    started = time.monotonic()
    made = _Examined()
    tasks = [range(n, min(n + AT_ONCE, first + cases)) for n in range(first, first + cases, AT_ONCE)]
    if min(jobs, len(tasks)) > 1:
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            for part in pool.map(_examined, tasks):
                made.add(part)
    else:
        for task in tasks:
            made.add(_examined(task))
    minutes = (time.monotonic() - started) / 60
    by = Counter(f["invariant"] for f in made.failures)
    names = {"noise": "drift on clean twins", "pair": "wrong pairs", "mutation": "mutations not found at their path"}
    names |= {"denied": "unread types that show", "unknown": "unread members that show", "crash": "crashes"}
    goals = tuple(at_most(shown, by[name], 0) for name, shown in names.items())
    counts = {f"held: {name}": made.held[name] for name in INVARIANTS}
    counts |= {f"mutations: {kind}": number for kind, number in sorted(made.kinds.items()) if kind}
    notes = {"cases": cases, "cases a minute": round(cases / minutes), "types": len(made.rows)}
    return Part("generated", made.rows, goals, {**notes, **counts, "failures": made.failures})


def _examined(seeds: range) -> _Examined:
    """Some estates, one after the other."""
    from tests.generated.estate import estate
    from tests.generated.invariants import examine

    out = _Examined()
    for seed in seeds:
        made = estate(seed)
        try:
            case = examine(made)
        except Exception as e:  # a crash is what such a run is to find
            out.failures.append({"seed": seed, "estate": str(made), "invariant": "crash", "type": type(e).__name__, "what": str(e)})
            continue
        out.kinds[case.kind] += 1
        broken = {invariant for invariant, *_ in case.failures}
        out.held.update(name for name, parts in INVARIANTS.items() if broken.isdisjoint(parts))
        for name, row in case.counts.items():
            out.rows[name].update(row)
        out.failures += [{"seed": seed, "estate": str(made), "invariant": i, "type": t, "what": what} for i, t, what in case.failures]
    return out
