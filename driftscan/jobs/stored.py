"""Runs of the past, rendered again: as they were stored, or judged again under the policy of now. No cloud is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from driftscan.errors import DriftscanError, UsageError
from driftscan.jobs.assemble import assemble
from driftscan.jobs.compare import Judged
from driftscan.jobs.context import Context
from driftscan.jobs.record import Recorded, recorded, report_of
from driftscan.model.report import Report
from driftscan.model.snapshot import Snapshot
from driftscan.report import load
from driftscan.store import Store

_SHORTEST = 4


@dataclass(frozen=True)
class Stored:
    """A run of the store and its report, as it was written."""

    record: Mapping[str, Any] = field(hash=False)
    data: bytes
    report: Report


def stored(store: Store, run: str | None = None, period: str | None = None) -> Stored:
    """A run: the one whose id begins with `run`, or the one that answers for `period` (`2026-10`), else the last.

    Of a period that is the last final run, else the last. Raises UsageError: no such run; DriftscanError: its report is gone or changed.
    """
    record = _record(store, run, period)
    data = report_of(store, record)
    if data is None:
        raise DriftscanError(
            f"the report of the run {record['id']} is not in the store, or not what was written",
            "`driftscan verify` says what is broken; --again makes it anew from the snapshots",
        )
    return Stored(record, data, load(data))


def _record(store: Store, run: str | None, period: str | None) -> Mapping[str, Any]:
    runs = store.runs()
    if not runs:
        raise UsageError(f"no run is stored in {store.url}", "run `driftscan run`")
    if run is not None:
        found = [r for r in runs if r["id"] == run] or [r for r in runs if len(run) >= _SHORTEST and str(r["id"]).startswith(run)]
        if len(found) != 1:
            said = f"{len(found)} runs begin with {run!r}" if found else f"there is no run {run!r}"
            raise UsageError(said, f"stored are {_list([str(r['id']) for r in found or runs])}")
        return found[0]
    if period is not None:
        mine = [r for r in runs if r["period"] == period]
        if not mine:
            raise UsageError(f"no run answers for {period}", f"stored are {_list(sorted({str(r['period']) for r in runs}))}")
        return next((r for r in reversed(store.final_runs()) if r["period"] == period), mine[-1])
    return runs[-1]


def _list(names: list[str]) -> str:
    """The last few of them."""
    return ", ".join(names[-6:]) + (f" and {len(names) - 6} earlier" if len(names) > 6 else "")


def again(context: Context, record: Mapping[str, Any]) -> tuple[Report, list[Judged]]:
    """The run's snapshots, judged under the policy of now, as of the moment of the run and against the run that it was compared with.

    Under the policy of then, and the same version of this program, these are the bytes that were stored.
    Raises DriftscanError where a snapshot is not in the store.
    """
    held = {i.id for i in context.store.snapshots()}
    lost = sorted(id for id in record["snapshots"].values() if id not in held)
    if lost:
        raise DriftscanError(f"the snapshots {', '.join(lost)} are not in the store", "restore the store, or leave --again away")
    snapshots: dict[str, Snapshot] = {e: context.store.snapshot(id) for e, id in _ordered(context, record)}
    then = recorded(context, record)
    header = then.report["run"] if then is not None else {"started": record["as_of"], "finished": record["as_of"], "previous_run": None}
    finished = _moment(header["finished"])
    same = replace(context, as_of=_moment(record["as_of"]), now=lambda: finished, run_id=str(record["id"]))
    return assemble(same, snapshots, str(header["started"]), _previous(same, header["previous_run"]), whole=bool(record["final"]))


def _ordered(context: Context, record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Environment and snapshot, in the order of the configuration: what a run reads it in."""
    order = [e.name for e in context.settings.environments]
    found = [(str(e), str(id)) for e, id in record["snapshots"].items() if e in order]
    return sorted(found, key=lambda pair: order.index(pair[0]))


def _previous(context: Context, run: str | None) -> Recorded | None:
    found = next((r for r in context.store.runs() if r["id"] == run), None)
    return None if found is None else recorded(context, found)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
