"""CSV for spreadsheets: one line per row, every text quoted, nothing computes."""

from __future__ import annotations

import csv
import io

import pytest

from driftscan.errors import UsageError
from driftscan.formats import render
from driftscan.formats.csv import VARIANTS
from driftscan.formats.tables import TABLES, frame
from tests.report import sample


def rows(name: str, delimiter: str = ",") -> list[list[str]]:
    text = render(name, sample.report()).decode()
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def test_findings_by_default() -> None:
    assert rows("csv") == rows("csv:findings")
    head, *body = rows("csv")
    assert head == list(TABLES["findings"].columns)
    assert [r[-1] for r in body] == [f.id for f in sample.report().findings]


@pytest.mark.parametrize("table", VARIANTS)
def test_every_table(table: str) -> None:
    head, *body = rows(f"csv:{table}")
    assert head == list(TABLES[table].columns)
    assert len(body) == len(frame(sample.report(), table))
    assert {len(r) for r in body} <= {len(head)}


def test_texts_are_quoted_and_numbers_are_not() -> None:
    text = render("csv:coverage", sample.report()).decode()
    assert text.splitlines()[1] == '"prod","444444444444","eu-west-1","AWS::DynamoDB::GlobalTable","denied",0'


def test_a_table_without_rows_has_its_header() -> None:
    from dataclasses import replace

    text = render("csv:gaps", replace(sample.report(), gaps=()))
    assert text.decode() == '"environment","account","region","type","operation","code","permission","hint","id"\n'


def test_an_unknown_table_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"unknown output format 'csv:people'") as e:
        render("csv:people", sample.report())
    assert "csv:ledger" in e.value.hint
