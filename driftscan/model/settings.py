"""What a person decided, as plain values: the configuration file after `config` has read and checked it.

Every rule knows where it stands (`Location`), so that a finding can name file and line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from driftscan.model.value import Value

if TYPE_CHECKING:
    from driftscan.model.baseline import BaselineRule

MIN_COVERAGE: Final = 0.95
"""Share of the listings of types in use that has to be read, where no configuration says otherwise."""


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """Where a rule stands: file as given, line from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Account:
    """One entry of `accounts:`. provider `aws` (id: 12 digits, or `ou-…`/`r-…` unit) or `gcp` (id: project id or number, `folders/…`,
    `organizations/…`, or a query of `SearchProjects`).

    role: name or ARN to assume; profile: a named profile; neither: ambient credentials.
    regions: names, or None for every region the account has enabled.
    impersonate: e-mail of the service account to read a project as. exports: files of asset exports to read instead of the API.
    """

    provider: str
    id: str
    role: str | None = None
    external_id: str | None = None
    profile: str | None = None
    regions: tuple[str, ...] | None = None
    location: Location | None = None
    impersonate: str | None = None
    exports: tuple[str, ...] = ()

    @property
    def single(self) -> bool:
        """Whether the entry names one account or project, and not a unit, a folder or a query."""
        return not self.id.startswith(("ou-", "r-") if self.provider == "aws" else ("folders/", "organizations/", "labels."))


@dataclass(frozen=True, slots=True)
class Environment:
    """A set of scopes with a role in the promotion order (the order of the configuration file is dev to prod).

    role: dev, test, stage or prod: whose baselines it has to keep; empty where nobody says.
    """

    name: str
    aliases: tuple[str, ...]
    accounts: tuple[Account, ...]
    role: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """Every word that names this environment: its name first, then the aliases."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class PairRule:
    """An explicit pair: two resources that the configuration declares to be counterparts (by id or ARN)."""

    type: str
    candidate: str
    reference: str
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class ComparisonRule:
    """`candidate` is judged against `reference`."""

    candidate: str
    reference: str
    pairs: tuple[PairRule, ...] = ()
    location: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Expected:
    """A declared difference (DESIGN section 8). rule: any, one_of, at_most_reference, at_least_reference, ratio, must_differ, mapped.

    type and path are globs (`path` in the catalogue's path syntax, elements as `[]`);
    key: glob on the logical key.
    values: of one_of (allowed candidate values) or mapped (reference value -> candidate value);
    ratio: (least, most) of candidate/reference.
    kind: `changed` (default), `missing` or `extra`, for rules about whole resources (`path` is then empty).
    """

    id: str
    type: str
    path: str
    rule: str
    reason: str
    owner: str
    key: str = "*"
    kind: str = "changed"
    values: Value = None
    ratio: tuple[float, float] | None = None
    comparison: str | None = None
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class SeverityRule:
    """How bad the drift that it fits is: `critical` to `low`, never `info`. The first that fits decides.

    type: glob; path: as in `Expected`, empty for every path and whole resources; aspect: one of the catalogue's, or empty for any;
    environment: glob, either side of a comparison may fit.
    """

    severity: str
    reason: str
    type: str = "*"
    path: str = ""
    aspect: str = ""
    environment: str = "*"
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """One accepted finding, bound to its two values (or their `value_digest`), with an end.

    findings: of a waiver for several at once, what it was made for: a finding's id -> the `value_digest` of each change that it accepts
    there. `finding` is then empty, and nothing that came later is accepted.
    """

    id: str
    finding: str
    owner: str
    approver: str
    ticket: str
    reason: str
    expires: date
    candidate: Value = None
    reference: Value = None
    value_digest: str | None = None
    location: Location | None = None
    findings: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class VoidWaiver:
    """A waiver that waives nothing, because it is malformed: id (or `#2`, its place), what is wrong, where."""

    id: str
    problem: str
    location: Location


@dataclass(frozen=True, slots=True)
class Owner:
    """The first rule that fits names the owner.

    `tag` alone takes the tag's value; `stack`, `type`, `account` or `key` globs name `owner`.
    """

    owner: str | None = None
    tag: str | None = None
    stack: str | None = None
    type: str | None = None
    account: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Excluded:
    """Accounts that belong to no environment, on purpose.

    account: glob on the id or the name, of a project also on its number or on a folder above it (`folders/1`).
    """

    account: str
    reason: str
    location: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Shared:
    """What every environment may point at, wherever it lies. target: glob on what is pointed at: an account id, a name, an ARN."""

    target: str
    reason: str
    location: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ControlSettings:
    """How strictly each environment is held. hold: environment -> ids of controls; of one that is not named, the role decides."""

    hold: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    excluded: tuple[Excluded, ...] = ()
    shared: tuple[Shared, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration.

    store: path or URL. min_coverage: of the listings of types in use (0..1). variables: name -> environment -> text
    (domains, address plans: replaced by `{name}`). region_map: environment -> region -> symbol name.
    reveal: paths `Type:path` of redacted settings to keep in clear, or bare setting names (`LOG_LEVEL`).
    baselines: by layer, then by file and line. digest: of the file's meaning (hex). files: every file that was read.
    """

    organization: str
    store: str
    environments: tuple[Environment, ...]
    comparisons: tuple[ComparisonRule, ...]
    promotion_max_age: timedelta = timedelta(days=14)
    expected: tuple[Expected, ...] = ()
    severity: tuple[SeverityRule, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    void_waivers: tuple[VoidWaiver, ...] = ()
    owners: tuple[Owner, ...] = ()
    variables: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    region_map: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    reveal: tuple[str, ...] = ()
    min_coverage: float = MIN_COVERAGE
    types: tuple[str, ...] = ("*",)
    skip_types: tuple[str, ...] = ()
    redaction_key: str | None = None
    max_concurrency: int = 32
    deadline: timedelta | None = None
    baselines: tuple[BaselineRule, ...] = ()
    controls: ControlSettings = ControlSettings()
    digest: str = ""
    files: tuple[str, ...] = ()

    def clouds(self) -> Callable[[str], str]:
        """Tells whether an account is of `aws` or `gcp`: as its entry says; of what units, folders and queries hold, AWS's are numbers."""
        entries = {a.id: a.provider for e in self.environments for a in e.accounts}
        return lambda account: entries.get(account, "aws" if account.isdigit() else "gcp")

    def environment(self, name: str) -> Environment:
        """The environment of that name or alias. Raises KeyError."""
        for e in self.environments:
            if e.name == name:
                return e
        for e in self.environments:
            if name in e.aliases:
                return e
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the names of one snapshot's environment are made of: everything that symbols need (DESIGN section 6).

    environment: whose snapshot this is. words: environment -> its words, for all environments.
    accounts: account id -> (environment, position in its list). projects: the same of Google Cloud. regions: of this environment, home
    region first.
    variables: name -> environment -> text. region_map: this environment's region -> symbol name.
    """

    environment: str
    words: Mapping[str, tuple[str, ...]] = field(hash=False)
    accounts: Mapping[str, tuple[str, int]] = field(hash=False)
    regions: tuple[str, ...] = ()
    variables: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    region_map: Mapping[str, str] = field(default_factory=dict, hash=False)
    projects: Mapping[str, tuple[str, int]] = field(default_factory=dict, hash=False)
