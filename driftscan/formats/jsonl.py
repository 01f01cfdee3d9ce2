"""One finding per line, each with the facts of its run and comparison: lines that stand alone, for log stores, `jq` and databases."""

from __future__ import annotations

import json
from typing import Any, Final

from driftscan.formats.json import plain
from driftscan.model.report import Report, ReportComparison

SCHEMA: Final = "driftscan-finding/1"


def render(report: Report) -> bytes:
    """JSON lines in ASCII, in report order: `{"schema", "run", "comparison", "finding"}`; a report without findings has no line.

    finding: as in report.json. comparison: its name alone where the finding belongs to no comparison (a gap of an environment).
    """
    run = plain(report.run)
    comparisons = {c.name: _comparison(report, c) for c in report.comparisons}
    out = []
    for f in report.findings:
        row = {"schema": SCHEMA, "run": run, "comparison": comparisons.get(f.comparison, {"name": f.comparison}), "finding": plain(f)}
        out.append(json.dumps(row, ensure_ascii=True, allow_nan=False))
    return "".join(f"{line}\n" for line in out).encode("ascii")


def _comparison(report: Report, c: ReportComparison) -> dict[str, Any]:
    """Name, sides, parity with both of its numbers, and the snapshots that it stands on."""
    environments = {side.partition("@")[0] for side in (c.candidate, c.reference)}
    snapshots = [{"environment": s.environment, "id": s.id, "digest": s.digest} for s in report.snapshots if s.environment in environments]
    return {
        "name": c.name,
        "candidate": c.candidate,
        "reference": c.reference,
        "kind": c.kind,
        "parity": c.parity,
        "agreeing": c.agreeing,
        "comparable": c.comparable,
        "labels": list(c.labels),
        "snapshots": snapshots,
    }
