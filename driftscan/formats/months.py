"""Months of a resource on a terminal: a line per snapshot, two environments side by side where there is room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from driftscan.formats.drawn import drawn
from driftscan.formats.text import focus, printable, shorten

MARKS: Final = {
    "first seen": ("●", "green"), "back": ("●", "green"), "unchanged": ("=", "bright_black"), "changed": ("~", "yellow"),
    "absent": ("·", "bright_black"), "gone": ("✗", "red"), "no snapshot": ("╌", "bright_black"),
}  # fmt: skip
QUIET: Final = "bright_black"
BESIDE: Final = 90
"""From so many columns on, two environments stand side by side."""
_DAY: Final = 12
MOST: Final = 6
"""So many changes of one snapshot are shown."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One environment at one time. state: one of `MARKS`, or empty where there is nothing to say; said: behind it.

    changes: path, before, after.
    """

    state: str
    said: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One environment: its name, and which resource of it."""

    name: str
    about: str


def render(columns: Sequence[Column], rows: Sequence[tuple[str, Sequence[Cell]]], *, width: int = 100, color: bool = False) -> str:
    """The rows (a day or a month, then a cell per column) for `width` columns; with ANSI colours where `color`."""
    return drawn(lambda room: _blocks(columns, rows, room), width, color)


def _blocks(columns: Sequence[Column], rows: Sequence[tuple[str, Sequence[Cell]]], width: int) -> Iterator[RenderableType]:
    for column in columns:
        yield Text.assemble((printable(column.name), "bold"), "  ", Text(printable(column.about)))
    yield Text()
    if len(columns) == 1 or width >= BESIDE:
        room = (width - _DAY) // len(columns) - 2
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(width=_DAY - 2)
        for _ in columns:
            table.add_column(width=room, overflow="fold")
        if len(columns) > 1:
            table.add_row("", *(Text(shorten(printable(c.name), room), "bold") for c in columns))
        for day, cells in rows:
            table.add_row(Text(day, QUIET), *(Text("\n").join(_cell(c, room)) for c in cells))
        yield table
        return
    for day, cells in rows:
        yield Text(day, QUIET)
        for column, cell in zip(columns, cells, strict=True):
            name = Text(f"{shorten(printable(column.name), 12)}  ", "bold")
            lines = _cell(cell, width - 4)
            if lines:
                yield Padding(Text.assemble(name, lines[0]), (0, 0, 0, 2))
                yield from (Padding(line, (0, 0, 0, 4)) for line in lines[1:])


def _cell(cell: Cell, room: int) -> list[Text]:
    """`~ VisibilityTimeout  60 → 30`, a line per change."""
    if not cell.state:
        return []
    mark, style = MARKS[cell.state]
    said = f"  {printable(cell.said)}" if cell.said else ""
    if not cell.changes:
        return [Text.assemble((mark, style), " ", (cell.state, "" if style != QUIET else QUIET), shorten(said, 3 * room))]
    out = [line for path, before, after in cell.changes[:MOST] for line in _change(path, before, after, room)]
    if len(cell.changes) > MOST:
        out.append(Text(f"… and {len(cell.changes) - MOST} more", QUIET))
    return out


def _change(path: str, before: str, after: str, room: int) -> Iterator[Text]:
    old, new = focus(printable(before), printable(after), 2 * room)
    head = Text.assemble(("~", "yellow"), " ", printable(path))
    line = Text.assemble(head, "  ", (old, "red"), (" → ", QUIET), (new, "green"))
    if line.cell_len <= room:
        yield line
        return
    yield head
    yield Text.assemble("    ", ("- ", "red"), (old, "red"))
    yield Text.assemble("    ", ("+ ", "green"), (new, "green"))
