"""driftscan baseline capture | lint"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from driftscan.cli.common import as_of, common, complete_environment, context_of, logs, note


@click.group()
def command() -> None:
    """Pin a snapshot as rules, or look the rules over.

    Rules stand in baselines/*.yaml beside the configuration; `driftscan check` judges by them.
    """


@command.command()
@click.argument("side", metavar="ENV", shell_complete=complete_environment)
@click.option("--types", multiple=True, metavar="TYPE", help="Only types that fit this glob, such as 'AWS::IAM::*'; may be repeated.")
@click.option("--for", "environments", multiple=True, metavar="ENV", help="Whom the rules are for; default: ENV itself; '*' is everyone.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write; default: stdout.")
@as_of
@common
def capture(
    side: str,
    types: tuple[str, ...],
    environments: tuple[str, ...],
    output: Path | None,
    as_of: datetime | None,
    config: Path,
    verbose: int,
    quiet: bool,
) -> int:
    """Pin a stored snapshot as rules: what is there now is what has to be there.

    ENV is an environment or one of its snapshots (prod, prod~1, an id). Ids that were generated, the environment's word, its account and
    its region are written as symbols, so that the rules hold for the next snapshot too.
    """
    logs(verbose, quiet)
    context = context_of(config, as_of)
    from driftscan.jobs.capture import capture as job
    from driftscan.jobs.output import write
    from driftscan.jobs.sides import resolve

    text = job(context, context.store.snapshot(resolve(context, side).id), types, environments)
    if output is None:
        click.echo(text, nl=False)
    else:
        write(output, text.encode())
        note(f"wrote {output}; `driftscan check` judges by it where the configuration's `baselines` name it")
    return 0


@command.command()
@click.option("--strict", is_flag=True, help="Rules that fit nothing in the estate are problems, too, where they are only notes.")
@as_of
@common
def lint(strict: bool, as_of: datetime | None, config: Path, verbose: int, quiet: bool) -> int:
    """Prove that every rule can do what it says: paths exist, something is selected, no two contradict. Exits with 1 where one cannot."""
    logs(verbose, quiet)
    context = context_of(config, as_of)
    from driftscan.formats.text import printable
    from driftscan.jobs.lint import PROBLEM
    from driftscan.jobs.lint import lint as job

    complaints = job(context)
    problems = [c for c in complaints if c.kind == PROBLEM or strict]
    for c in complaints:
        click.echo(printable(f"{c.location.file}:{c.location.line}: {c.kind}: {c.rule}: {c.text}" + (f" ({c.hint})" if c.hint else "")))
    note(f"{len(context.settings.baselines)} rules, {len(problems)} problems, {len(complaints) - len(problems)} notes")
    return 1 if problems else 0
