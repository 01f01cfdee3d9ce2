"""The bench's twin accounts, with or without what CloudFormation says of them: the pairs, the noise, what was injected and found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.accuracy import bench
from benchmarks.accuracy.figures import Goal, Part, at_least, at_most, counted, share
from benchmarks.accuracy.truth import Outcome, outcomes


def run(data: Path, work: Path, *, hidden: bool, arguments: Sequence[str]) -> Part:
    """Deploy, scan, compare, change, compare again (`judge.py`), then ask the store that is left for its pairs.

    work: an empty folder. arguments: more for the judge. Raises AbsentError, FailedError.
    """
    bench.check(data, "twins")
    result = bench.judge(data / "judge.py", work, ("--phases", "clean,drift", *(("--hide-iac",) if hidden else ()), *arguments))
    clean = bench.read(work / "clean" / "report.json")
    ids = {s["environment"]: s["id"] for s in clean["snapshots"]}
    pairs, report = bench.pairs(work, (ids["stage"], ids["prod"]))
    found = list(outcomes(bench.read(work / "twins.json"), pairs, report))
    return part(result, found, bench.read(work / "truth.json"), hidden=hidden)


def part(result: dict[str, Any], found: Sequence[Outcome], truth: dict[str, Any], *, hidden: bool) -> Part:
    """The figures of a judge's `result.json`, of what became of the pairs, and of what was injected (`truth.json`)."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for one in found:
        rows[one.type][one.outcome] += 1
    clean, drift = result["clean"], result["drift"]
    for kind in ("noise_by_type", "around_by_type"):
        for type, number in clean[kind].items():
            rows[type]["false drift"] += number
    missed = {d["id"] for d in drift["missed"]}
    elsewhere = missed | {d["id"] for d in drift["wrong_field"]}
    counted(rows, (d["resource_type"] for d in truth["drifts"]), "injected")
    counted(rows, (d["resource_type"] for d in truth["drifts"] if d["id"] not in missed), "found")
    counted(rows, (d["resource_type"] for d in truth["drifts"] if d["id"] not in elsewhere), "right path")
    named = ("wrong", "ambiguous", "unpaired")
    notes = {
        **{name: [vars(one) for one in found if one.outcome == name] for name in named},
        "noise": clean["sample"],
        "missed": drift["missed"],
        "wrong field": drift["wrong_field"],
        "shown as add or remove": drift["change_shown_as_add_or_remove"],
        "unknown or ambiguous": clean["unknown_or_ambiguous"],
    }
    whole = Part("hidden" if hidden else "twins", rows, (), notes)
    return Part(whole.name, rows, _goals(whole.total(), result, hidden=hidden), notes)


def _goals(total: Counter[str], result: dict[str, Any], *, hidden: bool) -> tuple[Goal, ...]:
    clean, drift = result["clean"], result["drift"]
    noise = at_most("noise", clean["noise"] + clean["noise_around"], 0)
    if hidden:
        pairs = sum(total[c] for c in ("right", "wrong", "ambiguous", "unpaired"))
        rest = at_most("pairs neither right nor ambiguous", total["wrong"] + total["unpaired"], 0)
        return noise, at_least("pairs right", share(total["right"], pairs), 0.98), rest, at_least("recall", drift["recall"], 0.97)
    return (
        noise,
        at_most("wrong pairs", total["wrong"], 0),
        at_least("recall", drift["recall"], 0.99),
        at_least("right field", drift["field_recall"], 0.99),
        at_most("changes shown as add or remove", len(drift["change_shown_as_add_or_remove"]), 0),
    )
