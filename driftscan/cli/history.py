"""driftscan history RESOURCE [PATH]"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from driftscan.cli.common import as_of, common, context_of, logs


@click.command()
@click.argument("resource")
@click.argument("path", required=False)
@as_of
@common
def command(resource: str, path: str | None, as_of: datetime | None, config: Path, verbose: int, quiet: bool) -> int:
    """Draw the months of a resource: a line per snapshot, with what changed since the one before, beside those of its counterpart.

    RESOURCE is its id, its ARN or its address. PATH is a field (VisibilityTimeout, Tags.Team, 'Policy.**'): each month then shows what
    stands there. A month without a snapshot is drawn as a gap.
    """
    logs(verbose, quiet)
    context = context_of(config, as_of)
    from driftscan.cli.screen import screen
    from driftscan.formats.months import render
    from driftscan.jobs.beside import drawn

    columns, rows = drawn(context, resource, path)
    on = screen()
    click.echo(render(columns, rows, width=on.width, color=on.color), nl=False, color=True)
    return 0
