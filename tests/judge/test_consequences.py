from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from driftscan.judge.consequences import hanging
from driftscan.judge.findings import Found, gathered
from driftscan.judge.promotion import IN_PROMOTION
from driftscan.model.drift import Change, Severity, Verdict
from driftscan.model.finding import Earlier, Moved
from driftscan.model.resource import STACK, MatchKey, Seal
from driftscan.model.settings import Expected
from driftscan.model.value import Address, Bag, Key, Ref, Text, Unknown, show_path
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
    assert [(c.type, c.at.id) for c in finding.consequences] == [(SUBNET, child.id)]
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
    assert [c.type for c in shown.finding.consequences] == [child.finding.subject.type]


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


def test_what_lies_in_a_missing_network_hangs_on_it_and_what_lies_elsewhere_too_does_not() -> None:
    other = at("subnet-2", SUBNET)
    seals = {
        SUB: made(SUB, refs=(to(NET),)),
        other: made(other, refs=(to(NET),)),
        BOX: made(BOX, refs=(to(SUB), to(NET))),
        ENI: made(ENI, refs=(("set", ((to(SUB),), (to(other),))),)),
    }
    assert hanging(seals, [SUB, BOX, ENI]) == {BOX: SUB}
    assert hanging(seals, [SUB, other, BOX, ENI]) == {BOX: SUB, ENI: SUB}


GATEWAY, TABLE, ADDRESS = "AWS::EC2::NatGateway", "AWS::EC2::RouteTable", "AWS::EC2::EIP"


def route(target: Address, to_: str = "0.0.0.0/0") -> dict[str, object]:
    return {"DestinationCidrBlock": to_, "NatGatewayId": to(target), "State": "active"}


def routed(*more: Change, side: int = 1, path: tuple[object, ...] = ("Routes", Key(("0.0.0.0/0",)))) -> Estate:
    """A gateway that one side has, with an address that only it uses, and the routes that lead to it in two tables that both have."""
    e = Estate()
    gateway, ip = e.alone(side, "nat", GATEWAY), e.alone(side, "nat-ip", ADDRESS)
    e.seals[side][gateway] = made(gateway, refs=(to(ip),))
    e.seals[side][ip] = made(ip)
    for name in ("a", "b"):
        value = {"reference" if side else "candidate": route(gateway)}
        e.pair(f"private-{name}", Change(path, **value), *more, type=TABLE)  # type: ignore[arg-type]
    return e


@pytest.mark.parametrize("side", [0, 1])
def test_a_missing_gateway_is_one_finding_with_the_routes_to_it(side: int) -> None:
    judgement = routed(side=side).judge()
    (finding,) = judgement.findings
    assert finding.subject.type == GATEWAY
    assert [(c.type, c.at.id, [show_path(p) for p in c.paths]) for c in finding.consequences] == [
        (ADDRESS, f"nat-ip-{('stage', 'prod')[side]}", []),
        (TABLE, "private-a-stage", ["Routes[0.0.0.0/0]"]),
        (TABLE, "private-b-stage", ["Routes[0.0.0.0/0]"]),
    ]
    assert {row.type: row.drift for row in judgement.ledger if row.drift} == {TABLE: 2}
    assert judgement.equal == 0


@pytest.mark.parametrize(
    "more",
    [
        Change(("Tags", "team"), "a", "b"),
        Change(("Routes", Key(("10.0.0.0/8",))), {"DestinationCidrBlock": "10.0.0.0/8", "GatewayId": "igw"}),
        Change(("Routes", Key(("::/0",))), Unknown("AccessDenied"), route(at("nat-prod", GATEWAY)), "AccessDenied"),
    ],
)
def test_what_differs_for_another_reason_too_keeps_its_own_finding(more: Change) -> None:
    judgement = routed(more).judge()
    assert sorted(f.subject.type for f in judgement.findings) == [GATEWAY, TABLE, TABLE]


def test_a_part_of_a_document_that_holds_more_keeps_its_own_finding() -> None:
    judgement = routed(path=("Settings",)).judge()
    assert sorted(f.subject.type for f in judgement.findings) == [GATEWAY, TABLE, TABLE]


def test_who_may_do_what_with_a_missing_resource_keeps_its_own_finding() -> None:
    e = Estate()
    queue = e.alone(1, "jobs")
    statement = {"Effect": "Allow", "Resource": to(queue)}
    e.pair("worker", Change(("RolePolicyList", Key(("own",))), reference=statement), type=ROLE)
    assert sorted(f.subject.type for f in e.judge().findings) == [ROLE, queue.type]


def test_what_a_person_decided_about_the_routes_keeps_their_findings() -> None:
    rule = Expected("own-routes", TABLE, "Routes", "any", "it is planned", "net")
    judgement = routed().judge(settings(expected=(rule,)))
    assert sorted((f.subject.type, f.verdict) for f in judgement.findings) == [
        (GATEWAY, Verdict.DRIFT),
        (TABLE, Verdict.EXPECTED),
        (TABLE, Verdict.EXPECTED),
    ]


def test_what_is_told_under_another_is_not_resolved_by_it() -> None:
    alone = Estate()
    pair = alone.pair("private-a", Change(("Routes", Key(("0.0.0.0/0",))), reference=route(at("nat-prod", GATEWAY))), type=TABLE)
    (before,) = alone.judge(period="2026-10").findings
    known = Earlier(
        before.id, "changed", "drift", "high", "network", before.comparison, before.value_digest, "2026-10", "2026-10", before.title,
        before.subject,
    )  # fmt: skip
    assert pair.key == "private-a"
    assert routed().judge(previous={before.id: known}, period="2026-11").resolved == ()
