"""What a report means for the exit code, and the list of pairs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from driftscan.jobs.compare import compare
from driftscan.jobs.report import exit_code, pairs, report
from driftscan.model.report import Report, Share
from driftscan.model.snapshot import Gap
from driftscan.store import Store
from tests.jobs import estate


def of(store: Store) -> Report:
    context = estate.context(store)
    judged = compare(context, store.snapshots("stage")[-1], store.snapshots("prod")[-1])
    return report(context, [judged], "2026-11-30T06:00:00Z")


@pytest.fixture
def drifted() -> Report:
    store = Store.open("memory:")
    estate.twins(store, VisibilityTimeout="30")
    return of(store)


def test_the_run_says_what_it_stood_on(drifted: Report) -> None:
    run = drifted.run
    assert (run.id, run.period, run.as_of) == ("run-1", "2026-11", "2026-11-30T06:00:00Z")
    assert (run.config_digest, run.organization, run.previous_run) == ("settings", "acme", None)
    assert [s.environment for s in drifted.snapshots] == ["prod", "stage"]


@pytest.mark.parametrize(("fail_on", "code"), [(None, 0), ("info", 3), ("low", 3), ("medium", 0), ("high", 0), ("critical", 0)])
def test_drift_at_or_above_a_severity(drifted: Report, fail_on: str | None, code: int) -> None:
    assert [str(f.severity) for f in drifted.findings] == ["low"]
    assert exit_code(drifted, 0.95, fail_on) == code


def test_only_drift_counts(drifted: Report) -> None:
    findings = tuple(replace(f, verdict="expected") for f in drifted.findings)
    assert exit_code(replace(drifted, findings=findings), 0.95, "info") == 0


def test_coverage_wins_over_drift(drifted: Report) -> None:
    less = replace(drifted, summary=replace(drifted.summary, listings=Share(9, 10)))
    assert exit_code(less, 0.95, "info") == 4
    assert exit_code(less, 0.9, "info") == 3
    assert exit_code(less, 0.9, None) == 0


def test_a_lost_account_is_always_4() -> None:
    store = Store.open("memory:")
    gap = Gap(estate.ACCOUNTS["prod"], "*", "*", "sts", "AssumeRole", "AccessDenied", "sts:AssumeRole", "let it be assumed")
    estate.snapshot(store, "stage", "2026-11-01T06:00:00Z", [estate.queue("stage")])
    estate.snapshot(store, "prod", "2026-11-01T06:00:00Z", [], gaps=[gap])
    assert exit_code(of(store), 0.0, None) == 4


def test_every_pair_is_one_line() -> None:
    store = Store.open("memory:")
    estate.twins(store, VisibilityTimeout="30")
    context = estate.context(store)
    lines = pairs([compare(context, store.snapshots("stage")[-1], store.snapshots("prod")[-1])]).splitlines()
    rows = [row for row in map(json.loads, lines) if row.get("candidate")]
    assert [row["candidate"]["id"] for row in rows] == [estate.queue("stage").address.id]
