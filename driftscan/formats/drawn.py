"""What a terminal shows, as text: drawn by rich for a width that is given, and not for the terminal of this process."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable

from rich.console import Console, RenderableType
from rich.text import Text

from driftscan.formats.text import printable, shorten

NARROWEST = 40


def drawn(blocks: Callable[[int], Iterable[RenderableType]], width: int, color: bool) -> str:
    """The blocks, one under the other, without blanks at the ends of lines; with ANSI colours where `color`.

    blocks: given the columns that there are, at least `NARROWEST`.
    """
    out = io.StringIO()
    console = Console(
        file=out, width=max(width, NARROWEST), color_system="standard" if color else None, force_terminal=color, no_color=not color,
        highlight=False, markup=False, emoji=False, legacy_windows=False, force_interactive=False, _environ={},
    )  # fmt: skip
    for block in blocks(console.width):
        console.print(block, soft_wrap=False)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def safe(text: str, style: str = "", limit: int = 0) -> Text:
    """Text of a cloud account without what steers a terminal; limit: characters that there is room for, of which both ends stay."""
    clean = printable(text)
    return Text(shorten(clean, limit) if limit else clean, style=style)
