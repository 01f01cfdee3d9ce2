"""Progress on a terminal: one bar per environment, on stderr. Elsewhere nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from driftscan.cli.common import verbosity

Show = Callable[[str, int, int], None]


@contextmanager
def progress() -> Iterator[Show]:
    """A function (environment, done, all) that moves the environment's bar."""
    if not sys.stderr.isatty() or verbosity() != 0 or os.environ.get("TERM") == "dumb":
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    bars: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TextColumn("units"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:

        def show(name: str, done: int, whole: int) -> None:
            if name not in bars:
                bars[name] = bar.add_task(f"reading {name}")
            bar.update(bars[name], completed=done, total=whole)

        yield show
