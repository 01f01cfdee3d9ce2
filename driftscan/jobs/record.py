"""The records of runs: what each stood on, and the report that the next period compares with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import zstandard

from driftscan.formats import render
from driftscan.jobs.context import Context
from driftscan.model.report import Report, TrendPoint
from driftscan.model.snapshot import Snapshot
from driftscan.report import figures, point
from driftscan.store import Store


@dataclass(frozen=True)
class Recorded:
    """A run of the past and its report.json."""

    run: str
    period: str
    report: Mapping[str, Any] = field(hash=False)


def remember(context: Context, result: Report, snapshots: Mapping[str, Snapshot], *, final: bool, data: bytes | None = None) -> None:
    """Keep the run's record and its report.

    final: the run answers for its period (it read everything that is configured). data: the report as JSON, where it is made already.
    """
    data = data if data is not None else render("json", result)
    digest = hashlib.sha256(data).hexdigest()
    context.store.put_derived(_name(result.run.id), zstandard.ZstdCompressor(level=10).compress(data))
    context.store.put_run(
        {
            "id": result.run.id,
            "period": result.run.period,
            "as_of": result.run.as_of,
            "final": final,
            "snapshots": {name: s.id for name, s in sorted(snapshots.items())},
            "comparisons": [[r.candidate, r.reference] for r in context.settings.comparisons],
            "config_digest": result.run.config_digest,
            "catalog_digest": result.run.catalog_digest,
            "report": digest,
            "figures": figures(result),
        }
    )


def previous(context: Context) -> Recorded | None:
    """The last final run of an earlier period, where its report is still there."""
    earlier = [r for r in context.store.final_runs() if r["period"] < context.period]
    for run in reversed(earlier):
        found = recorded(context, run)
        if found is not None:
            return found
    return None


def points(context: Context) -> list[TrendPoint]:
    """The final runs of earlier periods as the trend needs them, oldest first; one whose numbers are gone has none."""
    out = []
    for run in context.store.final_runs():
        period, id = str(run["period"]), str(run["id"])
        if period < context.period:
            known = run.get("figures") or getattr(recorded(context, run), "report", None)
            out.append(point(period, id, known) if known else TrendPoint(period, id))
    return out


def recorded(context: Context, run: Mapping[str, Any]) -> Recorded | None:
    """The run with its report, or None where the report is gone or not the one that was written."""
    data = report_of(context.store, run)
    return None if data is None else Recorded(str(run["id"]), str(run["period"]), orjson.loads(data))


def report_of(store: Store, run: Mapping[str, Any]) -> bytes | None:
    """The run's report.json, byte by byte, or None where it is gone or not the one that was written."""
    packed = store.get_derived(_name(str(run["id"])))
    if packed is None:
        return None
    data = zstandard.ZstdDecompressor().decompressobj().decompress(packed)
    return data if hashlib.sha256(data).hexdigest() == run["report"] else None


def _name(run: str) -> str:
    return f"reports/{run}"
