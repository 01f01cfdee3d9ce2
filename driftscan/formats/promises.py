"""How promises are shown: the mark and the word of each status, and the table of controls and environments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from driftscan.model.report import Promise, Report, ReportControl

STATUS: Final = {"PASS": ("✓", "kept"), "FAIL": ("✗", "broken"), "UNKNOWN": ("?", "unknown"), "NOT_APPLICABLE": ("·", "not applicable")}
"""Mark and word; a status of a later version is shown as it is, with the mark of what is unknown."""
LOUD: Final = ("FAIL", "UNKNOWN")
"""What a person has to look at."""


@dataclass(frozen=True, slots=True)
class Line:
    """One control: what it says about itself (None in a report that does not say), and its judgement per environment, in their order."""

    id: str
    title: str
    promise: Promise | None
    cells: tuple[ReportControl | None, ...]


def mark(status: str) -> tuple[str, str]:
    """Mark and word of a status."""
    return STATUS.get(status, ("?", status.lower().replace("_", " ")))


def said(report: Report) -> str:
    """`4 kept, 1 broken`."""
    return ", ".join(f"{c.controls:,} {mark(c.status)[1]}" for c in report.summary.controls)


def environments(report: Report) -> tuple[str, ...]:
    """In the order in which they are judged."""
    return tuple(dict.fromkeys(c.environment for c in report.controls))


def lines(report: Report) -> tuple[Line, ...]:
    """One per control, in the order of the report."""
    across = environments(report)
    texts = {p.id: p for p in report.summary.promises}
    held = {(c.id, c.environment): c for c in report.controls}
    titles = {c.id: c.title for c in report.controls}
    return tuple(Line(id, title, texts.get(id), tuple(held.get((id, e)) for e in across)) for id, title in titles.items())
