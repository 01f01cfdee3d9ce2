"""Excerpts of golden files in pages.

A page says `<!-- excerpt: reports/report.txt from "✗ stage" to "^prod" -->`: the lines from the first that fits the first pattern up to and
with the next that fits the second (without `to`: up to the next blank line). They are shown as they stand in the file, so a page never
shows what the program does not say any more: an excerpt that is gone is an error.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Final

MARK: Final = re.compile(r'^<!-- excerpt: (?P<file>\S+) from "(?P<first>[^"]+)"(?: to "(?P<last>[^"]+)")? -->$', re.MULTILINE)
WIDTH: Final = 110


class ExcerptError(Exception):
    """A page shows what its golden file does not hold."""


def excerpt(text: str, first: str, last: str | None) -> str | None:
    """The lines of a text, dedented; None where no line fits."""
    lines = text.splitlines()
    start = next((n for n, line in enumerate(lines) if re.search(first, line)), None)
    if start is None:
        return None
    if last is None:
        end = next((n for n in range(start, len(lines)) if not lines[n].strip()), len(lines))
    else:
        found = next((n for n in range(start + 1, len(lines)) if re.search(last, lines[n])), None)
        if found is None:
            return None
        end = found + 1
    return textwrap.dedent("\n".join(lines[start:end]))


def with_excerpts(markdown: str, repository: Path, page: str) -> str:
    """A page with its excerpts in place. Raises ExcerptError, naming page, file and pattern."""

    def block(mark: re.Match[str]) -> str:
        file = repository / mark["file"]
        found = excerpt(file.read_text(encoding="utf-8"), mark["first"], mark["last"]) if file.is_file() else None
        if found is None:
            raise ExcerptError(f"docs/{page}: {mark['file']} holds no lines from {mark['first']!r} to {mark['last'] or 'a blank line'!r}")
        return f"```text\n{found}\n```"

    return MARK.sub(block, markdown)
