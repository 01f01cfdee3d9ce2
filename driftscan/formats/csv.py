"""Findings as CSV; every other table of the report as a variant (`csv:ledger=ledger.csv`).

UTF-8 without a mark, commas, one line per row, every text in double quotes (RFC 4180), numbers bare. No cell is a formula: where a
spreadsheet would start to compute (`=`, `+`, `-`, `@`, also after blanks, quotes or a semicolon) an apostrophe stands before the sign.
Tabs, line breaks and all that steers drawing are written out (`\\t`). Programs that want the values as they are read json or jsonl.
"""

from __future__ import annotations

import csv
from typing import Final

from driftscan.formats.tables import TABLES, frame, inert
from driftscan.model.report import Report

VARIANTS: Final = ("findings", *(name for name in TABLES if name != "findings"))


def render(report: Report, table: str = "findings") -> str:
    """One table with its header."""
    cells = frame(report, table).map(lambda v: inert(v) if isinstance(v, str) else v)
    text: str = cells.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    return text
