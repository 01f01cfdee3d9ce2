"""driftscan schedule KIND"""

from __future__ import annotations

from pathlib import Path

import click

from driftscan.cli.table import table

FOLDER = Path(__file__).parents[1] / "schedules"
"""A folder for each kind; every file begins with what it is, where it goes and what it needs."""


def kinds() -> dict[str, tuple[Path, ...]]:
    """Kind -> its files, both sorted."""
    return {folder.name: tuple(sorted(folder.iterdir())) for folder in sorted(FOLDER.iterdir()) if folder.is_dir()}


def sentence(file: Path) -> str:
    """The first sentence of the comment that a file begins with."""
    line = file.read_text().partition("\n")[0].removeprefix("#").strip()
    return line.partition(": ")[0].rstrip(".")


@click.command()
@click.argument("kind", type=click.Choice(list(kinds())), required=False)
@click.argument("file", required=False)
@click.option("--list", "listed", is_flag=True, help="What there is.")
@click.option(
    "--output-dir", type=click.Path(file_okay=False, path_type=Path), help="Write the files there instead; those that are there stay."
)
def command(kind: str | None, file: str | None, listed: bool, output_dir: Path | None) -> int:
    """Print a schedule for the monthly job and its dead man's switch, ready but for your own names. FILE: only that one of several.

    Each file says in its first lines where it goes and what it needs.
    """
    if listed or kind is None:
        if not listed:
            raise click.UsageError(f"name a KIND: {', '.join(kinds())}", click.get_current_context())
        rows = [(name, path.name, sentence(path)) for name, files in kinds().items() for path in files]
        click.echo(table(("kind", "file", "what it is"), rows), nl=False)
        return 0
    files = kinds()[kind]
    chosen = tuple(f for f in files if file in (None, f.name))
    if not chosen:
        raise click.BadParameter(f"{file!r} is no file of {kind}; there are {', '.join(f.name for f in files)}")
    if output_dir is not None:
        return _write(chosen, output_dir)
    for path in chosen:
        if len(chosen) > 1:
            click.echo(f"# ==== {path.name}")
        click.echo(path.read_text(), nl=False)
    return 0


def _write(files: tuple[Path, ...], folder: Path) -> int:
    from driftscan.errors import UsageError
    from driftscan.jobs.output import write

    taken = [f.name for f in files if (folder / f.name).exists()]
    if taken:
        raise UsageError(f"{folder / taken[0]} is there already: nothing was written", "name another folder, or print it to stdout")
    for path in files:
        write(folder / path.name, path.read_bytes())
        click.echo(folder / path.name)
    return 0
