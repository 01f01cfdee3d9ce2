"""One change inside a pair, judged: what is declared, what is in promotion, what is waived, how bad it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from driftscan.judge import severity, wording
from driftscan.judge.aspects import aspect_of
from driftscan.judge.case import Case
from driftscan.judge.crossings import crossing
from driftscan.judge.expected import ruling
from driftscan.judge.moved import STILL, Movement
from driftscan.judge.promotion import IN_PROMOTION, RULE, STALLED, promotion
from driftscan.judge.strictness import weaker
from driftscan.judge.values import digest
from driftscan.judge.waivers import Target, binds, names
from driftscan.model.drift import Change, Pair, Relation, Severity, Verdict
from driftscan.model.finding import UNEXPECTED, FindingChange, Moved
from driftscan.model.settings import Expected, Location, Waiver
from driftscan.model.value import Redacted, member_path

ORDER: Final = "order"
"""The built-in rule of lists that differ in nothing but order."""

OWN_SECRET: Final = "own-secret"
"""The built-in rule of secrets: each environment has its own, so that they differ is no drift, unless they are known to have agreed."""


SAME_MEANING: Final = "same-meaning"
"""The built-in rule of policies and rules that are written in two ways and allow the same."""

COPY: Final = "regional-copy"
"""The built-in rule of resources that one environment holds in more regions than the other: the copies have their counterpart."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict and everything that led to it. promotion: `in promotion`, `stalled promotion` or empty."""

    verdict: Verdict
    reason: str
    rule: str | None = None
    waiver: str | None = None
    location: Location | None = None
    promotion: str = ""


def change_digest(case: Case, change: Change) -> str:
    """Of a change's two values and the members that hold them, free of environments; waivers bind to it."""
    return digest(
        list(member_path(change.path)),
        case.plain("candidate", change.candidate).decode(),
        case.plain("reference", change.reference).decode(),
        change.code,
    )


def whole_digest(digests: Iterable[str]) -> str:
    """Of everything that differs in a pair, from the digests of its changes."""
    return digest(*sorted(digests))


def declared(rules: tuple[Expected, ...], change: Change) -> Decision | None:
    """What is decided without asking who moved or who waived: unknown, order, declared differences. None: neither."""
    found = ruling(rules, change)
    if found is not None and found.inside:
        return expected_by(found.rule, f" ({found.rule.rule})")
    if change.code:
        return Decision(Verdict.UNKNOWN, f"nobody could compare it: {change.code}")
    if change.order_only:
        return Decision(Verdict.EXPECTED, "the two lists differ in nothing but their order", ORDER)
    if change.meaning is not None and change.meaning.same:
        return Decision(Verdict.EXPECTED, wording.same(change.meaning), SAME_MEANING)
    return None


def expected_by(rule: Expected, how: str = "") -> Decision:
    """The decision of a declared difference. how: in which way it allows this one, in brackets."""
    return Decision(Verdict.EXPECTED, f"expected by rule {rule.id}{how}: {rule.reason}", rule.id, location=rule.location)


def moving(case: Case, movement: Movement, aspect: str) -> tuple[str, Decision | None]:
    """Whether a difference is in promotion (then that decides) or a stalled one."""
    if case.stage.same:
        return "", None
    state = promotion(movement, aspect, case.as_of, case.settings.promotion_max_age)
    if state != IN_PROMOTION or movement.since is None:
        return state, None
    ahead, behind = case.stage.candidate, case.stage.reference
    reason = f"in promotion: {ahead} moved by {movement.since.date().isoformat()}, {behind} still is as {ahead} was before"
    return state, Decision(Verdict.EXPECTED, reason, RULE, promotion=state)


def own_secret(case: Case, change: Change, movement: Movement) -> Decision | None:
    """Two environments with a secret each, of which no snapshot says that they ever were the same."""
    sides = (change.candidate, change.reference)
    if case.stage.same or movement.by is not Moved.UNKNOWN or not all(isinstance(s, Redacted) and s.kind == "secret" for s in sides):
        return None
    return Decision(Verdict.EXPECTED, "each environment has a secret of its own", OWN_SECRET)


def waived(waivers: tuple[Waiver, ...], target: Target) -> tuple[Decision | None, tuple[Waiver, ...]]:
    """The waiver that accepts a drift, and those that name it but were made for other values."""
    dead: list[Waiver] = []
    for waiver in waivers:
        if not names(waiver, target):
            continue
        if binds(waiver, target):
            reason = f"waived by {waiver.approver} for {waiver.owner} until {waiver.expires.isoformat()} ({waiver.ticket}): {waiver.reason}"
            return Decision(Verdict.WAIVED, reason, waiver=waiver.id, location=waiver.location), ()
        dead.append(waiver)
    return None, tuple(dead)


def drift(rules: tuple[Expected, ...], change: Change | None, dead: tuple[Waiver, ...], state: str, movement: Movement) -> Decision:
    """Drift, with the nearest thing that did not allow it."""
    reason = UNEXPECTED
    rule, location = None, None
    found = ruling(rules, change) if change is not None else None
    if found is not None:
        reason = f"outside the bounds of rule {found.rule.id} ({found.rule.rule}): {found.rule.reason}"
        rule, location = found.rule.id, found.rule.location
    if dead:
        reason += f"; waiver {dead[0].id} was made for other values and waives nothing now"
    if state == STALLED and movement.since is not None:
        reason = f"stalled promotion, apart since {movement.since.date().isoformat()}; {reason}"
    return Decision(Verdict.DRIFT, reason, rule, location=location, promotion=state)


@dataclass(frozen=True, slots=True)
class Judged:
    """A judged change, and what the finding and the notes want to know of it."""

    change: FindingChange
    promotion: str
    dead: tuple[Waiver, ...] = ()


def judge_change(case: Case, pair: Pair, change: Change, rules: tuple[Expected, ...], target: Callable[[Change], Target]) -> Judged:
    """The verdict on one change. rules: those about the pair's resource; target: what waivers may name."""
    aspect = aspect_of(case.spec(pair.candidate.type), change.path)
    decision = declared(rules, change)
    movement, state = STILL, ""
    dead: tuple[Waiver, ...] = ()
    if decision is None:
        movement = case.movement(pair, change)
        state, decision = moving(case, movement, aspect)
    if decision is None:
        decision = own_secret(case, change, movement)
    if decision is None:
        decision, dead = waived(case.waivers, target(change))
    if decision is None:
        decision = drift(rules, change, dead, state, movement)
    built_in = _severity(case, change, aspect, decision.verdict)
    level, why = case.rated(pair.candidate.type, change.path, aspect, decision.verdict, built_in)
    return Judged(
        FindingChange(
            path=change.path,
            verdict=decision.verdict,
            severity=level,
            aspect=aspect,
            value_digest=change_digest(case, change),
            candidate=change.candidate,
            reference=change.reference,
            code=change.code,
            rule=decision.rule,
            waiver=decision.waiver,
            location=decision.location,
            reason=decision.reason,
            severity_reason=why,
            moved=movement.by,
            since=movement.since,
            meaning=change.meaning,
        ),
        decision.promotion,
        dead,
    )


def _severity(case: Case, change: Change, aspect: str, verdict: Verdict) -> tuple[Severity, str]:
    if change.code or change.order_only:
        return severity.of_change(aspect, verdict, None, case.stage)
    weak = weaker(change.path, change.candidate, change.reference)
    across = crossing(change.candidate, change.reference, case.stage)
    if change.meaning is None:
        return severity.of_change(aspect, verdict, weak, case.stage, across)
    if change.meaning.relation is Relation.EQUAL and not across:
        return severity.of_nothing(verdict, wording.covered(change.meaning), case.stage)
    level, why = severity.of_change(aspect, verdict, wording.weaker(change.meaning, weak), case.stage, across)
    return level, wording.told(why, change.meaning, case.stage) if verdict is Verdict.DRIFT else why
