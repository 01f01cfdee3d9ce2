"""driftscan verify"""

from __future__ import annotations

from pathlib import Path

import click

from driftscan.cli.common import common, context_of, logs


@click.command()
@click.option(
    "--anchor", metavar="DIGEST", help="A snapshot's digest from an earlier report: detects a chain that was rewritten or shortened."
)
@common
def command(anchor: str | None, config: Path, verbose: int, quiet: bool) -> int:
    """Check every stored byte and the chain of snapshots; needs no cloud and no key."""
    logs(verbose, quiet)
    context = context_of(config)
    from driftscan.jobs.verify import verify

    click.echo(verify(context, anchor), nl=False)
    return 0
