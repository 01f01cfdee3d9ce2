"""How time and memory grow with the assets of one Google Cloud project: the commands that a person runs, each as a process of its own.

    python -m benchmarks.growth 100000 200000

For each number an embedded Google Cloud serves that many generated assets in each of two projects that are twins; 1 in 1,000 differs.
One JSON line per step: `scan` of either environment, the first `diff` (which seals both snapshots), the second (which finds the seals).
Processor seconds, so that other work on the machine does not count; peak memory of the process; wall seconds beside them. The last line per
step is the growth from one number to the next, per asset: 1 means that an asset costs the same.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from driftscan.demo.google.generate import EVERY, SITES
from driftscan.demo.google.server import running

CONFIG = f"""\
version: 1
organization: big
store: ./store
environments:
  stage: {{aliases: [staging], accounts: [{{gcp: {SITES["stage"][0]}}}]}}
  prod: {{aliases: [production], accounts: [{{gcp: {SITES["prod"][0]}}}]}}
comparisons:
  - {{candidate: stage, reference: prod}}
"""
STEPS = {
    "scan stage": ("scan", "stage", "--quiet"),
    "scan prod": ("scan", "prod", "--quiet"),
    "seal and compare": ("diff", "stage", "prod", "--quiet", "-o", "json=diff.json"),
    "compare": ("diff", "stage", "prod", "--quiet", "-o", "json=again.json"),
}


@dataclass(frozen=True)
class Cost:
    """seconds: of the processor; wall: of the clock; peak: resident memory in MB."""

    seconds: float
    wall: float
    peak: float


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assets", type=int, nargs="+", help="assets of each project, smallest first")
    numbers: list[int] = parser.parse_args(arguments).assets
    measured: dict[str, list[tuple[int, Cost]]] = {step: [] for step in STEPS}
    for number in numbers:
        with tempfile.TemporaryDirectory(prefix="driftscan-growth-") as folder, running("--generate", str(number)) as cloud:
            for step, cost in _measured(Path(folder), cloud.variables):
                measured[step].append((number, cost))
                _say(step=step, assets=number, seconds=cost.seconds, wall=cost.wall, peak_mb=cost.peak)
            told = json.loads((Path(folder) / "again.json").read_text())
            changed = sum(1 for f in told["findings"] if f["kind"] == "changed")
            _say(step="found", assets=number, changed=changed, planted=number // EVERY)
    for step, costs in measured.items():
        for (few, a), (many, b) in pairwise(costs):
            per = many / few
            _say(growth=step, assets=[few, many], seconds=round(b.seconds / a.seconds / per, 2), peak=round(b.peak / a.peak / per, 2))
    return 0


def _measured(folder: Path, variables: dict[str, str]) -> list[tuple[str, Cost]]:
    (folder / "driftscan.yaml").write_text(CONFIG)
    out = []
    for step, arguments in STEPS.items():
        begin = time.monotonic()
        process = subprocess.Popen([sys.executable, "-m", "driftscan", *arguments], cwd=folder, env=os.environ | variables)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"{step}: exit code {process.returncode}")
        wall = time.monotonic() - begin
        out.append((step, Cost(round(used.ru_utime + used.ru_stime, 1), round(wall, 1), round(used.ru_maxrss / 1024))))
    return out


def _say(**figures: object) -> None:
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
