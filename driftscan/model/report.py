"""The report as values: everything that a format prints, computed once by `report`.

Field names are the keys of `report.json` (DESIGN section 10), in its order; a field that is `ABSENT` is left out there.
Values of changes are plain JSON values, `{"redacted": ...}` or `{"unknown": code}`: formats need no canonical form.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from driftscan.model.drift import Severity, Verdict
from driftscan.model.finding import UNEXPECTED, FindingGroup, LedgerRow
from driftscan.model.value import ABSENT

SCHEMA: Final = "driftscan-report/1"

SEVERITIES: Final = tuple(Severity)
VERDICTS: Final = tuple(Verdict)

Wire: TypeAlias = Any
"""What JSON can hold, `{"redacted": {...}}`, `{"unknown": code}`; `{"literal": {...}}` is a real object that looks like one of these."""


@dataclass(frozen=True, slots=True)
class Run:
    """Which run this is. Times are UTC, ISO 8601 with `Z`; digests are hex. organization: the heading of the page."""

    id: str
    period: str
    as_of: str
    started: str
    finished: str
    tool_version: str
    catalog_digest: str
    config_digest: str
    previous_run: str | None = None
    organization: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """As whom an account was read (an ARN)."""

    account: str
    arn: str


@dataclass(frozen=True, slots=True)
class ReportSnapshot:
    """One snapshot that the report stands on. window: first and last read; previous: digest of the snapshot before it (hash chain).

    regions: of any of its accounts; identities: who read. digest is also the anchor with which `verify` detects a rewritten chain.
    """

    environment: str
    id: str
    digest: str
    window: tuple[str, str]
    resources: int
    gaps: int
    previous: str | None = None
    accounts: tuple[str, ...] = ()
    calls: int = 0
    regions: tuple[str, ...] = ()
    identities: tuple[Identity, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of one listing. status: complete, partial, denied, off, not_read."""

    environment: str
    account: str
    region: str
    type: str
    status: str
    resources: int


@dataclass(frozen=True, slots=True)
class ReportComparison:
    """One comparison. kind: `parity`, or `history` for two snapshots of one environment.

    parity: agreeing / comparable, or None where nothing could be compared; both numbers are printed with it.
    candidate, reference: the environments, with their moments where they are one (`prod@2026-11-30`); labels: the same for people.
    location: its line in the configuration (of one that is not configured, the file's first); ABSENT without a file.
    """

    candidate: str
    reference: str
    kind: str
    parity: float | None
    paired: int
    equal: int
    extra: int
    missing: int
    ledger: tuple[LedgerRow, ...]
    agreeing: int
    comparable: int
    labels: tuple[str, str]
    location: Any = ABSENT

    @property
    def name(self) -> str:
        """`stage..prod`."""
        return f"{self.candidate}..{self.reference}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule stands in a file; ABSENT where something was decided without one."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Match:
    """Why two resources are a pair, and how sure that is (0 to 1]."""

    reason: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ReportParent:
    """The resource under which another was listed: the zone of a record."""

    type: str
    id: str
    arn: Any = ABSENT


@dataclass(frozen=True, slots=True)
class ReportLocator:
    """One resource of one side. id: what CloudFormation's `Ref` returns; arn, parent: ABSENT where it has none.

    address: the id inside (type, account, region), where `Ref` alone is not (a stage, which says not of which API).
    """

    account: str
    region: str
    id: str
    arn: Any = ABSENT
    parent: Any = ABSENT
    address: Any = ABSENT


@dataclass(frozen=True, slots=True)
class Among:
    """All resources of either side that could be each other's counterparts, or that are interchangeable with a one-sided one."""

    candidate: tuple[ReportLocator, ...]
    reference: tuple[ReportLocator, ...]


@dataclass(frozen=True, slots=True)
class ReportResource:
    """What a finding is about; a side that has no such resource is ABSENT."""

    type: str
    key: str
    match: Any = ABSENT
    candidate: Any = ABSENT
    reference: Any = ABSENT


@dataclass(frozen=True, slots=True)
class ReportMeaning:
    """What a policy, a set of firewall rules or a route table says as a whole. kind: `policy`, `ingress`, `egress`, `acl`, `routes`,
    `bindings`, `denials` or `firewall`.

    relation: `equal`, `candidate_wider`, `reference_wider`, `incomparable`. candidate, reference: what only that side allows, in words;
    of routes, where it sends what the other sends elsewhere.
    """

    kind: str
    relation: str
    candidate: tuple[str, ...]
    reference: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportChange:
    """One difference. path for people, pointer for machines; an ABSENT side has no value, which is not null.

    moved: who moved since the sides last agreed (`candidate`, `reference`, `both`, `unknown`); since: first moment at which a snapshot
    showed it (UTC, ISO 8601). code: why a value is unknown. rule, waiver: what decided the verdict.
    meaning: of what the change is a part of (`ReportMeaning`), where that could be told.
    """

    path: str
    pointer: str
    op: str
    verdict: str
    moved: str
    candidate: Any
    reference: Any
    severity: str
    aspect: str
    value_digest: str
    reason: str
    severity_reason: str
    rule: Any = ABSENT
    waiver: Any = ABSENT
    code: Any = ABSENT
    since: Any = ABSENT
    meaning: Any = ABSENT

    @property
    def remark(self) -> str:
        """The reason of its verdict, where that says more than the verdict."""
        return "" if self.reason == UNEXPECTED else self.reason


@dataclass(frozen=True, slots=True)
class Consequence:
    """A resource that is missing or extra because another one is, or a pair that differs for that reason, at `paths`."""

    type: str
    account: str
    region: str
    id: str
    arn: Any = ABSENT
    paths: Any = ABSENT

    @property
    def where(self) -> str:
        """Its id, and the places in it that differ."""
        return self.id if self.paths is ABSENT else f"{self.id} at {', '.join(self.paths)}"


@dataclass(frozen=True, slots=True)
class ReportFinding:
    """What a person acts on; enumerations as in DESIGN section 10.

    reason, severity_reason: one sentence each. promotion: `in promotion` or `stalled promotion`. moved, since: as of a change.
    among: of an ambiguous finding, all resources of either side; of a one-sided one, all that are interchangeable with it.
    consequences: of a missing or extra resource, what hangs on it and is so for that reason.
    changes: of a missing or extra resource, the members that say what it is.
    """

    id: str
    kind: str
    verdict: str
    severity: str
    aspect: str
    state: str
    first_seen: str
    value_digest: str
    comparison: str
    rule: str | None
    waiver: str | None
    location: Any
    group: str
    owner: str | None
    title: str
    resource: ReportResource
    changes: tuple[ReportChange, ...]
    moved: str
    reason: str
    severity_reason: str
    since: Any = ABSENT
    promotion: Any = ABSENT
    among: Any = ABSENT
    consequences: Any = ABSENT

    @property
    def is_drift(self) -> bool:
        """Whether it counts as a difference: it is one for sure, and nothing accepts it."""
        return self.verdict == "drift" and self.kind != "ambiguous"

    @property
    def is_unsure(self) -> bool:
        """Whether nobody knows yet: one side was not readable, or counterparts could not be told apart."""
        return self.verdict == "unknown" or self.kind == "ambiguous"

    @property
    def is_open(self) -> bool:
        """Whether somebody has to act: it differs, or nobody could decide."""
        return self.verdict in ("drift", "unknown")

    @property
    def remark(self) -> str:
        """The reason of its verdict, where that says more than the verdict."""
        return "" if self.reason == UNEXPECTED else self.reason

    @property
    def one_sided(self) -> bool:
        """Whether only one side has the resource: its changes are then what it is, and not what differs."""
        return self.kind in ("missing", "extra")

    @property
    def by_rule(self) -> bool:
        """Whether one environment is held to a rule or a promise: there is no other side, and each change's reason says what was wanted."""
        return self.kind in ("baseline", "control")

    @property
    def heading(self) -> str:
        """The title up to where it starts to tell a change: what a view prints above the changes themselves."""
        cuts = [at for c in self.changes if c.path and (at := self.title.find(f": {c.path} ")) > 0]
        return self.title[: min(cuts)] if cuts else self.title


@dataclass(frozen=True, slots=True)
class Resolved:
    """A finding of the previous final run that is gone. cause: `cloud`, `rule`, `scope`, or `unknown`; title: as it had it."""

    id: str
    cause: str
    last_seen: str
    first_seen: str
    title: str


@dataclass(frozen=True, slots=True)
class ReportGap:
    """What could not be read. hint: the next step for a person; id: the one resource concerned, else ABSENT."""

    environment: str
    account: str
    region: str
    type: str
    operation: str
    code: str
    permission: str
    hint: str
    id: Any = ABSENT


@dataclass(frozen=True, slots=True)
class Ignored:
    """Values that the catalogue drops by rule. values: how many were there."""

    type: str
    path: str
    reason: str
    values: int


@dataclass(frozen=True, slots=True)
class RuleLook:
    """A rule, waiver or declared pair that needs a look.

    kind: `expected`, `waiver`, `pair`; use: `unused`, `ending`, `expired`, `malformed`, `dead`, `ambiguous`; text: one sentence.
    since: of an unused one, the first period of those in a row in which it was unused.
    """

    id: str
    kind: str
    use: str
    text: str
    location: Any
    since: Any = ABSENT


@dataclass(frozen=True, slots=True)
class Hole:
    """A type whose listing is not complete, and why (the vendor's code, or `unread type`)."""

    type: str
    code: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    """What one rule of a baseline met in one environment.

    baseline: its file without the ending; layer: `organization`, `role`, `application`; said: what it does to a rule of an earlier layer.
    selected = held + broken + unknown + accepted: resources (of a rule that counts, scopes, too).
    incomplete: what it is about and could not be seen whole.
    """

    rule: str
    baseline: str
    layer: str
    severity: str
    reason: str
    location: Place
    selected: int
    held: int
    broken: int
    unknown: int
    accepted: int
    incomplete: tuple[Hole, ...] = ()
    said: Any = ABSENT


@dataclass(frozen=True, slots=True)
class ReportBaseline:
    """One environment and the rules that are in force there. comparison: `prod..baseline`, as its findings say."""

    environment: str
    snapshot: str
    comparison: str
    rules: tuple[RuleRow, ...]

    @property
    def broken(self) -> int:
        """How many rules are broken."""
        return sum(r.broken > 0 for r in self.rules)

    @property
    def unsure(self) -> int:
        """How many rules are not broken as far as was seen, and could not be judged everywhere."""
        return sum(not r.broken and bool(r.unknown or r.incomplete) for r in self.rules)

    @property
    def idle(self) -> int:
        """How many rules met nothing, though all that they are about was seen."""
        return sum(not r.selected and not r.incomplete for r in self.rules)


@dataclass(frozen=True, slots=True)
class ReportEvidence:
    """One concrete thing that a control saw. standing: `fails`, `unknown`, `accepted` or `holds`; text: one sentence.

    type, key, account, region, id, arn: of the resource, or (type `*`) of the account, that it is about; finding: the id of the finding
    that says it. path, value: where in the resource, and what stands there; code: why something was not seen. ABSENT where there is none.
    """

    standing: str
    text: str
    type: Any = ABSENT
    key: Any = ABSENT
    account: Any = ABSENT
    region: Any = ABSENT
    id: Any = ABSENT
    arn: Any = ABSENT
    path: Any = ABSENT
    value: Any = ABSENT
    code: Any = ABSENT
    finding: Any = ABSENT


@dataclass(frozen=True, slots=True)
class ReportControl:
    """One promise in one environment. status: PASS, FAIL, UNKNOWN or NOT_APPLICABLE. items: of all the evidence there is; it may be cut.

    evidence: what breaks the promise first, then what was not seen, what is accepted, what holds.
    """

    id: str
    version: int
    environment: str
    status: str
    title: str
    severity: str
    reason: str
    items: int
    evidence: tuple[ReportEvidence, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """What a control says about itself, for people."""

    id: str
    version: int
    title: str
    judges: str
    matters: str
    evidence: str
    do: str


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many promises, over all environments, have this status."""

    status: str
    controls: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many findings have this verdict and severity."""

    verdict: str
    severity: str
    findings: int


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`; a report never prints one without the other."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """0 to 1; of nothing, nothing: who read no listing knows nothing."""
        return self.part / self.whole if self.whole else 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """How one account of an environment was read: its listings of types in use, by status."""

    environment: str
    account: str
    listings: int
    complete: int
    off: int
    partial: int
    denied: int
    not_read: int


@dataclass(frozen=True, slots=True)
class EntryCommit:
    """The commit that last changed an entry: short hash, its author's day (in the author's time zone) and name, subject; or `status` alone.

    status: why there is no commit: `uncommitted`, `not under version control`, `could not be read (...)`.
    """

    hash: Any = ABSENT
    date: Any = ABSENT
    author: Any = ABSENT
    subject: Any = ABSENT
    status: Any = ABSENT


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Why findings are no drift: a rule or a waiver, who stands for it, until when, which findings (ids). Empty where it says nothing.

    days_left: from the moment that is answered for to the last day of a waiver; ABSENT of what does not end.
    commit: an `EntryCommit`; ABSENT where none was looked up, or there is no repository.
    """

    id: str
    verdict: str
    reason: str
    owner: str
    approver: str
    ticket: str
    expires: str
    location: Any
    findings: tuple[str, ...]
    days_left: Any = ABSENT
    commit: Any = ABSENT


@dataclass(frozen=True, slots=True)
class Claim:
    """The verdict on one comparison: `stage is not a rehearsal of prod`, and the numbers behind it (may be empty)."""

    comparison: str
    headline: str
    numbers: str


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many findings of a verdict are in this state since the last final run of an earlier period."""

    verdict: str
    state: str
    findings: int


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many findings of the last final run are gone for this cause: `cloud`, `rule`, `scope`, `unknown`."""

    cause: str
    findings: int


@dataclass(frozen=True, slots=True)
class OpenRow:
    """Open findings (drift, and what could not be decided) of one owner or one age, by severity.

    label: the owner (empty: nobody's), or the age in words; severities: in the order of `SEVERITIES`, adding up to findings.
    oldest: the earliest period in which one of them was seen first.
    """

    label: str
    findings: int
    severities: tuple[int, ...]
    oldest: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Differences of one service in one aspect. severity: of the worst; ABSENT where there is none. unknown: findings undecided there."""

    aspect: str
    drift: int
    unknown: int
    severity: Any = ABSENT


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One service of a comparison: agreeing of comparable resources, and its aspects; those that its types don't have are left out."""

    service: str
    agreeing: int
    comparable: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A comparison by service and aspect. Rows sum up to the comparison's agreeing and comparable; a finding counts once per aspect."""

    comparison: str
    aspects: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Parity of one comparison in one period, as two numbers."""

    comparison: str
    agreeing: int
    comparable: int


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One period. run: its final run, None where there was none: then nothing is known, and nothing is drawn.

    severities: drift, in the order of `SEVERITIES`.
    """

    period: str
    run: str | None
    agreements: tuple[Agreement, ...] = ()
    severities: tuple[int, ...] = ()
    unknown: int = 0
    waived: int = 0
    listings: Any = ABSENT


@dataclass(frozen=True, slots=True)
class Summary:
    """The first screen, and what lists and tables are made of.

    verdict: one sentence, made of claims (one per comparison) and reach (what the claims hold for). tone: `same`, `drift` or `unknown`.
    listings: read (or known to be off), of all listings of types in use.
    top: ids of the worst findings. promotion: ids of what ships to the reference. unseen: ids of gap findings, the widest first.
    notes: what weakens the verdict, one sentence each.
    waived: findings that a waiver accepts, of all that differ and that no rule expects.
    states, causes: what changed since the last final run of an earlier period. owners, ages: what is open. matrices: one per comparison.
    trend: the periods from the first final run in the store to this one, oldest first; empty for an ad hoc comparison.
    controls: promises by status; promises: what each control says about itself.
    """

    verdict: str
    claims: tuple[Claim, ...]
    reach: str
    tone: str
    notes: tuple[str, ...]
    listings: Share
    readings: tuple[Reading, ...]
    counts: tuple[Count, ...]
    groups: tuple[FindingGroup, ...]
    top: tuple[str, ...]
    promotion: tuple[str, ...]
    unseen: tuple[str, ...]
    accepted: tuple[Acceptance, ...]
    rules: tuple[RuleLook, ...]
    waived: Share = Share(0, 0)
    states: tuple[StateCount, ...] = ()
    causes: tuple[CauseCount, ...] = ()
    owners: tuple[OpenRow, ...] = ()
    ages: tuple[OpenRow, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    trend: tuple[TrendPoint, ...] = ()
    controls: tuple[StatusCount, ...] = ()
    promises: tuple[Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """`report.json` as values. Findings are sorted by severity, type, key, path. baselines: one per environment that has rules."""

    run: Run
    snapshots: tuple[ReportSnapshot, ...]
    coverage: tuple[Coverage, ...]
    comparisons: tuple[ReportComparison, ...]
    findings: tuple[ReportFinding, ...]
    resolved: tuple[Resolved, ...]
    controls: tuple[ReportControl, ...]
    gaps: tuple[ReportGap, ...]
    ignored: tuple[Ignored, ...]
    summary: Summary
    baselines: tuple[ReportBaseline, ...] = ()


# --------------------------------------------------------------------------------------------- values as people read them


def show_value(value: Wire) -> str:
    """A change's value as text: strings as they are where that cannot mislead, everything else as JSON; `not set` where absent."""
    if value is ABSENT:
        return "not set"
    if isinstance(value, dict) and len(value) == 1:
        ((key, inner),) = value.items()
        if key == "unknown":
            return f"unknown ({inner})"
        if key == "redacted":
            return str(inner["text"])
    if isinstance(value, str) and not _misleads(value):
        return value
    return _json(value)


def _misleads(text: str) -> bool:
    """Whether a bare string would look like something else: nothing, a number, a word of JSON, or end in blanks."""
    if text in {"", "null", "true", "false", "not set"} or text != text.strip():
        return True
    try:
        float(text)
    except ValueError:
        return False
    return True


def _json(value: Wire) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True)


def _plain(value: Wire) -> Wire:
    """Markers deep inside a value, as the words people read."""
    if isinstance(value, dict):
        if len(value) == 1 and next(iter(value)) in ("unknown", "redacted"):
            return show_value(value)
        if len(value) == 1 and "literal" in value:
            value = value["literal"]
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value
