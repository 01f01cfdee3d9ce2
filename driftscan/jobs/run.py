"""The monthly job, and the ad hoc comparison."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from driftscan.errors import UsageError
from driftscan.formats import differences, render
from driftscan.jobs.around import around
from driftscan.jobs.assemble import assemble
from driftscan.jobs.check import against
from driftscan.jobs.check import named as baseline_rules
from driftscan.jobs.commits import with_commits
from driftscan.jobs.compare import compare, sides
from driftscan.jobs.context import Context, stamp
from driftscan.jobs.narrow import narrow
from driftscan.jobs.output import PLAIN, Screen, emit, write
from driftscan.jobs.record import previous, remember
from driftscan.jobs.report import exit_code, pairs, report
from driftscan.jobs.reveal import unrevealed
from driftscan.jobs.scan import Progress, prepare, scan
from driftscan.jobs.sides import resolve
from driftscan.judge import earlier
from driftscan.model.snapshot import Snapshot
from driftscan.store import SnapshotInfo
from driftscan.store.manifest import moment

STALE = timedelta(days=31)
"""By how much the clock may be ahead of what the newest snapshot answers for, before an ad hoc comparison says so."""
ALWAYS = ("html", "json")
"""What every run writes into its output folder, as `report.FORMAT`."""


def run(
    context: Context,
    folder: Path,
    *,
    only: Iterable[str] = (),
    outputs: Sequence[tuple[str, str]] = (),
    fail_on: str | None = None,
    progress: Progress = lambda *_: None,
    screen: Screen = PLAIN,
) -> int:
    """Scan every environment, make every configured comparison, write the report, keep the run's record. Returns the exit code.

    The store's lock is held by the caller. Raises UsageError where nothing is to be compared.
    """
    rules = context.settings.comparisons
    if not rules:
        raise UsageError("no comparison is configured", "write comparisons: [{candidate: stage, reference: prod}]")
    started = stamp(context.now())
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, Snapshot] = {}
    for prepared in prepare(context, [e.name for e in context.settings.environments], only):
        with closing(prepared.source):
            made[prepared.environment.name] = scan(context, prepared, progress)
    result, judged = assemble(context, made, started, previous(context), whole=not tuple(only))
    result = with_commits(result)
    files = {name: render(name, result) for name in ALWAYS}
    for name, data in files.items():
        write(folder / f"report.{name}", data)
    remember(context, result, made, final=not tuple(only), data=files["json"])
    context.note(f"wrote {' and '.join(str(folder / f'report.{name}') for name in ALWAYS)}")
    emit(result, outputs or (("text", "-"),), pairs=lambda: pairs(judged), screen=screen)
    return exit_code(result, context.settings.min_coverage, fail_on)


def diff(
    context: Context,
    candidate: str,
    reference: str,
    *,
    only: Iterable[str] = (),
    outputs: Sequence[tuple[str, str]] = (),
    fail_on: str | None = None,
    screen: Screen = PLAIN,
    full: bool = False,
    beside: bool = False,
) -> int:
    """Compare two stored snapshots, or one with the rules of a baseline (`baseline:NAME`), and write the report. Returns the exit code.

    full: on a screen, everything, nothing cut. beside: on a screen, what is the same beside each difference too.

    The same snapshots, configuration and `as_of` give the same bytes: nothing in this report knows when it was made.
    """
    for one, other in ((candidate, reference), (reference, candidate)):
        if (rules := baseline_rules(context, other)) is not None:
            return against(context, [resolve(context, one)], rules, outputs=outputs, fail_on=fail_on, screen=screen, full=full)
    a, b = sides(context, resolve(context, candidate), resolve(context, reference))
    if (said := _clock(context, (a, b))) is not None:
        context.note(said)
    last = previous(context)
    globs = tuple(only)
    judged = [narrow(compare(context, a, b, earlier(last.report) if last else None), context.catalog, globs)]
    same = replace(context, run_id=_name(context, (a, b), globs), now=lambda: context.as_of)
    result = report(same, judged, stamp(context.as_of), previous_run=last.run if last else None)
    for sentence in unrevealed(result, context.settings):
        context.note(sentence)
    draw = partial(differences.render, full=full, around=around(judged[0]) if beside else None)
    emit(result, outputs or (("text", "-"),), pairs=lambda: pairs(judged), screen=screen, text=draw)
    return exit_code(result, context.settings.min_coverage, fail_on)


def _clock(context: Context, infos: Iterable[SnapshotInfo]) -> str | None:
    """Whether the clock is far from what the snapshots answer for, in words: waivers end by the clock, and promotions stall by it."""
    newest = max(moment(i.as_of) for i in infos)
    if context.pinned or newest <= context.as_of <= newest + STALE:
        return None
    where = "before" if context.as_of < newest else "long after"
    return (
        f"the clock is {where} the moment that these snapshots answer for: waivers, promotions and states are judged as of now; "
        f"--as-of {stamp(newest)} judges them as of then"
    )


def _name(context: Context, infos: Iterable[SnapshotInfo], only: Iterable[str]) -> str:
    """The id of an ad hoc comparison: a digest of what it depends on."""
    parts = [*(i.digest for i in infos), *only, context.settings.digest, context.catalog.digest, stamp(context.as_of)]
    return "diff-" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
