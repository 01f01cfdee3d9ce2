"""driftscan explain FINDING, driftscan explain ENV-05"""

from __future__ import annotations

import json
from pathlib import Path

import click

from driftscan.cli.common import common, context_of, logs


@click.command()
@click.argument("finding")
@click.option("--report", type=click.Path(path_type=Path), help="The report.json that shows it; default: the last run's.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@common
def command(finding: str, report: Path | None, as_json: bool, config: Path, verbose: int, quiet: bool) -> int:
    """Show everything behind a finding: raw and canonical values, rule, match, calls and times, who moved, severity and why.

    FINDING is its id or the beginning of it, or a control such as ENV-05: then what it judges, why, and how the last run judged it.
    A control needs no configuration.
    """
    logs(verbose, quiet)
    from driftscan.formats.text import printable
    from driftscan.jobs import explain as job

    control = job.control(finding)
    if control is not None:
        told = job.judged_control(context_of(config) if config.exists() else None, control, report)
        click.echo(
            json.dumps(job.control_as_json(told), indent=2) if as_json else printable(job.control_as_text(told), keep="\n"), nl=as_json
        )
        return 0
    context = context_of(config)
    found = job.explain(context, finding, report)
    click.echo(json.dumps(job.as_json(found), indent=2) if as_json else printable(job.as_text(found), keep="\n"), nl=as_json)
    return 0
