"""Judged comparisons -> report, and what a report means for the exit code."""

from __future__ import annotations

from collections.abc import Sequence

from driftscan import __version__
from driftscan.formats.pairs import render as render_pairs
from driftscan.jobs.baselines import Kept
from driftscan.jobs.compare import Judged
from driftscan.jobs.context import Context, stamp
from driftscan.model.control import ControlsJudgement
from driftscan.model.drift import Severity
from driftscan.model.report import SEVERITIES, Report, Run, TrendPoint
from driftscan.model.snapshot import Snapshot
from driftscan.report import build


def report(
    context: Context,
    judged: Sequence[Judged],
    started: str,
    *,
    previous_run: str | None = None,
    kept: Sequence[Kept] = (),
    past: Sequence[TrendPoint] | None = None,
    held: ControlsJudgement | None = None,
) -> Report:
    """The report of these comparisons and baselines; every snapshot that they stand on is named once.

    past: see `build`. held: the controls.
    """
    snapshots: dict[str, Snapshot] = {s.id: s for j in judged for s in j.snapshots} | {k.snapshot.id: k.snapshot for k in kept}
    run = Run(
        id=context.run_id,
        period=context.period,
        as_of=stamp(context.as_of),
        started=started,
        finished=stamp(context.now()),
        tool_version=__version__,
        catalog_digest=context.catalog.digest,
        config_digest=context.settings.digest,
        previous_run=previous_run,
        organization=context.settings.organization,
    )
    return build(
        run,
        tuple(snapshots.values()),
        [(j.comparison, j.judgement) for j in judged],
        context.catalog,
        context.settings,
        [k.judgement for k in kept],
        past,
        held,
    )


def exit_code(report: Report, min_coverage: float, fail_on: str | None) -> int:
    """4: too little was read, nothing at all of an account, or a scope vanished; 3: drift at or above `fail_on`; else 0."""
    vanished = any(f.kind == "gap" and f.verdict == "unknown" and f.severity == Severity.CRITICAL for f in report.findings)
    if vanished or report.summary.listings.value < min_coverage or any(g.type == "*" for g in report.gaps):
        return 4
    if fail_on is not None:
        severe = SEVERITIES[: SEVERITIES.index(Severity(fail_on)) + 1]
        if any(f.verdict == "drift" and f.severity in severe for f in report.findings):
            return 3
    return 0


def pairs(judged: Sequence[Judged]) -> bytes:
    """Every pair of every comparison with reason and confidence, as JSON lines."""
    return render_pairs((j.comparison, j.judgement) for j in judged)
