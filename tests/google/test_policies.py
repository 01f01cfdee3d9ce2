"""IAM policies and firewall rules of two Google Cloud environments, from stored assets to the finding."""

from __future__ import annotations

from typing import Any

import pytest

from driftscan.model.report import ReportFinding
from tests.google.estate import BUCKET, account, bind, bucket, drifts, email, firewall, network, project, report_of, role

VIEWER, ADMIN = "roles/storage.objectViewer", "roles/storage.admin"
ANN, BOB = "user:ann@acme.com", "user:bob@acme.com"
NIGHT = "request.time.getHours('UTC') < 6"


def run(env: str) -> str:
    return f"serviceAccount:{email(env)}"


def findings(stage: list[dict[str, Any]], prod: list[dict[str, Any]]) -> list[ReportFinding]:
    report = report_of(
        [project("stage"), account("stage"), bucket("stage", *stage)], [project("prod"), account("prod"), bucket("prod", *prod)]
    )
    return [f for f in report.findings if f.resource.type == BUCKET]


EQUAL = {
    "its own service account": ([bind(VIEWER, run("stage"))], [bind(VIEWER, run("prod"))]),
    "another order": ([bind(VIEWER, ANN, BOB), bind(ADMIN, ANN)], [bind(ADMIN, ANN), bind(VIEWER, BOB, ANN)]),
    "a binding in two": ([bind(VIEWER, ANN), bind(VIEWER, BOB)], [bind(VIEWER, ANN, BOB)]),
    "the case of an address": ([bind(VIEWER, "user:Ann@ACME.com")], [bind(VIEWER, ANN)]),
    "white space in a condition": ([bind(VIEWER, ANN, when=NIGHT)], [bind(VIEWER, ANN, when=NIGHT.replace(" < ", "<"))]),
    "no bindings": ([], []),
}


@pytest.mark.parametrize("case", EQUAL)
def test_what_is_one_policy_is_no_drift(case: str) -> None:
    for stage, prod in (EQUAL[case], EQUAL[case][::-1]):
        if case == "its own service account" and stage == EQUAL[case][1]:
            continue
        assert {f.verdict for f in findings(stage, prod)} <= {"expected"}


CHANGED = {
    "everybody in stage": ([bind(VIEWER, "allUsers")], [], f"iamPolicy.bindings[{VIEWER}]", "high", "is open to everybody"),
    "everybody in prod": ([], [bind(VIEWER, "allUsers")], f"iamPolicy.bindings[{VIEWER}]", "critical", "is open to everybody"),
    "everybody, among others": (
        [bind(VIEWER, ANN)], [bind(VIEWER, ANN, "allAuthenticatedUsers")],
        "iamPolicy.bindings[roles/storage.objectViewer].members[allAuthenticatedUsers]", "critical", "is open to everybody",
    ),
    "an owner from outside": (
        [], [bind("roles/owner", "serviceAccount:x@other-1.iam.gserviceaccount.com")],
        "iamPolicy.bindings[roles/owner]", "critical", "lets somebody from outside change nearly everything",
    ),
    "an editor of no organization": (
        [bind("roles/editor", ANN)], [bind("roles/editor", ANN, "user:somebody@gmail.com")],
        "iamPolicy.bindings[roles/editor].members[user:somebody@gmail.com]", "critical", "lets somebody from outside",
    ),
    "a viewer from outside": (
        [], [bind("roles/viewer", "serviceAccount:x@other-1.iam.gserviceaccount.com")],
        "iamPolicy.bindings[roles/viewer]", "high", "grants more",
    ),
    "one of one's own as owner": ([], [bind("roles/owner", run("prod"))], "iamPolicy.bindings[roles/owner]", "high", "grants more"),
    "a member more": (
        [bind(VIEWER, ANN)], [bind(VIEWER, ANN, BOB)],
        "iamPolicy.bindings[roles/storage.objectViewer].members[user:bob@acme.com]", "high", f"prod grants more: {VIEWER} to {BOB}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGED)
def test_what_is_granted_decides_how_bad_it_is(case: str) -> None:
    stage, prod, path, severity, why = CHANGED[case]
    (found,) = findings(stage, prod)
    assert (found.verdict, found.severity, [c.path for c in found.changes]) == ("drift", severity, [path])
    assert why in found.changes[0].severity_reason


def test_conditions_are_compared_with_their_role() -> None:
    (found,) = findings([bind(VIEWER, ANN, when="a == 1")], [bind(VIEWER, ANN, when="a == 2")])
    assert [c.path for c in found.changes] == [
        "iamPolicy.bindings[roles/storage.objectViewer/a == 1]",
        "iamPolicy.bindings[roles/storage.objectViewer/a == 2]",
    ]
    assert {c.meaning.relation for c in found.changes} == {"incomparable"}
    (wider,) = findings([bind(VIEWER, ANN, when="a == 1")], [bind(VIEWER, ANN)])
    assert {c.meaning.relation for c in wider.changes} == {"reference_wider"}


def test_two_predefined_roles_are_never_guessed_to_be_alike() -> None:
    (found,) = findings([bind(ADMIN, ANN)], [bind(VIEWER, ANN)])
    assert found.verdict == "drift"
    assert not any(c.meaning for c in found.changes)


def test_a_title_is_metadata() -> None:
    other = bind(VIEWER, ANN, when=NIGHT)
    other["condition"]["title"] = "at night"
    (found,) = findings([bind(VIEWER, ANN, when=NIGHT)], [other])
    (change,) = found.changes
    assert (change.path.rpartition(".")[2], change.aspect, change.severity) == ("title", "metadata", "low")


def rules(stage: dict[str, Any], prod: dict[str, Any]) -> list[ReportFinding]:
    sides = [[project(env), network(env), firewall(env, **more)] for env, more in (("stage", stage), ("prod", prod))]
    return [f for f in report_of(*sides).findings if f.resource.type.endswith("/Firewall")]


def test_a_firewall_rule_in_two_spellings_is_no_drift() -> None:
    tcp = {"IPProtocol": "tcp"}
    one = {"allowed": [tcp | {"ports": ["80-81"]}], "sourceRanges": ["10.0.0.0/24"]}
    other = {"allowed": [tcp | {"ports": ["81", "80"]}], "sourceRanges": ["10.0.0.128/25", "10.0.0.0/25"]}
    (found,) = rules(one, other)
    assert (found.verdict, {c.rule for c in found.changes}) == ("expected", {"same-meaning"})
    assert rules({"description": "a"}, {"description": "b"})[0].verdict == "drift"


@pytest.mark.parametrize(
    ("prod", "severity", "why"),
    [
        ({"sourceRanges": ["0.0.0.0/0"]}, "critical", "prod is open to everybody: tcp 443 from 0.0.0.0/0 without 10.0.0.0/8"),
        ({"sourceRanges": ["10.0.0.0/7"]}, "high", "prod lets through more: tcp 443 from 11.0.0.0/8"),
        ({"targetTags": ["web"]}, "medium", "stage lets through more: its traffic for every instance"),
    ],
)
def test_a_firewall_rule_is_judged_by_its_traffic(prod: dict[str, Any], severity: str, why: str) -> None:
    (found,) = rules({}, prod)
    assert {(c.verdict, c.severity) for c in found.changes} == {("drift", severity)}
    assert all(c.severity_reason.startswith(why) for c in found.changes)


def test_who_denies_the_world_does_not_let_it_in() -> None:
    denying = {"allowed": ..., "denied": [{"IPProtocol": "all"}]}
    (found,) = rules(denying, denying | {"sourceRanges": ["0.0.0.0/0"]})
    assert {(c.severity, c.meaning.relation) for c in found.changes} == {("medium", "candidate_wider")}
    base = [[project(env), network(env)] for env in ("stage", "prod")]
    (extra,) = drifts(report_of(base[0], [*base[1], firewall("prod", name="guard", **denying, sourceRanges=["0.0.0.0/0"])]))
    assert (extra.kind, extra.severity != "critical") == ("missing", True)


def test_a_bucket_of_one_side_alone_that_is_open_to_everybody() -> None:
    base = [[project(env)] for env in ("stage", "prod")]
    (opened,) = drifts(report_of(base[0], [*base[1], bucket("prod", bind(VIEWER, "allUsers"))]))
    assert (opened.kind, opened.severity) == ("missing", "critical")
    (closed,) = drifts(report_of(base[0], [*base[1], bucket("prod", bind(VIEWER, ANN))]))
    assert (closed.kind, closed.severity != "critical") == ("missing", True)


def test_a_custom_role_that_holds_more() -> None:
    (found,) = drifts(
        report_of([project("stage"), role("stage", "run.jobs.get")], [project("prod"), role("prod", "run.jobs.get", "run.jobs.run")])
    )
    assert [c.path for c in found.changes] == ["includedPermissions[run.jobs.run]"]
