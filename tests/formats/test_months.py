"""Months on a terminal."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from driftscan.formats.months import BESIDE, MARKS, MOST, Cell, Column, render

ONE = (Column("stage", "AWS::SQS::Queue a"),)
TWO = (*ONE, Column("prod", "AWS::SQS::Queue b"))
CHANGE = ("VisibilityTimeout", "60", "30")


def test_every_state_has_a_mark_and_its_word() -> None:
    text = render(ONE, [(f"2026-{n:02}", [Cell(state)]) for n, state in enumerate(MARKS, 1)])
    for n, (state, (mark, _)) in enumerate(MARKS.items(), 1):
        assert re.search(rf"^2026-{n:02} +{mark} {state}$", text, re.M)


def test_what_changed() -> None:
    text = render(ONE, [("2026-09-30", [Cell("changed", "", (CHANGE, ("Tags.Team", "not set", "a")))])])
    assert re.search(r"^2026-09-30 +~ VisibilityTimeout  60 → 30\n +~ Tags.Team  not set → a$", text, re.M)
    many = render(ONE, [("2026-09-30", [Cell("changed", "", (CHANGE,) * (MOST + 2))])])
    assert "… and 2 more" in many


def test_two_environments_stand_side_by_side_where_there_is_room() -> None:
    rows = [("2026-09-30", [Cell("changed", "", (CHANGE,)), Cell("unchanged", "60")])]
    assert re.search(r"^2026-09-30 +~ VisibilityTimeout  60 → 30 +=\ unchanged  60$", render(TWO, rows, width=BESIDE), re.M)
    below = render(TWO, rows, width=BESIDE - 1)
    assert re.search(r"^2026-09-30\n  stage  ~ VisibilityTimeout  60 → 30\n  prod  = unchanged  60$", below, re.M)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    long = Cell("changed", "", (("Policy.Statement[0].Condition.StringEquals.aws:PrincipalOrgID", "o-" + "1" * 300, "o-" + "2" * 300),))
    for columns in (ONE, TWO):
        text = render(columns, [("2026-09-30", [long] * len(columns))], width=width)
        assert max(cell_len(line) for line in text.splitlines()) <= width


def test_colour_says_nothing_alone_and_hostile_text_draws_nothing() -> None:
    hostile = "\x1b[31mred\u202e\n[/nope]"
    rows = [("2026-09-30", [Cell("first seen", hostile), Cell("changed", "", ((hostile, hostile, hostile),))])]
    columns = [Column(hostile, hostile), Column("prod", hostile)]
    plain = render(columns, rows)
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", plain)
    coloured = render(columns, rows, color=True)
    assert "\x1b[32m" in coloured
    assert [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", coloured).splitlines()] == plain.splitlines()
