"""Report -> bytes: one module per format, each with `render(report)`; formats print, they compute nothing.

A new format is one module, one golden file and one line here. Modules load when they are used: `--help` pays for none.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from driftscan.errors import UsageError
from driftscan.model.report import Report

FORMATS: Final[Mapping[str, str]] = {
    "html": "driftscan.formats.html",
    "json": "driftscan.formats.json",
    "text": "driftscan.formats.plain",
}


def render(name: str, report: Report) -> bytes:
    """The report in the format of that name, as bytes. Raises UsageError where there is none."""
    if name not in FORMATS:
        raise UsageError(f"unknown output format {name!r}", f"write one of {', '.join(FORMATS)}")
    out: bytes | str = import_module(FORMATS[name]).render(report)
    return out.encode() if isinstance(out, str) else out
