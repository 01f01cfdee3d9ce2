from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from driftscan.judge.scope import Place, finding_of, outside, place_of
from driftscan.model.drift import Severity, Verdict
from driftscan.model.finding import Earlier, Finding, Kind, Locator, State, Subject
from driftscan.model.settings import Waiver

TODAY = date(2026, 11, 30)
REGION = Place("stage", "111111111111", "eu-west-1")


def kept(finding: Finding) -> Earlier:
    """What a report of October kept of a finding."""
    return Earlier(
        finding.id,
        str(finding.kind),
        str(finding.verdict),
        str(finding.severity),
        finding.aspect,
        finding.comparison,
        finding.value_digest,
        "2026-09",
        "2026-10",
        finding.title,
        finding.subject,
    )


def waiver(finding: Finding, **changes: object) -> Waiver:
    made = Waiver(
        "W-1", finding.id, "a@example.org", "b@example.org", "OPS-7", "closed", date(2026, 12, 31), value_digest=finding.value_digest
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("place", "title"),
    [
        (REGION, "stage: region eu-west-1 of account 111111111111 was read before and is not read any more"),
        (Place("stage", "111111111111"), "stage: account 111111111111 was read before and is not read any more"),
        (Place("stage"), "stage: the environment was read before and is not read any more"),
    ],
)
def test_a_place_is_a_critical_finding_that_the_next_report_knows_again(place: Place, title: str) -> None:
    finding = finding_of(place, (), TODAY, {}, "2026-11")
    assert (finding.severity, finding.verdict, finding.kind, finding.title) == (Severity.CRITICAL, Verdict.UNKNOWN, Kind.GAP, title)
    assert (finding.state, finding.first_seen) == (State.NEW, "2026-11")
    assert place_of(kept(finding)) == place
    again = finding_of(place, (), TODAY, {finding.id: kept(finding)}, "2026-11")
    assert (again.state, again.first_seen) == (State.RECURRING, "2026-09")


def test_a_waiver_accepts_it() -> None:
    finding = finding_of(REGION, (), TODAY, {}, "2026-11")
    accepted = finding_of(REGION, (waiver(finding),), TODAY, {}, "2026-11")
    assert (accepted.verdict, accepted.waiver) == (Verdict.WAIVED, "W-1")
    for no in (
        waiver(finding, expires=date(2026, 11, 29)),
        waiver(finding, value_digest="other"),
        waiver(finding, approver="a@example.org"),
    ):
        assert finding_of(REGION, (no,), TODAY, {}, "2026-11").verdict is Verdict.UNKNOWN


def test_another_gap_is_about_no_place() -> None:
    finding = finding_of(REGION, (), TODAY, {}, "2026-11")
    assert place_of(replace(kept(finding), subject=Subject("*", "sqs:AccessDenied"))) is None
    assert place_of(replace(kept(finding), kind="changed")) is None


@pytest.mark.parametrize(
    ("places", "lies"),
    [
        ((REGION,), True),
        ((Place("stage", "111111111111"),), True),
        ((Place("stage"),), True),
        ((Place("prod"),), False),
        ((Place("stage", "111111111111", "us-east-1"),), False),
        ((Place("prod", "222222222222", "eu-west-1"),), True),
        ((), False),
    ],
)
def test_whether_a_finding_lies_in_a_place(places: tuple[Place, ...], lies: bool) -> None:
    subject = Subject(
        "AWS::SQS::Queue",
        "orders",
        candidate=Locator("111111111111", "eu-west-1", "a"),
        reference=Locator("222222222222", "eu-west-1", "b") if places and places[0].account == "222222222222" else None,
    )
    earlier = replace(kept(finding_of(REGION, (), TODAY, {}, "2026-11")), subject=subject)
    assert outside(earlier, ("stage", "prod"), places) is lies
