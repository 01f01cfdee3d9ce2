"""A comment that is read, bounded, and that no name can make speak."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from driftscan.formats import render
from driftscan.formats.markdown import LIMIT, MARKER, cell, code, text
from driftscan.model.drift import Severity
from tests.report import sample

PARSER = MarkdownIt("commonmark").enable("table")


def inline(source: str) -> list[Token]:
    return [t for block in PARSER.parse(source) if block.type == "inline" for t in block.children or []]


def shown(source: str) -> str:
    return "".join(t.content for t in inline(source) if t.type in ("text", "code_inline", "text_special"))


def test_sections_in_order() -> None:
    lines = render("markdown", sample.report()).decode().splitlines()
    assert lines[0] == MARKER
    assert lines[1] == "## ❌ stage is not a rehearsal of prod"
    heads = [line for line in lines if line.startswith("###")]
    assert heads == [
        "### All findings", "### Most important (5 of 12 decisions)", "### One decision each (1 of 1 group)", "### Not seen (2 of 2 gaps)",
    ]  # fmt: skip
    assert "| 4 | low | Table: Tags.CostCenter is 4711 in prod, not set in stage on 4 resources |" in lines
    assert "| `MaxSessionDuration` expected | `7200` | `3600` |" in lines
    assert "| parity `stage..prod` | 95.6 % | 282 of 295 comparable resources agree, 1 missing, 1 extra |" in lines


def test_nothing_to_say_is_short() -> None:
    report = replace(sample.report(), findings=(), gaps=(), resolved=())
    empty = replace(report.summary, counts=(), groups=(), top=(), unseen=(), notes=())
    assert "###" not in render("markdown", replace(report, summary=empty)).decode()


def test_two_comparisons_stand_under_one_verdict() -> None:
    page = render("markdown", sample.two_comparisons()).decode()
    assert "| parity `stage..prod` |" in page
    assert "| parity `test..prod` |" in page


def test_history_names_its_moments() -> None:
    report = sample.history()
    old, new = report.comparisons[0].labels[::-1]
    assert old != new
    assert f"| path | `{old}` | `{new}` |" in render("markdown", report).decode()


@pytest.mark.parametrize("char", ["@", "`", "|", "<", "x", "\x1b", "&"])
def test_it_is_bounded_and_says_what_is_left_out(char: str) -> None:
    long = char * 5_000
    items = sample.drift(400, Severity.HIGH, reason=long, severity_reason=long, owner=long)
    snapshots, judged = sample.parts([replace(f, group=f"{i}", title=f"{i} {long}") for i, f in enumerate(items)])
    from driftscan.report import build

    report = build(sample.run(), snapshots, judged, sample.catalog(), sample.settings())
    notes = tuple(long for _ in range(20))
    groups = tuple(replace(g, title=long) for g in sample.report().summary.groups * 30)
    page = render("markdown", replace(report, summary=replace(report.summary, notes=notes, groups=groups, verdict=long))).decode()
    assert len(page) <= LIMIT
    assert "(5 of 400 decisions)" in page or "left out" in page


@given(st.text(st.characters(codec=None), max_size=80))
def test_text_is_text(words: str) -> None:
    tokens = inline(f"| a {text(words)} b |\n|---|\n")
    assert {t.type for t in tokens} <= {"text", "html_inline", "text_special"}
    assert {t.content for t in tokens if t.type == "html_inline"} <= {"<!-- -->"}


@given(st.text("`|\\ ab=\n<@", max_size=30))
def test_code_is_code(words: str) -> None:
    from driftscan.formats.text import printable

    [span] = [t for t in inline(f"x {code(words)} y") if t.type != "text"]
    assert span.type == "code_inline"
    assert span.content.strip() == printable(words).strip()


@given(st.text("`|\\ ab=@;", max_size=30))
def test_a_cell_is_one_cell(words: str) -> None:
    tokens = PARSER.parse(f"| h | h |\n|---|---|\n| {cell(words)} | end |\n")
    assert sum(t.type == "td_open" for t in tokens) == 2
    assert "end" in shown(f"| h | h |\n|---|---|\n| {cell(words)} | end |\n")


@pytest.mark.parametrize(
    ("words", "source"),
    [
        ("@acme/ops", "@<!-- -->acme/ops"),
        ("#12", "\\#<!-- -->12"),
        ("https://example.invalid", "https:<!-- -->//example.invalid"),
        ("www.example.invalid", "www<!-- -->.example.invalid"),
        (":boom:", ":<!-- -->boom:"),
        ("GH-7", "GH<!-- -->-7"),
        ("&lt;", "&amp;<!-- -->lt;"),
        ("AWS::SQS::Queue is 30 in stage", "AWS::SQS::Queue is 30 in stage"),
        ("98 % of 3", "98 % of 3"),
    ],
)
def test_nobody_is_called_and_nothing_is_linked(words: str, source: str) -> None:
    assert text(words) == source


def test_baselines_stand_among_the_numbers() -> None:
    from tests.formats.test_tables import with_baseline

    assert "| baseline `prod` | 1 broken | of 2 rules, 0 not judged everywhere |" in render("markdown", with_baseline()).decode()
