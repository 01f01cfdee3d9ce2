"""The small values of the AWS source: accounts as resolved, units of work, the plan, the knobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from driftscan.model.settings import Account
from driftscan.model.snapshot import Gap

GLOBAL: Final = "global"
"""The region of resources that exist once per account."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """Knobs of the transport. Seconds; attempts count the first try.

    throttled: attempts of a call that the vendor throttles. Each is far apart, so that a storm ends by slowing down, not by giving up.
    """

    connect_timeout: float = 5.0
    read_timeout: float = 60.0
    attempts: int = 4
    timeouts: int = 2
    throttled: int = 12
    slowest_pause: float = 20.0


@dataclass(frozen=True, slots=True)
class ResolvedAccount:
    """One account of an environment after the configuration met reality.

    id: 12 digits. regions: where regional types are read. identity: the caller's ARN. partition: `aws`, `aws-cn`, ...
    gap: why nothing of it can be read; then there are no units of it.
    """

    id: str
    login: Account
    regions: tuple[str, ...] = ()
    identity: str = ""
    partition: str = "aws"
    gap: Gap | None = None


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """The unit of work. region `global`: the types that exist once per account."""

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
    tagging: int
    per_item: tuple[tuple[str, int], ...]

    @property
    def calls(self) -> int:
        """All calls at least."""
        return sum(n for _, n in self.units) + self.tagging
