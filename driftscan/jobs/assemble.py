"""Stored snapshots -> the report of a period: every configured comparison, every baseline, and what became of last period's findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from driftscan.jobs.baselines import keep
from driftscan.jobs.compare import Judged, compare
from driftscan.jobs.context import Context
from driftscan.jobs.controls import promises
from driftscan.jobs.record import Recorded, points
from driftscan.jobs.report import report
from driftscan.jobs.resolved import with_causes
from driftscan.jobs.scope import watched
from driftscan.judge import earlier
from driftscan.model.report import Report
from driftscan.model.snapshot import Snapshot
from driftscan.report import idle


def assemble(
    context: Context, snapshots: Mapping[str, Snapshot], started: str, last: Recorded | None, *, whole: bool
) -> tuple[Report, list[Judged]]:
    """The report on these snapshots (environment -> snapshot) under the context's policy, as of its moment, and the comparisons behind it.

    Comparisons of environments that have no snapshot here are left out. last: the run that it is compared with.
    whole: everything that is configured was read, so that the rules of baselines and the controls can be judged. No cloud is asked.
    """
    infos = {i.id: i for i in context.store.snapshots()}
    before = earlier(last.report) if last else None
    rules = [r for r in context.settings.comparisons if {r.candidate, r.reference} <= snapshots.keys()]
    judged = [compare(context, infos[snapshots[r.candidate].id], infos[snapshots[r.reference].id], before) for r in rules]
    if last is not None and before is not None:
        judged = with_causes(context, judged, last, before)
    kept = keep(context, snapshots.values(), last, before) if whole else []
    if whole and last is not None and before is not None:
        judged, kept = watched(context, judged, kept, snapshots.values(), last.report, before)
    held = promises(context, snapshots, judged, kept, last, before) if whole else None
    made = report(context, judged, started, previous_run=last.run if last else None, kept=kept, past=points(context), held=held)
    looks = idle(made.summary.rules, last.report if last else None, context.period)
    return replace(made, summary=replace(made.summary, rules=looks)), judged
