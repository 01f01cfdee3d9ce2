"""driftscan demo"""

from __future__ import annotations

from pathlib import Path

import click

from driftscan.cli.common import note


@click.command()
@click.option(
    "--output-dir", type=click.Path(file_okay=False, path_type=Path), default="demo-out", show_default=True, help="Where the demo goes."
)
def command(output_dir: Path) -> int:
    """Four months of one company on an embedded AWS and Google Cloud: no account and no credentials are needed."""
    from driftscan.demo.play import play

    return play(output_dir.resolve(), note)
