"""How reading, sealing and comparing Google Cloud projects grows. One JSON line per step and size.

    python -m benchmarks.google --assets 50000 100000 200000

Two projects that are twins, each of so many assets, are served by the embedded Google Cloud in a process of its own; one asset of a
thousand differs. Every step runs in a fresh process, so that its peak memory is its own: `scan` reads one environment into a store (of
which `listing` is what the source alone takes: paging, decoding, everything before redaction), `seal` makes canonical forms of both,
`diff` is the comparison as a person runs it, seals stored. Seconds are process time (the machine may do other work), memory is the peak
resident set in MB; `empty` is what a process takes that has loaded the program and done nothing.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime

import orjson

from driftscan import catalog
from driftscan.demo.google.generate import EVERY, SITES
from driftscan.demo.google.server import running
from driftscan.jobs.compare import compare as diff
from driftscan.jobs.compare import normalizer_of
from driftscan.jobs.context import Context
from driftscan.jobs.scan import prepare, scan
from driftscan.jobs.seals import sealed
from driftscan.model.settings import Account, ComparisonRule, Environment, Settings
from driftscan.store import Store

STEPS = ("empty", "listing", "scan", "seal", "diff")


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Exit code 1 where a step found other than what was planted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assets", type=int, nargs="+", default=[50_000, 100_000, 200_000], help="in each of the two projects")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--store", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.step:
        return _step(options.step, options.store, options.assets[0])
    missed = False
    for assets in options.assets:
        with tempfile.TemporaryDirectory(prefix="driftscan-benchmark-") as folder, running("--generate", str(assets)) as remote:
            environment = {**os.environ, **remote.variables}
            for step in STEPS:
                command = [sys.executable, "-m", "benchmarks.google", "--assets", str(assets), "--step", step, "--store", folder]
                missed |= subprocess.run(command, env=environment, check=False).returncode != 0
    return 1 if missed else 0


def _step(step: str, store: str, assets: int) -> int:
    context = _context(Store.open(store))
    begin, wall = time.process_time(), time.monotonic()
    count, right = {"empty": _empty, "listing": _listing, "scan": _scan, "seal": _seal, "diff": _diff}[step](context, assets)
    line = {
        "figure": step,
        "assets": assets,
        "seconds": round(time.process_time() - begin, 1),
        "wall": round(time.monotonic() - wall, 1),
        "microseconds_an_asset": round((time.process_time() - begin) / max(count, 1) * 1e6, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "count": count,
        "right": right,
    }
    sys.stdout.write(orjson.dumps(line).decode() + "\n")
    sys.stdout.flush()
    return 0 if right else 1


def _empty(context: Context, assets: int) -> tuple[int, bool]:
    del assets
    (prepared,) = prepare(context, ["prod"])
    prepared.source.close()
    return 0, True


def _listing(context: Context, assets: int) -> tuple[int, bool]:
    (prepared,) = prepare(context, ["stage"])
    with closing(prepared.source) as source:
        count = sum(1 for unit in source.units() for _ in source.read(unit))
    return count, count >= assets


def _scan(context: Context, assets: int) -> tuple[int, bool]:
    """Both environments, one after the other; memory is that of the larger."""
    counts = []
    for prepared in prepare(context, ["stage", "prod"]):
        with context.store.lock(), closing(prepared.source):
            counts.append(sum(scan(context, prepared).types().values()))
    return sum(counts), counts[0] == counts[1] >= assets


def _seal(context: Context, assets: int) -> tuple[int, bool]:
    count = 0
    for environment in ("stage", "prod"):
        snapshot = context.store.snapshot(context.store.snapshots(environment)[-1].id)
        count += len(sealed(context.store, snapshot, normalizer_of(context, snapshot)).seals)
    return count, count >= 2 * assets


def _diff(context: Context, assets: int) -> tuple[int, bool]:
    stage, prod = (context.store.snapshots(e)[-1] for e in ("stage", "prod"))
    comparison = diff(context, stage, prod).comparison
    changed = sum(1 for c in comparison.compared if c.changes)
    whole = not (comparison.extra or comparison.missing or comparison.ambiguous)
    sys.stderr.write(f"{len(comparison.compared)} pairs, {changed} changed; planted: {assets // EVERY}\n")
    return len(comparison.compared), whole and changed == assets // EVERY


def _context(store: Store) -> Context:
    environments = tuple(Environment(name, (), (Account("gcp", project),)) for name, (project, _, _) in SITES.items())
    settings = Settings("benchmark", "", environments, (ComparisonRule("stage", "prod"),), digest="settings")
    now = datetime.now(UTC)
    return Context(settings, catalog.load(), store, lambda: b"k" * 32, now, lambda: datetime.now(UTC), "benchmark", lambda _: None)


if __name__ == "__main__":
    sys.exit(main())
