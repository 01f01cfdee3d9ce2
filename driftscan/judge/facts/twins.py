"""What the parity comparisons of an environment found, by aspect: its topology, and the boundaries of what may do what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from driftscan.judge.facts.shape import AspectOf, Shape, shape
from driftscan.model.drift import Comparison, Entitled, Meaning, Verdict
from driftscan.model.finding import Finding, Judgement, Kind, Locator

BOUNDARY: Final = "iam"
STRUCTURE: Final = "network"
_ONE_SIDED: Final = (Kind.MISSING, Kind.EXTRA, Kind.AMBIGUOUS)
EVERYTHING: Final = "*"
"""The aspect of a gap that hides a whole account."""


@dataclass(frozen=True, slots=True)
class Met:
    """A finding about one aspect of two environments. verdict: the worst of what is about this aspect."""

    finding: Finding
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a pair of principals may do altogether. findings: those on the policies that it comes from; at: the candidate's.

    called: what people call it.
    """

    called: str
    type: str
    key: str
    at: Locator
    meaning: Meaning
    findings: tuple[Met, ...]


@dataclass(frozen=True)
class Twins:
    """One comparison. topology: resources that one side lacks, and differences in network; boundaries: everything in aspect iam.

    compared: how many pairs were looked at. entitlements: of principals whose policies differ, where all of them are understood.
    shape: both as graphs.
    """

    candidate: str
    reference: str
    compared: int
    topology: tuple[Met, ...]
    boundaries: tuple[Met, ...]
    entitlements: tuple[Entitlement, ...] = ()
    shape: Shape = field(default_factory=Shape)

    @property
    def name(self) -> str:
        """`stage..prod`."""
        return f"{self.candidate}..{self.reference}"


def twins(judged: Iterable[tuple[Judgement, Comparison]], aspect_of: AspectOf) -> tuple[Twins, ...]:
    """The parity comparisons. aspect_of: the aspect of a type, or of a path of it; of what is nobody's, empty."""
    return tuple(_twins(j, comparison, aspect_of) for j, comparison in judged if j.candidate != j.reference)


def _twins(j: Judgement, comparison: Comparison, aspect_of: AspectOf) -> Twins:
    topology, boundaries = (
        tuple(m for f in j.findings if (m := _met(f, aspect_of, boundary=boundary)) is not None) for boundary in (False, True)
    )
    known = {(m.finding.subject.type, m.finding.subject.key): m for m in boundaries if m.finding.kind is Kind.CHANGED}
    entitlements = [
        Entitlement(
            _called(e, known),
            e.pair.candidate.type,
            e.pair.key,
            Locator(e.pair.candidate.account, e.pair.candidate.region, e.pair.candidate.id),
            e.meaning,
            tuple(known[p.candidate.type, p.key] for p in e.through if (p.candidate.type, p.key) in known),
        )
        for e in comparison.entitled
    ]
    return Twins(
        j.candidate,
        j.reference,
        j.paired,
        topology,
        boundaries,
        tuple(e for e in entitlements if e.findings),
        shape(j, comparison, aspect_of),
    )


def _called(e: Entitled, known: Mapping[tuple[str, str], Met]) -> str:
    """As the finding on it begins, where there is one."""
    met = known.get((e.pair.candidate.type, e.pair.key))
    return met.finding.title.partition(": ")[0] if met is not None else f"{e.pair.candidate.type} {e.pair.key.strip('/')}"


def _met(f: Finding, aspect_of: AspectOf, *, boundary: bool) -> Met | None:
    if f.kind is Kind.GAP:
        types = [g.type for g in f.gaps] or [f.subject.type]
        aspects = {EVERYTHING if type == EVERYTHING else aspect_of(type, ()) for type in types} - {""}
        hides = EVERYTHING in aspects or (BOUNDARY in aspects if boundary else bool(aspects - {BOUNDARY}))
        return Met(f, Verdict.UNKNOWN if f.verdict is not Verdict.WAIVED else f.verdict) if hides else None
    if f.kind in _ONE_SIDED:
        aspect = aspect_of(f.subject.type, ())
        return Met(f, f.verdict) if aspect and (aspect == BOUNDARY) is boundary else None
    if f.kind is not Kind.CHANGED:
        return None
    wanted = BOUNDARY if boundary else STRUCTURE
    verdicts = [c.verdict for c in f.changes if c.aspect == wanted]
    if not verdicts and not f.changes and f.aspect == wanted:  # an earlier finding that nobody can look at now
        verdicts = [f.verdict]
    return Met(f, min(verdicts, key=tuple(Verdict).index)) if verdicts else None
