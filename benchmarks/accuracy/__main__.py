"""How right driftscan is, by resource type: pairs right, wrong and ambiguous, false drift, injected, found. A table, then goals.

    python -m benchmarks.accuracy --data DIR                       everything
    python -m benchmarks.accuracy --data DIR --hide-iac --seed 7   the twins without what CloudFormation says of them
    python -m benchmarks.accuracy --part generated --cases 10000   random estates, for which nothing is needed

DIR is the folder of the accuracy bench: judges, public templates, recorded answers. Its twins need moto[server,all], pyyaml and cfn-flip.

Parts: `twins` (templates deployed twice), `hidden` (the same with stacks denied), `recorded` (real answers of AWS), `generated`.
Columns: `unpaired` is shown as missing or extra; `apart` is what driftscan shows under no name that the bench knows: parts of other
resources, types it does not read.

Exit code 1 where a goal is missed or a judge fails, 2 where the data is not there: nothing is ever skipped.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.accuracy import bench, generated, recorded, twins
from benchmarks.accuracy.figures import Part

PARTS = ("twins", "hidden", "recorded", "generated")
CASES = 200


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit code."""
    options = _options(arguments)
    parts = options.part or (["hidden"] if options.hide_iac else list(PARTS))
    try:
        for kind in sorted({_kind(p) for p in parts} - {"generated"}):  # before anything takes minutes
            if options.data is None:
                raise bench.AbsentError(f"--data is missing: the {kind} of the accuracy bench are to be judged")  # noqa: TRY301
            bench.check(options.data, kind)
        made = [_measure(part, options) for part in parts]
    except bench.AbsentError as e:
        sys.stderr.write(f"accuracy: {e}\n")
        return 2
    except bench.FailedError as e:
        sys.stderr.write(f"accuracy: {e}\n")
        return 1
    if options.output:
        options.output.write_text(json.dumps({part.name: part.document() for part in made}, indent=1, default=str) + "\n")
    return 0 if all(goal.met for part in made for goal in part.goals) else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("accuracy", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, metavar="DIR", help="the accuracy bench")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part; may be repeated")
    parser.add_argument("--hide-iac", action="store_true", help="the same as --part hidden")
    parser.add_argument("--seed", type=int, default=1, help="of the twins' differences and of the changes; first seed of generated estates")
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="only the first N templates")
    parser.add_argument("--count", type=int, default=100, metavar="N", help="changes to inject")
    parser.add_argument("--cases", type=int, default=CASES, metavar="N", help="generated estates")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes that examine generated estates")
    parser.add_argument("--output", type=Path, metavar="FILE", help="everything as JSON, with the resources behind each number")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where the judges leave their stores and reports; else a temporary folder")
    return parser.parse_args(arguments)


def _kind(part: str) -> str:
    return "twins" if part == "hidden" else part


def _measure(part: str, options: argparse.Namespace) -> Part:
    """Measure one part, and print its table as soon as it is there."""
    with tempfile.TemporaryDirectory(prefix="driftscan-accuracy-") as temporary:
        work = (options.keep or Path(temporary)).resolve() / part
        work.mkdir(parents=True, exist_ok=True)
        if part == "generated":
            made = generated.run(options.cases, options.seed, options.jobs)
        elif part == "recorded":
            made = recorded.run(options.data.resolve(), work)
        else:
            more = ("--seed", str(options.seed), "--limit", str(options.limit), "--count", str(options.count))
            made = twins.run(options.data.resolve(), work, hidden=part == "hidden", arguments=more)
    sys.stdout.write(made.table() + "\n")
    for name, note in made.notes.items():
        if isinstance(note, int | float):
            sys.stdout.write(f"        {name} {note:g}\n")
    for failure in made.notes.get("failures", [])[:20]:
        sys.stdout.write(f"        seed {failure['seed']}: {failure['invariant']}: {failure['type']}: {failure['what'][:200]}\n")
    sys.stdout.write("\n")
    sys.stdout.flush()
    return made


if __name__ == "__main__":
    sys.exit(main())
