"""driftscan history RESOURCE"""

from __future__ import annotations

from pathlib import Path

import click

from driftscan.cli.common import common, context_of, logs


@click.command()
@click.argument("resource")
@common
def command(resource: str, config: Path, verbose: int, quiet: bool) -> int:
    """Show one resource from snapshot to snapshot, and what changed in it. RESOURCE is its id, its ARN or its address."""
    logs(verbose, quiet)
    context = context_of(config)
    from driftscan.formats.text import printable
    from driftscan.jobs.history import history

    found, months = history(context, resource)
    click.echo(printable(str(found.address)))
    for month in months:
        click.echo(f"  {month.info.as_of}  {month.state}  {month.info.id}")
        for path, before, now in month.changes:
            click.echo(printable(f"      {path}: {before} -> {now}"))
    return 0
