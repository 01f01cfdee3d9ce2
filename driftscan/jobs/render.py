"""`report`: a stored run, rendered again, whole or for one owner."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from driftscan.config.text import nearest
from driftscan.errors import UsageError
from driftscan.formats import render
from driftscan.jobs.commits import with_commits, without_commits
from driftscan.jobs.context import Context
from driftscan.jobs.output import PLAIN, Screen, emit, write
from driftscan.jobs.report import exit_code, pairs
from driftscan.jobs.stored import Stored, again
from driftscan.model.report import Report
from driftscan.model.settings import Settings
from driftscan.report import of_owner, owners


def rendered(
    found: Stored,
    settings: Settings | None,
    *,
    owner: str | None = None,
    outputs: Sequence[tuple[str, str]] = (),
    fail_on: str | None = None,
    min_coverage: float,
    screen: Screen = PLAIN,
) -> int:
    """Write a run's report as it was stored: the same bytes of report.json, and every other format from it. Returns the exit code.

    settings: to know owners that have no finding, where there is a configuration.
    """
    targets = list(outputs or (("text", "-"),))
    if any(name == "pairs" for name, _ in targets):
        raise UsageError("pairs are not part of a stored report", "write --again with it: pairs are computed from the snapshots")
    result = found.report if owner is None else sliced(found.report, owner, settings)
    for name, file in [t for t in targets if owner is None and t[0] == "json"]:
        targets.remove((name, file))
        if file == "-":
            sys.stdout.buffer.write(found.data)
            sys.stdout.flush()
        else:
            write(Path(file), found.data)
    emit(result, targets, pairs=lambda: b"", screen=screen)
    return exit_code(result, min_coverage, fail_on)


def judged_again(
    context: Context,
    found: Stored,
    *,
    owner: str | None = None,
    outputs: Sequence[tuple[str, str]] = (),
    fail_on: str | None = None,
    screen: Screen = PLAIN,
) -> int:
    """Judge the run's snapshots again under the policy of now, and write that report. Says whether it is the one that was stored."""
    result, judged = again(context, found.record)
    result = with_commits(result)
    context.note(_told(found.report, result, same=render("json", result) == found.data))
    if owner is not None:
        result = sliced(result, owner, context.settings)
    emit(result, outputs or (("text", "-"),), pairs=lambda: pairs(judged), screen=screen)
    return exit_code(result, context.settings.min_coverage, fail_on)


def _told(then: Report, now: Report, *, same: bool) -> str:
    if same:
        return f"judged again, the run {then.run.id} says the same, byte by byte"
    if render("json", without_commits(now)) == render("json", without_commits(then)):
        return f"judged again, the run {then.run.id} says the same; only the commits of its exceptions are other ones, or read elsewhere"
    changed = [
        name
        for name, a, b in (
            ("the configuration", then.run.config_digest, now.run.config_digest),
            ("the catalogue", then.run.catalog_digest, now.run.catalog_digest),
            ("this program", then.run.tool_version, now.run.tool_version),
        )
        if a != b
    ]
    if changed:
        why = f"{' and '.join(changed)} changed since"
    else:
        why = "the configuration goes by another path, or the store holds other runs before it"
    return f"judged again, the run {then.run.id} is another report, because {why}; without --again it is as it was stored"


def sliced(report: Report, owner: str, settings: Settings | None) -> Report:
    """The slice of an owner. Raises UsageError for one that neither a finding nor the configuration names."""
    known = owners(report)
    declared = sorted({o.owner for o in settings.owners if o.owner}) if settings is not None else []
    if owner not in (*known, *declared):
        near = nearest(owner, {*known, *declared})
        named = ", ".join(known) or "none; write `owners:` in the configuration"
        hint = f"did you mean {near!r}?" if near else f"owners of findings: {named}"
        raise UsageError(f"nothing in the report {report.run.id} belongs to {owner!r}", hint)
    return of_owner(report, owner)
