"""driftscan scan"""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from driftscan.cli.common import as_of, common, complete_environment, context_of, environments, logs, only


@click.command()
@click.argument("names", nargs=-1, metavar="[ENVIRONMENT]...", shell_complete=complete_environment)
@click.option("--plan", "planned", is_flag=True, help="Print how many calls a scan makes at least, and make none of them.")
@only
@as_of
@common
def command(
    names: tuple[str, ...], planned: bool, only: tuple[str, ...], as_of: datetime | None, config: Path, verbose: int, quiet: bool
) -> int:
    """Read environments (all, where none is named) and store a snapshot of each."""
    logs(verbose, quiet)
    context = context_of(config, as_of)
    asked = environments(context.settings, names)
    from driftscan.cli.progress import progress
    from driftscan.jobs import scan as job

    if planned:
        for prepared in job.prepare(context, asked, only):
            click.echo(job.plan(prepared))
            prepared.source.close()
        return 0
    made = []
    with context.store.lock(), progress() as show:
        for prepared in job.prepare(context, asked, only):
            with closing(prepared.source):
                made.append(job.scan(context, prepared, show))
            click.echo(job.summary(made[-1]))
    return job.exit_code(context, made)
