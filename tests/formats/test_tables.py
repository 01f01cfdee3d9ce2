"""The tables hold what the report holds, and no text in them computes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.formats.tables import TABLES, changes_text, frame, inert, live
from tests.report import sample


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
        "waived", "used", 1, "load test", "a@example.org", "b@example.org", "OPS-7", "2026-12-31", "waivers.yaml:4",
    ]  # fmt: skip
    assert data.loc["W-03", "use"] == "expired"
    assert data.loc["own-networks", "use"] == "unused"


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
