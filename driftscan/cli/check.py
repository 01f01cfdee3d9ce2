"""driftscan check [ENV...]"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from driftscan.cli.common import as_of, common, complete_environment, context_of, environments, logs, outputs


@click.command()
@click.argument("environment", metavar="[ENV]...", nargs=-1, shell_complete=complete_environment)
@click.option("--full", is_flag=True, help="Every place, nothing cut, and what is expected or waived too.")
@outputs
@as_of
@common
def command(
    environment: tuple[str, ...],
    full: bool,
    output: tuple[tuple[str, str], ...],
    fail_on: str | None,
    as_of: datetime | None,
    config: Path,
    verbose: int,
    quiet: bool,
) -> int:
    """Judge the latest snapshot of each environment by the rules of its baselines, each broken rule with its file and line.

    Rules stand in baselines/*.yaml beside the configuration: those of the organisation, of the environment's role (dev, test, stage, prod)
    and of applications. Nothing is read from a cloud: `driftscan scan` does that.
    """
    logs(verbose, quiet)
    context = context_of(config, as_of)
    from driftscan.cli.screen import screen
    from driftscan.jobs.check import check

    return check(context, environments(context.settings, environment), outputs=output, fail_on=fail_on, screen=screen(), full=full)
