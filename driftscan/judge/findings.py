"""Findings: one per pair that differs, per resource without counterpart, per group of resources that could not be paired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from driftscan.catalog import Spec
from driftscan.catalog.paths import Member
from driftscan.judge import severity, title
from driftscan.judge.aspects import aspect_of
from driftscan.judge.case import Case, SideName
from driftscan.judge.changes import (
    COPY,
    Decision,
    Judged,
    change_digest,
    declared,
    drift,
    expected_by,
    judge_change,
    moving,
    waived,
    whole_digest,
)
from driftscan.judge.consequences import spoken_of
from driftscan.judge.expected import about, not_different
from driftscan.judge.groups import group_id
from driftscan.judge.ids import finding_id
from driftscan.judge.members import members
from driftscan.judge.moved import STILL, Movement
from driftscan.judge.promotion import IN_PROMOTION
from driftscan.judge.strictness import exposures
from driftscan.judge.values import digest
from driftscan.judge.waivers import Target
from driftscan.model.drift import Ambiguous, Change, Compared, Severity, Verdict
from driftscan.model.finding import Consequence, Finding, FindingChange, Kind, Locator, Subject
from driftscan.model.settings import Expected, Waiver
from driftscan.model.value import ABSENT, Address, Path, Unknown, Value, show_path

_NAMED: Final = 6
"""So many resources of one role are named."""
_VERDICTS: Final = tuple(Verdict)
_SEVERITIES: Final = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, and the ids of waivers that name it but were made for other values. exposed: it is about what is open to everybody."""

    finding: Finding
    dead: tuple[str, ...] = ()
    exposed: bool = False


def of_pair(case: Case, compared: Compared) -> Found | None:
    """The finding on a pair, or None where its sides agree."""
    if not compared.changes and not any(r.rule == "must_differ" for r in case.rules):
        return None
    pair = compared.pair
    type = pair.candidate.type
    rules = tuple(r for r in case.rules if any(about(r, Kind.CHANGED, type, n) for n in _names(case, compared)))
    same = _not_different(case, compared, rules)
    if not compared.changes and not same:
        return None
    id = finding_id(case.name, Kind.CHANGED, type, pair.key)
    open_changes = [c for c in compared.changes if declared(rules, c) is None] or compared.changes
    whole = whole_digest(change_digest(case, c) for c in [*open_changes, *(c for _, c in same)])

    def target(change: Change) -> Target:
        return Target(
            comparison=case.name,
            finding=id,
            kind=Kind.CHANGED,
            type=type,
            names=_names(case, compared),
            path=change.path,
            candidate=change.candidate,
            reference=change.reference,
            digest=change_digest(case, change),
            whole=whole,
        )

    judged = [judge_change(case, pair, change, rules, target) for change in compared.changes]
    judged += [_broken(case, pair.candidate.type, rule, change) for rule, change in same]
    judged.sort(key=lambda j: rank(j.change))
    changes = tuple(j.change for j in judged)
    lead = changes[0]
    promotion = judged[0].promotion
    subject = Subject(
        type, pair.key, pair.reason, pair.confidence, case.locator("candidate", pair.candidate), case.locator("reference", pair.reference)
    )
    carrying = [c for c in changes if c.verdict is lead.verdict]
    worst = min(carrying, key=lambda c: _SEVERITIES.index(c.severity))
    return Found(
        Finding(
            id=id,
            kind=Kind.CHANGED,
            verdict=lead.verdict,
            severity=worst.severity,
            aspect=worst.aspect,
            comparison=case.name,
            value_digest=whole,
            group=group_id(case.name, Kind.CHANGED, type, lead.verdict, changes),
            title=title.of_changes(
                case.called(type, pair.key, case.seal("candidate", pair.candidate), case.seal("reference", pair.reference)),
                changes,
                case.stage,
                promotion,
            ),
            subject=subject,
            changes=changes,
            owner=case.owner(type, pair.key, (("candidate", pair.candidate), ("reference", pair.reference))),
            rule=lead.rule,
            waiver=lead.waiver,
            location=lead.location,
            reason=lead.reason,
            severity_reason=worst.severity_reason,
            promotion=promotion,
            moved=lead.moved,
            since=lead.since,
        ),
        tuple(w.id for j in judged for w in j.dead),
    )


def _opening(spec: Spec | None, aspect: str, body: Value) -> Value:
    """The part of a resource that can open something to everybody: all of it, or the policy that is set on it."""
    if aspect in ("iam", "network"):
        return body
    policy = spec.compare.grants.get("bindings") if spec is not None else None
    step = policy.steps[0] if policy is not None else None
    return {step.name: body[step.name]} if isinstance(step, Member) and isinstance(body, dict) and step.name in body else ABSENT


def of_resource(case: Case, kind: Kind, address: Address) -> Found:
    """The finding on a resource that only one side has."""
    side: SideName = "reference" if kind is Kind.MISSING else "candidate"
    seal = case.seal(side, address)
    key = case.key_of(address) or (seal.name if seal is not None and seal.name else address.id)
    names = case.names(key, seal)
    locator = case.locator(side, address)
    id = finding_id(case.name, kind, address.type, key)
    aspect = aspect_of(case.spec(address.type))
    body = case.body(side, address).body
    open_to = exposures(_opening(case.spec(address.type), aspect, body))
    # what is open to everybody is accepted as it is, not as it may become
    value = digest(str(kind), address.type, key, *([case.plain(side, body).decode()] if open_to else []))
    alike = case.alike(address)
    movement = case.arrival(side, address) if not any(alike) else STILL  # nobody knows which of them came or went
    state, decision = "", _declared(case, kind, address.type, names)
    dead: tuple[Waiver, ...] = ()
    if decision is None and kind is Kind.EXTRA:
        state, decision = moving(case, movement, aspect)
    if decision is None:
        ids = tuple(i for i in (locator.id, locator.ref, locator.arn) if i)
        both = ((), ids) if kind is Kind.MISSING else (ids, ())
        decision, dead = waived(case.waivers, Target(case.name, id, kind, address.type, names, digest=value, whole=value, ids=both))
    if decision is None:
        decision = _copy(case, side, address)
    if decision is None:
        decision = drift((), None, dead, state, movement)
    numbers, more = _numbers(case, side, address, alike)
    told = open_to if decision.verdict is Verdict.DRIFT else []
    built_in = severity.of_resource(kind, aspect, decision.verdict, told, case.stage, movement.by)
    level, why = case.rated(address.type, (), aspect, decision.verdict, built_in)
    return Found(
        Finding(
            id=id,
            kind=kind,
            verdict=decision.verdict,
            severity=level,
            aspect=aspect,
            comparison=case.name,
            value_digest=value,
            group=group_id(case.name, kind, address.type, decision.verdict, ()),
            title=title.of_resource(case.called(address.type, key, seal), kind, case.stage, decision.promotion, numbers),
            subject=Subject(
                address.type,
                key,
                candidate=locator if side == "candidate" else None,
                reference=locator if side == "reference" else None,
                among=alike,
            ),
            changes=tuple(
                _member(case, side, address.type, at, decision, (level, why), movement)
                for at in members(body, case.spec(address.type), seal.arn if seal is not None else None)
            ),
            owner=case.owner(address.type, key, ((side, address),)),
            rule=decision.rule,
            waiver=decision.waiver,
            location=decision.location,
            reason=decision.reason + more,
            severity_reason=why,
            promotion=decision.promotion,
            moved=movement.by,
            since=movement.since,
        ),
        tuple(w.id for w in dead),
        bool(open_to),
    )


def _numbers(case: Case, side: SideName, address: Address, alike: tuple[tuple[Locator, ...], tuple[Locator, ...]]) -> tuple[str, str]:
    """How many of a kind there are on (its own side, the other one), where it is one of several: in short, and as a reason goes on."""
    own, other = (alike[1], alike[0]) if side == "reference" else alike
    if own:
        numbers = f"{len(own)} against {len(other)}" if other else ""
        return numbers, f"; any of the {len(own)} that are alike could be the one"
    against = case.numbers.get(address)
    if against is None:
        return "", ""
    names = case.stage.name(side), case.stage.name("candidate" if side == "reference" else "reference")
    return against.numbers, f"; {names[0]} has {against.own} of its kind ({_listed(against.called)}), {names[1]} {against.other}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _member(
    case: Case, side: SideName, type: str, at: tuple[Path, Value], decision: Decision, severity: tuple[Severity, str], by: Movement
) -> FindingChange:
    """One member of a resource that only one side has: what it is, under the verdict on the whole."""
    path, value = at
    candidate, reference = (value, ABSENT) if side == "candidate" else (ABSENT, value)
    return FindingChange(
        path=path,
        verdict=decision.verdict,
        severity=severity[0],
        aspect=aspect_of(case.spec(type), path),
        value_digest=change_digest(case, Change(path, candidate, reference)),
        candidate=candidate,
        reference=reference,
        code=value.code if isinstance(value, Unknown) else "",
        rule=decision.rule,
        waiver=decision.waiver,
        location=decision.location,
        reason=decision.reason,
        severity_reason=severity[1],
        moved=by.by,
        since=by.since,
    )


def gathered(alone: Mapping[Address, Found], roots: Mapping[Address, Address], pairs: Sequence[Found] = ()) -> tuple[list[Found], set[str]]:
    """The findings on one-sided resources, each with what hangs on it, and the ids of those that are told under another.

    pairs: the findings on pairs; what differs for the reason of a one-sided resource alone is told under that one, where both are drift.
    The root is as severe as the worst of what hangs on it. What a person decided about (a rule, a waiver) keeps a finding of its own.
    What came with a root that is in promotion is in promotion with it, whatever it is, unless it is open to everybody.
    """
    under: dict[Address, list[Address]] = {}
    for address, root in roots.items():
        if _told(alone[address], alone[root].finding):
            under.setdefault(root, []).append(address)
    told = {a for children in under.values() for a in children}
    whole = {a: roots[a] if a in told else a for a in alone if not any(alone[a].finding.subject.among)}
    beside: dict[Address, list[Finding]] = {}
    for pair in pairs:
        reason = spoken_of(pair.finding, whole)
        if reason is not None and alone[reason].finding.verdict is pair.finding.verdict is Verdict.DRIFT:
            beside.setdefault(reason, []).append(pair.finding)
    out = [
        replace(one, finding=_with(one.finding, [*(alone[a].finding for a in under.get(at, ())), *beside.get(at, ())]))
        for at, one in alone.items()
        if at not in told
    ]
    return out, {alone[a].finding.id for a in told} | {f.id for some in beside.values() for f in some}


def _told(one: Found, root: Finding) -> bool:
    """Whether a one-sided resource is told under the root that it hangs on."""
    mine = one.finding
    if mine.verdict is root.verdict is Verdict.DRIFT:
        return True
    if root.promotion != IN_PROMOTION or root.since is None or mine.since is None or one.exposed:
        return False
    shipped = mine.verdict is Verdict.DRIFT or mine.promotion == IN_PROMOTION
    return shipped and mine.moved is root.moved and mine.since >= root.since


def _with(root: Finding, children: list[Finding]) -> Finding:
    if not children:
        return root
    worst = root if root.verdict is Verdict.EXPECTED else min((root, *children), key=lambda f: _SEVERITIES.index(f.severity))
    places = [
        Consequence(f.subject.type, place, tuple(c.path for c in f.changes) if f.kind is Kind.CHANGED else ())
        for f in children
        if (place := f.subject.candidate or f.subject.reference) is not None
    ]
    places.sort(key=lambda c: (c.type, c.at.account, c.at.region, c.at.id))
    return replace(root, severity=worst.severity, severity_reason=worst.severity_reason, consequences=tuple(places))


def of_ambiguous(case: Case, group: Ambiguous) -> Found:
    """The finding on resources that could not be paired safely."""
    candidates = tuple(case.locator("candidate", a) for a in sorted(group.candidates))
    references = tuple(case.locator("reference", a) for a in sorted(group.references))
    aspect = aspect_of(case.spec(group.type))
    sides: tuple[tuple[SideName, Address], ...] = (
        *(("candidate", a) for a in sorted(group.candidates)),
        *(("reference", a) for a in sorted(group.references)),
    )
    level, why = severity.of_change(aspect, Verdict.UNKNOWN, None, case.stage)
    return Found(
        Finding(
            id=finding_id(case.name, Kind.AMBIGUOUS, group.type, group.key),
            kind=Kind.AMBIGUOUS,
            verdict=Verdict.UNKNOWN,
            severity=level,
            aspect=aspect,
            comparison=case.name,
            value_digest=digest(*sorted([side, a.account, a.region, a.id] for side, a in sides)),
            group=group_id(case.name, Kind.AMBIGUOUS, group.type, Verdict.UNKNOWN, ()),
            title=title.of_ambiguous(
                case.called(group.type, group.key, *(case.seal(side, a) for side, a in sides)), len(candidates), len(references), case.stage
            ),
            subject=Subject(
                group.type,
                group.key,
                candidate=candidates[0] if len(candidates) == 1 else None,
                reference=references[0] if len(references) == 1 else None,
                among=(candidates, references),
            ),
            owner=case.owner(group.type, group.key, sides),
            reason="they are too alike to say which belongs to which; a pair declared in the configuration decides",
            severity_reason=why,
        )
    )


def _names(case: Case, compared: Compared) -> tuple[str, ...]:
    pair = compared.pair
    return case.names(pair.key, case.seal("candidate", pair.candidate), case.seal("reference", pair.reference))


def _declared(case: Case, kind: Kind, type: str, names: tuple[str, ...]) -> Decision | None:
    for rule in case.rules:
        if any(about(rule, kind, type, n) for n in names):
            return expected_by(rule)
    return None


def _copy(case: Case, side: SideName, address: Address) -> Decision | None:
    """What is one more copy of a resource that has its counterpart lacks none, as long as the two sides are not one environment."""
    counterpart = case.comparison.copies.get(address)
    if counterpart is None or case.stage.same:
        return None
    other = case.comparison.reference if side == "candidate" else case.comparison.candidate
    own = case.comparison.candidate if side == "candidate" else case.comparison.reference
    reason = (
        f"{own.environment} runs in {address.region} and elsewhere what {other.environment} runs in {counterpart.region}: "
        f"this is one more copy of {other.environment}'s {counterpart.id}, and agrees with it"
    )
    return Decision(Verdict.EXPECTED, reason, COPY)


def _not_different(case: Case, compared: Compared, rules: tuple[Expected, ...]) -> list[tuple[Expected, Change]]:
    """Places where a rule wants the two sides to differ and they don't."""
    out: list[tuple[Expected, Change]] = []
    strict = [r for r in rules if r.rule == "must_differ"]
    if strict:
        ours = case.body("candidate", compared.pair.candidate).body
        theirs = case.body("reference", compared.pair.reference).body
        for rule in strict:
            out.extend((rule, Change(path, value, value)) for path, value in not_different(rule, ours, theirs))
    return out


def _broken(case: Case, type: str, rule: Expected, change: Change) -> Judged:
    """A change that should be there and is not: both sides have the same value, and a rule wants them to differ."""
    aspect = aspect_of(case.spec(type), change.path)
    built_in = severity.of_change(aspect, Verdict.DRIFT, None, case.stage)
    level, why = case.rated(type, change.path, aspect, Verdict.DRIFT, built_in)
    return Judged(
        FindingChange(
            path=change.path,
            verdict=Verdict.DRIFT,
            severity=level,
            aspect=aspect,
            value_digest=change_digest(case, change),
            candidate=change.candidate,
            reference=change.reference,
            rule=rule.id,
            location=rule.location,
            reason=f"rule {rule.id} wants the two to differ: {rule.reason}",
            severity_reason=why,
            moved=STILL.by,
        ),
        "",
    )


def rank(change: FindingChange) -> tuple[int, int, str]:
    """Where a change stands in its finding: the first one speaks for it."""
    return _VERDICTS.index(change.verdict), _SEVERITIES.index(change.severity), show_path(change.path)


def order(finding: Finding) -> tuple[int, str, str, str, str, str]:
    """Where a finding stands in a judgement: the worst first, then by what it is about."""
    path = show_path(finding.changes[0].path) if finding.changes else ""
    return _SEVERITIES.index(finding.severity), finding.subject.type, finding.subject.key, path, str(finding.kind), finding.id
