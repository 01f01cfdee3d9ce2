"""The page on Google Cloud shows what the conformance matrix holds."""

from __future__ import annotations

from pathlib import Path

from tests.sources.gcp.matrix import OPERATIONS, ROWS, faults_table, operations_table

PAGE = (Path(__file__).parents[2] / "docs" / "google-cloud.md").read_text()


def test_the_tables_are_those_of_the_matrix() -> None:
    assert operations_table() in PAGE
    assert faults_table() in PAGE
    assert PAGE.count("\n|") == len(OPERATIONS) + len(ROWS) + 4
