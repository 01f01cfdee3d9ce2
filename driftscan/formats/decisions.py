"""Findings by decision: what is one group is told once, where its first finding stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from driftscan.model.report import Place, Report, ReportFinding
from driftscan.model.value import ABSENT


@dataclass(frozen=True, slots=True)
class Decision:
    """Findings that a person decides on at once. id: of the group, or of the finding alone; stable over runs."""

    id: str
    title: str
    heading: str
    findings: tuple[ReportFinding, ...]

    @property
    def first(self) -> ReportFinding:
        return self.findings[0]


def decisions(report: Report, findings: Iterable[ReportFinding]) -> list[Decision]:
    """These findings in their order, the members of a group together. heading: the title without what may change next month."""
    groups = {g.id: g for g in report.summary.groups}
    members: dict[tuple[bool, str], list[ReportFinding]] = {}
    for f in findings:
        members.setdefault((True, f.group) if f.group in groups else (False, f.id), []).append(f)
    out = []
    for (_, id), those in members.items():
        if len(those) == 1:
            out.append(Decision(those[0].id, those[0].title, those[0].heading, tuple(those)))
        else:
            group = groups[id]
            out.append(Decision(id, group.title, f"{group.type} {group.path}".strip(), tuple(those)))
    return out


def to_decide(report: Report) -> list[Decision]:
    """What waits for a person: differences, then what nobody knows yet; gaps are steps and no decisions."""
    return decisions(report, sorted((f for f in report.findings if (f.is_drift or f.is_unsure) and f.kind != "gap"), key=_unsure))


def _unsure(f: ReportFinding) -> bool:
    return f.is_unsure


def place_of(report: Report, f: ReportFinding) -> Place | None:
    """The line that decides a finding: of its rule, waiver or baseline, else of its comparison in the configuration."""
    if isinstance(f.location, Place):
        return f.location
    exact = [c for c in report.comparisons if c.name == f.comparison]
    near = [c for c in report.comparisons if f.comparison in (c.candidate, c.reference)]
    found = next((c.location for c in (*exact, *near, *report.comparisons) if c.location is not ABSENT), None)
    return found if isinstance(found, Place) else None
