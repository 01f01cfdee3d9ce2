"""Scopes: which accounts belong to which environment, which could not be read, which are gone, which belong to nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from driftscan.judge.facts.members import Member, Unlisted, members
from driftscan.judge.facts.projects import ids
from driftscan.judge.globs import fits
from driftscan.judge.scope import place_of_subject
from driftscan.model.drift import Verdict
from driftscan.model.finding import Finding, Kind
from driftscan.model.settings import Excluded
from driftscan.model.snapshot import Snapshot

_WHOLE: Final = "*"
_SEVERAL: Final = re.compile(r"labels\..*|(ou|r)-[0-9a-z]{4,32}(-[0-9a-z]{8,32})?", re.DOTALL)
"""An entry of the configuration that stands for accounts which nothing else says: a query of labels, an organisational unit, a root."""


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


@dataclass(frozen=True)
class Scopes:
    """accounts: environment -> its accounts, as its snapshot resolved them. unreachable: (environment, account, code).

    members: accounts and projects of the organizations, as far as snapshots list them. unlisted: lists that nobody read, or not whole; none
    where there is no organization. exclusions: accounts that a person excluded.
    """

    accounts: Mapping[str, tuple[str, ...]]
    unreachable: tuple[tuple[str, str, str], ...] = ()
    vanished: tuple[Vanished, ...] = ()
    members: tuple[Member, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()
    exclusions: tuple[Excluded, ...] = field(default=())

    @property
    def unresolved(self) -> tuple[str, ...]:
        """Entries that could not be read and may hold any account."""
        return tuple(dict.fromkeys(name for _, name, _ in self.unreachable if _SEVERAL.fullmatch(name)))

    def owned(self, member: Member) -> bool:
        """Whether a member belongs to an environment, as an account of it or through what it lies in."""
        return any(not {member.account, *member.also}.isdisjoint(held) for held in self.accounts.values())

    def excluded(self, text: str) -> str | None:
        """Why an account (by any of its names) may belong to no environment, or None. `*` asks for the exclusion of everything."""
        if text == _WHOLE:
            return next((e.reason for e in self.exclusions if e.account == _WHOLE), None)
        return next((e.reason for e in self.exclusions if fits(e.account, text)), None)


def scopes(snapshots: Sequence[Snapshot], findings: Iterable[Finding], exclusions: tuple[Excluded, ...] = ()) -> Scopes:
    """The scopes of these snapshots, one per environment. findings: all of the comparisons; they tell what vanished."""
    found, unlisted = members(snapshots)
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
        members=found,
        unlisted=unlisted,
        exclusions=exclusions,
    )
