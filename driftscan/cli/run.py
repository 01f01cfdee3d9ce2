"""driftscan run"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from driftscan.cli.common import as_of, common, context_of, logs, only, outputs


@click.command()
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default="driftscan-report",
    show_default=True,
    help="Where the report goes.",
)
@only
@outputs
@as_of
@common
def command(
    output_dir: Path,
    only: tuple[str, ...],
    output: tuple[tuple[str, str], ...],
    fail_on: str | None,
    as_of: datetime | None,
    config: Path,
    verbose: int,
    quiet: bool,
) -> int:
    """The monthly job: scan every environment, make every configured comparison, write report.html and report.json."""
    logs(verbose, quiet)
    context = context_of(config, as_of)
    from driftscan.cli.progress import progress
    from driftscan.cli.screen import screen
    from driftscan.jobs import run as job

    with context.store.lock(), progress() as show:
        return job.run(context, output_dir, only=only, outputs=output, fail_on=fail_on, progress=show, screen=screen())
