"""driftscan snapshots"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from driftscan.cli.common import common, complete_environment, context_of, environments, logs
from driftscan.cli.table import table


@click.command()
@click.argument("names", nargs=-1, metavar="[ENVIRONMENT]...", shell_complete=complete_environment)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@common
def command(names: tuple[str, ...], as_json: bool, config: Path, verbose: int, quiet: bool) -> int:
    """List the stored snapshots, newest last."""
    logs(verbose, quiet)
    context = context_of(config)
    infos = [i for name in environments(context.settings, names) for i in context.store.snapshots(name)]
    if as_json:
        click.echo(json.dumps([asdict(i) for i in infos], indent=1))
        return 0
    rows = [(i.environment, i.as_of, str(i.resources), str(i.gaps), i.id) for i in infos]
    click.echo(table(("environment", "as of", "resources", "gaps", "snapshot"), rows, right={2, 3}), nl=False)
    return 0
