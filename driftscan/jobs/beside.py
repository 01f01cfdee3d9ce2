"""`history`: the months of a resource, and those of its counterpart beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from driftscan.formats.months import Cell, Column
from driftscan.jobs.compare import compare
from driftscan.jobs.context import Context
from driftscan.jobs.history import Month, locate, months_of
from driftscan.judge.globs import covers
from driftscan.model.resource import Resource
from driftscan.model.value import Address, show_path, show_scalar, walk
from driftscan.store import SnapshotInfo

VALUES: Final = 4
"""So many values at a path are shown."""
LOOKED: Final = 3
"""In so many snapshots is a counterpart looked for."""


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The resource of another environment that one is compared with. reason: of the pair."""

    environment: str
    address: Address
    reason: str


def drawn(context: Context, text: str, path: str | None = None) -> tuple[list[Column], list[tuple[str, list[Cell]]]]:
    """The columns and rows of the picture: of the resource that `text` names, and of its counterpart where it has one.

    path: a glob; then each month shows what stands there. Raises UsageError where no snapshot has the resource.
    """
    info, resource = locate(context, text)
    columns = [Column(info.environment, str(resource.address))]
    series = [months_of(context, info.environment, resource.address)]
    other = counterpart(context, info, resource)
    if other is not None:
        columns.append(Column(other.environment, f"{other.address}  (paired by {other.reason})"))
        series.append(months_of(context, other.environment, other.address))
        order = [e.name for e in context.settings.environments]
        if order.index(other.environment) < order.index(info.environment):
            columns.reverse()
            series.reverse()
    return columns, list(_rows(series, path, context.as_of))


def counterpart(context: Context, info: SnapshotInfo, resource: Resource) -> Counterpart | None:
    """What the resource is compared with, in the last snapshots that have it (`info` is the newest); None where it has no pair there."""
    held = [i for i, r in context.store.history(resource.address, info.environment) if r is not None]
    found = (_counterpart(context, i, resource) for i in reversed(held[-LOOKED:]))
    return next((other for other in found if other is not None), None)


def _counterpart(context: Context, info: SnapshotInfo, resource: Resource) -> Counterpart | None:
    for rule in context.settings.comparisons:
        if info.environment not in (rule.candidate, rule.reference):
            continue
        other = rule.reference if rule.candidate == info.environment else rule.candidate
        there = _nearest(context.store.snapshots(other), info)
        if there is None:
            continue
        sides = (info, there) if rule.candidate == info.environment else (there, info)
        for compared in compare(context, *sides).comparison.compared:
            pair = compared.pair
            if resource.address in (pair.candidate, pair.reference):
                address = pair.reference if pair.candidate == resource.address else pair.candidate
                return Counterpart(other, address, pair.reason)
    return None


def _nearest(infos: Sequence[SnapshotInfo], to: SnapshotInfo) -> SnapshotInfo | None:
    """The newest that is not newer, else the first after it."""
    before = [i for i in infos if i.as_of <= to.as_of]
    return before[-1] if before else infos[0] if infos else None


def _rows(series: Sequence[Sequence[Month]], path: str | None, as_of: datetime) -> Iterator[tuple[str, list[Cell]]]:
    """A row per day on which there is a snapshot of any of them, and one per month that has none, up to the month before `as_of`'s."""
    days = sorted({m.info.as_of[:10] for months in series for m in months})
    if not days:
        return
    held = [{m.info.as_of[:10]: m for m in months} for months in series]
    known = {day[:7] for day in days}
    missed = [month for month in _months(days[0][:7], f"{as_of:%Y-%m}") if month not in known and month != f"{as_of:%Y-%m}"]
    for day in sorted([*days, *missed]):
        cells = []
        for mine in held:
            month = mine.get(day)
            if month is not None:
                cells.append(_cell(month, path))
            elif any(d[:7] == day[:7] for d in mine):
                cells.append(Cell(""))
            else:
                cells.append(Cell("no snapshot"))
        yield day, cells


def _months(first: str, last: str) -> Iterator[str]:
    year, month = int(first[:4]), int(first[5:])
    while (now := f"{year:04}-{month:02}") <= last:
        yield now
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _cell(month: Month, path: str | None) -> Cell:
    if path is None:
        return Cell(month.state, "", month.changes)
    if month.resource is None:
        return Cell(month.state)
    there = [(p, v) for p, v in walk(month.resource.value) if covers(path, p)]
    changes = tuple(c for c in month.changes if c[0] in {show_path(p) for p, _ in there} or _under(path, c[0]))
    if changes:
        return Cell("changed", "", changes)
    said = ", ".join(show_scalar(v) if len(there) == 1 else f"{show_path(p)} {show_scalar(v)}" for p, v in there[:VALUES])
    more = f" and {len(there) - VALUES} more" if len(there) > VALUES else ""
    return Cell("unchanged" if month.state == "changed" else month.state, (said or "not set") + more)


def _under(glob: str, shown: str) -> bool:
    """Whether a path that is not there any more lay at the glob."""
    return shown == glob or shown.startswith((f"{glob}.", f"{glob}["))
