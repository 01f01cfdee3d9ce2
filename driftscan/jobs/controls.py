"""The promises of the environment strategy, judged on stored snapshots and what was found in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from driftscan.jobs.baselines import Kept
from driftscan.jobs.compare import Judged
from driftscan.jobs.context import Context
from driftscan.jobs.record import Recorded
from driftscan.judge.facts import Facts
from driftscan.judge.facts.scopes import scopes
from driftscan.judge.promises import judge_controls
from driftscan.model.control import ControlsJudgement
from driftscan.model.finding import Earlier
from driftscan.model.snapshot import Snapshot


def promises(
    context: Context,
    snapshots: Mapping[str, Snapshot],
    judged: Sequence[Judged],
    kept: Sequence[Kept],
    last: Recorded | None,
    before: Mapping[str, Earlier] | None,
) -> ControlsJudgement:
    """Every control in every configured environment. snapshots: by environment; last: the run that this one is compared with."""
    facts = facts_of(context, snapshots, judged, kept)
    made = judge_controls(facts, context.settings, context.as_of.date(), previous=before, period=context.period)
    return _with_causes(context, made, last)


def facts_of(context: Context, snapshots: Mapping[str, Snapshot], judged: Sequence[Judged], kept: Sequence[Kept]) -> Facts:
    """What controls see of these snapshots and judgements."""
    every = tuple(snapshots[e.name] for e in context.settings.environments if e.name in snapshots)
    findings = [f for j in judged for f in j.judgement.findings] + [f for k in kept for f in k.judgement.findings]
    return Facts(
        environments=tuple(e.name for e in context.settings.environments if e.name in snapshots),
        scopes=scopes(every, findings, context.settings.controls.excluded),
    )


def _with_causes(context: Context, made: ControlsJudgement, last: Recorded | None) -> ControlsJudgement:
    """Where configuration and catalogue are as they were, what is gone went away with the cloud; else nobody looked yet."""
    if last is None or not made.resolved:
        return made
    run = last.report["run"]
    same = run["config_digest"] == context.settings.digest and run["catalog_digest"] == context.catalog.digest
    if not same:
        return made
    return replace(made, resolved=tuple(replace(r, cause=r.cause or "cloud") for r in made.resolved))
