"""driftscan report"""

from __future__ import annotations

from pathlib import Path

import click

from driftscan.cli.common import common, context_of, logs, note, outputs, settings_of


@click.command()
@click.option("--run", "run", metavar="RUN", help="The id of a run, or its beginning; default: the last one.")
@click.option("--period", metavar="YYYY-MM", help="The run that answers for this period.")
@click.option("--owner", metavar="NAME", help="Only what belongs to NAME: a slice, which says so.")
@click.option("--again", is_flag=True, help="Judge the run's snapshots again, under the configuration of now; default: as it was stored.")
@click.option(
    "--would-hide",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write no report: say what the `expected` rules and waivers in FILE would hide of it, and what would stay.",
)
@click.option(
    "--decide",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write no report: write its differences into FILE (- is stdout) in heaps, each with the rule that would expect it.",
)
@click.option("--store", metavar="URL", help="Look into this store and read no configuration.")
@outputs
@common
def command(
    run: str | None,
    period: str | None,
    owner: str | None,
    again: bool,
    would_hide: Path | None,
    decide: Path | None,
    store: str | None,
    output: tuple[tuple[str, str], ...],
    fail_on: str | None,
    config: Path,
    verbose: int,
    quiet: bool,
) -> int:
    """Render the report of a stored run again: any format, the same bytes, no cloud.

    --again judges the same snapshots under the rules and waivers of now, as of the moment of the run. Without it the report is the one that
    was stored, whatever changed since.
    """
    logs(verbose, quiet)
    if run is not None and period is not None:
        raise click.UsageError("--run and --period name a run each: write one of them")
    if store is not None and (again or would_hide or decide):
        raise click.UsageError("judging needs a configuration: --store reads none")
    from driftscan.cli.screen import screen
    from driftscan.jobs import render
    from driftscan.jobs.stored import stored
    from driftscan.model.settings import MIN_COVERAGE
    from driftscan.store import Store

    if store is not None:
        found = stored(Store.open(store), run, period)
        return render.rendered(found, None, owner=owner, outputs=output, fail_on=fail_on, min_coverage=MIN_COVERAGE, screen=screen())
    if not (again or would_hide or decide):
        settings = settings_of(config)
        found = stored(Store.open(settings.store), run, period)
        return render.rendered(
            found, settings, owner=owner, outputs=output, fail_on=fail_on, min_coverage=settings.min_coverage, screen=screen()
        )
    context = context_of(config)
    found = stored(context.store, run, period)
    if would_hide is not None:
        from driftscan.jobs.preview import rules

        click.echo(rules(context, found.record, would_hide).text, nl=False)
        return 0
    if decide is not None:
        from driftscan.jobs.output import write
        from driftscan.jobs.stored import again as judged
        from driftscan.jobs.triage import text

        made = text(judged(context, found.record)[0])
        if str(decide) == "-":
            click.echo(made, nl=False)
        else:
            write(decide, made.encode())
            note(f"wrote {decide}; `driftscan report --would-hide {decide}` says what its rules would do")
        return 0
    return render.judged_again(context, found, owner=owner, outputs=output, fail_on=fail_on, screen=screen())
