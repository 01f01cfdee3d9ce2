"""Two stored snapshots -> comparison and judgement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Literal

from driftscan.compare import compare as compare_sides
from driftscan.errors import UsageError
from driftscan.jobs.accounts import resolved
from driftscan.jobs.context import Context
from driftscan.jobs.indexes import index_of
from driftscan.jobs.past import Past
from driftscan.jobs.seals import sealed
from driftscan.judge import judge
from driftscan.model.drift import Comparison, Side, every
from driftscan.model.finding import Earlier, Judgement
from driftscan.model.resource import Canonical
from driftscan.model.settings import PairRule, Settings
from driftscan.model.snapshot import Snapshot, Status
from driftscan.model.value import Address
from driftscan.normalize import Normalizer
from driftscan.normalize.vocabulary import vocabulary
from driftscan.store import SnapshotInfo
from driftscan.store.manifest import moment

Which = Literal["candidate", "reference"]


@dataclass(frozen=True)
class Judged:
    """One comparison, judged, and the way back to what it stands on. `body`: the canonical form of a resource of one side."""

    comparison: Comparison
    judgement: Judgement
    snapshots: tuple[Snapshot, Snapshot]
    body: Callable[[Which, Address], Canonical]


def sides(context: Context, candidate: SnapshotInfo, reference: SnapshotInfo) -> tuple[SnapshotInfo, SnapshotInfo]:
    """(candidate, reference): of two snapshots of one environment the later is the candidate. Raises UsageError for one and the same."""
    if candidate.environment != reference.environment:
        return candidate, reference
    order = [i.id for i in context.store.snapshots(candidate.environment)]
    a, b = order.index(candidate.id), order.index(reference.id)
    if a == b:
        raise UsageError(f"both sides are the snapshot {candidate.id}", f"write {candidate.environment}~1 for the one before")
    return (candidate, reference) if a > b else (reference, candidate)


def compare(context: Context, candidate: SnapshotInfo, reference: SnapshotInfo, previous: Mapping[str, Earlier] | None = None) -> Judged:
    """Compare and judge two stored snapshots. previous: the findings of the last final run of an earlier period."""
    made = _compared(context, candidate, reference)
    judgement = judge(
        made.comparison,
        context.settings,
        context.catalog,
        made.history,
        context.as_of,
        made.body,
        previous=previous,
        period=context.period,
        gaps=(made.snapshots[0].gaps, made.snapshots[1].gaps),
        seen=max(moment(i.as_of) for i in (candidate, reference)),
    )
    return Judged(made.comparison, judgement, made.snapshots, made.body)


@dataclass(frozen=True)
class _Compared:
    """A comparison and what judging it needs: nothing of it knows an expected difference or a waiver."""

    comparison: Comparison
    snapshots: tuple[Snapshot, Snapshot]
    body: Callable[[Which, Address], Canonical]
    history: Past


def _compared(context: Context, candidate: SnapshotInfo, reference: SnapshotInfo) -> _Compared:
    """Made, or made before in a context that shares `compared`."""
    if context.compared is None:
        return _pair(context, candidate, reference)
    key = candidate.id, reference.id
    if key not in context.compared:
        context.compared[key] = _pair(context, candidate, reference)
    made: _Compared = context.compared[key]
    return made


def _pair(context: Context, candidate: SnapshotInfo, reference: SnapshotInfo) -> _Compared:
    infos = (candidate, reference)
    snapshots = (context.store.snapshot(candidate.id), context.store.snapshot(reference.id))
    normalizer = _normalizers(context)
    first, second = normalizer(snapshots[0]), normalizer(snapshots[1])
    made = (_side(context, snapshots[0], first), _side(context, snapshots[1], second))
    body = _bodies(snapshots, (first, second))
    same = candidate.environment == reference.environment
    comparison = compare_sides(made[0], made[1], body, context.catalog, _pairs(context, infos), same_environment=same)
    before = {i.environment: _before(context, i) for i in (reference, candidate)}
    history = Past(context.store, before, normalizer, {side.environment: side.seals for side in reversed(made)})
    return _Compared(comparison, snapshots, body, history)


def normalizer_of(context: Context, snapshot: Snapshot) -> Normalizer:
    """What makes canonical forms of the snapshot's resources."""
    names = partial(index_of, context.store, snapshot, context.catalog)
    return Normalizer(snapshot, context.catalog, vocabulary(resolved(context), snapshot.header), names)


def _normalizers(context: Context) -> Callable[[Snapshot], Normalizer]:
    """One normalizer per snapshot."""
    held: dict[str, Normalizer] = {}

    def of(snapshot: Snapshot) -> Normalizer:
        if snapshot.id not in held:
            held[snapshot.id] = normalizer_of(context, snapshot)
        return held[snapshot.id]

    return of


def _side(context: Context, snapshot: Snapshot, normalizer: Normalizer) -> Side:
    made = sealed(context.store, snapshot, normalizer)
    return Side(
        environment=snapshot.header.environment,
        snapshot_id=snapshot.id,
        seals=made.seals,
        incomplete=incomplete(context, snapshot),
        named=made.named,
        roles={**_order(context.settings, snapshot.header.environment), **context.settings.region_map.get(snapshot.header.environment, {})},
        words=next((e.words for e in context.settings.environments if e.name == snapshot.header.environment), ()),
    )


def _order(settings: Settings, environment: str) -> Mapping[str, str]:
    """Which part the accounts of an environment play: their place in the configuration, as in their symbols (`{account#2}`).

    Nothing where an environment has another number of accounts than others, or units whose accounts stand in no order.
    """
    listed = {e.name: [a.id for a in e.accounts] for e in settings.environments}
    own = listed.get(environment, [])
    if len(own) < 2 or any(len(ids) != len(own) or any(not i.isdigit() for i in ids) for ids in listed.values()):
        return {}
    return {account: f"#{n}" for n, account in enumerate(own, 1)}


def incomplete(context: Context, snapshot: Snapshot) -> Mapping[str, str]:
    """Type -> code, where the snapshot cannot say that something is absent; all types of a cloud where an account of it was not readable.

    Of a cloud that the environment has no account of nothing is there.
    A detail that failed for all items leaves members unknown; the listing is complete all the same.
    """
    codes = {(g.account, g.region, g.type): g.code for g in reversed(snapshot.gaps) if g.address is None}
    cloud = context.settings.clouds()
    out: dict[str, str] = {}
    for listing in snapshot.listings:
        if listing.status not in (Status.COMPLETE, Status.OFF):
            name = every(cloud(listing.account)) if listing.type == "*" else listing.type
            out.setdefault(name, codes.get((listing.account, listing.region, listing.type), str(listing.status)))
    whole = {(x.account, x.region, x.type) for x in snapshot.listings if x.status in (Status.COMPLETE, Status.OFF)}
    for place, code in codes.items():
        if place not in whole:
            out.setdefault(every(cloud(place[0])) if place[2] == "*" else place[2], code)
    listed = {listing.type for listing in snapshot.listings}
    used = {cloud(account) for account in snapshot.header.accounts}
    for type, spec in context.catalog.specs.items():
        if type not in listed and spec.provider in used:
            out.setdefault(type, "unread type")
    return dict(sorted(out.items()))


def _bodies(snapshots: tuple[Snapshot, Snapshot], normalizers: tuple[Normalizer, Normalizer]) -> Callable[[Which, Address], Canonical]:
    """Canonical forms on demand, the last ones kept: a pair is looked at by `compare`, by `judge` and by `explain`."""

    @lru_cache(maxsize=4096)
    def body(side: Which, address: Address) -> Canonical:
        i = 0 if side == "candidate" else 1
        return normalizers[i].canonical(snapshots[i].resource(address))

    return body


def _pairs(context: Context, infos: tuple[SnapshotInfo, SnapshotInfo]) -> tuple[PairRule, ...]:
    """The declared pairs of the configured comparison of these environments; the other way round, they are turned."""
    out: list[PairRule] = []
    for rule in context.settings.comparisons:
        if (rule.candidate, rule.reference) == (infos[0].environment, infos[1].environment):
            out += rule.pairs
        elif (rule.candidate, rule.reference) == (infos[1].environment, infos[0].environment):
            out += [PairRule(p.type, p.reference, p.candidate, p.location) for p in rule.pairs]
    return tuple(out)


def _before(context: Context, info: SnapshotInfo) -> tuple[SnapshotInfo, ...]:
    infos = context.store.snapshots(info.environment)
    return tuple(infos[: [i.id for i in infos].index(info.id)])
