"""Output that the tutorial shows of commands on the demo: `<!-- shown by: driftscan ... -->` and a block, whose lines have to be in it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"
SHOWN = re.compile(r"^<!-- shown by: driftscan (.+?) -->\n+```text\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def missing(folder: Path) -> list[str]:
    """Lines that the tutorial shows and its commands do not print, in the folder of a demo that was played; `...` stands for any."""
    found = SHOWN.findall(TUTORIAL.read_text())
    assert found
    out: list[str] = []
    for line, block in found:
        command = [sys.executable, "-m", "driftscan", *shlex.split(line)]
        env = os.environ | {"COLUMNS": "100", "NO_COLOR": "1"}
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)
        printed = iter(done.stdout.splitlines())
        out += [f"{line}: {shown}" for shown in block.splitlines() if shown != "..." and shown not in printed]
    return out
