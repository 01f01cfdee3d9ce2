"""`--context`: what stands beside a difference and is the same on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from driftscan.jobs.compare import Judged
from driftscan.jobs.view import symbolic
from driftscan.judge.values import neutral, value_at
from driftscan.model.finding import Finding, Kind
from driftscan.model.report import Wire
from driftscan.model.value import ABSENT, Address, Path, Value, show_path, walk

MOST: Final = 6
"""So many leaves beside one difference."""


def around(judged: Judged) -> Mapping[str, tuple[tuple[str, Wire], ...]]:
    """Per finding on a pair: (path, value) of the leaves in the container of a changed member that both sides have alike, by path."""
    names = judged.comparison.candidate.environment, judged.comparison.reference.environment
    return {f.id: tuple(sorted(_beside(judged, f, names))) for f in judged.judgement.findings if f.kind is Kind.CHANGED}


def _beside(judged: Judged, finding: Finding, names: tuple[str, str]) -> Iterator[tuple[str, Wire]]:
    s = finding.subject
    if s.candidate is None or s.reference is None:
        return
    at = [Address.of(s.type, x.account, x.region, x.id) for x in (s.candidate, s.reference)]
    ours, theirs = judged.body("candidate", at[0]).body, judged.body("reference", at[1]).body
    changed = [c.path for c in finding.changes]
    seen: set[Path] = set()
    for path in changed:
        above = path[:-1]
        other = {p: _plain(v, names[1]) for p, v in walk(value_at(theirs, above), above)}
        alike = (
            (p, v)
            for p, v in walk(value_at(ours, above), above)
            if p in other and other[p] == _plain(v, names[0]) and not any(p[: len(c)] == c for c in changed)
        )
        for _, (p, v) in zip(range(MOST), alike, strict=False):
            if p not in seen and v is not ABSENT:
                seen.add(p)
                yield show_path(p), symbolic(v)


def _plain(value: Value, environment: str) -> Value:
    return neutral(value, lambda _: None, environment)
