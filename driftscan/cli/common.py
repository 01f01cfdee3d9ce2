"""What the commands share: options, logging, and the `Context` that the jobs work in."""

from __future__ import annotations

import logging
import os
import secrets
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from driftscan.errors import UsageError

if TYPE_CHECKING:
    from driftscan.jobs.context import Context
    from driftscan.model.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

SEVERITIES = ("critical", "high", "medium", "low", "info")


def moment(value: str) -> datetime:
    """An ISO date (the end of that day) or date and time; without an offset it is UTC."""
    try:
        if len(value) == 10:
            return datetime.combine(date.fromisoformat(value), time(23, 59, 59), UTC)
        when = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no date; write 2026-11-30 or 2026-11-30T06:00:00Z") from None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def targets(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """`FORMAT=FILE` each, as (format, file)."""
    if not values:
        return ()
    from driftscan.jobs.output import parse

    return parse(values)


def common(function: F) -> F:
    """--config, -v, --quiet."""
    function = click.option("--quiet", "-q", is_flag=True, help="No progress, no notes: errors only.")(function)
    function = click.option("-v", "--verbose", count=True, help="Say what happens; twice: everything, with names of resources.")(function)
    return click.option(
        "--config",
        "-c",
        type=click.Path(path_type=Path),
        envvar="DRIFTSCAN_CONFIG",
        default="driftscan.yaml",
        show_default=True,
        help="The configuration file.",
    )(function)


def complete_environment(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The configured environments that begin so, for a shell; none where the configuration is missing or wrong."""
    from driftscan.config import load
    from driftscan.errors import DriftscanError

    try:
        known = [e.name for e in load(Path(ctx.params.get("config") or "driftscan.yaml")).environments]
    except DriftscanError:
        return []
    given = ctx.params.get(param.name or "")
    return [name for name in known if name.startswith(incomplete) and not (isinstance(given, tuple) and name in given)]


def as_of(function: F) -> F:
    """--as-of."""
    return click.option("--as-of", type=moment, metavar="WHEN", help="The moment to answer for (ISO date or time); default: now.")(function)


def only(function: F) -> F:
    """--only."""
    return click.option(
        "--only", multiple=True, metavar="TYPE", help="Only types that fit this glob, such as 'AWS::S3::*'; may be repeated."
    )(function)


def outputs(function: F) -> F:
    """--output and --fail-on."""
    function = click.option("--fail-on", type=click.Choice(SEVERITIES), help="Exit with 3 when there is drift at or above this severity.")(
        function
    )
    return click.option(
        "--output",
        "-o",
        callback=targets,
        metavar="FORMAT=FILE",
        multiple=True,
        help="Write FORMAT to FILE (- is stdout); may be repeated. html, json, jsonl, text, csv (csv:ledger, ...), xlsx, markdown, sarif, "
        "junit, github, mail (mail:eml), pdf (pdf:letter), pairs.",
    )(function)


# ------------------------------------------------------------------------------------------------- logging

_VERBOSITY = 0


def verbosity() -> int:
    """0, 1 (-v), 2 (-vv); -1 under --quiet."""
    return _VERBOSITY


def logs(verbose: int, quiet: bool) -> None:
    """Log records of our own to stderr. Those of the cloud SDKs stay off: at debug they print requests and answers whole."""
    global _VERBOSITY  # noqa: PLW0603  one process, one command
    _VERBOSITY = -1 if quiet else min(verbose, 2)
    level = {-1: logging.ERROR, 0: logging.WARNING, 1: logging.INFO, 2: logging.DEBUG}[_VERBOSITY]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Safe("%(name)s: %(message)s" if _VERBOSITY >= 2 else "%(message)s"))
    logger = logging.getLogger("driftscan")
    logger.handlers[:] = [handler]
    logger.setLevel(level)
    logger.propagate = False


class _Safe(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        from driftscan.formats.text import printable

        return printable(super().format(record))


def note(text: str) -> None:
    """A sentence on stderr that --quiet silences."""
    if _VERBOSITY >= 0:
        from driftscan.formats.text import printable

        click.echo(f"driftscan: {printable(text)}", err=True)


# ------------------------------------------------------------------------------------------------- context


def settings_of(config: Path) -> Settings:
    """The configuration; what is void in it is said once."""
    from driftscan.config import load

    settings = load(config)
    for waiver in settings.void_waivers:
        note(f"waiver {waiver.id} is void: {waiver.problem}")
    return settings


def context_of(config: Path, moment: datetime | None = None) -> Context:
    """Everything that a job needs, from the configuration and the clock."""
    from driftscan import catalog
    from driftscan.config import redaction_key
    from driftscan.jobs.context import Context
    from driftscan.store import Store

    settings = settings_of(config)
    started = now()
    return Context(
        settings=settings,
        catalog=catalog.load(),
        store=Store.open(settings.store),
        key=lambda: redaction_key(settings, config.parent, os.environ, note),
        as_of=moment or started,
        now=now,
        run_id=f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
        note=note,
        pinned=moment is not None,
    )


def now() -> datetime:
    """The one clock."""
    return datetime.now(UTC)


def environments(settings: Settings, names: tuple[str, ...]) -> tuple[str, ...]:
    """The named environments (all, where none is named), in the order of the configuration. Raises UsageError for an unknown one."""
    known = tuple(e.name for e in settings.environments)
    if not names:
        return known
    asked = set()
    for name in names:
        try:
            asked.add(settings.environment(name).name)
        except KeyError:
            from driftscan.config.text import nearest

            near = nearest(name, known)
            raise UsageError(
                f"there is no environment {name!r}", f"did you mean {near!r}?" if near else f"configured: {', '.join(known)}"
            ) from None
    return tuple(n for n in known if n in asked)
