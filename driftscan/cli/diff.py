"""driftscan diff A B"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from driftscan.cli.common import as_of, common, complete_environment, context_of, logs, only, outputs


@click.command()
@click.argument("candidate", metavar="A", shell_complete=complete_environment)
@click.argument("reference", metavar="B", shell_complete=complete_environment)
@click.option("--context", "beside", is_flag=True, help="Show what is the same beside each difference.")
@click.option("--full", is_flag=True, help="Every resource, every field, nothing cut, and what is expected or waived too.")
@only
@outputs
@as_of
@common
def command(
    candidate: str,
    reference: str,
    beside: bool,
    full: bool,
    only: tuple[str, ...],
    output: tuple[tuple[str, str], ...],
    fail_on: str | None,
    as_of: datetime | None,
    config: Path,
    verbose: int,
    quiet: bool,
) -> int:
    """Compare two stored snapshots: A is judged against B.

    A side is an environment (prod), an older snapshot of it (prod~1, prod@2026-10, prod@{2.weeks.ago}) or a snapshot's id;
    one of them may be the rules of a file in baselines/ (baseline:NAME).
    Of two snapshots of one environment the later is always judged against the earlier.
    """
    logs(verbose, quiet)
    context = context_of(config, as_of)
    from driftscan.cli.screen import screen
    from driftscan.jobs import run as job

    return job.diff(context, candidate, reference, only=only, outputs=output, fail_on=fail_on, screen=screen(), full=full, beside=beside)
