"""Reports to files: written aside and renamed, so that a reader sees the old file or the new one, never half of it."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from driftscan.errors import DriftscanError
from driftscan.formats import FORMATS, render, terminal
from driftscan.model.report import Report

NAMES = (*FORMATS, "pairs")
"""What --output takes; `pairs` lists every pair of a comparison with reason and confidence."""


def write(path: Path, data: bytes) -> None:
    """`data` at `path`, whole or not at all; the folder is made if it is missing."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
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
    """The report in each (format, file); the file `-` is stdout, where `text` draws it for a screen."""
    for name, file in targets:
        if name == "pairs":
            data = pairs()
        elif name == "text" and file == "-":
            data = text(report, width=screen.width, color=screen.color).encode()
        else:
            data = render(name, report)
        if file == "-":
            sys.stdout.buffer.write(data)
            sys.stdout.flush()
        else:
            write(Path(file), data)
