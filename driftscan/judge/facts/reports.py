"""The reports of earlier periods: how old the last final one is, what it spoke for, how complete it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Past:
    """One final run. environments: that it read; read, listings: of types in use, None where its record does not say."""

    run: str
    period: str
    environments: tuple[str, ...]
    read: int | None = None
    listings: int | None = None


@dataclass(frozen=True, slots=True)
class Reports:
    """period: of the report that is made now (`2026-11`); past: final runs of earlier periods, oldest first."""

    period: str
    past: tuple[Past, ...] = ()
    min_coverage: float = 0.0

    @property
    def before(self) -> str:
        """The period before this one."""
        year, month = (int(x) for x in self.period.split("-"))
        return f"{year - (month == 1):04d}-{12 if month == 1 else month - 1:02d}"


def reports(runs: Sequence[Mapping[str, Any]], period: str, min_coverage: float) -> Reports:
    """The final runs of earlier periods, from their records."""
    past = []
    for run in runs:
        if str(run["period"]) < period:
            listings = ((run.get("figures") or {}).get("summary") or {}).get("listings") or {}
            names = tuple(sorted(run.get("snapshots") or {}))
            past.append(Past(str(run["id"]), str(run["period"]), names, listings.get("part"), listings.get("whole")))
    return Reports(period, tuple(past), min_coverage)
