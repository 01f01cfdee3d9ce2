"""What the last final report spoke for and this one does not: places that vanished, and what was known of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from driftscan.jobs.baselines import Kept
from driftscan.jobs.compare import Judged
from driftscan.jobs.context import Context
from driftscan.judge.groups import groups
from driftscan.judge.scope import CODE, Place, finding_of, outside, place_of
from driftscan.judge.state import unreadable
from driftscan.judge.title import noun
from driftscan.model.baseline import BaselineJudgement
from driftscan.model.drift import Severity, Verdict
from driftscan.model.finding import Earlier, Finding, Judgement, Resolved, RuleNote, RuleUse
from driftscan.model.snapshot import Snapshot

J = TypeVar("J", Judgement, BaselineJudgement)

_EVERYWHERE: Final = "*"
_WORST: Final = tuple(Severity)


def watched(
    context: Context,
    judged: Sequence[Judged],
    kept: Sequence[Kept],
    snapshots: Iterable[Snapshot],
    last: Mapping[str, Any],
    before: Mapping[str, Earlier],
) -> tuple[list[Judged], list[Kept]]:
    """The judgements with a critical finding for every place that the last report read and this run does not look at.

    What the last report found there stays open, as unknown: nobody saw it solved. A place that a waiver accepted is no loss any more.
    last: that report; before: its findings.
    """
    lost = places(last, before, snapshots)
    today = context.as_of.date()
    found = [finding_of(place, context.settings.waivers, today, before, context.period) for place in lost]
    pairs, rules, told = [], [], set[str]()
    for j in judged:
        names = j.judgement.candidate, j.judgement.reference
        pairs.append(replace(j, judgement=_settled(j.judgement, names, lost, found, context, before)))
        told |= {*names}
    for k in kept:
        name = k.judgement.environment
        rules.append(replace(k, judgement=_settled(k.judgement, (name, name), lost, found, context, before)))
        told.add(name)
    rest = [f for f in found if f.comparison not in told]  # of environments that nobody reads any more
    if rest and pairs:
        first = pairs[0].judgement
        pairs[0] = replace(pairs[0], judgement=replace(first, findings=tuple(sorted([*first.findings, *rest], key=_order))))
    return pairs, rules


def places(last: Mapping[str, Any], before: Mapping[str, Earlier], snapshots: Iterable[Snapshot]) -> tuple[Place, ...]:
    """The largest places that the last report read, or missed, and that no snapshot of now says anything about."""
    now: set[Place] = set()
    unread: set[Place] = set()
    for s in snapshots:
        environment = s.header.environment
        now |= {Place(environment), *(Place(environment, a) for a in s.header.accounts)}
        for listing in s.listings:  # of a folder above the accounts, too, which is none of them
            now |= {Place(environment, listing.account), Place(environment, listing.account, listing.region)}
        unread |= {Place(environment, listing.account) for listing in s.listings if listing.region == _EVERYWHERE}
    then = {Place(c["environment"], c["account"], c["region"]) for c in last["coverage"]}
    then |= {p for e in before.values() if e.open and e.verdict == Verdict.UNKNOWN and (p := place_of(e)) is not None}
    out: set[Place] = set()
    for place in then:
        account = Place(place.environment, place.account)
        if Place(place.environment) not in now:
            out.add(Place(place.environment))
        elif account not in now:
            out.add(account)
        elif place not in now and account not in unread:
            out.add(place)
    return tuple(sorted(out))


def _settled(
    judgement: J,
    environments: tuple[str, str],
    lost: Sequence[Place],
    new: Sequence[Finding],
    context: Context,
    before: Mapping[str, Earlier],
) -> J:
    """One judgement: what was found in a lost place is open and unknown, whatever took its name, and not resolved."""
    names = {f.id for f in new}
    carried: list[Finding] = []
    resolved: list[Resolved] = []
    for r in judgement.resolved:
        earlier = before[r.id]
        if place_of(earlier) is not None:
            if r.id not in names:
                resolved.append(replace(r, cause="scope"))  # it is read again, or a waiver accepted that it is not
        elif outside(earlier, environments, lost):
            carried.append(unreadable(earlier, CODE, context.period))
        else:
            resolved.append(r)
    mine: list[Finding] = [f for f in new if f.comparison in environments]
    if not mine and not carried and len(resolved) == len(judgement.resolved):
        return judgement
    findings = tuple(sorted([*judgement.findings, *carried, *mine], key=_order))
    uses = Counter(f.waiver for f in mine if f.waiver is not None)
    return replace(
        judgement,
        findings=findings,
        resolved=tuple(resolved),
        groups=groups(findings, lambda type: _noun(context, type)),
        rules=tuple(_used(note, uses[note.id]) if note.kind == "waiver" else note for note in judgement.rules),
    )


def _used(note: RuleNote, times: int) -> RuleNote:
    if not times:
        return note
    number = note.times + times
    return replace(note, use=RuleUse.USED, times=number, text=f"waiver {note.id} accepted {number} findings")


def _order(finding: Finding) -> tuple[int, str, str, str]:
    return _WORST.index(finding.severity), finding.subject.type, finding.subject.key, finding.id


def _noun(context: Context, type: str) -> str:
    spec = context.catalog.spec(type)
    return noun(spec.title, type) if spec is not None else type
