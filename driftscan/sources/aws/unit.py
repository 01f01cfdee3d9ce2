"""The knobs of the AWS source, and the values that it shares with every other."""

from __future__ import annotations

from dataclasses import dataclass

from driftscan.sources.unit import GLOBAL, Plan, ResolvedAccount, Unit

__all__ = ["GLOBAL", "Plan", "ResolvedAccount", "Tuning", "Unit"]


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
