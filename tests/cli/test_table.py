"""Columns of text."""

from __future__ import annotations

from driftscan.cli.table import table


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert table(("a", "count"), [("long", "1"), ("x", "22")], right={1}) == "a     count\nlong      1\nx        22\n"


def test_the_last_column_is_not_padded_and_nothing_steers() -> None:
    assert table(("a", "b"), [("x\x1b", "y"), ("z", "")]) == "a      b\nx\\x1b  y\nz\n"
