"""How bad a finding is: aspect, direction and environment, each with its reason in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from driftscan.judge.globs import covers, fits
from driftscan.judge.strictness import Weaker, Weight
from driftscan.model.drift import Severity, Verdict
from driftscan.model.finding import Kind, Moved
from driftscan.model.settings import SeverityRule
from driftscan.model.value import Path

_ORDER: Final = tuple(Severity)

CHANGED: Final = {
    "iam": Severity.HIGH,
    "network": Severity.MEDIUM,
    "data-protection": Severity.MEDIUM,
    "observability": Severity.MEDIUM,
    "artifact": Severity.MEDIUM,
    "capacity": Severity.LOW,
    "cost": Severity.LOW,
    "metadata": Severity.LOW,
}
"""A difference whose direction nobody can tell."""

MISSING: Final = {
    "iam": Severity.HIGH,
    "network": Severity.HIGH,
    "data-protection": Severity.MEDIUM,
    "observability": Severity.MEDIUM,
    "artifact": Severity.MEDIUM,
    "capacity": Severity.MEDIUM,
    "cost": Severity.LOW,
    "metadata": Severity.LOW,
}
"""The later environment has it, the earlier one is no rehearsal of it."""

EXTRA: Final = {
    "iam": Severity.HIGH,
    "network": Severity.MEDIUM,
    "data-protection": Severity.HIGH,
    "observability": Severity.HIGH,
    "artifact": Severity.LOW,
    "capacity": Severity.MEDIUM,
    "cost": Severity.MEDIUM,
    "metadata": Severity.LOW,
}
"""The later environment lacks it: guards and alarms that were rehearsed and are not there."""

WEAKER: Final = {
    Weight.EXPOSED: (Severity.CRITICAL, Severity.HIGH),
    Weight.WIDER: (Severity.HIGH, Severity.MEDIUM),
    Weight.UNPROTECTED: (Severity.HIGH, Severity.MEDIUM),
    Weight.UNWATCHED: (Severity.HIGH, Severity.LOW),
}
"""(where the guarded environment is the weaker one, where the other is)."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a comparison stands. last: one side is the last environment in the order of promotion; same: both are one environment."""

    candidate: str
    reference: str
    last: bool
    same: bool

    def name(self, side: str) -> str:
        """The environment of a side; of one environment over time, which of its moments."""
        name = self.candidate if side == "candidate" else self.reference
        return f"{name} {'now' if side == 'candidate' else 'before'}" if self.same else name

    def guarded(self, side: str) -> bool:
        """Whether weakness on that side is weakness of the environment that matters most: the reference; over time, what is there now."""
        return side == ("candidate" if self.same else "reference")


def worst(severities: list[Severity]) -> Severity:
    """The worst of some; `info` of none."""
    return min(severities, key=_ORDER.index, default=Severity.INFO)


def at_most(severity: Severity, ceiling: Severity) -> Severity:
    """The milder of two."""
    return max(severity, ceiling, key=_ORDER.index)


def of_change(aspect: str, verdict: Verdict, weak: Weaker | None, stage: Stage, crossing: str = "") -> tuple[Severity, str]:
    """Severity and reason of one change inside a pair. crossing: who points into whom (`crossings.crossing`), or empty."""
    if verdict is Verdict.EXPECTED:
        return Severity.INFO, "expected differences are information"
    if verdict is Verdict.UNKNOWN:
        return at_most(
            _stepped(CHANGED.get(aspect, Severity.LOW), stage), Severity.MEDIUM
        ), f"{aspect}: what could not be seen is at most medium"
    if crossing and (weak is None or weak.weight is not Weight.EXPOSED):
        return _with_step(worst([Severity.HIGH, CHANGED.get(aspect, Severity.LOW)]), crossing, stage)
    if weak is None:
        return _with_step(CHANGED.get(aspect, Severity.LOW), f"a difference in {aspect}", stage)
    guarded = stage.guarded(weak.side)
    severity = WEAKER[weak.weight][0 if guarded else 1]
    base = CHANGED.get(aspect, Severity.LOW)
    reason = f"{stage.name(weak.side)} {weak.what}"
    if not guarded:
        severity = worst([severity, base]) if weak.weight in (Weight.EXPOSED, Weight.WIDER) else severity
        reason += f"; {stage.name('reference')} is the stricter one"
    return _with_step(severity, reason, stage)


def of_nothing(verdict: Verdict, why: str, stage: Stage) -> tuple[Severity, str]:
    """Severity and reason of a change that changes nothing in what holds today. why: in a clause."""
    if verdict is Verdict.EXPECTED:
        return Severity.INFO, "expected differences are information"
    return _with_step(Severity.LOW, why, stage)


def of_resource(
    kind: Kind, aspect: str, verdict: Verdict, open_to: list[str], stage: Stage, moved: Moved = Moved.UNKNOWN
) -> tuple[Severity, str]:
    """Severity and reason of a resource that only one side has. open_to: what exposes it (`strictness.exposures`).

    moved: who made or took it away; what ships and came to the reference first was never rehearsed.
    """
    side = "reference" if kind is Kind.MISSING else "candidate"
    has, lacks = stage.name(side), stage.name("candidate" if side == "reference" else "reference")
    if verdict is Verdict.EXPECTED:
        return Severity.INFO, "expected differences are information"
    severity = (MISSING if kind is Kind.MISSING else EXTRA).get(aspect, Severity.LOW)
    if verdict is Verdict.UNKNOWN:
        return at_most(_stepped(severity, stage), Severity.MEDIUM), f"{aspect}: what could not be seen is at most medium"
    if open_to:
        return _with_step(WEAKER[Weight.EXPOSED][0 if stage.guarded(side) else 1], f"only {has} has it, and it {open_to[0]}", stage)
    if kind is Kind.MISSING and aspect == "artifact" and moved is Moved.REFERENCE and not stage.same:
        return _with_step(Severity.CRITICAL, f"it came to {has} first: {lacks} never rehearsed it", stage)
    return _with_step(severity, f"{aspect}: missing in {lacks}", stage)


def configured(
    rules: Sequence[SeverityRule], type: str, path: Path, aspect: str, verdict: Verdict, stage: Stage, built_in: tuple[Severity, str]
) -> tuple[Severity, str]:
    """The severity of a drift under the first of the configuration's rules that fits, with the rule's place and what it would have been.

    What is critical stays so, and what is no drift is as it was: a rule orders findings, it takes none away.
    """
    level, why = built_in
    if verdict is not Verdict.DRIFT or level is Severity.CRITICAL:
        return built_in
    for rule in rules:
        names = (stage.candidate, stage.reference)
        if not (fits(rule.type, type) and covers(rule.path, path) and rule.aspect in ("", aspect)):
            continue
        if not any(fits(rule.environment, name) for name in names):
            continue
        at = f"{rule.location.file}:{rule.location.line}" if rule.location is not None else "the configuration"
        return Severity(rule.severity), f"{rule.reason} ({at}; {level} without that rule: {why})"
    return built_in


def _with_step(severity: Severity, reason: str, stage: Stage) -> tuple[Severity, str]:
    stepped = _stepped(severity, stage)
    if stepped is not severity:
        reason += f"; one step milder, because neither {stage.candidate} nor {stage.reference} is the last environment"
    return stepped, reason


def _stepped(severity: Severity, stage: Stage) -> Severity:
    return severity if stage.last else _ORDER[min(_ORDER.index(severity) + 1, len(_ORDER) - 1)]
