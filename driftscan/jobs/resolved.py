"""Why a finding of the last period is gone: the cloud changed, the rules changed, or it is not looked at any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from driftscan.jobs.compare import Judged, compare
from driftscan.jobs.context import Context
from driftscan.jobs.record import Recorded
from driftscan.model.finding import Earlier, Kind, Resolved
from driftscan.model.snapshot import Snapshot

_BESIDE = frozenset({Kind.GAP, Kind.BASELINE, Kind.CONTROL})


def with_causes(context: Context, judged: Sequence[Judged], last: Recorded, before: Mapping[str, Earlier]) -> list[Judged]:
    """The judgements with a cause for every finding that is gone.

    Where the rules are the same as then, the cloud changed. Where they are not, last period's snapshots are judged again under
    this period's rules: what is found in them now went away with the cloud, what is not went away with a rule.
    """
    run = last.report["run"]
    same = run["config_digest"] == context.settings.digest and run["catalog_digest"] == context.catalog.digest
    out: list[Judged] = []
    for j in judged:
        gone = j.judgement.resolved
        found: set[str] | None = None if same or not gone else _found_then(context, last, j)
        resolved = tuple(replace(r, cause=_cause(r, before[r.id], j.snapshots, found, same=same)) for r in gone)
        out.append(replace(j, judgement=replace(j.judgement, resolved=resolved)))
    return _with_lost(out, before)


def _cause(r: Resolved, before: Earlier, snapshots: tuple[Snapshot, Snapshot], found: set[str] | None, *, same: bool) -> str | None:
    if _out_of_scope(before, snapshots):
        return "scope"
    if same:
        return "cloud"
    if found is None:
        return r.cause
    return "cloud" if r.id in found else "rule"


def _out_of_scope(before: Earlier, snapshots: tuple[Snapshot, Snapshot]) -> bool:
    """Whether its account, its region or its type is not read any more."""
    accounts = {a for s in snapshots for a in s.header.accounts}
    places = {(listing.account, listing.region) for s in snapshots for listing in s.listings}
    for side in (before.subject.candidate, before.subject.reference):
        if side is not None and (side.account not in accounts or not {(side.account, side.region), (side.account, "*")} & places):
            return True
    listed = {listing.type for s in snapshots for listing in s.listings}
    return bool(before.subject.type) and before.subject.type not in listed


def _found_then(context: Context, last: Recorded, judged: Judged) -> set[str] | None:
    """The findings of last period's snapshots under the rules of now, or None where those snapshots are gone."""
    stored = {i.id: i for i in context.store.snapshots()}
    ids: dict[str, str] = {s["environment"]: s["id"] for s in _snapshots(last.report)}
    sides = [stored.get(ids.get(s.header.environment, "")) for s in judged.snapshots]
    if sides[0] is None or sides[1] is None:
        return None
    then = replace(context, as_of=datetime.fromisoformat(last.report["run"]["as_of"]))
    return {f.id for f in compare(then, sides[0], sides[1]).judgement.findings}


def _snapshots(report: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = report["snapshots"]
    return found


def _with_lost(judged: list[Judged], before: Mapping[str, Earlier]) -> list[Judged]:
    """Findings of comparisons that are not made any more are gone too, and nobody must think that they were solved."""
    made = {j.judgement.name for j in judged}
    lost = tuple(
        Resolved(e.id, "scope", e.last_seen, e.first_seen, e.title)
        for e in sorted(before.values(), key=lambda e: e.id)
        if e.open and e.comparison not in made and e.kind not in _BESIDE
    )
    if not lost or not judged:
        return judged
    first = judged[0]
    return [replace(first, judgement=replace(first.judgement, resolved=(*first.judgement.resolved, *lost))), *judged[1:]]
