"""How right driftscan is, by resource type: pairs, false drift, and what was planted and found.

    python -m benchmarks.accuracy --data DIR [--only twins|hidden|recorded] [--seed 1] [--limit 15] [--count 20] [--output FILE]

DIR is the accuracy bench: public templates that are deployed as twin accounts, and recorded answers, each with its judge. Three runs:
`twins` with stack listings, `hidden` without stack listings and tags of stacks, `recorded` AWS answers. `--limit` and `--count` make
it quick: so many templates, so many planted changes. Exit 1 where a goal is missed, 2 where something is absent.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.accuracy import bench
from benchmarks.accuracy.truth import OUTCOMES, Outcome, outcomes

GOALS = {
    "twins": {"noise": 0, "noise around": 0, "recall": 0.99, "right field": 0.99, "add or remove": 0},
    "hidden": {"noise": 0, "right pairs": 0.98, "wrong pairs": 0, "recall": 0.97},
    "recorded": {"noise share": 0.005, "recall of read": 1.0},
}
"""Shares are at least, counts and `noise share` at most."""
AT_LEAST = ("recall", "right field", "right pairs", "recall of read")


def main() -> int:
    """Run, print, and say by the exit code whether the goals are met."""
    options = _options()
    figures: dict[str, Any] = {}
    try:
        for kind in options.only or ("twins", "hidden", "recorded"):
            bench.check(options.data, "recorded" if kind == "recorded" else "twins")
        with tempfile.TemporaryDirectory() as place:
            for kind in options.only or ("twins", "hidden", "recorded"):
                work = Path(place) / kind
                figures[kind] = recorded(options, work) if kind == "recorded" else twins(options, work, hidden=kind == "hidden")
                _print(kind, figures[kind])
    except bench.AbsentError as e:
        print(e, file=sys.stderr)
        return 2
    except bench.FailedError as e:
        print(e, file=sys.stderr)
        return 1
    if options.output:
        options.output.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")
    return 1 if any(f["missed goals"] for f in figures.values()) else 0


def twins(options: argparse.Namespace, work: Path, *, hidden: bool) -> dict[str, Any]:
    """One run of the twins' judge, and what its store says of the pairs."""
    arguments = ["--seed", str(options.seed), "--phases", "clean,drift", *(["--hide-iac"] if hidden else [])]
    for name in ("limit", "count"):
        if (value := getattr(options, name)) is not None:
            arguments += [f"--{name}", str(value)]
    result = bench.judge(options.data / "judge.py", work, [*arguments, "--driftscan", f"{sys.executable} -m driftscan"])
    first = bench.read(work / "clean" / "report.json")
    sides = {s["environment"]: s["id"] for s in first["snapshots"]}
    pairs, report = bench.pairs(work, [sides["stage"], sides["prod"]])
    found = list(outcomes(bench.read(work / "twins.json"), pairs, report))
    clean, drift = result["clean"], result["drift"]
    read = [o for o in found if o.outcome != "unread"]
    figures = {
        "pairs": len(found),
        "noise": clean["noise"],
        "noise around": clean["noise_around"],
        "unknown or ambiguous": clean["unknown_or_ambiguous"],
        "right pairs": _share(sum(o.outcome == "right" for o in read), len(read)),
        "wrong pairs": sum(o.outcome == "wrong" for o in read),
        "recall": drift["recall"],
        "right field": drift["field_recall"],
        "add or remove": len(drift["change_shown_as_add_or_remove"]),
        "missed": [f"{m['kind']} {m['resource_type']}" for m in drift["missed"]],
        "not right": [f"{o.outcome} {o.type} {o.stage} {o.prod}" for o in read if o.outcome != "right"],
        "types": _types(found, clean, drift),
    }
    return figures | {"missed goals": _missed("hidden" if hidden else "twins", figures)}


def recorded(options: argparse.Namespace, work: Path) -> dict[str, Any]:
    """The judge of recorded AWS answers. Pairs: resources of the smaller side."""
    command = f"{sys.executable} -m driftscan"
    result = bench.judge(options.data / "judge_recorded.py", work, ["--clouds", "aws", "--driftscan", command])
    clean, drift = result["aws open"], result["aws open-mut"]
    pairs = min(clean["resources"].values())
    figures = {
        "pairs": pairs,
        "noise": clean["findings"],
        "noise share": _share(clean["findings"], pairs),
        "recall": drift["recall"],
        "recall of read": drift["recall_of_read"],
        "missed": [_said(m) for m in drift["missed"]],
        "unread": [_said(m) for m in drift["unread"]],
        "types": {t: {"false drift": n} for t, n in sorted(clean["by_type"].items())},
    }
    return figures | {"missed goals": _missed("recorded", figures)}


def _said(m: Mapping[str, Any]) -> str:
    path = ".".join(map(str, m["path"] or ()))
    return f"{m['kind']} {m['service']}:{m['op']} {m['prod_id']} {path}".rstrip()


def _share(some: float, of: float) -> float:
    return round(some / of, 4) if of else 1.0


def _types(found: Iterable[Outcome], clean: Mapping[str, Any], drift: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for o in found:
        rows[o.type][o.outcome] += 1
    for type, n in clean["noise_by_type"].items():
        rows[type]["false drift"] += n
    for type, said in drift["recall_by_type"].items():
        hit, planted = said.split("/")
        rows[type]["planted"] += int(planted)
        rows[type]["found"] += int(hit)
    for wrong in drift["wrong_field"]:
        rows[wrong["resource_type"]]["wrong path"] += 1
    return {type: dict(row) for type, row in sorted(rows.items())}


def _missed(kind: str, figures: Mapping[str, Any]) -> list[str]:
    out = []
    for name, goal in GOALS[kind].items():
        value = figures[name]
        if value is None or (value < goal if name in AT_LEAST else value > goal):
            out.append(f"{name} {value}, goal {'at least' if name in AT_LEAST else 'at most'} {goal}")
    return out


_COLUMNS = (*OUTCOMES, "false drift", "planted", "found", "wrong path")


def _print(kind: str, figures: Mapping[str, Any]) -> None:
    print(f"\n{kind}")
    for name, value in figures.items():
        if name == "types":
            continue
        if isinstance(value, list):
            print(f"  {name}: {len(value)}")
            for line in value:
                print(f"    {line}")
        else:
            print(f"  {name}: {value}")
    columns = [c for c in _COLUMNS if any(c in row for row in figures["types"].values())]
    print(f"  {'type':<50}" + "".join(f"{c:>12}" for c in columns))
    for type, row in figures["types"].items():
        print(f"  {type:<50}" + "".join(f"{row.get(c, ''):>12}" for c in columns))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description="How right driftscan is, by resource type.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the accuracy bench")
    parser.add_argument("--only", action="append", choices=tuple(GOALS), help="one of the runs; repeat for several")
    parser.add_argument("--seed", type=int, default=1, help="of the draws (default 1)")
    parser.add_argument("--limit", type=int, help="most templates")
    parser.add_argument("--count", type=int, help="planted changes")
    parser.add_argument("--output", type=Path, help="the figures as JSON")
    found = parser.parse_args()
    found.data = found.data.resolve()
    return found


if __name__ == "__main__":
    sys.exit(main())
