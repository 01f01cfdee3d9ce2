"""driftscan init"""

from __future__ import annotations

from pathlib import Path

import click

from driftscan.cli.common import logs


@click.command()
@click.option("--dir", "folder", type=click.Path(file_okay=False, path_type=Path), default=".", show_default=True, help="Where to write.")
@click.option("--force", is_flag=True, help="Write over files that are there; a new external id comes with it.")
@click.option("--quiet", "-q", is_flag=True, help="No next steps: errors only.")
def command(folder: Path, force: bool, quiet: bool) -> int:
    """Write a commented driftscan.yaml, the reader role (CloudFormation and Terraform) and waivers.yaml. Asks nothing.

    The configuration holds a new external id and the visible rules of a stage that is smaller than prod.
    """
    logs(0, quiet)
    from driftscan import catalog
    from driftscan.jobs.init import init

    for name in init(folder, catalog.load(), force=force):
        click.echo(folder / name)
    if not quiet:
        click.echo(_NEXT.format(config=folder / "driftscan.yaml", role=folder / "reader-role"), err=True)
    return 0


_NEXT = """\
next:
  1. write your account ids into {config}
  2. put the role of {role} into each account
  3. driftscan doctor --config {config}"""
