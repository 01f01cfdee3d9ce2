"""The stored periods in a row, with those that were missed as gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from driftscan.model.report import SEVERITIES, Agreement, Report, Share, TrendPoint
from driftscan.report.periods import missed

MOST: Final = 60
"""So many periods: five years of months."""


def figures(report: Report) -> dict[str, Any]:
    """What a later trend needs of a report, in the shape of report.json: small enough to stand in the record of its run."""
    return {
        "comparisons": [
            {"candidate": c.candidate, "reference": c.reference, "kind": c.kind, "agreeing": c.agreeing, "comparable": c.comparable}
            for c in report.comparisons
        ],
        "summary": {
            "counts": [{"verdict": c.verdict, "severity": c.severity, "findings": c.findings} for c in report.summary.counts],
            "listings": {"part": report.summary.listings.part, "whole": report.summary.listings.whole},
        },
    }


def point(period: str, run: str, document: Mapping[str, Any]) -> TrendPoint:
    """One period from its report.json or its `figures`; what an older report does not say counts as nothing."""
    summary = document.get("summary", {})
    counts: Counter[tuple[str, str]] = Counter()
    for c in summary.get("counts", ()):
        counts[c["verdict"], c["severity"]] += c["findings"]
    listings = summary.get("listings", {})
    return TrendPoint(
        period,
        run,
        tuple(
            Agreement(f"{c['candidate']}..{c['reference']}", c["agreeing"], c["comparable"])
            for c in document.get("comparisons", ())
            if c.get("kind") == "parity" and "comparable" in c
        ),
        tuple(counts["drift", str(s)] for s in SEVERITIES),
        sum(n for (verdict, _), n in counts.items() if verdict == "unknown"),
        sum(n for (verdict, _), n in counts.items() if verdict == "waived"),
        Share(listings.get("part", 0), listings.get("whole", 0)),
    )


def trend(points: Sequence[TrendPoint]) -> tuple[TrendPoint, ...]:
    """The points by period, one each (the later one counts), and one without a run for every month between them that has none."""
    known = {p.period: p for p in sorted(points, key=lambda p: p.period)}
    found = list(known.values())
    holes = [TrendPoint(period, None) for a, b in pairwise(found) for period in missed(a.period, b.period)]
    return tuple(sorted([*found, *holes], key=lambda p: p.period)[-MOST:])
