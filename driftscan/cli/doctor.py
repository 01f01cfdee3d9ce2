"""driftscan doctor"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from driftscan.cli.common import as_of, common, context_of, logs

if TYPE_CHECKING:
    from driftscan.jobs.doctor import Check


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@as_of
@common
def command(as_json: bool, as_of: datetime | None, config: Path, verbose: int, quiet: bool) -> int:
    """Check what the monthly job needs before it needs it. Reads little, writes nothing that stays.

    Configuration, key, store, last run, clock; then for each account: identity, regions, permissions, and whether the
    credentials outlast a scan. Exit code 1: a run would fail; 4: it would read too little.
    """
    logs(verbose, quiet)
    context = context_of(config, as_of)
    from driftscan.config import has_key, readable_by_others
    from driftscan.jobs import doctor as job

    where = (context.settings, config.parent, os.environ)
    checks = job.doctor(context, has_key(*where), readable_by_others(*where))
    if as_json:
        found = list(checks)
        click.echo(json.dumps(job.as_json(found), indent=1))
    else:
        found = list(_shown(checks, quiet))
    return job.exit_code(found)


_MARKS = {"ok": ("✓", "green"), "note": ("!", "yellow"), "fail": ("✗", "red"), "unread": ("✗", "red")}


def _shown(checks: Iterator[Check], quiet: bool) -> Iterator[Check]:
    """Each check on a line of its own as soon as it is known; under --quiet only what is not fine."""
    from driftscan.cli.screen import screen
    from driftscan.formats.text import printable

    terminal = sys.stdout.isatty() and screen().color
    for check in checks:
        if not quiet or check.state != "ok":
            text = printable(f"{check.topic}: {check.text}")
            hint = printable(check.hint)
            if terminal:
                _draw(check.state, text, hint)
            else:
                click.echo(f"{check.state:<6} {text}" + (f" (next: {hint})" if hint else ""))
        yield check


def _draw(state: str, text: str, hint: str) -> None:
    from rich.console import Console
    from rich.text import Text

    mark, color = _MARKS[state]
    line = Text.assemble((mark, f"bold {color}"), " ", text)
    if hint:
        line.append(f"\n  {hint}", style="dim")
    Console(highlight=False).print(line, soft_wrap=True)
