"""driftscan permissions PROVIDER"""

from __future__ import annotations

import json

import click

from driftscan.cli.common import only


@click.command()
@click.argument("provider", type=click.Choice(["aws"]))
@click.option("--split", is_flag=True, help="As a list of policies, each small enough for one managed policy.")
@only
def command(provider: str, split: bool, only: tuple[str, ...]) -> int:
    """Print the IAM policy that reading needs, from the catalogue: nothing in it writes, nothing in it reads data."""
    del provider  # one choice so far
    from driftscan import catalog
    from driftscan.catalog import permissions
    from driftscan.jobs.types import narrowed

    policy = permissions.policy(narrowed(catalog.load(), only))
    click.echo(json.dumps(permissions.split(policy) if split else policy, indent=2))
    return 0
