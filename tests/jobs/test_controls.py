"""The promises, judged on stored snapshots and told in the report of a period."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from driftscan.errors import UsageError
from driftscan.formats import render
from driftscan.jobs.assemble import assemble
from driftscan.jobs.explain import control, control_as_json, control_as_text, judged_control
from driftscan.jobs.record import previous, remember
from driftscan.jobs.report import exit_code
from driftscan.model.report import Report, ReportControl
from driftscan.model.resource import Resource
from driftscan.model.settings import ControlSettings, Excluded, Expected, Settings, Shared, Waiver
from driftscan.model.snapshot import Gap, Header, Listing, Status
from driftscan.model.value import Address, Redacted
from driftscan.report import load as stored
from driftscan.store import Store
from tests.jobs import estate
from tests.jobs.estate import ACCOUNTS, NOW, QUEUE, REGION, TOPIC

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
    assert re.search(r"✗ broken +ENV-01  prod", text)
    assert f"account {OTHER} (sandbox) of the organization belongs to no environment" in text


TAGGED = [{"Key": "Environment", "Value": "prod"}, {"Key": "Line", "Value": "prod-line"}, {"Key": "Note", "Value": "a copy of prod"}]


def topic(name: str, environment: str = "stage", **more: object) -> Resource:
    """A topic as the reader assembles it."""
    arn = f"arn:aws:sns:{REGION}:{ACCOUNTS[environment]}:{name}"
    return Resource(Address(TOPIC, ACCOUNTS[environment], REGION, arn), {"TopicArn": arn, **more}, arn)


def one(*stage: Resource, settings: Settings = estate.SETTINGS, gaps: Iterable[Gap] = ()) -> Report:
    store = Store.open("memory:")
    two(store, "2026-11-01T06:00:00Z", stage=[estate.queue("stage"), *stage], gaps=gaps)
    return report_of(store, settings)


def failing(report: Report, control: str) -> list[str]:
    return [e.text for e in row(report, control).evidence if e.standing == "fails"]


def test_names_and_tags_of_another_environment() -> None:
    report = one(topic("news-prod"), topic("production-line"), topic("stage-to-prod"), topic("plain", Tags=TAGGED))
    assert failing(report, "ENV-02") == [
        "SNS topic news-prod: its name news-prod carries the word of prod",
        "SNS topic plain: Tags.Environment prod carries the word of prod",
        "SNS topic plain: Tags.Line prod-line carries the word of prod",
    ]
    assert (row(report, "ENV-02").status, row(report, "ENV-02", "prod").status) == ("FAIL", "PASS")
    found = [f for f in report.findings if f.comparison == "stage..ENV-02"]
    assert sorted((len(f.changes), f.verdict) for f in found) == [(1, "drift"), (2, "drift")]
    assert [g.title for g in report.summary.groups if set(g.findings) == {f.id for f in found}] == [
        "ENV-02, distinct namespaces: 2 findings in stage"
    ]


def test_distinct_names_and_what_was_not_read() -> None:
    assert row(one(), "ENV-02").status == "PASS"
    assert row(one(gaps=[estate.denied("stage")]), "ENV-02").status == "UNKNOWN"


def policy(principal: str) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sns:Publish", "Resource": "*"}]})


PROD_ROOT = f"arn:aws:iam::{ACCOUNTS['prod']}:root"


def test_a_policy_that_lets_another_environment_in() -> None:
    report = one(topic("news", Policy=policy(PROD_ROOT)))
    assert failing(report, "ENV-03") == [
        "SNS topic news: Policy.Statement[0].Principal.AWS[{account:prod}] points into prod (its account 444444444444): {account:prod}"
    ]
    (finding,) = (f for f in report.findings if f.comparison == "stage..ENV-03")
    assert (finding.severity, finding.severity_reason) == ("high", "stage points into prod: its account 444444444444")


def test_its_own_account_and_that_of_nobody_are_no_crossing() -> None:
    for account in (ACCOUNTS["stage"], OTHER):
        assert row(one(topic("news", Policy=policy(f"arn:aws:iam::{account}:root"))), "ENV-03").status == "PASS"


def test_what_a_comparison_says_already_is_not_said_twice() -> None:
    redrive = json.dumps({"deadLetterTargetArn": f"arn:aws:sqs:{REGION}:{ACCOUNTS['prod']}:dead-prod", "maxReceiveCount": 3})
    store = Store.open("memory:")
    estate.twins(store, RedrivePolicy=redrive)
    report = report_of(store)
    (finding,) = report.findings
    assert (finding.kind, finding.severity_reason) == ("changed", "stage points into prod")
    assert [e.finding for e in row(report, "ENV-03").evidence if e.standing == "fails"] == [finding.id]


def test_a_word_points_nowhere_and_an_address_with_it_does() -> None:
    """`NODE_ENV=production` is no crossing; the host, the bucket and the name of something over there are."""
    words = topic("a", DisplayName="prod", DeliveryPolicy=json.dumps({"mode": "prod", "note": "as in prod."}))
    assert failing(one(words), "ENV-03") == []
    host = topic("a", DisplayName="https://api.prod.acme.example/v1")
    assert failing(one(host), "ENV-03") == [
        "SNS topic a: DisplayName points into prod (an address with its word prod): https://api.prod.acme.example/v1"
    ]
    bucket = topic("a", DisplayName="arn:aws:s3:::acme-prod-uploads")
    assert [e.partition(" points into ")[2] for e in failing(one(bucket), "ENV-03")] == [
        "prod (an address with its word prod): arn:aws:s3:::acme-prod-uploads"
    ]


def test_what_is_shared_may_be_pointed_at() -> None:
    crossing = topic("news", Policy=policy(PROD_ROOT))
    for target in (ACCOUNTS["prod"], "*:news"):
        report = one(crossing, settings=with_controls(shared=(Shared(target, "the log archive"),)))
        assert row(report, "ENV-03").status == "PASS"
        assert [e.text.partition("; ")[2] for e in row(report, "ENV-03").evidence] == ["shared: the log archive"]
    assert row(one(crossing, settings=with_controls(shared=(Shared(OTHER, "another"),))), "ENV-03").status == "FAIL"


def test_nothing_points_elsewhere_and_what_was_not_read() -> None:
    assert row(one(), "ENV-03").status == "PASS"
    assert row(one(gaps=[estate.denied("stage")]), "ENV-03").status == "UNKNOWN"


def test_topology_follows_the_comparison() -> None:
    assert [row(one(), "ENV-04", e).status for e in ACCOUNTS] == ["PASS", "PASS"]
    report = one(topic("extra"))
    assert [row(report, "ENV-04", e).status for e in ACCOUNTS] == ["FAIL", "FAIL"]
    (finding,) = (f for f in report.findings if f.kind == "extra")
    assert [e.finding for e in row(report, "ENV-04").evidence if e.standing == "fails"] == [finding.id]
    assert [f for f in report.findings if f.kind == "control"] == []
    store = Store.open("memory:")
    estate.snapshot(store, "stage", "2026-11-01T06:00:00Z", [], gaps=[estate.denied("stage")], status=Status.DENIED)
    estate.snapshot(store, "prod", "2026-11-01T06:00:00Z", [estate.queue("prod")])
    assert row(report_of(store), "ENV-04").status == "UNKNOWN"
    expected = Expected("more-topics", TOPIC, "", "any", "stage tries", "a", kind="extra")
    told = row(one(topic("extra"), settings=replace(estate.SETTINGS, expected=(expected,))), "ENV-04")
    assert (told.status, told.evidence[0].standing) == ("PASS", "accepted")


ROLE = "AWS::IAM::Role"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def role(environment: str, seconds: int = 3600) -> Resource:
    arn = f"arn:aws:iam::{ACCOUNTS[environment]}:role/reader"
    value = {"RoleName": "reader", "Arn": arn, "Path": "/", "AssumeRolePolicyDocument": TRUST, "MaxSessionDuration": seconds}
    return Resource(Address(ROLE, ACCOUNTS[environment], "global", "reader"), value, arn)


def roles(seconds: int, status: Status = Status.COMPLETE) -> Report:
    store = Store.open("memory:")
    for environment in ACCOUNTS:
        account, own = ACCOUNTS[environment], role(environment, seconds if environment == "stage" else 3600)
        writer = store.begin(environment, "run")
        at = "2026-11-01T06:00:00Z"
        writer.add("all", [own], [Listing(account, "global", ROLE, status if environment == "stage" else Status.COMPLETE, 1)], ())
        writer.finish(Header(environment, (account,), ((account, (REGION,)),), (at, at), at, "1", "c", "s", "k"))
    return report_of(store)


def test_boundaries_follow_the_comparison() -> None:
    assert row(roles(3600), "ENV-05").status == "PASS"
    report = roles(7200)
    assert [row(report, "ENV-05", e).status for e in ACCOUNTS] == ["FAIL", "FAIL"]
    assert {e.finding for e in row(report, "ENV-05").evidence if e.standing == "fails"} == {f.id for f in report.findings}
    assert row(report, "ENV-04").status == "PASS"


def test_boundaries_that_were_not_read() -> None:
    store = Store.open("memory:")
    denied = Gap(ACCOUNTS["stage"], "global", ROLE, "iam", "ListRoles", "AccessDenied", "iam:ListRoles", "grant iam:ListRoles")
    two(store, "2026-11-01T06:00:00Z", gaps=[denied])
    report = report_of(store)
    assert (row(report, "ENV-05").status, row(report, "ENV-05").evidence[0].code) == ("UNKNOWN", "AccessDenied")


def test_who_is_compared_with_nobody_has_no_parity_to_keep() -> None:
    store = Store.open("memory:")
    two(store, "2026-11-01T06:00:00Z")
    report = report_of(store, replace(estate.SETTINGS, comparisons=()))
    assert [row(report, c).status for c in ("ENV-04", "ENV-05")] == ["NOT_APPLICABLE"] * 2


def test_the_report_of_last_month() -> None:
    store = Store.open("memory:")
    two(store, "2026-10-01T06:00:00Z")
    assert row(report_of(store), "ENV-17").status == "UNKNOWN"
    month(store)
    assert row(report_of(store), "ENV-17").status == "PASS"
    context = estate.context(store, as_of=NOW.replace(year=2027, month=2, day=1))
    made = {e: store.snapshot(store.snapshots(e)[-1].id) for e in ACCOUNTS}
    late = assemble(context, made, "2027-02-01T06:00:00Z", previous(context), whole=True)[0]
    assert row(late, "ENV-17").reason == "there is no final report of 2027-01; the last is of 2026-10"
    assert [f.rule for f in late.findings if f.comparison == "stage..ENV-17"] == ["ENV-17"]


def test_every_format_shows_them() -> None:
    report = one(topic("news", Policy=policy(PROD_ROOT)))
    page, comment = render("html", report).decode(), render("markdown", report).decode()
    section = page.partition('<section id="controls"')[2].partition("</section>")[0]
    for text in ("ENV-03", "✗</i> broken", "✓</i> kept", "?</i> unknown", "What it judges", "its account 444444444444"):
        assert text in section, text
    assert "| ENV-03 No crossing | ✗ broken | ✓ kept |" in comment
    assert "- ENV-03 in stage: SNS topic news" in comment
    for name in ("jsonl", "csv", "sarif", "junit", "github", "mail"):
        assert b"ENV-03" in render(name, report), name


def test_explain_tells_a_control_and_how_the_last_run_judged_it() -> None:
    store = Store.open("memory:")
    two(store, "2026-10-01T06:00:00Z", member(OTHER, "sandbox"))
    context = estate.context(store)
    found = control("env-01")
    assert found is not None
    assert "What to do" in control_as_text(judged_control(None, found))
    assert judged_control(context, found).judged == ()
    month(store)
    told = control_as_text(judged_control(context, found))
    assert "prod: FAIL in run run-0" in told
    assert f"  fails: account {OTHER} (sandbox) of the organization belongs to no environment finding " in told
    assert "stage: PASS in run run-0" in told
    data = control_as_json(judged_control(context, found))
    assert (data["control"]["id"], data["run"], len(data["judged"])) == ("ENV-01", "run-0", 2)
    assert control("3f9a1c") is None
    with pytest.raises(UsageError, match="there is no control"):
        control("ENV-99")


def secret(digest: str, key_id: str = "k1") -> Redacted:
    return Redacted("secret", (digest * 12,), key_id)


def test_one_secret_in_two_environments_crosses_wherever_it_lies() -> None:
    store = Store.open("memory:")
    estate.snapshot(store, "stage", "2026-11-01T06:00:00Z", [estate.queue("stage", "orders", Token=secret("ab"), Other=secret("cd"))])
    estate.snapshot(store, "prod", "2026-11-01T06:00:00Z", [estate.queue("prod", "billing", Password=secret("ab"))])
    for environment, said in (
        ("stage", "SQS queue orders-stage: Token is the same secret as in prod (SQS queue billing-prod)"),
        ("prod", "SQS queue billing-prod: Password is the same secret as in stage (SQS queue orders-stage)"),
    ):
        found = row(report_of(store), "ENV-03", environment)
        assert found.status == "FAIL"
        assert [e.text for e in found.evidence if e.standing == "fails"] == [said]
    allowed = with_controls(shared=(Shared("*orders-stage", "one mailbox for all"), Shared("*billing-prod", "one mailbox for all")))
    assert row(report_of(store, allowed), "ENV-03").status == "PASS"


def test_secrets_of_their_own_keep_the_promise_and_so_do_digests_of_other_keys() -> None:
    store = Store.open("memory:")
    estate.snapshot(store, "stage", "2026-11-01T06:00:00Z", [estate.queue("stage", "orders", Token=secret("ab"), Other=secret("ef"))])
    estate.snapshot(store, "prod", "2026-11-01T06:00:00Z", [estate.queue("prod", "orders", Token=secret("cd"), Other=secret("ef", "k2"))])
    assert row(report_of(store), "ENV-03").status == "PASS"
