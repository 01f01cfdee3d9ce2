"""What stdout is."""

from __future__ import annotations

import os
import shutil
import sys

from driftscan.jobs.output import Screen


def screen() -> Screen:
    """Colours only on a terminal, and not where NO_COLOR says no; as wide as the terminal, 100 columns elsewhere."""
    terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    width = min(shutil.get_terminal_size((100, 24)).columns, 160) if terminal else 100
    return Screen(width=max(width, 60), color=terminal and not os.environ.get("NO_COLOR"))
