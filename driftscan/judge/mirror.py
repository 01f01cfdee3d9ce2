"""A comparison seen from its other side, and a judgement too: `diff prod stage` is the exact mirror of `diff stage prod`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from driftscan.model.drift import Ambiguous, Change, Compared, Comparison, Entitled, Meaning, Pair, Topology
from driftscan.model.finding import Finding, FindingChange, Judgement, Kind, LedgerRow, Moved, Subject

_KIND: Final = {Kind.MISSING: Kind.EXTRA, Kind.EXTRA: Kind.MISSING}
_MOVED: Final = {Moved.CANDIDATE: Moved.REFERENCE, Moved.REFERENCE: Moved.CANDIDATE}


def comparison(c: Comparison) -> Comparison:
    """The same comparison with its sides swapped: missing is extra, added is removed."""
    return Comparison(
        candidate=c.reference,
        reference=c.candidate,
        compared=tuple(_compared(p) for p in c.compared),
        extra=c.missing,
        missing=c.extra,
        ambiguous=_groups(c.ambiguous),
        uncompared=c.uncompared,
        grouped=(c.grouped[1], c.grouped[0]),
        uncounted=(c.uncounted[1], c.uncounted[0]),
        keys=c.keys,
        copies=c.copies,
        declared=c.declared,
        entitled=tuple(Entitled(_pair(e.pair), _turned(e.meaning), tuple(map(_pair, e.through))) for e in c.entitled),
        topology=_topology(c.topology),
        alike={a: (references, candidates) for a, (candidates, references) in c.alike.items()},
    )


def judgement(j: Judgement) -> Judgement:
    """The same judgement with its sides swapped. Ids, verdicts, severities and sentences name environments, not sides: they stay."""
    return replace(
        j,
        candidate=j.reference,
        reference=j.candidate,
        findings=tuple(_finding(f, j) for f in j.findings),
        ledger=tuple(_row(r) for r in j.ledger),
        extra=j.missing,
        missing=j.extra,
    )


def _topology(t: Topology) -> Topology:
    return Topology(
        rewired=tuple(replace(r, pair=_pair(r.pair), only=(r.only[1], r.only[0])) for r in t.rewired),
        untold=tuple(replace(u, pair=_pair(u.pair)) for u in t.untold),
        uneven=_groups(t.uneven),
    )


def _groups(groups: Iterable[Ambiguous]) -> tuple[Ambiguous, ...]:
    return tuple(Ambiguous(a.type, a.references, a.candidates, a.key) for a in groups)


def _compared(c: Compared) -> Compared:
    return Compared(_pair(c.pair), tuple(_change(x) for x in c.changes))


def _pair(pair: Pair) -> Pair:
    return replace(pair, candidate=pair.reference, reference=pair.candidate)


def _change(c: Change) -> Change:
    return replace(c, candidate=c.reference, reference=c.candidate, meaning=_meaning(c.meaning))


def _meaning(m: Meaning | None) -> Meaning | None:
    return _turned(m) if m is not None else None


def _turned(m: Meaning) -> Meaning:
    return replace(m, relation=m.relation.mirrored, more=(m.more[1], m.more[0]), exposed=(m.exposed[1], m.exposed[0]))


def _finding(f: Finding, j: Judgement) -> Finding:
    return replace(
        f,
        kind=_KIND.get(f.kind, f.kind),
        comparison=f"{j.reference}..{j.candidate}" if f.comparison == j.name else f.comparison,
        subject=_subject(f.subject),
        changes=tuple(_finding_change(c) for c in f.changes),
        moved=_MOVED.get(f.moved, f.moved),
    )


def _subject(s: Subject) -> Subject:
    return replace(s, candidate=s.reference, reference=s.candidate, among=(s.among[1], s.among[0]))


def _finding_change(c: FindingChange) -> FindingChange:
    return replace(c, candidate=c.reference, reference=c.candidate, moved=_MOVED.get(c.moved, c.moved), meaning=_meaning(c.meaning))


def _row(r: LedgerRow) -> LedgerRow:
    return replace(
        r,
        candidate=r.reference,
        reference=r.candidate,
        extra=r.missing,
        missing=r.extra,
        ambiguous=(r.ambiguous[1], r.ambiguous[0]),
        grouped=(r.grouped[1], r.grouped[0]),
        uncounted=(r.uncounted[1], r.uncounted[0]),
    )
