from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.judge.waivers import Target, binds, malformed, names, standing
from driftscan.model.drift import Change, Verdict
from driftscan.model.finding import Kind, RuleUse
from driftscan.model.settings import Location, Waiver
from driftscan.model.value import ABSENT, Key
from tests.judge.estate import QUEUE, Estate, settings


def waiver(**changes: Any) -> Waiver:
    base = Waiver(
        id="W-12",
        finding="stage..prod/AWS::SQS::Queue/orders/VisibilityTimeout",
        owner="a@example.org",
        approver="b@example.org",
        ticket="OPS-7",
        reason="load test",
        expires=date(2026, 12, 31),
        candidate=30,
        reference=60,
        location=Location("waivers.yaml", 2),
    )
    return replace(base, **changes)


TARGET = Target(
    comparison="stage..prod",
    finding="f00d",
    kind=Kind.CHANGED,
    type=QUEUE,
    names=("orders", "orders-{env}"),
    path=("VisibilityTimeout",),
    candidate="30",
    reference="60",
    digest="d1",
    whole="w1",
)


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        ("stage..prod/AWS::SQS::Queue/orders/VisibilityTimeout", True),
        ("stage..prod/AWS::SQS::Queue/orders-{env}/VisibilityTimeout", True),
        ("stage..prod/AWS::SQS::Queue/orders", True),
        ("stage..prod/AWS::SQS::Queue/*/VisibilityTimeout", True),
        ("*/VisibilityTimeout", True),
        ("f00d", True),
        ("stage..prod/AWS::SQS::Queue/orders/DelaySeconds", False),
        ("dev..stage/AWS::SQS::Queue/orders/VisibilityTimeout", False),
        ("stage..prod/AWS::SNS::Topic/orders/VisibilityTimeout", False),
        ("stage..prod/AWS::SQS::Queue/order/VisibilityTimeout", False),
        ("f00", False),
    ],
)
def test_what_a_waiver_names(finding: str, expected: bool) -> None:
    assert names(waiver(finding=finding), TARGET) is expected


def test_paths_may_be_written_with_or_without_elements() -> None:
    target = replace(TARGET, path=("IpPermissions", Key(("tcp", "22", "22")), "IpRanges"))
    for path in ("IpPermissions[tcp/22/22].IpRanges", "IpPermissions.IpRanges"):
        assert names(waiver(finding=f"stage..prod/AWS::SQS::Queue/orders/{path}"), target)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"candidate": "30"}, True),
        ({"candidate": 31}, False),
        ({"reference": 61}, False),
        ({"reference": None}, False),
        ({"value_digest": "d1"}, True),
        ({"value_digest": "w1"}, True),
        ({"value_digest": "d2"}, False),
    ],
)
def test_a_waiver_binds_to_both_values(changes: dict[str, Any], expected: bool) -> None:
    assert binds(waiver(**changes), TARGET) is expected


def test_an_absent_side_is_written_as_null() -> None:
    target = replace(TARGET, candidate=ABSENT, reference="x")
    assert binds(waiver(candidate=None, reference="x"), target)
    assert not binds(waiver(candidate=None, reference="x"), replace(target, candidate=""))


@pytest.mark.parametrize(
    ("kind", "ids", "candidate", "reference", "expected"),
    [
        (Kind.MISSING, ((), ("orders-prod", "arn:orders")), None, "orders-prod", True),
        (Kind.MISSING, ((), ("orders-prod", "arn:orders")), None, "arn:orders", True),
        (Kind.MISSING, ((), ("orders-prod",)), None, "other", False),
        (Kind.MISSING, ((), ("orders-prod",)), "orders-prod", None, False),
        (Kind.EXTRA, (("orders-stage",), ()), "orders-stage", None, True),
    ],
)
def test_one_sided_resources_bind_to_their_id(kind: Kind, ids: Any, candidate: Any, reference: Any, expected: bool) -> None:
    assert binds(waiver(candidate=candidate, reference=reference), replace(TARGET, kind=kind, ids=ids)) is expected


@pytest.mark.parametrize(
    ("changes", "today", "use"),
    [
        ({}, date(2026, 12, 31), RuleUse.UNUSED),
        ({}, date(2027, 1, 1), RuleUse.EXPIRED),
        ({"approver": "A@example.org "}, date(2026, 1, 1), RuleUse.MALFORMED),
        ({"ticket": " "}, date(2026, 1, 1), RuleUse.MALFORMED),
        ({"reason": ""}, date(2026, 1, 1), RuleUse.MALFORMED),
        ({"candidate": None, "reference": None}, date(2026, 1, 1), RuleUse.MALFORMED),
    ],
)
def test_malformed_or_expired_means_no_waiver(changes: dict[str, Any], today: date, use: RuleUse) -> None:
    assert standing(waiver(**changes), today)[0] is use
    assert bool(malformed(waiver(**changes))) is (use is RuleUse.MALFORMED)


def queue(candidate: object, reference: object) -> Estate:
    estate = Estate()
    estate.pair("orders", Change(("VisibilityTimeout",), candidate, reference))
    return estate


def test_a_waived_finding_says_by_whom_until_when_and_where() -> None:
    judged = queue(30, 60).judge(settings(waivers=(waiver(),)))
    (finding,) = judged.findings
    assert (finding.verdict, finding.waiver, finding.location) == (Verdict.WAIVED, "W-12", Location("waivers.yaml", 2))
    assert finding.reason == "waived by b@example.org for a@example.org until 2026-12-31 (OPS-7): load test"
    assert [(n.id, n.use, n.times) for n in judged.rules] == [("W-12", RuleUse.USED, 1)]
    assert judged.ledger[0].waived == 1


@given(st.integers(0, 99), st.integers(0, 99))
def test_a_waiver_dies_when_either_value_changes(candidate: int, reference: int) -> None:
    judged = queue(candidate, reference).judge(settings(waivers=(waiver(),)))
    alive = (candidate, reference) == (30, 60)
    assert judged.findings[0].verdict is (Verdict.WAIVED if alive else Verdict.DRIFT)
    assert judged.rules[0].use is (RuleUse.USED if alive else RuleUse.DEAD)


def test_the_digest_of_a_finding_waives_all_its_drift_and_dies_with_any_change() -> None:
    def estate(delay: int) -> Estate:
        made = Estate()
        made.pair("orders", Change(("VisibilityTimeout",), 30, 60), Change(("DelaySeconds",), delay, 5))
        return made

    whole = estate(1).judge().findings[0]
    given = settings(waivers=(waiver(finding="stage..prod/AWS::SQS::Queue/orders", value_digest=whole.value_digest),))
    assert {c.verdict for c in estate(1).judge(given).findings[0].changes} == {Verdict.WAIVED}
    assert {c.verdict for c in estate(2).judge(given).findings[0].changes} == {Verdict.DRIFT}


def test_a_waiver_never_makes_unknown_known() -> None:
    estate = Estate()
    estate.pair("orders", Change(("VisibilityTimeout",), 30, 60, "in flux"))
    assert estate.judge(settings(waivers=(waiver(),))).findings[0].verdict is Verdict.UNKNOWN


SEVERAL = waiver(finding="", candidate=None, reference=None, findings={"f00d": ("d1", "d9"), "beef": ("d2",)})


@pytest.mark.parametrize(
    ("changes", "named", "bound"),
    [
        ({}, True, True),
        ({"digest": "d9", "whole": ""}, True, True),
        ({"digest": "d2", "whole": "w2"}, True, False),
        ({"finding": "beef", "digest": "d2"}, True, True),
        ({"finding": "cafe"}, False, False),
        ({"digest": "", "whole": "d1"}, True, True),
    ],
)
def test_one_for_several_findings_is_bound_to_what_each_was(changes: dict[str, Any], named: bool, bound: bool) -> None:
    target = replace(TARGET, **changes)
    assert (names(SEVERAL, target), binds(SEVERAL, target)) == (named, bound)
    assert malformed(SEVERAL) == ""


def test_one_for_several_findings_has_to_bind_all_of_them() -> None:
    assert malformed(replace(SEVERAL, findings={"f00d": ()})) == "it is bound to no value"


def test_what_is_open_to_everybody_is_accepted_as_it_is() -> None:
    """A group that only stage has, accepted while closed, or with one port open: opening more brings it back."""

    def verdict(ports: list[int], *waivers: Waiver) -> tuple[Verdict, str]:
        estate = Estate()
        rules = {"IpPermissions": [{"FromPort": p, "ToPort": p, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]} for p in ports]}
        estate.alone(0, "bastion", "AWS::EC2::SecurityGroup", {"GroupName": "bastion", **rules})
        (finding,) = estate.judge(settings(waivers=waivers)).findings
        return finding.verdict, finding.value_digest

    _, closed = verdict([])
    _, one = verdict([80])
    for ports, accepted, wanted in (
        ([], closed, Verdict.WAIVED),
        ([80], closed, Verdict.DRIFT),
        ([80], one, Verdict.WAIVED),
        ([22, 80], one, Verdict.DRIFT),
    ):
        made = waiver(finding="stage..prod/AWS::EC2::SecurityGroup/bastion", candidate=None, reference=None, value_digest=accepted)
        assert verdict(ports, made)[0] is wanted, (ports, wanted)
