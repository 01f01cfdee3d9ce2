"""Reports to files: written aside and renamed, so that a reader sees the old file or the new one, never half of it."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from driftscan.errors import DriftscanError, UsageError
from driftscan.formats import FORMATS, check, render, terminal
from driftscan.model.report import Report

NAMES = (*FORMATS, "pairs")
"""What --output takes, beside variants (`csv:ledger`); `pairs` lists every pair of a comparison with reason and confidence."""

ENDINGS: Final = {
    "html": "html", "json": "json", "txt": "text", "jsonl": "jsonl", "csv": "csv", "xlsx": "xlsx", "md": "markdown", "sarif": "sarif",
    "xml": "junit", "eml": "mail:eml", "pdf": "pdf",
}  # fmt: skip
"""What a file's name tells about its format, for whoever forgot to say it."""


def parse(values: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """`FORMAT=FILE` each, as (format, file). Raises UsageError where one is wrong, or two would write to the same place.

    Called before the work begins: a scan of an hour must not end at a missing extra.
    """
    targets = []
    for value in values:
        name, _, file = value.partition("=")
        if not file or not name:
            near = ENDINGS.get(value.rpartition(".")[2].lower()) if "=" not in value and "." in value else None
            hint = f"did you mean {near}={value}?" if near else f"formats: {', '.join(NAMES)}; the file - is stdout"
            raise UsageError(f"{value!r} is no FORMAT=FILE", hint)
        if name != "pairs":
            check(name)
        targets.append((name, file))
    seen: dict[str, str] = {}
    for name, file in targets:
        place = "stdout" if file == "-" else file
        if file in seen:
            raise UsageError(f"{seen[file]} and {name} both go to {place}", "give each a file of its own; - is stdout, for one of them")
        seen[file] = name
    return tuple(targets)


def write(path: Path, data: bytes) -> None:
    """`data` at `path`, whole or not at all, for its owner's eyes only (0600); the folder is made if it is missing.

    What is no file (a pipe, `/dev/null`) is written to as it is.
    """
    if path.is_fifo() or path.is_char_device():
        path.write_bytes(data)
        return
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as e:
        raise DriftscanError(f"{path} cannot be written: {e.strerror}", "look at the folder's permissions and free space") from None
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


@dataclass(frozen=True)
class Screen:
    """What stdout is: its width in columns, whether it shows colours, how many findings are wanted there."""

    width: int = 100
    color: bool = False


PLAIN = Screen()


class Shown(Protocol):
    """What draws a report on a screen."""

    def __call__(self, report: Report, *, width: int, color: bool) -> str: ...


def emit(
    report: Report, targets: Iterable[tuple[str, str]], pairs: Callable[[], bytes], screen: Screen, text: Shown = terminal.render
) -> None:
    """The report in each (format, file); the file `-` is stdout, where `text` draws it for a screen.

    All are made before the first is written: what one of them lacks leaves no half of the others.
    """
    made = []
    for name, file in targets:
        if name == "pairs":
            data = pairs()
        elif name == "text" and file == "-":
            data = text(report, width=screen.width, color=screen.color).encode()
        else:
            data = render(name, report)
        made.append((file, data))
    for file, data in made:
        if file == "-":
            sys.stdout.buffer.write(data)
            sys.stdout.flush()
        else:
            write(Path(file), data)
