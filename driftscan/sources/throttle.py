"""How fast calls may go: one bucket per (account, region, service), slower after throttling, faster again when it is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

IN_A_ROW: Final = 3
"""So many throttles in a row halve the rate."""
RECOVERY: Final = 20
"""So many good answers in a row raise it again by a quarter."""
SLOWEST: Final = 0.5
"""Calls a second below which no bucket falls."""


@dataclass(slots=True)
class Bucket:
    """A token bucket kept as the time at which it would be full again (GCRA). Not thread-safe: its scheduler holds the lock.

    limit: calls a second that it may reach. burst: calls that may go at once after a rest.
    """

    limit: float
    burst: float
    rate: float = 0.0
    full_at: float = 0.0
    throttled: int = 0
    good: int = 0

    def __post_init__(self) -> None:
        self.rate = self.rate or self.limit

    def ready_at(self, now: float) -> float:
        """When the next call may go."""
        return max(now, self.full_at - (self.burst - 1) / self.rate)

    def take(self, now: float) -> None:
        """One call goes."""
        self.full_at = max(now, self.full_at) + 1 / self.rate

    def on_throttle(self, now: float) -> None:
        """A call was refused for its rate: nothing goes at once any more, and after three in a row the rate is halved."""
        self.good = 0
        self.throttled += 1
        if self.throttled >= IN_A_ROW:
            self.throttled = 0
            self.rate = max(SLOWEST, self.rate / 2)
            self.full_at = max(self.full_at, now + self.burst / self.rate)

    def on_answer(self) -> None:
        """A call was answered."""
        self.throttled = 0
        if self.rate < self.limit:
            self.good += 1
            if self.good >= RECOVERY:
                self.good = 0
                self.rate = min(self.limit, self.rate * 1.25)
