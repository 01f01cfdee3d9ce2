from __future__ import annotations

import pytest

from driftscan.catalog.spec import ASPECTS
from driftscan.judge.severity import CHANGED, EXTRA, MISSING, Stage, at_most, of_change, of_resource, worst
from driftscan.judge.strictness import Weaker, Weight
from driftscan.model.drift import Change, Severity, Verdict
from driftscan.model.finding import Kind, Moved
from driftscan.model.settings import Location, SeverityRule
from driftscan.model.value import ABSENT, Bag, Key
from tests.judge.estate import ROLE, Estate, settings

STAGE_PROD = Stage("stage", "prod", last=True, same=False)
DEV_STAGE = Stage("dev", "stage", last=False, same=False)
OVER_TIME = Stage("prod", "prod", last=True, same=True)


def test_every_aspect_has_its_place_in_every_table() -> None:
    for table in (CHANGED, MISSING, EXTRA):
        assert sorted(table) == sorted(ASPECTS)


@pytest.mark.parametrize(
    ("stage", "side", "weight", "expected"),
    [
        (STAGE_PROD, "reference", Weight.EXPOSED, Severity.CRITICAL),
        (STAGE_PROD, "candidate", Weight.EXPOSED, Severity.HIGH),
        (STAGE_PROD, "reference", Weight.UNPROTECTED, Severity.HIGH),
        (STAGE_PROD, "candidate", Weight.UNPROTECTED, Severity.MEDIUM),
        (STAGE_PROD, "reference", Weight.UNWATCHED, Severity.HIGH),
        (STAGE_PROD, "candidate", Weight.UNWATCHED, Severity.LOW),
        (DEV_STAGE, "reference", Weight.EXPOSED, Severity.HIGH),
        (DEV_STAGE, "candidate", Weight.UNWATCHED, Severity.INFO),
        (OVER_TIME, "candidate", Weight.EXPOSED, Severity.CRITICAL),
        (OVER_TIME, "reference", Weight.UNPROTECTED, Severity.MEDIUM),
    ],
)
def test_prod_at_least_as_strict(stage: Stage, side: str, weight: Weight, expected: Severity) -> None:
    severity, reason = of_change("network", Verdict.DRIFT, Weaker(side, weight, "is so"), stage)
    assert severity is expected
    assert reason.startswith(f"{stage.name(side)} is so")
    assert ("one step milder" in reason) is (stage is DEV_STAGE)


@pytest.mark.parametrize(
    ("verdict", "aspect", "expected"),
    [
        (Verdict.DRIFT, "iam", Severity.HIGH),
        (Verdict.DRIFT, "metadata", Severity.LOW),
        (Verdict.WAIVED, "iam", Severity.HIGH),
        (Verdict.UNKNOWN, "iam", Severity.MEDIUM),
        (Verdict.UNKNOWN, "metadata", Severity.LOW),
        (Verdict.EXPECTED, "iam", Severity.INFO),
    ],
)
def test_by_verdict(verdict: Verdict, aspect: str, expected: Severity) -> None:
    severity, reason = of_change(aspect, verdict, None, STAGE_PROD)
    assert severity is expected
    assert reason


@pytest.mark.parametrize(
    ("kind", "aspect", "open_to", "stage", "expected"),
    [
        (Kind.EXTRA, "observability", [], STAGE_PROD, Severity.HIGH),
        (Kind.MISSING, "observability", [], STAGE_PROD, Severity.MEDIUM),
        (Kind.MISSING, "network", ["is open to the whole internet"], STAGE_PROD, Severity.CRITICAL),
        (Kind.EXTRA, "network", ["is open to the whole internet"], STAGE_PROD, Severity.HIGH),
        (Kind.EXTRA, "iam", [], DEV_STAGE, Severity.MEDIUM),
        (Kind.EXTRA, "network", ["is open to the whole internet"], OVER_TIME, Severity.CRITICAL),
    ],
)
def test_one_sided(kind: Kind, aspect: str, open_to: list[str], stage: Stage, expected: Severity) -> None:
    severity, reason = of_resource(kind, aspect, Verdict.DRIFT, open_to, stage)
    assert severity is expected
    assert (open_to[0] if open_to else "missing in") in reason


def test_worst_and_mildest() -> None:
    assert worst([]) is Severity.INFO
    assert worst([Severity.LOW, Severity.CRITICAL, Severity.HIGH]) is Severity.CRITICAL
    assert at_most(Severity.CRITICAL, Severity.MEDIUM) is Severity.MEDIUM
    assert at_most(Severity.LOW, Severity.MEDIUM) is Severity.LOW


def test_prod_opened_to_the_world_is_the_worst_that_a_finding_says() -> None:
    estate = Estate()
    world = Key(("0.0.0.0/0",))
    estate.pair(
        "web",
        Change(("GroupDescription",), "a", "b"),
        Change(("IpPermissions", Key(("tcp", "22", "22")), "IpRanges", world), ABSENT, {"CidrIp": "0.0.0.0/0"}),
        type="AWS::EC2::SecurityGroup",
    )
    finding = estate.judge().findings[0]
    assert finding.severity is Severity.CRITICAL
    assert finding.severity_reason == "prod is open to the whole internet"
    assert finding.title.startswith("EC2 security group web: IpPermissions[tcp/22/22].IpRanges[0.0.0.0/0] is in prod, not in stage")


def test_a_role_that_only_prod_has_and_anybody_may_assume() -> None:
    estate = Estate()
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    estate.alone(1, "admin", ROLE, {"AssumeRolePolicyDocument": {"Statement": Bag((statement,))}})
    finding = estate.judge().findings[0]
    assert (finding.severity, finding.severity_reason) == (Severity.CRITICAL, "only prod has it, and it lets any principal in")


@pytest.mark.parametrize(
    ("kind", "aspect", "moved", "stage", "expected"),
    [
        (Kind.MISSING, "artifact", Moved.REFERENCE, STAGE_PROD, Severity.CRITICAL),
        (Kind.MISSING, "artifact", Moved.REFERENCE, DEV_STAGE, Severity.HIGH),
        (Kind.MISSING, "artifact", Moved.CANDIDATE, STAGE_PROD, MISSING["artifact"]),
        (Kind.MISSING, "artifact", Moved.UNKNOWN, STAGE_PROD, MISSING["artifact"]),
        (Kind.MISSING, "artifact", Moved.REFERENCE, OVER_TIME, MISSING["artifact"]),
        (Kind.MISSING, "capacity", Moved.REFERENCE, STAGE_PROD, MISSING["capacity"]),
        (Kind.EXTRA, "artifact", Moved.CANDIDATE, STAGE_PROD, EXTRA["artifact"]),
    ],
)
def test_what_ships_and_came_to_prod_first(kind: Kind, aspect: str, moved: Moved, stage: Stage, expected: Severity) -> None:
    severity, reason = of_resource(kind, aspect, Verdict.DRIFT, [], stage, moved)
    assert severity is expected
    assert ("came to prod first: stage never rehearsed it" in reason) is (expected is Severity.CRITICAL)


TIMEOUT = Change(("VisibilityTimeout",), 30, 60)
"""Medium or low drift without a rule."""


def rated(change: Change, *rules: SeverityRule) -> tuple[Severity, str]:
    estate = Estate()
    estate.pair("orders", change, bodies=({"VisibilityTimeout": 30}, {"VisibilityTimeout": 60}))
    (finding,) = estate.judge(settings(severity=rules)).findings
    return finding.severity, finding.severity_reason


def test_the_first_rule_that_fits_decides_and_says_where_it_stands() -> None:
    before, why = rated(TIMEOUT)
    other = SeverityRule("low", "not about it", type="AWS::SNS::*")
    rule = SeverityRule("high", "timeouts are contracts", path="VisibilityTimeout", location=Location("driftscan.yaml", 12))
    later = SeverityRule("low", "too late", type="*Queue")
    assert rated(TIMEOUT, other, rule, later) == (
        Severity.HIGH,
        f"timeouts are contracts (driftscan.yaml:12; {before} without that rule: {why})",
    )


@pytest.mark.parametrize(("said", "fits"), [("stage", True), ("pro*", True), ("dev", False)])
def test_a_rule_may_be_about_an_environment(said: str, fits: bool) -> None:
    assert (rated(TIMEOUT, SeverityRule("critical", "ours", environment=said))[0] is Severity.CRITICAL) == fits


def test_a_rule_may_be_about_an_aspect() -> None:
    built_in = rated(TIMEOUT)
    assert rated(TIMEOUT, SeverityRule("critical", "ours", aspect="iam")) == built_in


def test_opening_prod_to_the_world_is_critical_whatever_a_rule_says() -> None:
    world = Change(("IpPermissions", Key(("0.0.0.0/0",))), ABSENT, "0.0.0.0/0")
    assert rated(world, SeverityRule("low", "we know", type="*", path="**"))[0] is Severity.CRITICAL


def test_a_rule_is_about_whole_resources_too_unless_it_names_a_path() -> None:
    estate = Estate()
    estate.alone(1, "orders")
    for rule, level in ((SeverityRule("critical", "ours", type="*Queue"), True), (SeverityRule("critical", "ours", path="A"), False)):
        (finding,) = estate.judge(settings(severity=(rule,))).findings
        assert (finding.severity is Severity.CRITICAL) == level
        assert finding.verdict is Verdict.DRIFT
