"""driftscan verify"""

from __future__ import annotations

from pathlib import Path

import click

from driftscan.cli.common import common, logs, settings_of


@click.command()
@click.option(
    "--anchor", metavar="DIGEST", help="A snapshot's digest from an earlier report: detects a chain that was rewritten or shortened."
)
@click.option("--store", metavar="URL", help="Look into this store and read no configuration.")
@common
def command(anchor: str | None, store: str | None, config: Path, verbose: int, quiet: bool) -> int:
    """Check every stored byte and the chain of snapshots; needs no cloud and no key."""
    logs(verbose, quiet)
    from driftscan.jobs.verify import verify
    from driftscan.store import Store

    click.echo(verify(Store.open(store if store is not None else settings_of(config).store), anchor), nl=False)
    return 0
