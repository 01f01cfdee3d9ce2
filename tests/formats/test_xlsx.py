"""A workbook of text cells and numbers: no formula, no link, the same bytes."""

from __future__ import annotations

import io
import sys
import zipfile

import openpyxl
import pytest

from driftscan.errors import UsageError
from driftscan.formats import check, render, xlsx
from driftscan.formats.tables import TABLES, frame
from tests.formats.hostile import NAMES
from tests.report import sample


def book(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_a_sheet_per_table_with_frozen_header_filter_and_widths() -> None:
    found = book(render("xlsx", sample.report()))
    assert found.sheetnames == list(TABLES)
    assert {"summary", "findings", "groups", "ledger", "coverage", "gaps", "waivers"} <= set(found.sheetnames)
    for sheet in found:
        data = frame(sample.report(), sheet.title)
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref is not None
        assert sheet.max_row == len(data) + 1
        assert all(d.width and d.width >= 12 for d in sheet.column_dimensions.values())
        values = [["" if c is None else c for c in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
        assert values == data.values.tolist()


def test_accounts_are_text_and_counts_are_numbers() -> None:
    sheet = book(render("xlsx", sample.report()))["coverage"]
    assert sheet["B2"].value == "444444444444"
    assert (sheet["B2"].data_type, sheet["F2"].data_type) == ("s", "n")


@pytest.mark.parametrize("name", ["formula", "plus", "at", "url"])
def test_nothing_computes_and_nothing_links(name: str) -> None:
    from dataclasses import replace

    report = sample.report()
    findings = tuple(replace(f, title=NAMES[name], owner=NAMES[name]) for f in report.findings)
    data = render("xlsx", replace(report, findings=findings))
    sheet = book(data)["findings"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert sum(cell.value == NAMES[name] for cell in cells) == 2 * len(findings)
    assert not any(cell.data_type == "f" or cell.hyperlink for cell in cells)
    if name != "url":
        assert all(cell.quotePrefix for cell in cells if cell.value == NAMES[name])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not any(b"<f>" in archive.read(n) or b"hyperlink" in archive.read(n) for n in archive.namelist())


def test_a_long_text_is_cut_in_the_middle() -> None:
    from dataclasses import replace

    report = sample.report()
    sheet = book(render("xlsx", replace(report, findings=(replace(report.findings[0], title="a" * 40_000 + "z"),))))["findings"]
    assert len(sheet["J2"].value) == xlsx.CELL
    assert sheet["J2"].value.endswith("z")


def test_more_rows_than_a_sheet_takes_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS", 5)
    report = sample.report()
    sheet = book(render("xlsx", report))["findings"]
    assert sheet.max_row == 6
    assert sheet["A6"].value == f"{len(report.findings) - 4} more rows do not fit into a sheet: see csv:findings"


def test_the_book_knows_no_clock() -> None:
    data = render("xlsx", sample.report())
    assert book(data).properties.created.isoformat() == "2026-11-30T06:00:00"
    assert data == render("xlsx", sample.report())


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    monkeypatch.setattr(xlsx, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="needs XlsxWriter") as e:
        check("xlsx")
    assert e.value.hint == "pip install 'driftscan[xlsx]'"
