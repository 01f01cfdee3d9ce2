"""What ENV-04 and ENV-05 share: the findings of an environment's parity comparisons, as evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from driftscan.judge.controls.control import NotApplicable
from driftscan.judge.facts import Facts
from driftscan.judge.facts.twins import Met, Twins
from driftscan.model.control import Evidence, Standing
from driftscan.model.drift import Verdict

STANDING: Final = {
    Verdict.DRIFT: Standing.FAILS,
    Verdict.UNKNOWN: Standing.UNKNOWN,
    Verdict.EXPECTED: Standing.ACCEPTED,
    Verdict.WAIVED: Standing.ACCEPTED,
}


def rehearsed(facts: Facts, environment: str) -> list[Twins]:
    """The comparisons by which an environment is judged: those of which it is the candidate, or else the reference."""
    return [t for t in facts.twins if t.candidate == environment] or [t for t in facts.twins if t.reference == environment]


def compared(facts: Facts, environment: str, of: Callable[[Twins], Sequence[Met]], summary: Callable[[Twins], str]) -> Iterator[Evidence]:
    """The findings that `of` picks, of every comparison in which the environment is a side. summary: what was compared, in one sentence.

    Who is a candidate is judged by what it rehearses for: what rehearses for it is not its promise. Each item names its finding, so that a
    difference is told once. Raises NotApplicable where nothing compares the environment.
    """
    mine = rehearsed(facts, environment)
    if not mine:
        raise NotApplicable(f"no comparison has {environment} as its candidate or reference")
    for t in mine:
        met = of(t)
        for m in met:
            f = m.finding
            code = f.gaps[0].code if f.gaps else "undecided" if m.verdict is Verdict.UNKNOWN else ""
            at = f.subject.candidate or f.subject.reference
            yield Evidence(STANDING[m.verdict], f.title, f.subject.type, f.subject.key, at, code=code, finding=f.id, owner=f.owner)
        if not t.compared and not met:
            yield Evidence(Standing.UNKNOWN, f"{t.name}: no pair could be compared", code="nothing compared")
        elif t.compared:
            yield Evidence(Standing.HOLDS, f"{t.name}: {summary(t)}")
