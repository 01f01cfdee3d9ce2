"""What is open, by owner and by age; and what changed since the last final run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from driftscan.model.finding import State
from driftscan.model.report import SEVERITIES, VERDICTS, CauseCount, Count, OpenRow, ReportFinding, Resolved, Share, StateCount
from driftscan.report.periods import between

AGES: Final = ((0, "this period"), (1, "one period"), (3, "two or three periods"), (6, "four to six periods"))
TOP: Final = 10
"""So many decisions stand at the head of a report."""
OLDER: Final = "more than six periods"
CAUSES: Final = ("cloud", "rule", "scope", "unknown")


def counts(findings: Iterable[ReportFinding]) -> tuple[Count, ...]:
    """Findings by verdict and severity; those that there are."""
    n = Counter((f.verdict, f.severity) for f in findings)
    return tuple(Count(str(v), str(s), n[v, s]) for v in VERDICTS for s in SEVERITIES if n[v, s])


def top(findings: Iterable[ReportFinding]) -> tuple[str, ...]:
    """The ids of the worst decisions: drift before what is unknown, gaps last, one finding per group. findings: in report order."""
    first: dict[str, str] = {}
    for f in sorted((f for f in findings if f.is_open), key=lambda f: (f.verdict != "drift", f.kind == "gap")):
        first.setdefault(f.group or f.id, f.id)
    return tuple(first.values())[:TOP]


def states(findings: Iterable[ReportFinding]) -> tuple[StateCount, ...]:
    """Findings by verdict and state; those that there are."""
    n = Counter((f.verdict, f.state) for f in findings)
    return tuple(StateCount(str(v), str(s), n[v, s]) for v in VERDICTS for s in State if n[v, s])


def causes(resolved: Iterable[Resolved]) -> tuple[CauseCount, ...]:
    """What is gone by cause; the causes that there are."""
    n = Counter(r.cause for r in resolved)
    return tuple(CauseCount(c, n[c]) for c in CAUSES if n[c])


def waived(findings: Iterable[ReportFinding]) -> Share:
    """Waived findings, of all that differ and that no rule expects."""
    n = Counter(f.verdict for f in findings)
    return Share(n["waived"], n["waived"] + n["drift"])


def owners(findings: Iterable[ReportFinding]) -> tuple[OpenRow, ...]:
    """One row per owner, who has most of the worst first; what nobody owns is the row without a label, last."""
    rows = _rows(findings, lambda f: f.owner or "")
    return tuple(sorted(rows, key=lambda r: (not r.label, [-n for n in r.severities], r.label)))


def ages(findings: Iterable[ReportFinding], period: str) -> tuple[OpenRow, ...]:
    """One row per age, youngest first; the ages that there are."""

    def label(f: ReportFinding) -> str:
        age = between(f.first_seen, period)
        return next((words for most, words in AGES if age <= most), OLDER)

    order = [words for _, words in AGES] + [OLDER]
    return tuple(sorted(_rows(findings, label), key=lambda r: order.index(r.label)))


def _rows(findings: Iterable[ReportFinding], label: Callable[[ReportFinding], str]) -> Sequence[OpenRow]:
    held: defaultdict[str, list[ReportFinding]] = defaultdict(list)
    for f in findings:
        if f.is_open:
            held[label(f)].append(f)
    return [
        OpenRow(name, len(those), tuple(sum(f.severity == s for f in those) for s in SEVERITIES), min(f.first_seen for f in those))
        for name, those in held.items()
    ]
