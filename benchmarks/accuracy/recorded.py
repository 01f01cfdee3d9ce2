"""Recorded answers of AWS, served as two accounts that are alike: what the clean clone shows, and what of the planted is found."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from benchmarks.accuracy import bench
from benchmarks.accuracy.figures import Part, at_least, at_most, counted, share


def run(data: Path, work: Path) -> Part:
    """Run `judge_recorded.py` on its open AWS data. work: an empty folder. Raises AbsentError, FailedError."""
    bench.check(data, "recorded")
    result = bench.judge(data / "judge_recorded.py", work, ("--clouds", "aws"))
    return part(result, bench.read(work / "aws" / "open" / "out" / "report.json"))


def part(result: dict[str, Any], report: dict[str, Any]) -> Part:
    """The figures of a judge's `result.json`. report: of the clean clone.

    The bench does not say which of its resources belong together, so no pair is right or wrong here. What was planted is counted under
    the operation that shows it (`ec2:DescribeVpcs`), but for the total: the judge names only what was missed or not read.
    """
    clean, planted = result["aws open"], result["aws open-mut"]
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for type, number in clean["by_type"].items():
        rows[type]["false drift"] += number
    for finding in report["findings"]:
        if finding["kind"] == "ambiguous":
            rows[finding["resource"]["type"]]["ambiguous"] += len(finding["among"]["reference"])
    for kind in ("missed", "unread"):
        counted(rows, (f"{d['service']}:{d['op']}" for d in planted[kind]), "injected")
    lost = len(planted["missed"]) + len(planted["unread"])
    rows["whatever was found"].update(
        {"injected": planted["planted"] - lost, "found": planted["found"], "right path": planted["right_field"]}
    )
    pairs = sum(c["paired"] for c in report["comparisons"] if c["kind"] == "parity")
    goals = (
        at_most("noise of all pairs", share(clean["findings"], pairs), 0.005),
        at_least("recall over what is read", planted["recall_of_read"], 1.0),
    )
    return Part(
        "recorded", rows, goals, {"pairs": pairs, **{k: planted[k] for k in ("missed", "unread", "recall")}, "noise": clean["sample"]}
    )
