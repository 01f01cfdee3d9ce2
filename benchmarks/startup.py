"""How long `driftscan --help` takes, against a bare interpreter. One JSON line.

    python -m benchmarks.startup --runs 15

Goal P14: at most 6. The two run in turn, and the ratio is of the medians.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time


def seconds(command: list[str]) -> float:
    """Wall time of one whole process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    bare, ours = [sys.executable, "-c", "pass"], [sys.executable, "-m", "driftscan", "--help"]
    times = [(seconds(bare), seconds(ours)) for _ in range(runs + 1)][1:]
    first, second = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = round(second / first, 2)
    print(
        json.dumps({"figure": "P14", "value": ratio, "goal": 6, "met": ratio <= 6, "bare_s": round(first, 4), "help_s": round(second, 4)})
    )


if __name__ == "__main__":
    main()
