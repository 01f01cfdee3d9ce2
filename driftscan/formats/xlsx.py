"""A workbook for people who sort and filter: summary, findings, changes, groups, ledger, coverage, gaps, waivers, resolved.

Every text is a text cell, never a formula and never a link; one that looks like a formula is marked as typed text (quote prefix), so that
it stays text when somebody edits the cell. Account ids keep their zeros. Equal reports give equal bytes.
"""

from __future__ import annotations

import io
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from driftscan.errors import UsageError
from driftscan.formats.tables import TABLES, frame, live
from driftscan.formats.text import printable, shorten
from driftscan.model.report import Report

if TYPE_CHECKING:
    import pandas as pd

CELL: Final = 32_000
"""Characters that a cell takes (Excel: 32,767); longer text is cut in the middle."""
ROWS: Final = 1_048_575
"""Rows that a sheet takes below its header."""


def check() -> None:
    """Raises UsageError where XlsxWriter is not installed."""
    if find_spec("xlsxwriter") is None:
        raise UsageError("the format xlsx needs XlsxWriter, which is not installed", "pip install 'driftscan[xlsx]'")


def render(report: Report) -> bytes:
    """The workbook. Raises UsageError where XlsxWriter is not installed."""
    check()
    import xlsxwriter  # noqa: PLC0415  an extra

    out = io.BytesIO()
    # Rows go to disk as they come: 121,000 findings would be a gigabyte of cells in memory.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        title = shorten(printable(f"driftscan {report.run.organization} {report.run.period}"), 200)
        book.set_properties({"title": title, "author": "driftscan", "created": _moment(report.run.as_of)})
        formats = {name: book.add_format(how) for name, how in _FORMATS.items()}
        for name in TABLES:
            _sheet(book.add_worksheet(name), frame(report, name), name, formats)
    return out.getvalue()


_FORMATS: Final[dict[str, dict[str, Any]]] = {
    "head": {"bold": True, "bottom": 1, "bg_color": "#e8edf2"},
    "text": {"valign": "top"},
    "typed": {"valign": "top", "quote_prefix": True},
    "number": {"valign": "top", "num_format": "#,##0"},
}


def _sheet(sheet: Any, data: pd.DataFrame, name: str, formats: dict[str, Any]) -> None:
    columns = TABLES[name].columns
    for i, (column, width) in enumerate(columns.items()):
        sheet.set_column(i, i, width)
        sheet.write_string(0, i, column.replace("_", " "), formats["head"])
    sheet.freeze_panes(1, 0)
    shown = data if len(data) <= ROWS else data.head(ROWS - 1)
    for r, row in enumerate(shown.itertuples(index=False, name=None), start=1):
        for c, value in enumerate(row):
            if isinstance(value, str):
                if value:
                    sheet.write_string(r, c, shorten(value, CELL), formats["typed" if live(value) else "text"])
            else:
                sheet.write_number(r, c, value, formats["number"])
    sheet.autofilter(0, 0, max(len(shown), 1), len(columns) - 1)
    if len(shown) < len(data):
        sheet.write_string(ROWS, 0, f"{len(data) - len(shown):,} more rows do not fit into a sheet: see csv:{name}", formats["head"])


def _moment(text: str) -> datetime:
    """When the book was made, for its properties, which know no zones: the report's moment, and never this machine's clock."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return datetime(2000, 1, 1)  # noqa: DTZ001
