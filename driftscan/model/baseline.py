"""Baselines: what an organisation says that an environment is, as rules about its resources, and what judging by them gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal, TypeAlias

from driftscan.model.drift import Severity
from driftscan.model.finding import Finding, FindingGroup, Resolved, RuleNote
from driftscan.model.settings import Location
from driftscan.model.value import Value

ROLES: Final = ("dev", "test", "stage", "prod")
"""What an environment can be, in the order of promotion (ADR-033)."""

Per: TypeAlias = Literal["environment", "account", "region"]
"""What a count is about: all of an environment, each of its accounts, each account and region."""


class Layer(StrEnum):
    """Whose rule it is; a later layer may tighten or replace a rule of an earlier one by its id."""

    ORGANIZATION = "organization"
    ROLE = "role"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What has to stand at a path of the canonical form.

    path: in the catalogue's syntax, `tags.X` is the tag X wherever the type keeps its tags.
    schema: JSON Schema keywords with the types that they imply written out, or None: then `written` is a literal.
    written: the literal or the keywords as the file has them. optional: nothing has to stand there, but what does has to fit.
    """

    path: str
    written: Value = field(hash=False)
    schema: Mapping[str, Any] | None = field(default=None, hash=False)
    optional: bool = False
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Select:
    """Which resources a rule is about; every condition has to fit, of several texts any. All texts are globs (`*`, `?`).

    environments: empty is every one. keys: logical keys; `=text` is exactly that key. tags: name -> glob.
    provenance: who made it; nobody can change what the vendor made. where: conditions on values: any place that the path means fits.
    """

    types: tuple[str, ...]
    environments: tuple[str, ...] = ()
    keys: tuple[str, ...] = ("*",)
    tags: tuple[tuple[str, str], ...] = ()
    owners: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    provenance: tuple[str, ...] = ("declared",)
    where: tuple[Expectation, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """How many resources may be selected; None is no bound."""

    least: int | None = None
    most: int | None = None
    per: Per = "environment"

    def __str__(self) -> str:
        many = (
            f"exactly {self.least}"
            if self.least == self.most
            else f"at most {self.most}"
            if self.least is None
            else f"at least {self.least}"
            if self.most is None
            else f"{self.least} to {self.most}"
        )
        each = {"environment": "", "account": " in each account", "region": " in each account and region"}[self.per]
        return many + each


@dataclass(frozen=True, slots=True)
class BaselineRule:
    """One rule. baseline: the name of its file without the ending; roles: of environments that its file is about, empty: all.

    absent: no selected resource may exist. closed: a selected resource has no member that `expect` does not name.
    override: `tighten` (this has to hold too) or `replace` (this holds instead) the rule of that id in an earlier layer, or empty.
    owner: who the findings belong to, where the configuration's owners name nobody.
    """

    id: str
    baseline: str
    layer: Layer
    select: Select
    severity: Severity
    reason: str
    location: Location
    roles: tuple[str, ...] = ()
    expect: tuple[Expectation, ...] = ()
    count: Count | None = None
    absent: bool = False
    closed: bool = False
    override: str = ""
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """What one rule met in one environment. selected = held + broken + unknown + accepted, of resources (of a count: of its scopes).

    incomplete: types that the rule is about and whose listing is not complete, with the code: it cannot speak for all of them.
    said: `tightens` or `replaces` which rule, or empty.
    """

    rule: str
    baseline: str
    layer: Layer
    severity: Severity
    reason: str
    location: Location
    selected: int = 0
    held: int = 0
    broken: int = 0
    unknown: int = 0
    accepted: int = 0
    incomplete: tuple[tuple[str, str], ...] = ()
    said: str = ""


@dataclass(frozen=True)
class BaselineJudgement:
    """One environment, judged by its rules. snapshot: its id. Findings are sorted by severity, type, key, path."""

    environment: str
    snapshot: str
    findings: tuple[Finding, ...] = ()
    coverage: tuple[RuleCoverage, ...] = ()
    groups: tuple[FindingGroup, ...] = ()
    rules: tuple[RuleNote, ...] = ()
    resolved: tuple[Resolved, ...] = ()

    @property
    def name(self) -> str:
        """`prod..baseline`, as findings, waivers and rules call it."""
        return against(self.environment)


def against(environment: str) -> str:
    """What a comparison with the baseline of an environment is called."""
    return f"{environment}..baseline"
