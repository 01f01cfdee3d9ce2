from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from driftscan.judge.consequences import hanging
from driftscan.judge.findings import Found, gathered
from driftscan.judge.promotion import IN_PROMOTION
from driftscan.model.drift import Severity, Verdict
from driftscan.model.finding import Moved
from driftscan.model.resource import STACK, MatchKey, Seal
from driftscan.model.settings import Expected
from driftscan.model.value import Address, Bag, Ref, Text
from tests.judge.estate import NOW, ROLE, Estate, address, seal, settings

VPC, SUBNET, KEY, INSTANCE = "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::KeyPair", "AWS::EC2::Instance"


def at(id: str, type: str) -> Address:
    return address("prod", id, type)


def to(target: Address) -> Ref:
    return Ref(target, target.type, target.id)


def made(a: Address, *, keys: tuple[object, ...] = (), refs: tuple[object, ...] = ()) -> Seal:
    base = seal(a)
    return Seal(a, None, a.id, base.provenance, None, (MatchKey("name", keys),) if keys else (), "d", refs, ())


NET, SUB, ENI, PAIR, BOX = (
    at("vpc-1", VPC),
    at("subnet-1", SUBNET),
    at("eni-1", "AWS::EC2::NetworkInterface"),
    at("ops", KEY),
    at("i-1", INSTANCE),
)


def test_what_its_key_names_it_hangs_on_through_others_too() -> None:
    seals = {
        NET: made(NET),
        SUB: made(SUB, keys=(to(NET), "a")),
        ENI: made(ENI, keys=(Bag((Text(("in ", to(SUB))),)),)),
    }
    assert hanging(seals, seals) == {SUB: NET, ENI: NET}


def test_what_only_one_sided_resources_use_hangs_on_them() -> None:
    seals = {PAIR: made(PAIR), BOX: made(BOX, refs=(("set", (to(PAIR),)),))}
    assert hanging(seals, seals) == {PAIR: BOX}


def test_what_a_paired_resource_uses_too_stands_for_itself() -> None:
    other = at("i-2", INSTANCE)
    seals = {PAIR: made(PAIR), BOX: made(BOX, refs=(to(PAIR),)), other: made(other, refs=(to(PAIR),))}
    assert hanging(seals, [PAIR, BOX]) == {}


def test_a_child_of_something_that_both_sides_have_stands_for_itself() -> None:
    seals = {NET: made(NET), SUB: made(SUB, keys=(to(NET), "a"))}
    assert hanging(seals, [SUB]) == {}


def test_a_circle_has_one_root() -> None:
    seals = {NET: made(NET, keys=(to(SUB),)), SUB: made(SUB, keys=(to(NET),))}
    assert hanging(seals, seals) == {SUB: NET} or hanging(seals, seals) == {NET: SUB}
    assert len(hanging(seals, seals)) == 1


def estate() -> tuple[Estate, Address, Address]:
    e = Estate()
    root = e.alone(1, "main", VPC)
    child = e.alone(1, "a", SUBNET)
    e.seals[1][child] = made(child, keys=(to(root), "a"))
    return e, root, child


def test_a_missing_network_is_one_finding_with_its_parts_listed_and_counted() -> None:
    e, _, child = estate()
    judgement = e.judge()
    (finding,) = judgement.findings
    assert finding.subject.type == VPC
    assert [(t, p.id) for t, p in finding.consequences] == [(SUBNET, child.id)]
    assert {row.type: row.missing for row in judgement.ledger} == {VPC: 1, SUBNET: 1}
    assert judgement.missing == 2


def test_the_root_is_as_severe_as_the_worst_that_hangs_on_it() -> None:
    e, root, child = estate()
    (finding,) = e.judge().findings
    found = {
        root: Found(replace(finding, id="r", severity=Severity.LOW, consequences=())),
        child: Found(replace(finding, id="c", severity=Severity.HIGH, severity_reason="open to the world", consequences=())),
    }
    (shown,), told = gathered(found, {child: root})
    assert (shown.finding.id, shown.finding.severity, shown.finding.severity_reason) == ("r", Severity.HIGH, "open to the world")
    assert told == {"c"}


def test_what_a_person_decided_about_keeps_a_finding_of_its_own() -> None:
    e, _, _ = estate()
    rule = Expected("no-subnet", SUBNET, "", "any", "it is planned", "net", kind="missing")
    judgement = e.judge(settings(expected=(rule,)))
    assert sorted((f.subject.type, f.verdict) for f in judgement.findings) == [(SUBNET, Verdict.EXPECTED), (VPC, Verdict.DRIFT)]


STACKED, NESTED, QUEUE = at("reports", STACK), at("reports-inner", STACK), at("jobs", "AWS::SQS::Queue")


def test_what_a_stack_made_hangs_on_it_through_nested_stacks_too() -> None:
    seals = {
        STACKED: made(STACKED, keys=("reports-{env}",)),
        NESTED: replace(made(NESTED), keys=(MatchKey("iac", ("reports-{env}", "Inner")),)),
        QUEUE: replace(made(QUEUE), keys=(MatchKey("iac", ("reports-{env}", "Inner", "Jobs")),)),
    }
    assert hanging(seals, seals) == {NESTED: STACKED, QUEUE: STACKED}
    assert hanging(seals, [NESTED, QUEUE]) == {QUEUE: NESTED}
    assert hanging(seals, [QUEUE]) == {}


def test_a_namesake_of_a_stack_and_a_stack_of_another_region_hold_nothing() -> None:
    queue = replace(made(QUEUE), keys=(MatchKey("iac", ("reports-{env}", "Jobs")),))
    namesake = at("reports", "AWS::SNS::Topic")
    far = replace(STACKED, region="us-east-1")
    for other in (namesake, far):
        seals = {other: made(other, keys=("reports-{env}",)), QUEUE: queue}
        assert hanging(seals, seals) == {}
    role = replace(at("worker", ROLE), region="global")
    seals = {STACKED: made(STACKED, keys=("reports-{env}",)), role: replace(made(role), keys=(MatchKey("iac", ("reports-{env}", "Role")),))}
    assert hanging(seals, seals) == {role: STACKED}


def shipped(id: str, **more: object) -> Found:
    e, _, _ = estate()
    (finding,) = e.judge().findings
    base = replace(finding, id=id, moved=Moved.CANDIDATE, since=NOW, consequences=())
    return Found(replace(base, **more))  # type: ignore[arg-type]


def test_what_came_with_a_promotion_is_in_promotion_with_it() -> None:
    root = shipped("r", verdict=Verdict.EXPECTED, promotion=IN_PROMOTION, severity=Severity.INFO)
    child = shipped("c", severity=Severity.HIGH)
    (shown,), told = gathered({STACKED: root, QUEUE: child}, {QUEUE: STACKED})
    assert (shown.finding.verdict, shown.finding.severity, told) == (Verdict.EXPECTED, Severity.INFO, {"c"})
    assert [t for t, _ in shown.finding.consequences] == [child.finding.subject.type]


@pytest.mark.parametrize(
    "child",
    [
        replace(shipped("c"), exposed=True),
        shipped("c", since=NOW - timedelta(days=1)),
        shipped("c", since=None, moved=Moved.UNKNOWN),
        shipped("c", moved=Moved.BOTH),
        shipped("c", verdict=Verdict.WAIVED),
        shipped("c", verdict=Verdict.EXPECTED),
    ],
)
def test_what_is_open_to_everybody_or_came_another_way_is_not(child: Found) -> None:
    root = shipped("r", verdict=Verdict.EXPECTED, promotion=IN_PROMOTION, severity=Severity.INFO)
    shown, told = gathered({STACKED: root, QUEUE: child}, {QUEUE: STACKED})
    assert (len(shown), told) == (2, set())
