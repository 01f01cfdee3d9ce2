"""Scopes: which accounts belong to which environment, which could not be read, which are gone, which belong to nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from driftscan.judge.facts.projects import ORGANIZATION, PROJECT, ids
from driftscan.judge.globs import fits
from driftscan.judge.scope import place_of_subject
from driftscan.model.drift import Verdict
from driftscan.model.finding import Finding, Kind
from driftscan.model.settings import Excluded
from driftscan.model.snapshot import Snapshot, Status

ACCOUNT: Final = "AWS::Organizations::Account"
"""The type whose resources are the accounts of the organization; whoever may not list it sees none. Of Google Cloud they are the projects
that a listing of the whole organization holds."""
_WHOLE: Final = "*"


@dataclass(frozen=True, slots=True)
class Vanished:
    """A place that was read before and is not read any more. account: `*` is the whole environment; finding: that says so.

    accepted: a waiver accepts it.
    """

    environment: str
    account: str
    region: str
    finding: str
    accepted: bool = False

    @property
    def what(self) -> str:
        """What people call it."""
        account = "the environment" if self.account == _WHOLE else f"account {self.account}"
        return account if self.region == _WHOLE else f"region {self.region} of {account}"


@dataclass(frozen=True, slots=True)
class Member:
    """One account of the organization. seen_by: the environment (the first of those) whose snapshot lists it."""

    account: str
    name: str
    seen_by: str


@dataclass(frozen=True)
class Scopes:
    """accounts: environment -> its accounts, as its snapshot resolved them. unreachable: (environment, account, code).

    members: accounts of the organizations, or None where no snapshot lists them. no_members says why (a code) one vendor's are not known;
    it is empty where there is no organization. exclusions: accounts that a person excluded.
    """

    accounts: Mapping[str, tuple[str, ...]]
    unreachable: tuple[tuple[str, str, str], ...] = ()
    vanished: tuple[Vanished, ...] = ()
    members: tuple[Member, ...] | None = None
    no_members: str = ""
    exclusions: tuple[Excluded, ...] = field(default=())

    def excluded(self, text: str) -> str | None:
        """Why an account (id or name) may belong to no environment, or None. `*` asks for the exclusion of everything."""
        if text == _WHOLE:
            return next((e.reason for e in self.exclusions if e.account == _WHOLE), None)
        return next((e.reason for e in self.exclusions if fits(e.account, text)), None)


def scopes(snapshots: Sequence[Snapshot], findings: Iterable[Finding], exclusions: tuple[Excluded, ...] = ()) -> Scopes:
    """The scopes of these snapshots, one per environment. findings: all of the comparisons; they tell what vanished."""
    members, why = _members(snapshots)
    lost = {}
    for f in findings:
        if f.kind is Kind.GAP and (place := place_of_subject(f.subject, f.comparison)) is not None:
            lost[f.id] = Vanished(place.environment, place.account, place.region, f.id, f.verdict is Verdict.WAIVED)
    one = ids(snapshots)  # a project that one snapshot calls by its number and another by its id is one
    unreachable = {(s.header.environment, one.get(g.account, g.account), g.code) for s in snapshots for g in s.gaps if g.type == _WHOLE}
    return Scopes(
        accounts={s.header.environment: tuple(dict.fromkeys(one.get(a, a) for a in s.header.accounts)) for s in snapshots},
        unreachable=tuple(sorted(unreachable)),
        vanished=tuple(sorted(lost.values(), key=lambda v: (v.environment, v.account, v.region))),
        members=members,
        no_members=why,
        exclusions=exclusions,
    )


def _members(snapshots: Sequence[Snapshot]) -> tuple[tuple[Member, ...] | None, str]:
    """What the organizations of every vendor in use hold, and why one of them is not known, if so."""
    google = {"/" in row.type for s in snapshots for row in s.listings if row.type != _WHOLE}
    found: dict[str, Member] = {}
    whole, why = False, ""
    for of in [*([_accounts] if google != {True} else []), *([_projects] if True in google else [])]:
        known, code = of(snapshots)
        if known is None:
            why = why or code
        else:
            whole = True
            found |= known
    return (tuple(found[id] for id in sorted(found)) if whole else None), why


def _accounts(snapshots: Sequence[Snapshot]) -> tuple[dict[str, Member] | None, str]:
    found: dict[str, Member] = {}
    whole, off, why = False, False, "not read"
    for s in snapshots:
        codes = {g.account: g.code for g in s.gaps if g.type == ACCOUNT and g.address is None}
        for listing in s.listings:
            if listing.type == ACCOUNT:
                whole |= listing.status is Status.COMPLETE
                off |= listing.status is Status.OFF
                if listing.status not in (Status.COMPLETE, Status.OFF):
                    why = codes.get(listing.account, str(listing.status))
        for r in s.resources(ACCOUNT):
            _note(found, r.address.id, r.value.get("Name"), s)
    return (found, "") if whole else (None, "" if off and why == "not read" else why)


def _projects(snapshots: Sequence[Snapshot]) -> tuple[dict[str, Member] | None, str]:
    """The projects that a listing of the whole organization holds; that of a project holds the project."""
    found: dict[str, Member] = {}
    whole, why = False, "not read"
    for s in snapshots:
        codes = {g.account: g.code for g in s.gaps if g.type == PROJECT and g.address is None}
        for listing in s.listings:
            if listing.type == PROJECT and listing.account.startswith(ORGANIZATION):
                whole |= listing.status is Status.COMPLETE
                if listing.status is not Status.COMPLETE:
                    why = codes.get(listing.account, str(listing.status))
        for r in s.resources(PROJECT):
            if r.address.account.startswith(ORGANIZATION):
                _note(found, str(r.value.get("projectId", r.address.id)), r.value.get("displayName", r.value.get("name")), s)
    return (found, "") if whole else (None, why)


def _note(found: dict[str, Member], account: str, name: object, snapshot: Snapshot) -> None:
    found.setdefault(account, Member(account, name if isinstance(name, str) else "", snapshot.header.environment))
