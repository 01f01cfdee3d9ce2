"""Findings and the ledger: what `judge` makes of a comparison, what `report` prints."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from driftscan.model.drift import Meaning, Severity, Verdict
from driftscan.model.settings import Location
from driftscan.model.snapshot import Gap
from driftscan.model.value import ABSENT, Path, Value

UNEXPECTED: Final = "no rule expects it"
"""The reason of a drift about which there is nothing more to say; views leave it out."""


class Kind(StrEnum):
    """What a finding is about."""

    CHANGED = "changed"
    MISSING = "missing"
    EXTRA = "extra"
    AMBIGUOUS = "ambiguous"
    BASELINE = "baseline"
    CONTROL = "control"
    GAP = "gap"


class State(StrEnum):
    """Against the last final run of an earlier period; `worse`: its values are others than then, and no better."""

    NEW = "new"
    RECURRING = "recurring"
    WORSE = "worse"
    REOPENED = "reopened"


class Moved(StrEnum):
    """Who moved since the two sides last agreed. `unknown`: no stored snapshots show them agreeing."""

    CANDIDATE = "candidate"
    REFERENCE = "reference"
    BOTH = "both"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Parent:
    """The resource under which another was listed (a record's zone). arn: where there is one."""

    type: str
    id: str
    arn: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Locator:
    """One resource of one side. id: the provider's (`Address.id`); arn: where there is one; parent: where its name says whose it is.

    ref: what CloudFormation's `Ref` returns, where that is not the id.
    """

    account: str
    region: str
    id: str
    arn: str | None = None
    parent: Parent | None = field(default=None, compare=False)
    ref: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Subject:
    """The resource that a finding is about. key: environment-free, stable over runs.

    match and confidence: why the two are a pair (empty and 0.0 where there is no pair).
    candidate / reference: None where that side has none.
    among: of an ambiguous finding, all resources of the candidate's side and of the reference's; of a one-sided resource, those that are
    interchangeable with it, so that any of them could be the one.
    """

    type: str
    key: str
    match: str = ""
    confidence: float = 0.0
    candidate: Locator | None = None
    reference: Locator | None = None
    among: tuple[tuple[Locator, ...], tuple[Locator, ...]] = ((), ())


@dataclass(frozen=True, slots=True)
class FindingChange:
    """One difference of a finding, judged; of a one-sided resource, one member that says what it is.

    candidate / reference: canonical values, `ABSENT` where that side has none; code: why it is unknown, else empty.
    value_digest: of the two values (hex); waivers bind to it. rule: id of the rule that decided (`order` and `promotion` are built in),
    waiver: id of the waiver; reason: one sentence on the verdict; severity_reason: one on the severity.
    moved, since: who moved since the sides last agreed, and the first moment (UTC) at which a snapshot showed it.
    meaning: of what the change is a part of, where that could be told.
    """

    path: Path
    verdict: Verdict
    severity: Severity
    aspect: str
    value_digest: str
    candidate: Value = ABSENT
    reference: Value = ABSENT
    code: str = ""
    rule: str | None = None
    waiver: str | None = None
    location: Location | None = None
    reason: str = ""
    severity_reason: str = ""
    moved: Moved = Moved.UNKNOWN
    since: datetime | None = None
    meaning: Meaning | None = None

    @property
    def op(self) -> str:
        """`added` = only the candidate has the value."""
        if self.reference is ABSENT:
            return "added"
        return "removed" if self.candidate is ABSENT else "changed"


@dataclass(frozen=True, slots=True)
class Consequence:
    """What hangs on a resource that only one side has. paths: of a pair, where one of its sides speaks of that resource."""

    type: str
    at: Locator
    paths: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person acts on: one pair that differs, one resource without counterpart, one gap, ...

    id: stable over runs (hex); value_digest: of everything that differs (hex). comparison: `stage..prod`, or of a gap the environment.
    first_seen: period of the first report that showed it (`2026-09`), None where `judge` was given no period.
    rule, waiver, location: of the change that decides the verdict. reason and severity_reason: one sentence each.
    promotion: `in promotion`, `stalled promotion` or empty. gaps: of kind gap, the calls it stands for.
    moved, since: of one-sided resources and as the leading change says of pairs.
    consequences: of a one-sided resource, what hangs on it and differs for that reason.
    """

    id: str
    kind: Kind
    verdict: Verdict
    severity: Severity
    aspect: str
    comparison: str
    value_digest: str
    group: str
    title: str
    subject: Subject
    changes: tuple[FindingChange, ...] = ()
    state: State = State.NEW
    first_seen: str | None = None
    owner: str | None = None
    rule: str | None = None
    waiver: str | None = None
    location: Location | None = None
    reason: str = ""
    severity_reason: str = ""
    promotion: str = ""
    moved: Moved = Moved.UNKNOWN
    since: datetime | None = None
    gaps: tuple[Gap, ...] = ()
    consequences: tuple[Consequence, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """A finding as an earlier report showed it, with what a later judgement needs.

    open: it was a finding of that report, not one of its `resolved`.
    changes: `FindingChange.value_digest` of each.
    """

    id: str
    kind: str
    verdict: str
    severity: str
    aspect: str
    comparison: str
    value_digest: str
    first_seen: str
    last_seen: str
    title: str
    subject: Subject
    changes: tuple[str, ...] = ()
    group: str = ""
    owner: str | None = None
    open: bool = True


@dataclass(frozen=True, slots=True)
class Resolved:
    """A finding of the earlier report that is gone. cause: `cloud` where that is certain, None where it is not known.

    first_seen and title: as the earlier report had them, so that nobody has to look an id up there.
    """

    id: str
    cause: str | None
    last_seen: str
    first_seen: str = field(default="", compare=False)
    title: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings of the same type, path and shape: one decision for a person. path: as people read it; findings: ids in report order."""

    id: str
    title: str
    type: str
    path: str
    verdict: Verdict
    severity: Severity
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One type. `candidate` and `reference` count resources and add up over the other columns (`judge.ledger`).

    Two-place columns are (candidate's, reference's). ambiguous: could not be paired safely; grouped: members of populations and
    controllers; uncounted: vendor and platform resources, and those whose counterpart could not be looked for.
    """

    type: str
    candidate: int
    reference: int
    equal: int = 0
    expected: int = 0
    waived: int = 0
    unknown: int = 0
    drift: int = 0
    extra: int = 0
    missing: int = 0
    ambiguous: tuple[int, int] = (0, 0)
    grouped: tuple[int, int] = (0, 0)
    uncounted: tuple[int, int] = (0, 0)


class RuleUse(StrEnum):
    """What became of a rule, waiver or declared pair in one judgement."""

    USED = "used"
    UNUSED = "unused"
    EXPIRED = "expired"
    MALFORMED = "malformed"
    DEAD = "dead"
    """A waiver whose finding is there with other values: it waives nothing any more."""
    AMBIGUOUS = "ambiguous"
    """A declared pair that names more than one resource of a side: it pairs nothing."""


@dataclass(frozen=True, slots=True)
class RuleNote:
    """One expected rule, waiver or declared pair. kind: `expected`, `waiver` or `pair`; text: one sentence for people.

    times: changes, resources or pairs that it decided.
    """

    id: str
    kind: str
    use: RuleUse
    times: int
    text: str
    location: Location | None = None


@dataclass(frozen=True)
class Judgement:
    """One comparison, judged. Findings are sorted by severity, type, key, path.

    agreeing and comparable: parity is their quotient. agreeing: equal pairs, and pairs and one-sided resources whose differences are all
    expected; comparable: all pairs that are not unknown, and all one-sided resources that are not.
    rules: every expected rule that is about this comparison, every waiver, and every declared pair, in the order of the configuration.
    """

    candidate: str
    reference: str
    findings: tuple[Finding, ...]
    ledger: tuple[LedgerRow, ...]
    groups: tuple[FindingGroup, ...]
    rules: tuple[RuleNote, ...]
    resolved: tuple[Resolved, ...] = ()
    paired: int = 0
    equal: int = 0
    agreeing: int = 0
    comparable: int = 0
    extra: int = 0
    missing: int = 0

    @property
    def name(self) -> str:
        """`stage..prod`."""
        return f"{self.candidate}..{self.reference}"

    @property
    def parity(self) -> float | None:
        """0 to 1; None where nothing could be compared."""
        return self.agreeing / self.comparable if self.comparable else None
