"""The promises of the environment strategy, judged on stored snapshots and what was found in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from driftscan.jobs.accounts import resolved
from driftscan.jobs.baselines import Kept
from driftscan.jobs.compare import Judged, normalizer_of
from driftscan.jobs.context import Context
from driftscan.jobs.record import Recorded
from driftscan.jobs.seals import sealed
from driftscan.judge.aspects import aspect_of
from driftscan.judge.facts import Facts
from driftscan.judge.facts.blind import blind
from driftscan.judge.facts.crossings import crossings
from driftscan.judge.facts.names import names
from driftscan.judge.facts.reports import reports
from driftscan.judge.facts.scopes import scopes
from driftscan.judge.facts.secrets import common
from driftscan.judge.facts.seen import Seen
from driftscan.judge.facts.twins import twins
from driftscan.judge.logical import logical_keys
from driftscan.judge.promises import judge_controls
from driftscan.model.control import ControlsJudgement
from driftscan.model.finding import Earlier
from driftscan.model.snapshot import Snapshot
from driftscan.model.value import Path


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
    settings = context.settings
    every = tuple(snapshots[e.name] for e in settings.environments if e.name in snapshots)
    findings = [f for j in judged for f in j.judgement.findings] + [f for k in kept for f in k.judgement.findings]
    views = [_seen(context, s) for s in every]
    return Facts(
        environments=tuple(v.environment for v in views),
        scopes=scopes(every, findings, settings.controls.excluded),
        reports=reports(context.store.final_runs(), context.period, settings.min_coverage),
        names={v.environment: names(v) for v in views},
        crossings={v.environment: crossings(v, views, findings) for v in views},
        secrets={v.environment: common(v, views) for v in views},
        blind={v.environment: blind(v) for v in views},
        twins=twins(((j.judgement, j.comparison) for j in judged), partial(_aspect, context)),
    )


def _aspect(context: Context, type: str, path: Path) -> str:
    """The aspect of a path of a type; none of what is the organization's, which only the account that manages it can list."""
    spec = context.catalog.spec(type)
    return "" if spec is not None and spec.scope == "organization" else aspect_of(spec, path)


def _seen(context: Context, snapshot: Snapshot) -> Seen:
    normalizer = normalizer_of(context, snapshot)
    seals = sealed(context.store, snapshot, normalizer).seals
    environment = snapshot.header.environment
    return Seen(
        environment=environment,
        settings=resolved(context),
        catalog=context.catalog,
        header=snapshot.header,
        listings=snapshot.listings,
        gaps=snapshot.gaps,
        seals=seals,
        keys=logical_keys(seals, environment),
        resources=snapshot.resources,
        canonical=lambda address: normalizer.canonical(snapshot.resource(address)),
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
