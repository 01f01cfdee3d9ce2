"""One environment against the rules of its baselines: findings, and what each rule met."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

from driftscan.catalog import Catalog, Spec, tags
from driftscan.judge.aspects import aspect_of
from driftscan.judge.changes import Decision, declared, expected_by, waived, whole_digest
from driftscan.judge.expectation import BROKEN, HELD, Met, Speech, expected, meet
from driftscan.judge.expected import about
from driftscan.judge.findings import order, rank
from driftscan.judge.globs import fits
from driftscan.judge.ids import finding_id, told_apart
from driftscan.judge.places import TAGS, pattern_of
from driftscan.judge.selection import Looked, in_force, selects, standing
from driftscan.judge.severity import at_most, worst
from driftscan.judge.state import unreadable, with_state
from driftscan.judge.title import noun, shown
from driftscan.judge.values import digest, neutral
from driftscan.judge.waivers import Target, active
from driftscan.model.baseline import BaselineJudgement, BaselineRule, Count, Expectation, RuleCoverage, against
from driftscan.model.drift import Change, Severity, Verdict, every, lost
from driftscan.model.finding import (
    Earlier,
    Finding,
    FindingChange,
    FindingGroup,
    Kind,
    Locator,
    Moved,
    Resolved,
    RuleNote,
    RuleUse,
    Subject,
)
from driftscan.model.resource import Canonical, Seal
from driftscan.model.settings import Environment, Expected, Location, Settings, Waiver
from driftscan.model.snapshot import Listing, Status
from driftscan.model.value import ABSENT, Address, Unknown, Value, member_path, show_path

_SEEN: Final = (Status.COMPLETE, Status.OFF)


@dataclass(frozen=True)
class Ground:
    """One snapshot to be judged, with everything that judging asks about it.

    types: those of which it holds resources. forms: the canonical forms of one type, in address order. keys: logical keys.
    incomplete: type (or all of a cloud, see `drift.every`) -> why a listing is not complete. accounts: those of the environment.
    """

    environment: Environment
    snapshot: str
    catalog: Catalog
    settings: Settings
    as_of: datetime
    types: tuple[str, ...]
    forms: Callable[[str], Iterable[Canonical]] = field(hash=False)
    seals: Mapping[Address, Seal] = field(hash=False)
    keys: Mapping[Address, str] = field(hash=False)
    listings: tuple[Listing, ...] = field(hash=False)
    incomplete: Mapping[str, str] = field(hash=False)
    accounts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """`prod..baseline`."""
        return against(self.environment.name)

    @cached_property
    def speech(self) -> Speech:
        """How its values are spelled."""
        return Speech(self.environment.name, self.keys.get)

    @cached_property
    def waivers(self) -> tuple[Waiver, ...]:
        """The waivers that can waive something today."""
        return active(self.settings.waivers, self.as_of.date())

    @cached_property
    def expected(self) -> tuple[Expected, ...]:
        """The declared differences that name this comparison: those that name none are about two environments."""
        return tuple(r for r in self.settings.expected if r.comparison == self.name)

    def spec(self, type: str) -> Spec | None:
        """What the catalogue knows about a type."""
        return self.catalog.spec(type)

    def noun(self, type: str) -> str:
        """What people call a type."""
        spec = self.spec(type)
        return noun(spec.title, type) if spec is not None else type


def judge_baselines(
    ground: Ground,
    rules: Sequence[BaselineRule],
    *,
    previous: Mapping[str, Earlier] | None = None,
    period: str | None = None,
    part: bool = False,
) -> BaselineJudgement:
    """What the rules say about the environment. previous, period: as of `judge`.

    part: they are not all of the environment's rules, so that what they do not find may be there all the same.
    """
    work = _Work(ground, in_force(rules, ground.environment))
    work.resources()
    work.counts()
    period = period or f"{ground.as_of:%Y-%m}"
    before = previous if previous is not None else {}
    findings = [with_state(f, before.get(f.id), period) for f in told_apart(work.findings)]
    carried, resolved = ([], ()) if part else _gone(ground, {f.id for f in findings}, before, period)
    ordered = tuple(sorted([*findings, *carried], key=order))
    return BaselineJudgement(
        environment=ground.environment.name,
        snapshot=ground.snapshot,
        findings=ordered,
        coverage=tuple(work.coverage()),
        groups=_groups(ground, ordered),
        rules=tuple(_notes(ground, ordered, work.dead)),
        resolved=resolved,
    )


# --------------------------------------------------------------------------------------------- one environment


@dataclass(frozen=True, slots=True)
class _Part:
    """What one rule found on one resource: broken or unknown places; one without a path is about the resource as a whole."""

    rule: BaselineRule
    met: tuple[Met, ...]


class _Work:
    """Judging grows: findings, the tallies of rules, the resources that counts are about, the waivers that died."""

    def __init__(self, ground: Ground, chains: Mapping[str, tuple[BaselineRule, ...]]) -> None:
        self.ground, self.chains = ground, chains
        self.findings: list[Finding] = []
        self.dead: set[str] = set()
        self._tally: dict[Location, Counter[str]] = {rule.location: Counter() for chain in chains.values() for rule in chain}
        self._counted: dict[Location, list[tuple[Address, str]]] = {
            rule.location: [] for chain in chains.values() for rule in standing(chain) if rule.count is not None
        }

    def resources(self) -> None:
        """Every rule on every resource that it selects."""
        g = self.ground
        for type in g.types:
            spec = g.spec(type)
            chains = [
                chain for chain in self.chains.values() if any(fits(t, type) for rule in chain for t in rule.select.types)
            ]  # fmt: skip
            if not chains:
                continue
            for form in g.forms(type):
                looked = Looked(form, g.keys.get(form.seal.address, form.seal.address.id), spec, g.speech, g.settings.owners)
                for chain in chains:
                    self._resource(chain, looked)

    def _resource(self, chain: tuple[BaselineRule, ...], looked: Looked) -> None:
        chosen = [(rule, answer) for rule in chain if (answer := selects(rule.select, looked)) != BROKEN]
        for rule, answer in chosen:
            if rule.location in self._counted:
                self._counted[rule.location].append((looked.form.seal.address, answer))
        alive = standing([rule for rule, _ in chosen])
        parts = [_part(rule, answer, looked) for rule, answer in chosen if rule in alive and _is_about_values(rule)]
        asked = [p for p in parts if p is not None]
        if not asked:
            return
        finding, verdicts = self._finding([p for p in asked if p.met], looked)
        for part in asked:
            tally = self._tally[part.rule.location]
            tally["selected"] += 1
            tally[_column(verdicts[part.rule.location]) if part.met else "held"] += 1
        if finding is not None:
            self.findings.append(finding)

    def _finding(self, parts: list[_Part], looked: Looked) -> tuple[Finding | None, dict[Location, Verdict]]:
        if not parts:
            return None, {}
        g, seal = self.ground, looked.form.seal
        address = seal.address
        id = finding_id(f"{g.environment.name}/{parts[0].rule.id}", Kind.BASELINE, address.type, looked.key)
        digests = [_digest(g, m) for p in parts for m in p.met]
        whole = whole_digest(digests)
        locator = _locator(seal)
        changes: list[tuple[BaselineRule, Met, FindingChange]] = []
        for part in parts:
            for met in part.met:
                kind = Kind.EXTRA if part.rule.absent else Kind.CHANGED
                changes.append((part.rule, met, self._change(part.rule, met, kind, address.type, looked.names, id, whole)))
        changes.sort(key=lambda c: rank(c[2]))
        verdicts: dict[Location, Verdict] = {}
        for rule, _, change in changes:
            verdicts.setdefault(rule.location, change.verdict)
        rule, _, lead = changes[0]
        what = f"{g.noun(address.type)} {seal.name or looked.key}".rstrip()
        finding = self._made(
            rule,
            lead,
            id=id,
            whole=whole,
            title=_title(what, rule, changes[0][1], len(changes)),
            subject=Subject(address.type, looked.key, candidate=locator),
            changes=tuple(c for _, _, c in changes),
            owner=looked.owner or rule.owner,
            said=_said(self.chains[rule.id], {r.location for r, _, _ in changes}),
        )
        return finding, verdicts

    def _change(self, rule: BaselineRule, met: Met, kind: Kind, type: str, names: tuple[str, ...], id: str, whole: str) -> FindingChange:
        """One place judged: unknown, declared, waived, or drift."""
        g = self.ground
        wanted: Value = ABSENT if rule.absent or _unset(met.expectation) else met.expectation.written
        code = "" if met.answer == BROKEN else met.answer
        own = _digest(g, met)
        change = Change(met.path, met.value, wanted, code)
        found = tuple(r for r in g.expected if any(about(r, kind, type, n) for n in names))
        decision = declared(found, change) if kind is Kind.CHANGED else expected_by(found[0]) if found else None
        if decision is None and code:
            decision = Decision(Verdict.UNKNOWN, f"nobody could judge it: {code}")
        if decision is None:
            target = Target(g.name, id, Kind.BASELINE, type, names, met.path, met.value, wanted, digest=own, whole=whole)
            decision, dead = waived(g.waivers, target)
            self.dead |= {w.id for w in dead}
        if decision is None:
            decision = Decision(Verdict.DRIFT, _must(rule, met), rule.id)
        aspect = aspect_of(g.spec(type), met.path)
        level = _level(rule.severity, decision.verdict)
        return FindingChange(
            path=met.path,
            verdict=decision.verdict,
            severity=level,
            aspect=aspect,
            value_digest=own,
            candidate=met.value,
            reference=wanted,
            code=code,
            rule=decision.rule or rule.id,
            waiver=decision.waiver,
            location=decision.location or rule.location,
            reason=decision.reason,
            severity_reason=_why(rule, decision.verdict),
            moved=Moved.UNKNOWN,
        )

    def _made(
        self, rule: BaselineRule, lead: FindingChange, *, id: str, whole: str, title: str, subject: Subject,
        changes: tuple[FindingChange, ...], owner: str | None, said: str,
    ) -> Finding:  # fmt: skip
        g = self.ground
        accepted = lead.verdict in (Verdict.EXPECTED, Verdict.WAIVED)
        return Finding(
            id=id,
            kind=Kind.BASELINE,
            verdict=lead.verdict,
            severity=lead.severity,
            aspect=lead.aspect,
            comparison=g.name,
            value_digest=whole,
            group=digest("baseline group", g.name, rule.id, subject.type, str(lead.verdict), length=12),
            title=title,
            subject=subject,
            changes=changes,
            owner=owner,
            rule=rule.id,
            waiver=lead.waiver,
            location=lead.location if accepted else rule.location,
            reason=(lead.reason if accepted else f"rule {rule.id}: {rule.reason}") + (f" ({said})" if said else ""),
            severity_reason=lead.severity_reason,
        )

    # ----------------------------------------------------------------------------------------- counts

    def counts(self) -> None:
        """Every rule that counts, in every scope that it counts in."""
        for chain in self.chains.values():
            for rule in chain:
                if rule.location in self._counted and rule.count is not None:
                    for scope, code in _scopes(self.ground, rule, rule.count).items():
                        self._count(rule, rule.count, scope, code)

    def _count(self, rule: BaselineRule, count: Count, scope: tuple[str, ...], hole: str) -> None:
        """hole: why there may be more than was seen, or empty."""
        g = self.ground
        mine = [(a, answer) for a, answer in self._counted[rule.location] if (a.account, a.region)[: len(scope)] == scope]
        sure = sum(answer == HELD for _, answer in mine)
        high = math.inf if hole else len(mine)
        least, most = count.least or 0, math.inf if count.most is None else count.most
        if sure > most or high < least:
            answer = BROKEN
        elif sure >= least and high <= most:
            answer = HELD
        else:
            answer = hole or next(a for _, a in mine if a != HELD)
        tally = self._tally[rule.location]
        tally["selected"] += 1
        if answer == HELD:
            tally["held"] += 1
            return
        type = rule.select.types[0] if len(rule.select.types) == 1 else ", ".join(rule.select.types)
        key = "/".join(scope)
        id = finding_id(f"{g.environment.name}/{rule.id}", Kind.BASELINE, type, f"count {key}".rstrip())
        bounds = {k: v for k, v in (("min", count.least), ("max", count.most)) if v is not None}
        if count.least == count.most:
            bounds = {"exactly": count.least or 0}
        met = Met(Expectation("", bounds), (), sure if answer == BROKEN else Unknown(answer), answer)
        whole = whole_digest([_digest(g, met)])
        change = self._change(rule, met, Kind.MISSING, type, (key or g.environment.name,), id, whole)
        where = f"{g.environment.name}{' ' if scope else ''}{' '.join(scope)}"
        many = f"{sure} in {where}" if answer == BROKEN else f"{sure} seen in {where}, and not all could be ({answer})"
        found = tuple(_locator(g.seals[a]) for a, _ in sorted(mine) if a in g.seals)
        tally[_column(change.verdict)] += 1
        self.findings.append(
            self._made(
                rule,
                change,
                id=id,
                whole=whole,
                title=f"{g.noun(type) if type in g.catalog.specs else type}: {many}, {_must(rule, met)} (rule {rule.id})",
                subject=Subject(type, key or g.environment.name, among=(found, ())),
                changes=(change,),
                owner=rule.owner,
                said=_said(self.chains[rule.id], {rule.location}),
            )
        )

    # ----------------------------------------------------------------------------------------- results

    def coverage(self) -> Iterable[RuleCoverage]:
        """One row per rule in force, in the order of layers, files and lines."""
        g = self.ground
        for chain in self.chains.values():
            for rule in chain:
                t = self._tally[rule.location]
                yield RuleCoverage(
                    rule=rule.id,
                    baseline=rule.baseline,
                    layer=rule.layer,
                    severity=rule.severity,
                    reason=rule.reason,
                    location=rule.location,
                    selected=t["selected"],
                    held=t["held"],
                    broken=t["broken"],
                    unknown=t["unknown"],
                    accepted=t["accepted"],
                    incomplete=_incomplete(g, rule),
                    said=_said(chain, {rule.location}),
                )


def _is_about_values(rule: BaselineRule) -> bool:
    return bool(rule.expect or rule.absent or rule.closed)


def _part(rule: BaselineRule, answer: str, looked: Looked) -> _Part | None:
    """What a rule finds on a resource that it selects; None where it is only about tags and the type has none."""
    body = looked.form.body
    whole = Expectation("", None)
    if answer != HELD:
        return _Part(rule, (Met(whole, (), Unknown(answer), answer),))
    if rule.absent:
        seal = looked.form.seal
        return _Part(rule, (Met(whole, (), seal.arn or seal.ref or seal.address.id, BROKEN),))
    met = [m for e in rule.expect for m in meet(e, body, looked.spec, looked.speech)]
    if rule.expect and not met and not rule.closed:
        return None
    wrong = [m for m in met if m.answer != HELD]
    if rule.closed:
        named = {_first(e.path, looked.spec) for e in rule.expect}
        where = tags.path(looked.spec.compare) if looked.spec is not None else None
        for name in sorted(body):
            value = body[name]
            untagged = value == {} and where is not None and where.matches((name,))  # the form holds the map where there are no tags
            if name not in named and not untagged:
                wrong.append(Met(Expectation(name, None), (name,), value, value.code if isinstance(value, Unknown) else BROKEN))
    return _Part(rule, tuple(wrong))


def _first(path: str, spec: Spec | None) -> str:
    """The top-level member in which a path lies."""
    pattern = pattern_of(path, spec)
    return getattr(pattern.steps[0], "name", "") if pattern is not None else TAGS


def _scopes(ground: Ground, rule: BaselineRule, count: Count) -> dict[tuple[str, ...], str]:
    """Where a rule counts, each with the reason why there may be more than was seen, or empty."""
    if count.per == "environment":
        whole = next((code for glob in rule.select.types if (code := lost(ground.incomplete, glob))), "")
        return {(): whole or next((code for _, code in _holes(ground, rule)), "")}
    out: dict[tuple[str, ...], str] = {}
    for listing in ground.listings:
        if any(fits(glob, listing.type) for glob in rule.select.types):
            scope = (listing.account,) if count.per == "account" else (listing.account, listing.region)
            bad = "" if listing.status in _SEEN else ground.incomplete.get(listing.type, str(listing.status))
            out[scope] = out.get(scope, "") or bad
    cloud = ground.settings.clouds()
    for account in ground.accounts:
        if not any(scope[0] == account for scope in out):
            out[account,] = ground.incomplete.get(every(cloud(account)), "unread type")
    return dict(sorted(out.items()))


def _holes(ground: Ground, rule: BaselineRule) -> list[tuple[str, str]]:
    """Types that a rule is about and whose listing is not complete, with the code."""
    return [(type, code) for type, code in sorted(ground.incomplete.items()) if any(fits(glob, type) for glob in rule.select.types)]


def _incomplete(ground: Ground, rule: BaselineRule) -> tuple[tuple[str, str], ...]:
    """The holes that somebody tried to see into, or that the rule names."""
    listed = {listing.type for listing in ground.listings}
    return tuple((t, code) for t, code in _holes(ground, rule) if t in listed or t in rule.select.types)


# --------------------------------------------------------------------------------------------- words and numbers


def _unset(expectation: Expectation) -> bool:
    """Whether it wants nothing to be there."""
    return expectation.schema is None and expectation.written is None


def _digest(ground: Ground, met: Met) -> str:
    """Of what stands there and what should, free of the environment; waivers bind to it."""
    return digest(
        list(member_path(met.path)), neutral(met.value, ground.keys.get, ground.environment.name), met.expectation.written, met.answer
    )


def _level(severity: Severity, verdict: Verdict) -> Severity:
    if verdict is Verdict.EXPECTED:
        return Severity.INFO
    return at_most(severity, Severity.MEDIUM) if verdict is Verdict.UNKNOWN else severity


def _why(rule: BaselineRule, verdict: Verdict) -> str:
    if verdict is Verdict.EXPECTED:
        return "expected differences are information"
    if verdict is Verdict.UNKNOWN:
        return f"rule {rule.id} is {rule.severity}; what could not be seen is at most medium"
    return f"as rule {rule.id} says"


def _column(verdict: Verdict) -> str:
    return {Verdict.DRIFT: "broken", Verdict.UNKNOWN: "unknown"}.get(verdict, "accepted")


def _title(what: str, rule: BaselineRule, met: Met, number: int) -> str:
    """`S3 bucket uploads: VersioningConfiguration.Status is not set, must be Enabled (rule versioned), and 2 more`."""
    more = f", and {number - 1} more" if number > 1 else ""
    if rule.absent and not isinstance(met.value, Unknown):
        return f"{what} {_must(rule, met)} (rule {rule.id})"
    if not met.path:
        return f"{what}: nobody can say whether rule {rule.id} is about it ({met.answer})"
    path = show_path(met.path)
    if met.answer != BROKEN:
        return f"{what}: {path} could not be judged ({met.answer}), must be {expected(met.expectation)} (rule {rule.id}){more}"
    is_there = "not set" if met.value is ABSENT else shown(met.value)
    return f"{what}: {path} is {is_there}, {_must(rule, met)} (rule {rule.id}){more}"


def _must(rule: BaselineRule, met: Met) -> str:
    """What a rule wants at one place, in words."""
    if rule.absent:
        return "must not exist"
    if not met.path and rule.count is not None:
        return f"must be {rule.count}"
    if _unset(met.expectation):
        return "must not be set"
    described = met.expectation.schema is not None and "description" in met.expectation.schema
    return f"must be{':' if described else ''} {expected(met.expectation)}"


def _said(chain: Sequence[BaselineRule], places: Iterable[Location]) -> str:
    """What the rules at some places do to rules of earlier layers: `replaces organization's in baselines/organization.yaml:12`."""
    out = []
    for rule in chain:
        if rule.location in places and rule.override:
            earlier = chain[chain.index(rule) - 1] if chain.index(rule) else None
            verb = "replaces" if rule.override == "replace" else "tightens"
            if earlier is not None:
                out.append(f"{verb} that of layer {earlier.layer} in {earlier.location.file}:{earlier.location.line}")
    return "; ".join(out)


def _locator(seal: Seal) -> Locator:
    a = seal.address
    return Locator(a.account, a.region, a.id, seal.arn, ref=seal.ref)


def _groups(ground: Ground, findings: Sequence[Finding]) -> tuple[FindingGroup, ...]:
    """Findings of one rule on one type with one verdict: one decision."""
    members: dict[str, list[Finding]] = {}
    for f in findings:
        members.setdefault(f.group, []).append(f)
    out = []
    for id, those in members.items():
        if len(those) > 1:
            first = those[0]
            state = {Verdict.DRIFT: "broken", Verdict.UNKNOWN: "undecided"}.get(first.verdict, str(first.verdict))
            what = f"rule {first.rule} {state}" if first.changes else "not read again"
            title = f"{ground.noun(first.subject.type)}: {what} on {len(those)} resources of {ground.environment.name}"
            severity = worst([f.severity for f in those])
            path = show_path(first.changes[0].path) if first.changes else ""
            out.append(FindingGroup(id, title, first.subject.type, path, first.verdict, severity, tuple(f.id for f in those)))
    return tuple(out)


def _notes(ground: Ground, findings: Sequence[Finding], dead: set[str]) -> Iterable[RuleNote]:
    """Of waivers that met something here, and of declared differences that name this comparison."""
    waivers = Counter(c.waiver for f in findings for c in f.changes if c.waiver)
    rules = Counter(c.rule for f in findings for c in f.changes if c.verdict is Verdict.EXPECTED)
    for rule in ground.expected:
        times = rules[rule.id]
        text = f"rule {rule.id} is about {times} differences" if times else f"rule {rule.id} is about no difference"
        yield RuleNote(rule.id, "expected", RuleUse.USED if times else RuleUse.UNUSED, times, text, rule.location)
    for waiver in ground.waivers:
        if times := waivers[waiver.id]:
            yield RuleNote(waiver.id, "waiver", RuleUse.USED, times, f"waiver {waiver.id} accepted {times} differences", waiver.location)
        elif waiver.id in dead:
            text = f"waiver {waiver.id} was made for other values and waives nothing now"
            yield RuleNote(waiver.id, "waiver", RuleUse.DEAD, 0, text, waiver.location)


# --------------------------------------------------------------------------------------------- over time


def _gone(ground: Ground, found: set[str], previous: Mapping[str, Earlier], period: str) -> tuple[list[Finding], tuple[Resolved, ...]]:
    """Earlier findings of this baseline that are not found again: still open as unknown where nobody can look, or resolved.

    The cause is left open: whoever knows the rules of then names it.
    """
    carried: list[Finding] = []
    resolved: list[Resolved] = []
    for id, before in sorted(previous.items()):
        if id in found or not before.open or before.kind != Kind.BASELINE or before.comparison != ground.name:
            continue
        at = before.subject.candidate
        address = Address.of(before.subject.type, at.account, at.region, at.id) if at is not None else None
        code = ground.incomplete.get(before.subject.type) or lost(ground.incomplete, before.subject.type)
        if code and address is not None and address not in ground.seals and address.account in ground.accounts:
            carried.append(unreadable(before, code, period))
        else:
            resolved.append(Resolved(id, None, before.last_seen, before.first_seen, before.title))
    return carried, tuple(resolved)
