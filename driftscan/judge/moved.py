"""Who moved since the two sides last agreed, and since when."""

from __future__ import annotations

from collections.abc import Sequence
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
    as_of: datetime,
) -> Movement:
    """What two series of past values (oldest first) and today's two values say.

    Values are free of their environments (equal where two sides agree), or `Unknown`: moments of which nobody can say anything are
    skipped. A side holds its last known value until the next snapshot. If no snapshots show the two agreeing, nobody knows who moved.
    """
    events = sorted(
        [(at, 0, v) for at, v in candidate if at < as_of and not isinstance(v, Unknown)]
        + [(at, 1, v) for at, v in reference if at < as_of and not isinstance(v, Unknown)],
        key=lambda e: (e[0], e[1]),
    )
    held: dict[int, Value] = {}
    agreed: Value = None
    apart: datetime | None = None
    known = False
    for at, side, value in events:
        held[side] = value
        if len(held) < 2:
            continue
        if held[0] == held[1]:
            known, agreed, apart = True, held[0], None
        elif apart is None:
            apart = at
    if not known:
        return STILL
    moved = tuple(value != agreed for value in today)
    since = apart or as_of
    if all(moved):
        return Movement(Moved.BOTH, since)
    return Movement(Moved.CANDIDATE if moved[0] else Moved.REFERENCE, since)
