from __future__ import annotations

from dataclasses import replace

from driftscan.judge.consequences import hanging
from driftscan.judge.findings import Found, gathered
from driftscan.model.drift import Severity, Verdict
from driftscan.model.resource import MatchKey, Seal
from driftscan.model.settings import Expected
from driftscan.model.value import Address, Bag, Ref, Text
from tests.judge.estate import Estate, address, seal, settings

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
