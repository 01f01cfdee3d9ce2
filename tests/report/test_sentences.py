"""The verdict line and its notes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from driftscan.model.drift import Severity, Verdict
from driftscan.model.finding import Finding
from driftscan.model.report import Report
from driftscan.model.snapshot import Gap
from tests.report import sample


def made(
    items: list[Finding], *, seen: bool = True, run: dict[str, Any] | None = None, chained: bool = True, gaps: tuple[Gap, ...] = ()
) -> Report:
    """A report of these findings; `seen`: every listing is read; `chained`: the snapshots have predecessors."""
    snapshots, comparisons = sample.parts(items)
    if seen:
        snapshots = [
            replace(s, listings=tuple(x for x in s.listings if x.type != "AWS::DynamoDB::GlobalTable"), gaps=()) for s in snapshots
        ]
    if not chained:
        snapshots = [replace(s, header=replace(s.header, previous=None)) for s in snapshots]
    snapshots = [replace(s, gaps=s.gaps + gaps) for s in snapshots]
    return sample.build(replace(sample.run(), **run or {}), snapshots, comparisons, sample.catalog(), sample.settings())


@pytest.mark.parametrize(
    ("items", "seen", "verdict", "tone"),
    [
        ([], True, "stage is a rehearsal of prod: no difference in 279 pairs; every listing read", "same"),
        (
            [],
            False,
            "stage is a rehearsal of prod as far as it could be seen: no difference in 279 pairs; 8.3 % of listings unread",
            "unknown",
        ),
        (sample.drift(1, Severity.LOW), True, "stage is not a rehearsal of prod: 1 difference in 280 pairs; every listing read", "drift"),
        (
            [*sample.drift(3, Severity.CRITICAL), *sample.drift(0, Severity.LOW)],
            True,
            "stage is not a rehearsal of prod: 3 differences, 3 critical, in 282 pairs; every listing read",
            "drift",
        ),
        (
            sample.drift(2, Severity.LOW, verdict=Verdict.EXPECTED, rule="order"),
            True,
            "stage is a rehearsal of prod: no difference in 281 pairs; every listing read",
            "same",
        ),
        (
            sample.drift(2, Severity.LOW, verdict=Verdict.UNKNOWN),
            True,
            "stage is a rehearsal of prod as far as it could be seen: no difference in 281 pairs, 2 undecided; every listing read",
            "unknown",
        ),
    ],
    ids=["same", "unread", "one", "critical", "expected", "undecided"],
)
def test_verdict(items: list[Finding], seen: bool, verdict: str, tone: str) -> None:
    summary = made(items, seen=seen).summary
    assert summary.verdict == verdict
    assert summary.tone == tone


def test_verdict_is_its_claims_and_its_reach() -> None:
    summary = sample.report().summary
    (claim,) = summary.claims
    assert summary.verdict == f"{claim.headline}: {claim.numbers}; {summary.reach}"


def test_first_run_says_so_in_the_verdict_line() -> None:
    summary = made([], run={"previous_run": None}, chained=False).summary
    assert summary.verdict.endswith("; first run in this store")
    assert any("no earlier snapshot" in n for n in summary.notes)


def test_missing_history_says_so_in_the_verdict_line() -> None:
    summary = made([], run={"previous_run": None}).summary
    assert summary.verdict.endswith("; no earlier final run to compare with")
    assert any("every finding counts as new" in n for n in summary.notes)


def test_unreachable_account_is_the_first_note() -> None:
    gap = Gap(sample.PROD, "*", "*", "sts", "AssumeRole", "AccessDenied", "sts:AssumeRole", "trust the reader")
    notes = made([], gaps=(gap,)).summary.notes
    assert notes[0].startswith(f"Account {sample.PROD} of prod could not be read at all (AccessDenied)")


def test_low_coverage_is_a_note() -> None:
    snapshots, comparisons = sample.parts([])
    least = replace(sample.settings(), min_coverage=0.99)
    made = sample.build(sample.run(), snapshots, comparisons, sample.catalog(), least)
    assert any("below the minimum of 99 %" in n for n in made.summary.notes)
    assert not any("below the minimum" in n for n in sample.report().summary.notes)


def test_one_environment_against_its_past_is_no_rehearsal() -> None:
    made = sample.history()
    assert made.summary.claims[0].headline == "stage changed since 2026-10-31"
    assert made.comparisons[0].kind == "history"
    assert made.comparisons[0].labels == ("stage@2026-11-30", "stage@2026-10-31")
    assert made.comparisons[0].name == "stage@2026-11-30..stage@2026-10-31"
    assert [f.comparison for f in made.findings] == ["stage@2026-11-30..stage@2026-10-31"]


@pytest.mark.parametrize(
    ("as_of", "read", "names"),
    [
        (("2026-11-30T06:00:00Z", "2026-10-31T06:00:00Z"), ("2026-12-01T01:00:00Z",) * 2, ("stage@2026-11-30", "stage@2026-10-31")),
        (
            ("2026-11-30T06:00:00Z", "2026-11-30T05:00:00Z"),
            ("2026-12-01T01:00:00Z",) * 2,
            ("stage@2026-11-30T06:00", "stage@2026-11-30T05:00"),
        ),
        (
            ("2026-11-30T06:00:00Z",) * 2,
            ("2026-11-30T06:00:09Z", "2026-11-30T06:00:01Z"),
            ("stage@2026-11-30T06:00:09Z", "stage@2026-11-30T06:00:01Z"),
        ),
        (("2026-11-30T06:00:00Z",) * 2, ("2026-11-30T06:00:00Z",) * 2, ("stage@later", "stage@earlier")),
    ],
)
def test_moments_of_one_environment_are_told_apart(as_of: tuple[str, str], read: tuple[str, str], names: tuple[str, str]) -> None:
    snapshots, ((comparison, judgement),) = sample.parts([])
    two = [
        replace(s, header=replace(s.header, environment="stage", as_of=a, window=(w, w)), id=i)
        for s, a, w, i in zip(snapshots, as_of, read, ("later", "earlier"), strict=True)
    ]
    sides = [replace(comparison.candidate, snapshot_id=s.id) for s in two]
    over_time = replace(comparison, candidate=sides[0], reference=sides[1]), replace(judgement, reference="stage")
    made = sample.build(sample.run(), two, [over_time], sample.catalog(), sample.settings())
    assert made.comparisons[0].labels == names


def test_nothing_comparable_is_not_sameness() -> None:
    snapshots, ((comparison, judgement),) = sample.parts([])
    rows = tuple(replace(r, equal=0, uncounted=(r.candidate, r.reference)) for r in judgement.ledger)
    blind = replace(judgement, ledger=rows, equal=0, agreeing=0, comparable=0, paired=0)
    made = sample.build(sample.run(), snapshots, [(comparison, blind)], sample.catalog(), sample.settings())
    assert made.summary.verdict.startswith("stage could not be compared with prod")
    assert made.summary.tone == "unknown"
    assert made.comparisons[0].parity is None
