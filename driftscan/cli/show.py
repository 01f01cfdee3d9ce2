"""driftscan show RESOURCE"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from driftscan.cli.common import as_of, common, context_of, logs


@click.command()
@click.argument("resource")
@click.option("--in", "side", metavar="SNAPSHOT", help="The snapshot to look in (prod, prod~1, an id); default: the newest that has it.")
@click.option("--canonical", is_flag=True, help="As it is compared: symbols, references, matching keys.")
@as_of
@common
def command(resource: str, side: str | None, canonical: bool, as_of: datetime | None, config: Path, verbose: int, quiet: bool) -> int:
    """Show one resource as it is stored (secrets as digests). RESOURCE is its id, its ARN or its address."""
    logs(verbose, quiet)
    context = context_of(config, as_of)
    from driftscan.jobs import view
    from driftscan.jobs.compare import normalizer_of
    from driftscan.jobs.history import locate

    info, found = locate(context, resource, side)
    shown = view.canonical(normalizer_of(context, context.store.snapshot(info.id)).canonical(found)) if canonical else view.raw(found)
    click.echo(json.dumps({"snapshot": info.id, **shown}, indent=2))
    return 0
