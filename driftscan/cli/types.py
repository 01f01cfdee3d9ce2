"""driftscan types"""

from __future__ import annotations

import json

import click

from driftscan.cli.common import only
from driftscan.cli.table import table


@click.command()
@click.option("--ignored", is_flag=True, help="Every path that is not compared, and why.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@only
def command(ignored: bool, as_json: bool, only: tuple[str, ...]) -> int:
    """List the resource types that are read, or what of them is dropped and why."""
    from driftscan import catalog
    from driftscan.jobs.types import dropped, read

    head, rows = (dropped if ignored else read)(catalog.load(), only)
    if as_json:
        click.echo(json.dumps([dict(zip(head, row, strict=True)) for row in rows], indent=1))
    else:
        click.echo(table(head, rows), nl=False)
    return 0
