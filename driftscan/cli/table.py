"""Plain columns of text for stdout: no markup, so that no name can become any."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> str:
    """Columns as wide as their widest cell; the columns in `right` align to the right; the last is not padded."""
    from driftscan.formats.text import printable

    cells = [[printable(c) for c in row] for row in (head, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    out = ""
    for row in cells:
        line = "  ".join(c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True)))
        out += line.rstrip() + "\n"
    return out
