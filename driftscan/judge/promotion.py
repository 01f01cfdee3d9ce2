"""Stage ahead of prod is how promotion works: for a while, and for what a pipeline promotes."""

from __future__ import annotations

from datetime import datetime, timedelta

from driftscan.judge.moved import Movement
from driftscan.model.finding import Moved

RULE = "promotion"
IN_PROMOTION = "in promotion"
STALLED = "stalled promotion"


def promotion(movement: Movement, aspect: str, as_of: datetime, max_age: timedelta) -> str:
    """`in promotion`, `stalled promotion`, or empty where it is neither.

    The candidate alone moved away from what both had, so that the reference still has what the candidate had before; and it is an
    artifact. Who moved is only known from stored snapshots: without them nothing is in promotion. A `max_age` of nothing switches it off.
    """
    if max_age <= timedelta(0) or movement.by is not Moved.CANDIDATE or movement.since is None or aspect != "artifact":
        return ""
    return IN_PROMOTION if as_of - movement.since < max_age else STALLED
