"""The tables hold what the report holds, and no text in them computes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.formats.tables import TABLES, changes_text, frame, inert, live
from driftscan.model.report import Hole, Place, Report, ReportBaseline, RuleRow
from tests.report import sample


def with_baseline() -> Report:
    """The sample, and two rules of a baseline of prod: one holds, one is broken."""
    held = RuleRow("bucket-encrypted", "acme", "organization", "high", "encrypt", Place("baselines/acme.yaml", 4), 3, 3, 0, 0, 0)
    holes = (Hole("AWS::SQS::Queue", "AccessDenied"),)
    place = Place("baselines/prod.yaml", 12)
    broken = RuleRow("queue-dead-letters", "prod", "role", "high", "lost messages", place, 9, 6, 2, 1, 0, holes)
    return replace(sample.report(), baselines=(ReportBaseline("prod", "s", "prod..baseline", (held, broken)),))


def test_a_row_for_each() -> None:
    report = sample.report()
    sizes = {name: len(frame(report, name)) for name in TABLES}
    assert sizes["findings"] == len(report.findings)
    assert sizes["changes"] == sum(len(f.changes) for f in report.findings)
    assert sizes["groups"] == len(report.summary.groups)
    assert sizes["ledger"] == sum(len(c.ledger) for c in report.comparisons)
    assert sizes["coverage"] == len(report.coverage)
    assert sizes["gaps"] == len(report.gaps)
    assert sizes["waivers"] == len(report.summary.accepted) + len(report.summary.rules)
    assert sizes["resolved"] == len(report.resolved)


def test_numbers_stay_numbers_and_the_ledger_adds_up() -> None:
    data = frame(sample.report(), "ledger")
    both = data[["equal", "expected", "waived", "unknown", "drift"]].sum(axis=1)
    candidate = both + data["extra"] + data[["ambiguous_candidate", "grouped_candidate", "uncounted_candidate"]].sum(axis=1)
    assert list(candidate) == list(data["candidate"])


def test_accounts_stay_text() -> None:
    data = frame(sample.report(), "coverage")
    assert set(data["account"]) == {sample.STAGE, sample.PROD}


def test_the_waivers_say_who_until_when_and_where() -> None:
    data = frame(sample.report(), "waivers").set_index("id")
    assert list(data.loc["W-12"]) == [
        "waived", "used", 1, "load test", "a@example.org", "b@example.org", "OPS-7", "2026-12-31", 31, "waivers.yaml:4",
        "0a1b2c3d4e5f", "Ann Example", "2026-10-05",
    ]  # fmt: skip
    assert data.loc["W-03", "use"] == "expired"
    assert data.loc["own-networks", "use"] == "unused"
    expected = data[(data["verdict"] == "expected") & (data["use"] == "used")]
    assert {tuple(row) for row in expected[["commit", "author", "committed"]].values} == {("uncommitted", "", "")}
    assert {tuple(row) for row in data.loc[["W-03"], ["commit", "author", "committed"]].values} == {("", "", "")}


def test_a_month_without_a_run_is_empty_and_not_zero() -> None:
    data = frame(sample.report(), "trend").set_index("period")
    missed = [p.period for p in sample.report().summary.trend if p.run is None]
    assert missed
    assert {v for period in missed for v in data.loc[period]} == {""}
    assert list(data.loc["2026-11", ["agreeing", "comparable", "critical", "listings_read", "listings"]]) == [282, 295, 2, 20, 21]


def test_a_rule_of_a_baseline_with_its_numbers_and_its_line() -> None:
    assert list(frame(with_baseline(), "baselines").loc[1]) == [
        "prod", "role", "prod", "queue-dead-letters", "high", 9, 6, 2, 1, 0, "AWS::SQS::Queue (AccessDenied)", "lost messages", "",
        "baselines/prod.yaml:12",
    ]  # fmt: skip


def test_changes_of_a_finding_in_one_cell() -> None:
    by_key = {f.resource.key: changes_text(f) for f in sample.report().findings if f.severity == "high"}
    assert by_key["orders-dlq"] == "QueueArn: arn:aws:sqs:eu-west-1:{account}:orders-prod-dlq"
    assert by_key["orders-worker"].endswith('Tags.CostCenter: not set | "4711"; MaxSessionDuration: 3600 | 7200')


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("  =1", "'  =1"),
        ('"=1', "'\"=1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("a;=1;+2", "a;'=1;'+2"),
        ("a; -2", "a;' -2"),
        ("a=1, b-2, c@d", "a=1, b-2, c@d"),
        ("", ""),
    ],
)
def test_what_would_compute_does_not(text: str, shown: str) -> None:
    assert inert(text) == shown


@given(st.text("=+-@;'\" ax1＝", max_size=30))
def test_no_text_computes_wherever_a_spreadsheet_cuts_it(text: str) -> None:
    for piece in (inert(text), *inert(text).split(";")):
        assert not live(piece)
        assert piece.strip('" ')[:1] not in {"=", "+", "-", "@", "＝"}
    assert inert(inert(text)) == inert(text)
