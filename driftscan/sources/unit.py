"""The small values that every source speaks: accounts as resolved, units of work, the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from driftscan.model.settings import Account
from driftscan.model.snapshot import Gap

GLOBAL: Final = "global"
"""The region of resources that exist once per account or project."""


@dataclass(frozen=True, slots=True)
class ResolvedAccount:
    """One account of an environment after the configuration met reality.

    id: 12 digits, or a project's id. regions: where regional types are read; of a project none, because one listing gives them all.
    identity: the caller's ARN or e-mail. partition: `aws`, `aws-cn`, ..., or `gcp`. gap: why nothing of it can be read; then there are no
    units of it.
    """

    id: str
    login: Account
    regions: tuple[str, ...] = ()
    identity: str = ""
    partition: str = "aws"
    gap: Gap | None = None


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """The unit of work. region `global`: what exists once per account."""

    account: str
    region: str
    service: str

    @property
    def key(self) -> str:
        """Stable name, the same in every run of the same plan."""
        return f"{self.account}/{self.region}/{self.service}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The least number of calls, known before the first is made: one page per listing, and the tags of each region in bulk.

    units: (unit, calls at least). per_item: type -> calls that each of its resources adds at most (how many resources there are
    is not known before the listing).
    """

    units: tuple[tuple[Unit, int], ...]
    tagging: int = 0
    per_item: tuple[tuple[str, int], ...] = ()

    @property
    def calls(self) -> int:
        """All calls at least."""
        return sum(n for _, n in self.units) + self.tagging
