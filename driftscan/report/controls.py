"""Promises as rows of a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from driftscan.model.control import ControlsJudgement, Evidence, Standing, Status
from driftscan.model.report import Promise, ReportControl, ReportEvidence, StatusCount
from driftscan.model.value import ABSENT, show_path
from driftscan.report.values import wire

HOLDING: Final = 20
"""So many items that hold or are accepted stand in a row; what breaks a promise or was not seen is never cut."""


def rows(judged: ControlsJudgement) -> tuple[ReportControl, ...]:
    """One per control and environment, in the order of the judgement."""
    return tuple(
        ReportControl(
            id=r.control,
            version=r.version,
            environment=r.environment,
            status=str(r.status),
            title=r.title,
            severity=str(r.severity),
            reason=r.reason,
            items=len(r.evidence),
            evidence=tuple(_evidence(e) for e in _shown(r.evidence)),
        )
        for r in judged.rows
    )


def promises(judged: ControlsJudgement) -> tuple[Promise, ...]:
    """What each control says about itself, once."""
    found = {
        r.control: Promise(r.control, r.version, r.title, r.text.judges, r.text.matters, r.text.evidence, r.text.do) for r in judged.rows
    }
    return tuple(found.values())


def counts(shown: Iterable[ReportControl]) -> tuple[StatusCount, ...]:
    """Promises by status; those that there are."""
    n = Counter(c.status for c in shown)
    return tuple(StatusCount(str(s), n[s]) for s in Status if n[s])


def _shown(evidence: tuple[Evidence, ...]) -> list[Evidence]:
    out, left = [], HOLDING
    for e in evidence:
        if e.standing in (Standing.HOLDS, Standing.ACCEPTED):
            left -= 1
        if left >= 0 or e.standing in (Standing.FAILS, Standing.UNKNOWN):
            out.append(e)
    return out


def _evidence(e: Evidence) -> ReportEvidence:
    at = e.at
    return ReportEvidence(
        standing=str(e.standing),
        text=e.text,
        type=e.type or ABSENT,
        key=e.key or ABSENT,
        account=at.account if at else ABSENT,
        region=at.region if at else ABSENT,
        id=(at.ref or at.id) if at else ABSENT,
        arn=(at.arn or ABSENT) if at else ABSENT,
        path=show_path(e.path) if e.path else ABSENT,
        value=wire(e.value) if e.path else ABSENT,
        code=e.code or ABSENT,
        finding=e.finding or ABSENT,
    )
