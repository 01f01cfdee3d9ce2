"""driftscan waive FINDING..."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from driftscan.cli.common import as_of, common, context_of, logs


def _day(_ctx: click.Context, _param: click.Parameter, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no date; write 2026-12-31") from None


@click.command()
@click.argument("finding", nargs=-1)
@click.option("--group", "groups", multiple=True, metavar="GROUP", help="All findings that a group holds now; may be repeated.")
@click.option("--owner", required=True, help="Who answers for it.")
@click.option("--approver", required=True, help="Who approved it: somebody else.")
@click.option("--ticket", required=True, help="Where it is written down.")
@click.option("--reason", required=True, help="Why it may differ.")
@click.option("--expires", required=True, callback=_day, metavar="DATE", help="Its last day.")
@click.option("--id", "name", default="", metavar="ID", help="The id of the waiver; default: one is made.")
@click.option(
    "--from-report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A report.json that somebody went through: at most 30 days, nothing critical. Default: the report of the last run.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing: say what it would hide, and what would stay.")
@as_of
@common
def command(
    finding: tuple[str, ...],
    groups: tuple[str, ...],
    owner: str,
    approver: str,
    ticket: str,
    reason: str,
    expires: date,
    name: str,
    from_report: Path | None,
    dry_run: bool,
    as_of: datetime | None,
    config: Path,
    verbose: int,
    quiet: bool,
) -> int:
    """Accept findings: one entry more in the waivers.yaml beside the configuration, what stands there stays as it is.

    FINDING is an id or the beginning of it. A waiver accepts what a finding, or each finding of a group, is now: when a value changes, or
    one more joins the group, that is drift again. Commit the file: the report shows who accepted what.
    """
    logs(verbose, quiet)
    context = context_of(config, as_of)
    from driftscan.jobs.waive import Wanted, from_file, waive

    wanted = Wanted(owner, approver, ticket, reason, expires, name)
    report = from_file(from_report) if from_report is not None else None
    click.echo(waive(context, config.parent, finding, groups, wanted, report=report, dry=dry_run), nl=False)
    return 0
