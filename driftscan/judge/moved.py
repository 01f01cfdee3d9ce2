"""Who moved since the two sides last agreed, and since when."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from driftscan.model.finding import Moved
from driftscan.model.value import Unknown, Value


@dataclass(frozen=True, slots=True)
class Movement:
    """by: who moved; since: the first moment (UTC) at which a snapshot showed the two apart, None where that is not known."""

    by: Moved = Moved.UNKNOWN
    since: datetime | None = None


STILL = Movement()


def movement(
    candidate: Sequence[tuple[datetime, Value]],
    reference: Sequence[tuple[datetime, Value]],
    today: tuple[Value, Value],
    seen: datetime,
    agree: Callable[[Value, Value], bool] = operator.eq,
) -> Movement:
    """What two series of past values (oldest first) and the two values of now say. seen: when they were seen.

    Values are compared by `agree`; `Unknown` are moments of which nobody can say anything: they are skipped. A side holds its last known
    value until the next snapshot. If no snapshots show the two agreeing, nobody knows who moved.
    """
    events: dict[datetime, dict[int, Value]] = {}
    for side, series in enumerate((candidate, reference)):
        for at, value in series:
            if not isinstance(value, Unknown):
                events.setdefault(at, {})[side] = value
    held: dict[int, Value] = {}
    agreed: tuple[Value, Value] = (None, None)
    apart: datetime | None = None
    known = False
    for at in sorted(events):
        held |= events[at]
        if len(held) < 2:
            continue
        if agree(held[0], held[1]):
            known, agreed, apart = True, (held[0], held[1]), None
        elif apart is None:
            apart = at
    moved = tuple(not agree(value, then) for value, then in zip(today, agreed, strict=True))
    if not known or not any(moved):
        return STILL
    since = apart or seen
    if all(moved):
        return Movement(Moved.BOTH, since)
    return Movement(Moved.CANDIDATE if moved[0] else Moved.REFERENCE, since)
