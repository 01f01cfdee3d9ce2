"""The golden files in reports/: one sample of every text format, made from the demo's report; a test compares them.

`make golden` (`python -m tests.report.golden --play`) plays the demo and writes them all, which takes minutes. Without `--play` the others
are written from the report.json that is there: enough where a format changed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from driftscan.formats import FORMATS, render, terminal
from driftscan.report.stored import load

FOLDER = Path(__file__).resolve().parents[2] / "reports"
REPORT = FOLDER / "report.json"
FILES = {
    "text": "report.txt",
    "markdown": "report.md",
    "junit": "report.junit.xml",
    "github": "report.github.txt",
    "mail": "mail.html",
    "mail:eml": "mail.eml",
}
"""File of a format, where it is not `report.FORMAT`."""
BINARY = {"xlsx", "pdf"}
"""Nobody reads a diff of these, and the bytes follow the versions of what makes them; their own tests look inside."""


def golden() -> dict[str, bytes]:
    """File name -> bytes, of every text format, and of what a terminal shows."""
    report = load(REPORT.read_bytes())
    names = [*(name for name in FORMATS if name not in BINARY), "mail:eml"]
    files = {FILES.get(name, f"report.{name}"): render(name, report) for name in names}
    return files | {"terminal.txt": terminal.render(report).encode()}


def write() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, data in golden().items():
        (FOLDER / name).write_bytes(data)


if __name__ == "__main__":
    if "--play" in sys.argv[1:]:
        from tests.report.played import played

        REPORT.write_bytes(played(lambda text: print(text, file=sys.stderr)))
    write()
