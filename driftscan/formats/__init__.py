"""Report -> bytes: one module per format, each with `render(report)`; formats print, they compute nothing.

A new format is one module, one golden file and one line here. Modules load when they are used: `--help` pays for none.
A module may have VARIANTS (`csv:ledger`, `pdf:letter`): `render(report, variant)` then takes one of them, the first where none is asked
for; and `check()`, which raises UsageError where this machine lacks what the format needs, before a scan that takes an hour.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

from driftscan.errors import UsageError
from driftscan.model.report import Report

FORMATS: Final[Mapping[str, str]] = {
    "html": "driftscan.formats.html",
    "json": "driftscan.formats.json",
    "text": "driftscan.formats.plain",
    "jsonl": "driftscan.formats.jsonl",
    "csv": "driftscan.formats.csv",
    "xlsx": "driftscan.formats.xlsx",
    "markdown": "driftscan.formats.markdown",
    "sarif": "driftscan.formats.sarif",
    "junit": "driftscan.formats.junit",
    "github": "driftscan.formats.github",
    "mail": "driftscan.formats.mail",
    "pdf": "driftscan.formats.pdf",
}


def render(name: str, report: Report) -> bytes:
    """The report in the format of that name (`csv`, or with a variant `csv:ledger`), as bytes.

    Raises UsageError where there is none, or where this machine lacks what the format needs.
    """
    module, variant = _find(name)
    out: bytes | str = module.render(report, variant) if variant else module.render(report)
    return out.encode() if isinstance(out, str) else out


def check(name: str) -> None:
    """Raises UsageError where `render` could not make this format: nobody names it so, or an extra or a program is missing."""
    module, _ = _find(name)
    if hasattr(module, "check"):
        module.check()


def _find(name: str) -> tuple[Any, str]:
    """The module of a format, and the variant that is asked for (empty: its first)."""
    base, colon, variant = name.partition(":")
    if base not in FORMATS:
        raise UsageError(f"unknown output format {name!r}", nearest(base, FORMATS) or f"write one of {', '.join(FORMATS)}")
    module = import_module(FORMATS[base])
    known: tuple[str, ...] = getattr(module, "VARIANTS", ())
    if colon and variant not in known:
        said = f"write one of {', '.join(f'{base}:{v}' for v in known)}" if known else f"write {base}"
        raise UsageError(f"unknown output format {name!r}", said)
    return module, variant


def nearest(name: str, known: Mapping[str, str]) -> str:
    """`did you mean 'html'? (known: html, json)`, or empty where nothing is near."""
    found = difflib.get_close_matches(name.lower(), known, n=1)
    return f"did you mean {found[0]!r}? known are {', '.join(known)}" if found else ""
