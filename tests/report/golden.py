"""The golden files in reports/: one sample of every format. `python -m tests.report.golden` writes them; a test compares them."""

from __future__ import annotations

from pathlib import Path

from driftscan.formats import FORMATS, render, terminal
from tests.report import sample

FOLDER = Path(__file__).resolve().parents[2] / "reports"
ENDINGS = {"text": "txt"}


def golden() -> dict[str, bytes]:
    """File name -> bytes, of every format, and of what a terminal shows."""
    report = sample.report()
    files = {f"report.{ENDINGS.get(name, name)}": render(name, report) for name in FORMATS}
    return files | {"terminal.txt": terminal.render(report).encode()}


def write() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, data in golden().items():
        (FOLDER / name).write_bytes(data)


if __name__ == "__main__":
    write()
