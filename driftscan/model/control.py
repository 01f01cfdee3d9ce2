"""Controls: what an organisation promises about an environment, and what judging by it gave."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from driftscan.model.drift import Severity
from driftscan.model.finding import Finding, FindingGroup, Locator, Resolved, RuleNote
from driftscan.model.value import ABSENT, Path, Value


class Status(StrEnum):
    """Whether an environment keeps a promise. `UNKNOWN`: something that it takes to say so was not seen."""

    PASS = "PASS"
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Standing(StrEnum):
    """What one item of evidence says of the promise. `accepted`: it would break it, and a person decided that it may."""

    FAILS = "fails"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    HOLDS = "holds"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One concrete thing that a control saw: a resource, an account, a gap, a finding, a run.

    text: one sentence; why: what is wrong there in a few words, for the finding on it.
    type, key, at: of a resource (or, type `*`, of an account) as findings have them; at is None where it is none.
    path, value: where in the resource, and what stands there. code: of what could not be seen, why.
    finding: the id of a finding that says the same already. owner: of the resource.
    """

    standing: Standing
    text: str
    type: str = ""
    key: str = ""
    at: Locator | None = None
    path: Path = ()
    value: Value = ABSENT
    code: str = ""
    finding: str = ""
    owner: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class ControlText:
    """What a control says about itself, for people: its docstring in four parts."""

    judges: str
    matters: str
    evidence: str
    do: str


@dataclass(frozen=True, slots=True)
class ControlJudgement:
    """One promise in one environment. reason: one sentence; evidence: what breaks it first, then what was not seen, then the rest."""

    control: str
    version: int
    title: str
    environment: str
    severity: Severity
    status: Status
    reason: str
    text: ControlText
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class ControlsJudgement:
    """Every promise in every environment, by control, then in the order of the environments.

    findings: of what breaks a promise and no other finding says; sorted as those of a comparison. rules: waivers that were met or died.
    """

    rows: tuple[ControlJudgement, ...] = ()
    findings: tuple[Finding, ...] = ()
    groups: tuple[FindingGroup, ...] = ()
    rules: tuple[RuleNote, ...] = ()
    resolved: tuple[Resolved, ...] = ()


def promised(environment: str, control: str) -> str:
    """What findings call the comparison of an environment with a promise: `stage..ENV-03`."""
    return f"{environment}..{control}"
