"""The terminal view: what it says, at every width, with and without colour."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from driftscan.formats import html
from driftscan.formats.terminal import NOISY, render
from driftscan.model.drift import Severity, Verdict
from driftscan.model.finding import Kind
from tests.report import sample

PLAIN = render(sample.report())


def test_first_line_is_the_verdict() -> None:
    lines = [line for line in PLAIN.splitlines() if line]
    assert lines[0].startswith("✗ stage is not a rehearsal of prod: 12 differences, 2 critical, 3 high, in 295 pairs")


def test_shares_stand_with_their_numbers() -> None:
    text = " ".join(PLAIN.split())
    assert re.search(r"parity 95\.6 % \S+ 282 of 295 comparable resources agree", text)
    assert re.search(r"coverage 95\.2 % \S+ 20 of 21 listings", text)


def test_change_names_both_environments_and_says_which_way() -> None:
    assert 'Tags.CostCenter  prod "4711"  →  stage not set' in PLAIN
    assert "prod  not set" in PLAIN


def test_five_findings_worst_first_and_the_next_step() -> None:
    marks = re.findall(r"^[▲●○·] (\w+)", PLAIN, re.M)
    assert marks == ["critical", "critical", "high", "high", "high"]
    first = sample.report().findings[0].id
    assert f"driftscan explain {first}" in PLAIN


@pytest.mark.parametrize("top", [0, 1, 3])
def test_top_says_how_many(top: int) -> None:
    assert len(re.findall(r"^[▲●○·] \w+  ", render(sample.report(), top=top), re.M)) == top


def test_full_holds_every_finding_gap_and_rule() -> None:
    text = render(sample.report(), full=True, width=120)
    report = sample.report()
    for finding in report.findings:
        assert finding.id in text
    for rule in report.summary.rules:
        assert rule.id in text
    for gap in report.gaps:
        assert gap.hint in text


def test_no_escape_without_colour_and_some_with() -> None:
    assert "\x1b" not in PLAIN
    assert "\x1b[" in render(sample.report(), color=True)


def test_every_severity_and_verdict_is_a_word_too() -> None:
    text = render(sample.report(), full=True)
    for word in ("critical", "high", "medium", "low", "info", "unknown", "expected", "waived"):
        assert re.search(rf"\b{word}\b", text)


@given(st.integers(1, 250))
@settings(max_examples=25, deadline=None)
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    assert max(cell_len(line) for line in render(sample.report(), width=width).splitlines()) <= max(width, 40)


def test_environment_does_not_change_the_view(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    assert render(sample.report()) == PLAIN


def test_nothing_wrong_still_names_a_next_step() -> None:
    snapshots, comparisons = sample.parts([])
    snapshots = [replace(s, gaps=(), listings=tuple(x for x in s.listings if x.type != "AWS::DynamoDB::GlobalTable")) for s in snapshots]
    text = render(sample.build(sample.run(), snapshots, comparisons, sample.catalog(), sample.settings()))
    assert "✓ stage is a rehearsal of prod: no difference in 279 pairs; every listing read" in text
    assert "driftscan snapshots" in text


def test_a_run_that_read_nothing_looks_like_none_that_read_all() -> None:
    text = " ".join(render(sample.build(sample.run(), [], [], sample.catalog(), sample.settings())).split())
    assert "? nothing was compared; no listing was read" in text
    assert "coverage n/a" in text
    assert "100 %" not in text


def test_two_comparisons_are_told_apart() -> None:
    text = render(sample.two_comparisons())
    assert re.search(r"parity stage\.\.prod\s+95\.6 %", text)
    assert re.search(r"parity test\.\.prod\s+100 %", text)
    assert "stage is not a rehearsal of prod: 12 differences" in text


def test_one_environment_is_labelled_by_its_moments() -> None:
    text = render(sample.history())
    assert "✗ stage changed since 2026-10-31: 1 difference, 1 high, in 280 pairs" in text
    assert "stage@2026-10-31 2  →  stage@2026-11-30 1" in text


def test_what_is_shown_is_never_more_than_there_is() -> None:
    gaps = [
        sample.finding(Kind.GAP, Severity.LOW, "capacity", "*", f"k{n}", f"part {n} failed", verdict=Verdict.UNKNOWN, group=f"g{n}")
        for n in range(3)
    ]
    snapshots, comparisons = sample.parts(gaps)
    made = sample.build(sample.run(), snapshots, comparisons, sample.catalog(), sample.settings())
    assert "Most important  3 of 3 findings" in render(made)


def test_what_closes_several_gaps_is_said_once() -> None:
    step = "grant sqs:ListQueues to driftscan-reader"
    gaps = [
        replace(
            sample.finding(Kind.GAP, Severity.LOW, "capacity", "*", f"k{n}", f"stage: part {n} failed", verdict=Verdict.UNKNOWN),
            reason=step,
        )
        for n in range(3)
    ]
    snapshots, comparisons = sample.parts(gaps)
    made = sample.build(sample.run(), snapshots, comparisons, sample.catalog(), sample.settings())
    for text in (render(made).partition("Not seen")[2], html.render(made).partition('class="gaps"')[2].partition("</ul>")[0]):
        assert text.count(step) == 1
        assert all(f"stage: part {n} failed" in text for n in range(3))


def test_gaps_alone_lead_to_the_permissions() -> None:
    snapshots, comparisons = sample.parts([])
    text = render(sample.build(sample.run(), snapshots, comparisons, sample.catalog(), sample.settings()))
    assert "? stage is a rehearsal of prod as far as it could be seen" in text
    assert "driftscan permissions aws" in text


def test_many_differences_lead_to_heaps() -> None:
    assert "--decide" not in PLAIN
    snapshots, comparisons = sample.parts(sample.drift(NOISY, Severity.LOW))
    made = sample.build(sample.run(), snapshots, comparisons, sample.catalog(), sample.settings())
    assert "driftscan report --decide triage.yaml" in render(made)
