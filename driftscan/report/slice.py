"""The part of a report that belongs to one owner. It says of itself that it is one, and of how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from driftscan.model.finding import FindingGroup
from driftscan.model.report import Claim, Report, ReportFinding
from driftscan.model.words import count
from driftscan.report import open as open_findings


def owners(report: Report) -> list[str]:
    """Who owns findings of the report."""
    return sorted({f.owner for f in report.findings if f.owner})


def of_owner(report: Report, owner: str) -> Report:
    """What `owner` has to look at: their findings, and every gap, since what was not read may be theirs.

    The numbers of findings are those of the slice, each of how many; snapshots, coverage, ledgers, parity and ignored values are those of
    the whole report; what is resolved, the matrices and the trend belong to nobody and are left out. Verdict, notes and title say all this.
    """
    gaps = [f for f in report.findings if f.kind == "gap"]
    mine = tuple(f for f in report.findings if f.owner == owner or f.kind == "gap")
    ids = {f.id for f in mine}
    s = report.summary
    said = _numbers(report, mine, owner)
    rest = len(report.findings) - len(mine)
    notes = (
        f"This is a slice, not the report: it shows {said}, and leaves {count(rest, 'finding')} of others out.",
        "Coverage, ledgers and parity are those of the whole report; resolved findings, the heat grid and the trend are not in a slice.",
        *((f"{count(len(gaps), 'gap')} are shown too: what was not read may be {owner}'s.",) if len(gaps) > 1 else ()),
        *s.notes,
    )
    claims = tuple(_claim(report, mine, c, owner) for c in s.claims)
    summary = replace(
        s,
        verdict=f"slice for {owner}: {said}. The whole report says: {s.verdict}",
        claims=claims,
        reach=f"{s.reach}; this is the slice of {owner}, not the whole report",
        tone=_tone(report, mine),
        notes=notes,
        counts=open_findings.counts(mine),
        groups=tuple(g for g in (_group(g, ids) for g in s.groups) if g is not None),
        top=open_findings.top(mine),
        promotion=tuple(i for i in s.promotion if i in ids),
        accepted=tuple(replace(a, findings=tuple(i for i in a.findings if i in ids)) for a in s.accepted if ids & {*a.findings}),
        waived=open_findings.waived(mine),
        states=open_findings.states(mine),
        causes=(),
        owners=open_findings.owners(f for f in mine if f.kind != "gap"),
        ages=open_findings.ages(mine, report.run.period),
        matrices=(),
        trend=(),
    )
    title = f"slice for {owner}: {_share(len(mine) - len(gaps), report)}"
    run = replace(report.run, organization=" · ".join(x for x in (report.run.organization, title) if x))
    return replace(report, run=run, findings=mine, resolved=(), summary=summary)


def _share(n: int, report: Report) -> str:
    return f"{n:,} of {count(sum(f.kind != 'gap' for f in report.findings), 'finding')}"


def _drift(findings: Sequence[ReportFinding]) -> list[ReportFinding]:
    return [f for f in findings if f.is_drift]


def _numbers(report: Report, mine: Sequence[ReportFinding], owner: str) -> str:
    """`12 of 340 findings, 5 of 120 differences among them, 2 critical`."""
    ours = _drift([f for f in mine if f.owner == owner])
    by = Counter(f.severity for f in ours)
    worst = "".join(f", {by[s]:,} {s}" for s in ("critical", "high") if by[s])
    shown = _share(sum(f.owner == owner and f.kind != "gap" for f in mine), report)
    return f"{shown}, {len(ours):,} of {count(len(_drift(report.findings)), 'difference')} among them{worst}"


def _claim(report: Report, mine: Sequence[ReportFinding], claim: Claim, owner: str) -> Claim:
    of_all = len(_drift([f for f in report.findings if f.comparison == claim.comparison]))
    ours = len(_drift([f for f in mine if f.comparison == claim.comparison and f.owner == owner]))
    numbers = f"{ours:,} of {count(of_all, 'difference')} {'is' if ours == 1 else 'are'} {owner}'s"
    return replace(claim, headline=f"slice for {owner}: {claim.headline}", numbers=numbers)


def _tone(report: Report, mine: Sequence[ReportFinding]) -> str:
    """The slice's own. Without a difference it is `same` only where all was seen: what was not could be theirs."""
    if _drift(mine):
        return "drift"
    listings = report.summary.listings
    blind = report.gaps or any(f.is_unsure for f in mine) or listings.part < listings.whole
    return "unknown" if blind else "same"


def _group(group: FindingGroup, ids: set[str]) -> FindingGroup | None:
    """What is theirs of a group, which says of how many; a single one is no group."""
    mine = tuple(i for i in group.findings if i in ids)
    if len(mine) < 2:
        return None
    if len(mine) == len(group.findings):
        return group
    what = group.title.rpartition(" on ")[0] or group.title
    return replace(group, title=f"{what} on {len(mine):,} of {count(len(group.findings), 'resource')}", findings=mine)
