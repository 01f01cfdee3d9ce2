"""Which snapshot a person means: `prod`, `prod~1`, `prod@2026-10`, `prod@{2.weeks.ago}`, or an id or its beginning."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from driftscan.errors import UsageError
from driftscan.store.manifest import SnapshotInfo, moment

_SPEC = re.compile(
    r"(?P<name>.+?)(?:~(?P<back>\d+)|@\{(?P<number>\d+)\.(?P<unit>[a-z]+?)s?\.ago\}|@(?P<period>\d{4}-(?:W\d{2}|\d{2}(?:-\d{2})?)))?"
)
_UNITS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
_FORMS = "write prod, prod~1, prod@2026-10, prod@{2.weeks.ago} or a snapshot id"


def resolve(spec: str, snapshots: Sequence[SnapshotInfo], as_of: datetime | None = None) -> SnapshotInfo:
    """The snapshot that `spec` names, of `snapshots` (oldest first in each environment).

    `ENV` is the latest, `ENV~N` the N-th before it; `ENV@PERIOD` the last of a month (`2026-10`), ISO week (`2026-W41`) or day;
    `ENV@{N.UNIT.ago}` the last one at least so long before `as_of` (hours, days, weeks, months, years). With `as_of`, later
    snapshots do not count, unless they are named by id. Raises UsageError with the nearest names.
    """
    known = [s for s in snapshots if as_of is None or moment(s.as_of) <= as_of]
    environments = sorted({s.environment for s in snapshots})
    found = None if spec in environments else _SPEC.fullmatch(spec)
    name = found["name"] if found else spec
    if name in environments:
        mine = [s for s in known if s.environment == name]
        if not mine:
            ids = _names([s.id for s in snapshots if s.environment == name])
            raise UsageError(f"no snapshot {spec}: none of {name} is that old", f"there are {ids}")
        return _of_environment(spec, found, mine, as_of) if found else mine[-1]
    matches = [s for s in snapshots if s.id == spec] or [s for s in snapshots if spec and s.id.startswith(spec)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise UsageError(f"{spec} is the beginning of {len(matches)} snapshots", f"write more of it: {_names([s.id for s in matches])}")
    if not snapshots:
        raise UsageError(f"no snapshot {spec}: the store is empty", "run `driftscan scan` first")
    near = difflib.get_close_matches(name, [*environments, *(s.id for s in snapshots)], n=3)
    raise UsageError(f"no snapshot {spec}", f"did you mean {_names(near)}?" if near else f"there are {_names(environments)}; {_FORMS}")


def _of_environment(spec: str, found: re.Match[str], mine: Sequence[SnapshotInfo], as_of: datetime | None) -> SnapshotInfo:
    ids = _names([s.id for s in mine])
    if found["back"] is not None:
        back = int(found["back"])
        if back >= len(mine):
            raise UsageError(f"no snapshot {spec}: there are {len(mine)}", f"there are {ids}")
        return mine[-1 - back]
    if found["period"] is not None:
        inside = [s for s in mine if _in_period(moment(s.as_of), found["period"])]
        if not inside:
            raise UsageError(f"no snapshot {spec}: none was taken in {found['period']}", f"there are {ids}")
        return inside[-1]
    if found["number"] is not None:
        limit = _ago(spec, int(found["number"]), found["unit"], as_of or moment(mine[-1].as_of))
        before = [s for s in mine if moment(s.as_of) <= limit]
        if not before:
            raise UsageError(f"no snapshot {spec}: none is that old", f"there are {ids}")
        return before[-1]
    return mine[-1]


def _in_period(at: datetime, period: str) -> bool:
    if "W" in period:
        year, week, _ = at.isocalendar()
        return period == f"{year}-W{week:02}"
    return at.date().isoformat().startswith(period)


def _ago(spec: str, number: int, unit: str, now: datetime) -> datetime:
    try:
        if unit in _UNITS:
            return now - number * _UNITS[unit]
        if unit in ("month", "year"):
            months = now.year * 12 + now.month - 1 - number * (12 if unit == "year" else 1)
            year, month = divmod(months, 12)
            last = (datetime(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day  # noqa: DTZ001
            return now.replace(year=year, month=month + 1, day=min(now.day, last))
    except (OverflowError, ValueError):
        raise UsageError(f"{spec}: there is no such time", _FORMS) from None
    raise UsageError(f"{spec}: unknown unit {unit}", "use hours, days, weeks, months or years")


def _names(names: Sequence[str], most: int = 5) -> str:
    shown = list(names)[-most:]
    return ", ".join(shown) + (f" and {len(names) - most} more" if len(names) > most else "")
