"""Stored snapshots against the rules of their environments' baselines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from driftscan.jobs.compare import incomplete, normalizer_of
from driftscan.jobs.context import Context
from driftscan.jobs.record import Recorded
from driftscan.jobs.seals import sealed
from driftscan.judge.baselines import Ground, judge_baselines
from driftscan.judge.logical import logical_keys
from driftscan.judge.selection import about
from driftscan.model.baseline import BaselineJudgement, BaselineRule, against
from driftscan.model.finding import Earlier, Kind, Resolved
from driftscan.model.resource import Canonical
from driftscan.model.settings import Environment
from driftscan.model.snapshot import Snapshot


@dataclass(frozen=True)
class Kept:
    """One environment, judged by its rules, and the snapshot that it stands on."""

    judgement: BaselineJudgement
    snapshot: Snapshot


def rules_of(context: Context, environment: Environment, rules: Sequence[BaselineRule] | None = None) -> tuple[BaselineRule, ...]:
    """Those of the given rules (default: all configured) that are about an environment."""
    return tuple(r for r in (context.settings.baselines if rules is None else rules) if about(r, environment))


def ground_of(context: Context, snapshot: Snapshot) -> Ground:
    """A snapshot as rules look at it."""
    normalizer = normalizer_of(context, snapshot)
    held = sealed(context.store, snapshot, normalizer).seals
    environment = context.settings.environment(snapshot.header.environment)

    def forms(type: str) -> Iterator[Canonical]:
        return (normalizer.canonical(r) for r in snapshot.resources(type))

    return Ground(
        environment=environment,
        snapshot=snapshot.id,
        catalog=context.catalog,
        settings=context.settings,
        as_of=context.as_of,
        types=tuple(snapshot.types()),
        forms=forms,
        seals=held,
        keys=logical_keys(held, environment.name),
        listings=snapshot.listings,
        incomplete=incomplete(context, snapshot),
        accounts=snapshot.header.accounts,
    )


def keep(
    context: Context,
    snapshots: Iterable[Snapshot],
    last: Recorded | None = None,
    before: Mapping[str, Earlier] | None = None,
    rules: Sequence[BaselineRule] | None = None,
) -> list[Kept]:
    """Every snapshot whose environment has rules, judged by them. last, before: the last final run and its findings."""
    out = []
    for snapshot in snapshots:
        environment = context.settings.environment(snapshot.header.environment)
        mine = rules_of(context, environment, rules)
        if mine or (rules is None and _had(environment, before)):
            judged = judge_baselines(ground_of(context, snapshot), mine, previous=before, period=context.period, part=rules is not None)
            out.append(Kept(_with_causes(context, judged, mine, snapshot, last, before), snapshot))
    return out if rules is not None else _with_lost(context, out, before)


def _with_lost(context: Context, kept: list[Kept], before: Mapping[str, Earlier] | None) -> list[Kept]:
    """With the findings of environments that nobody configures any more: they are gone too, and nobody must think that they were solved."""
    known = {against(e.name) for e in context.settings.environments}
    lost = tuple(
        Resolved(e.id, "scope", e.last_seen, e.first_seen, e.title)
        for e in sorted((before or {}).values(), key=lambda e: e.id)
        if e.open and e.kind == Kind.BASELINE and e.comparison not in known
    )
    if not lost or not kept:
        return kept
    first = kept[0]
    return [replace(first, judgement=replace(first.judgement, resolved=(*first.judgement.resolved, *lost))), *kept[1:]]


def _had(environment: Environment, before: Mapping[str, Earlier] | None) -> bool:
    """Whether an earlier report showed findings against the environment's baseline."""
    return any(e.open and e.kind == Kind.BASELINE and e.comparison == against(environment.name) for e in (before or {}).values())


def _with_causes(
    context: Context,
    judged: BaselineJudgement,
    rules: Sequence[BaselineRule],
    snapshot: Snapshot,
    last: Recorded | None,
    before: Mapping[str, Earlier] | None,
) -> BaselineJudgement:
    """The judgement with a cause for what is gone: what today's rules find in the snapshot of then went away with the cloud."""
    if not judged.resolved or last is None or before is None:
        return judged
    run = last.report["run"]
    same = run["config_digest"] == context.settings.digest and run["catalog_digest"] == context.catalog.digest
    then = None if same else _found_then(context, rules, judged.environment, last)

    def cause(id: str) -> str | None:
        at = before[id].subject.candidate
        if at is not None and at.account not in snapshot.header.accounts:
            return "scope"
        if same:
            return "cloud"
        return None if then is None else "cloud" if id in then else "rule"

    return replace(judged, resolved=tuple(replace(r, cause=cause(r.id)) for r in judged.resolved))


def _found_then(context: Context, rules: Sequence[BaselineRule], environment: str, last: Recorded) -> set[str] | None:
    """What today's rules find in the snapshot that the last report stood on, or None where it is gone."""
    id = next((s["id"] for s in last.report["snapshots"] if s["environment"] == environment), None)
    if id not in {i.id for i in context.store.snapshots(environment)}:
        return None
    past = replace(context, as_of=datetime.fromisoformat(last.report["run"]["as_of"]))
    return {f.id for f in judge_baselines(ground_of(past, context.store.snapshot(str(id))), rules).findings}
