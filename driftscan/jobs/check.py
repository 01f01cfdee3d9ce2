"""The latest stored snapshots against their environments' baselines; no other environment is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from driftscan.config.text import nearest
from driftscan.errors import UsageError
from driftscan.formats import tree
from driftscan.jobs.baselines import keep, rules_of
from driftscan.jobs.context import Context, stamp
from driftscan.jobs.output import PLAIN, Screen, emit
from driftscan.jobs.record import previous
from driftscan.jobs.report import exit_code, report
from driftscan.jobs.sides import resolve
from driftscan.judge import earlier
from driftscan.model.baseline import BaselineRule
from driftscan.store import SnapshotInfo

SIDE = "baseline:"
"""How a side of `diff` names the rules of one file."""


def check(
    context: Context,
    environments: Iterable[str],
    *,
    outputs: Sequence[tuple[str, str]] = (),
    fail_on: str | None = None,
    screen: Screen = PLAIN,
    full: bool = False,
) -> int:
    """Judge the latest snapshot of each environment by all its rules and write the report. Returns the exit code."""
    if not context.settings.baselines:
        raise UsageError(
            "no rules are configured", "write baselines/prod.yaml beside the configuration, or `driftscan baseline capture prod`"
        )
    names = list(environments)
    wanted = [n for n in names if rules_of(context, context.settings.environment(n))]
    if not wanted:
        said = ", ".join(names)
        raise UsageError(f"no rule is about {said}", f"name a role for {names[0]} in the configuration: role: prod (dev, test, stage)")
    for name in names:
        if name not in wanted:
            context.note(f"no rule is about {name}")
    return against(context, [resolve(context, name) for name in wanted], None, outputs=outputs, fail_on=fail_on, screen=screen, full=full)


def named(context: Context, side: str) -> tuple[BaselineRule, ...] | None:
    """The rules of the file that `baseline:NAME` names, with those that they override; None where the side names no baseline."""
    if not side.startswith(SIDE):
        return None
    name = side.removeprefix(SIDE)
    known = {r.baseline for r in context.settings.baselines}
    if name not in known:
        near = nearest(name, known)
        hint = f"did you mean {SIDE}{near}?" if near else f"configured: {', '.join(sorted(known)) or 'none; write baselines/NAME.yaml'}"
        raise UsageError(f"there is no baseline {name!r}", hint)
    ids = {r.id for r in context.settings.baselines if r.baseline == name and r.override}
    return tuple(r for r in context.settings.baselines if r.baseline == name or r.id in ids)


def against(
    context: Context,
    infos: Sequence[SnapshotInfo],
    rules: Sequence[BaselineRule] | None,
    *,
    outputs: Sequence[tuple[str, str]] = (),
    fail_on: str | None = None,
    screen: Screen = PLAIN,
    full: bool = False,
) -> int:
    """Judge stored snapshots by rules (None: all that are about their environments) and write the report. Returns the exit code.

    The same snapshots, configuration and `as_of` give the same bytes: nothing in this report knows when it was made.
    """
    last = previous(context)
    before = earlier(last.report) if last else None
    kept = keep(context, [context.store.snapshot(i.id) for i in infos], last, before, rules)
    if not kept:
        raise UsageError(
            f"no rule of it is about {infos[0].environment}", "look at `role:` and `environment:` in the file, and at the configuration"
        )
    same = replace(context, run_id=_name(context, infos, rules), now=lambda: context.as_of)
    result = report(same, (), stamp(context.as_of), previous_run=last.run if last else None, kept=kept)
    emit(result, outputs or (("text", "-"),), pairs=lambda: b"", screen=screen, text=partial(tree.render, full=full))
    return exit_code(result, context.settings.min_coverage, fail_on)


def _name(context: Context, infos: Iterable[SnapshotInfo], rules: Sequence[BaselineRule] | None) -> str:
    """The id of an ad hoc check: a digest of what it depends on."""
    which = [f"{r.baseline}/{r.id}" for r in rules or ()]
    parts = [*(i.digest for i in infos), *which, context.settings.digest, context.catalog.digest, stamp(context.as_of)]
    return "check-" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
