"""driftscan status"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import click

from driftscan.cli.common import as_of, common, logs, now, settings_of


def _age(_ctx: click.Context, _param: click.Parameter, value: str) -> timedelta:
    from pydantic_core import PydanticCustomError

    from driftscan.config.document import parse_duration

    try:
        return parse_duration(value)
    except PydanticCustomError:
        raise click.BadParameter(f"{value!r} is no duration; write a number and a unit, such as 35d or 12h") from None


@click.command()
@click.option("--max-age", callback=_age, default="35d", show_default=True, metavar="AGE", help="The last final run may be this old.")
@click.option("--store", metavar="URL", help="Look into this store and read no configuration.")
@click.option("--verify", "whole", is_flag=True, help="Check every stored byte too.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@as_of
@common
def command(
    max_age: timedelta, store: str | None, whole: bool, as_json: bool, as_of: datetime | None, config: Path, verbose: int, quiet: bool
) -> int:
    """The dead man's switch: exit with 1 unless the last final run is young enough, complete and still what was written.

    One line says which run it was and when. It asks the store alone: no cloud, no key.
    """
    logs(verbose, quiet)
    from driftscan.formats.text import printable
    from driftscan.jobs.status import status
    from driftscan.model.settings import MIN_COVERAGE
    from driftscan.store import Store

    if store is not None:
        found = status(Store.open(store), as_of or now(), max_age, MIN_COVERAGE, whole=whole)
    else:
        settings = settings_of(config)
        names = [e.name for e in settings.environments]
        found = status(Store.open(settings.store), as_of or now(), max_age, settings.min_coverage, names, whole=whole)
    click.echo(json.dumps(found.as_json(), indent=1) if as_json else printable(found.text))
    return 0 if found.ok else 1
