"""The accuracy bench, a folder of other people's data and judges: what must lie there, and how its judges are run and asked.

Nothing of it is copied. `judge.py` and `judge_recorded.py` run as they are, in processes of their own, against this tree's driftscan.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NEEDED = {
    "twins": ("judge.py", "twins/__main__.py", "twins/data/manifest.json"),
    "recorded": ("judge_recorded.py", "recorded/aws_server.py", "recorded/data/aws"),
}
MODULES = {"twins": ("moto", "flask", "yaml", "cfn_flip"), "recorded": ("boto3",)}
"""What the judges import beside driftscan's own requirements (the bench's README)."""


class AbsentError(Exception):
    """Something without which nothing can be measured is not there: one line for a person."""


class FailedError(Exception):
    """A judge, or driftscan under it, did not come to its end: one line, and what it said last."""


def check(data: Path, kind: str) -> None:
    """Raises AbsentError where the folder, or a module that its judges import, is not there. kind: `twins` or `recorded`."""
    if not data.is_dir():
        raise AbsentError(f"--data {data}: there is no such folder; name the folder of the accuracy bench")
    for name in NEEDED[kind]:
        if not (data / name).exists():
            raise AbsentError(f"--data {data}: {name} is missing, so the {kind} cannot be judged")
    for module in MODULES[kind]:
        if importlib.util.find_spec(module) is None:
            raise AbsentError(f"the Python module {module} is missing: the {kind} of the bench need it (see its README.md)")


def judge(script: Path, out: Path, arguments: Sequence[str]) -> dict[str, Any]:
    """Run a judge of the bench and return its `result.json`. out: its work folder. Raises FailedError."""
    _run([sys.executable, str(script), "--out", str(out), *arguments], out.parent)
    return read(out / "result.json")


def pairs(work: Path, snapshots: Sequence[str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """(pairs, report) of two snapshots in the store that a judge left, as `driftscan diff` writes them. Raises FailedError."""
    files = work / "pairs.jsonl", work / "pairs-report.json"
    outputs = ("--output", f"pairs={files[0]}", "--output", f"json={files[1]}")
    _run([sys.executable, "-m", "driftscan", "diff", *snapshots, "--config", str(work / "driftscan.yaml"), *outputs], work)
    return [json.loads(line) for line in files[0].read_text().splitlines()], read(files[1])


def read(file: Path) -> dict[str, Any]:
    """A JSON document that a judge or driftscan wrote. Raises FailedError where it did not."""
    try:
        found: dict[str, Any] = json.loads(file.read_text())
    except (OSError, ValueError) as e:
        raise FailedError(f"{file.name} was not written: {e}") from e
    return found


def _run(command: list[str], place: Path) -> None:
    """Codes 0, 3 and 4 are driftscan's for a comparison that was made (drift, and too little coverage)."""
    kept = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": kept, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=place, env=environment, text=True, capture_output=True, check=False)
    if done.returncode not in (0, 3, 4):
        raise FailedError(f"{' '.join(command[1:4])}: exit {done.returncode}\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
