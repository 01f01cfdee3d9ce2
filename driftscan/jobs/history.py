"""One resource over the stored snapshots of its environment, beside its counterpart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from driftscan.errors import UsageError
from driftscan.jobs.context import Context
from driftscan.jobs.sides import resolve
from driftscan.jobs.view import find
from driftscan.model.resource import Resource
from driftscan.model.value import Address, Value, show_path, show_scalar, walk
from driftscan.store import SnapshotInfo


@dataclass(frozen=True)
class Month:
    """One snapshot. state: `first seen`, `unchanged`, `changed`, `absent`, `gone`, `back`; changes: path, before, after.

    resource: as it was there, None where it was not.
    """

    info: SnapshotInfo
    state: str
    changes: tuple[tuple[str, str, str], ...] = ()
    resource: Resource | None = None


def locate(context: Context, text: str, side: str | None = None) -> tuple[SnapshotInfo, Resource]:
    """The resource that `text` names and the snapshot it stands in: the one of `side`, else the newest snapshot that has it.

    Raises UsageError where none has it.
    """
    if side is not None:
        infos = [resolve(context, side)]
    else:
        infos = [i for e in context.settings.environments for i in context.store.snapshots(e.name)]
        infos.sort(key=lambda i: i.as_of, reverse=True)
    for info in infos:
        resource = find(context.store.snapshot(info.id), text)
        if resource is not None:
            return info, resource
    where = f"the snapshot {infos[0].id}" if len(infos) == 1 else f"{len(infos)} stored snapshots"
    raise UsageError(f"no resource {text!r} in {where}", "write its id, its ARN, or its address: TYPE ACCOUNT/REGION/ID")


def history(context: Context, text: str) -> tuple[Resource, list[Month]]:
    """The resource as last seen, and what became of it from snapshot to snapshot, oldest first."""
    info, resource = locate(context, text)
    return resource, months_of(context, info.environment, resource.address)


def months_of(context: Context, environment: str, address: Address) -> list[Month]:
    """What became of a resource from snapshot to snapshot, oldest first."""
    months: list[Month] = []
    last: Resource | None = None
    for at, found in context.store.history(address, environment):
        months.append(_month(at, last, found, seen=any(m.state != "absent" for m in months)))
        last = found
    return months


def _month(info: SnapshotInfo, before: Resource | None, now: Resource | None, *, seen: bool) -> Month:
    if now is None:
        return Month(info, "gone" if before is not None else "absent")
    if before is None:
        return Month(info, "back" if seen else "first seen", resource=now)
    changes = tuple(_changes(before.value, now.value))
    return Month(info, "changed" if changes else "unchanged", changes, now)


def _changes(before: Value, now: Value) -> Iterator[tuple[str, str, str]]:
    one, other = dict(walk(before)), dict(walk(now))
    for path in sorted({*one, *other}, key=show_path):
        if one.get(path, _NONE) != other.get(path, _NONE):
            yield show_path(path), _shown(one.get(path, _NONE)), _shown(other.get(path, _NONE))


_NONE = object()


def _shown(value: Value) -> str:
    if value is _NONE:
        return "not set"
    return "{}" if value == {} else "[]" if value == [] else show_scalar(value)
