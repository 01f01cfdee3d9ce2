"""The promises, judged on stored snapshots and told in the report of a period."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from driftscan.formats import render
from driftscan.jobs.assemble import assemble
from driftscan.jobs.record import previous, remember
from driftscan.jobs.report import exit_code
from driftscan.model.report import Report, ReportControl
from driftscan.model.resource import Resource
from driftscan.model.settings import ControlSettings, Excluded, Settings, Waiver
from driftscan.model.snapshot import Gap, Status
from driftscan.model.value import Address
from driftscan.report import load as stored
from driftscan.store import Store
from tests.jobs import estate
from tests.jobs.estate import ACCOUNTS, NOW, QUEUE, TOPIC

MEMBER = "AWS::Organizations::Account"
AGO = NOW.replace(month=10)
TYPES = (QUEUE, TOPIC, MEMBER)


def member(account: str, name: str, seen_by: str = "prod") -> Resource:
    """An account of the organization, as the one that manages it lists it."""
    arn = f"arn:aws:organizations::{ACCOUNTS[seen_by]}:account/o-abcdefghij/{account}"
    value = {"Id": account, "Arn": arn, "Name": name, "State": "ACTIVE"}
    return Resource(Address(MEMBER, ACCOUNTS[seen_by], "global", account), value, arn)


def two(store: Store, as_of: str, *strangers: Resource, stage: Iterable[Resource] = (), gaps: Iterable[Gap] = ()) -> None:
    """Both environments, and the accounts of the organization seen from prod."""
    own = [member(a, name) for name, a in ACCOUNTS.items()]
    queues = list(stage) or [estate.queue("stage")]
    estate.snapshot(store, "stage", as_of, queues, gaps=gaps, status=Status.DENIED if gaps else Status.COMPLETE)
    estate.snapshot(store, "prod", as_of, [estate.queue("prod"), *own, *strangers], types=TYPES)


def report_of(store: Store, settings: Settings = estate.SETTINGS) -> Report:
    """The report on the newest snapshots, compared with the last final run, as `run` makes it."""
    context = estate.context(store, settings)
    made = {e: store.snapshot(store.snapshots(e)[-1].id) for e in ACCOUNTS}
    return assemble(context, made, "2026-11-30T06:00:00Z", previous(context), whole=True)[0]


def month(store: Store, settings: Settings = estate.SETTINGS) -> None:
    """Last month's final run on what the store holds."""
    context = estate.context(store, settings, AGO, "run-0")
    made = {e: store.snapshot(store.snapshots(e)[-1].id) for e in ACCOUNTS}
    remember(context, assemble(context, made, "2026-10-30T06:00:00Z", None, whole=True)[0], made, final=True)


def row(report: Report, control: str, environment: str = "stage") -> ReportControl:
    return next(c for c in report.controls if (c.id, c.environment) == (control, environment))


def with_controls(**more: object) -> Settings:
    return replace(estate.SETTINGS, controls=ControlSettings(**more))  # type: ignore[arg-type]


OTHER = "555555555555"


def test_separate_accounts() -> None:
    store = Store.open("memory:")
    two(store, "2026-11-01T06:00:00Z")
    assert [row(report_of(store), "ENV-01", e).status for e in ACCOUNTS] == ["PASS", "PASS"]


def test_an_account_of_nobody_is_a_finding() -> None:
    store = Store.open("memory:")
    two(store, "2026-11-01T06:00:00Z", member(OTHER, "sandbox"))
    report = report_of(store)
    found = row(report, "ENV-01", "prod")
    (finding,) = (f for f in report.findings if f.kind == "control")
    assert (found.status, found.evidence[0].finding, found.evidence[0].account) == ("FAIL", finding.id, OTHER)
    assert (finding.verdict, finding.severity, finding.comparison, finding.rule) == ("drift", "critical", "prod..ENV-01", "ENV-01")
    assert "1 promise is broken: ENV-01 in prod" in report.summary.verdict
    assert report.summary.tone == "drift"
    assert [exit_code(report, 0.0, level) for level in (None, "critical")] == [0, 3]
    excluded = with_controls(excluded=(Excluded(OTHER, "for trying things"),))
    assert row(report_of(store, excluded), "ENV-01", "prod").status == "PASS"


def test_a_waiver_accepts_it_and_it_keeps_its_state() -> None:
    store = Store.open("memory:")
    two(store, "2026-10-01T06:00:00Z", member(OTHER, "sandbox"))
    month(store)
    two(store, "2026-11-01T06:00:00Z", member(OTHER, "sandbox"))
    (finding,) = (f for f in report_of(store).findings if f.kind == "control")
    assert (finding.state, finding.first_seen) == ("recurring", "2026-10")
    waiver = Waiver(
        "W-1",
        finding.id,
        "a@example.org",
        "b@example.org",
        "OPS-1",
        "closed next week",
        date(2026, 12, 31),
        value_digest=finding.value_digest,
    )
    report = report_of(store, replace(estate.SETTINGS, waivers=(waiver,)))
    found = row(report, "ENV-01", "prod")
    assert (found.status, found.evidence[0].standing) == ("PASS", "accepted")
    assert [(f.verdict, f.waiver) for f in report.findings if f.kind == "control"] == [("waived", "W-1")]
    assert [a.findings for a in report.summary.accepted] == [(finding.id,)]
    assert report.summary.rules == ()


def test_what_is_solved_is_resolved() -> None:
    store = Store.open("memory:")
    two(store, "2026-10-01T06:00:00Z", member(OTHER, "sandbox"))
    month(store)
    two(store, "2026-11-01T06:00:00Z")
    report = report_of(store)
    assert [(r.cause, "sandbox" in r.title) for r in report.resolved] == [("cloud", True)]


def test_what_cannot_be_read_any_more_stays_open() -> None:
    store = Store.open("memory:")
    two(store, "2026-10-01T06:00:00Z", member(OTHER, "sandbox"))
    month(store)
    estate.twins(store)
    report = report_of(store)
    assert row(report, "ENV-01", "prod").status == "UNKNOWN"
    assert [(f.verdict, f.state) for f in report.findings if f.kind == "control"] == [("unknown", "recurring")]
    assert not any("sandbox" in r.title for r in report.resolved)


def test_an_account_that_cannot_be_read_is_unknown() -> None:
    store = Store.open("memory:")
    whole = Gap(ACCOUNTS["stage"], "*", "*", "sts", "AssumeRole", "AccessDenied", "sts:AssumeRole", "let it be assumed")
    two(store, "2026-11-01T06:00:00Z", gaps=[whole])
    assert row(report_of(store), "ENV-01").status == "UNKNOWN"


def test_a_report_with_controls_comes_back_whole() -> None:
    store = Store.open("memory:")
    two(store, "2026-11-01T06:00:00Z", member(OTHER, "sandbox"))
    report = report_of(store)
    data = render("json", report)
    assert stored(data) == report
    assert {p["id"] for p in json.loads(data)["summary"]["promises"]} == {c.id for c in report.controls}


def test_what_an_environment_is_not_held_to_is_not_applicable() -> None:
    store = Store.open("memory:")
    two(store, "2026-11-01T06:00:00Z")
    report = report_of(store, with_controls(hold={"stage": ()}))
    assert {c.status for c in report.controls if c.environment == "stage"} == {"NOT_APPLICABLE"}
    assert row(report, "ENV-01", "prod").status == "PASS"


def test_the_terminal_names_what_is_not_kept() -> None:
    store = Store.open("memory:")
    two(store, "2026-11-01T06:00:00Z", member(OTHER, "sandbox"))
    text = render("text", report_of(store)).decode()
    assert "✗ broken  ENV-01  prod" in text
    assert f"account {OTHER} (sandbox) of the organization belongs to no environment" in text
