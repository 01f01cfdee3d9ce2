"""What two wholes mean together: one thing in two spellings, an addition that changes nothing, or more on one side, named."""

from __future__ import annotations

from typing import Any

import pytest

from driftscan.model.drift import Meaning, Relation
from driftscan.model.value import Value
from driftscan.semantics.wholes import meaning_of

MIRRORED = {Relation.CANDIDATE_WIDER: Relation.REFERENCE_WIDER, Relation.REFERENCE_WIDER: Relation.CANDIDATE_WIDER}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def rule(protocol: str, first: int, last: int, *blocks: str, **more: Any) -> dict[str, Any]:
    return {"IpProtocol": protocol, "FromPort": first, "ToPort": last, "IpRanges": [{"CidrIp": b} for b in blocks], **more}


def entry(number: int, block: str, action: str = "allow", *, egress: bool = False) -> dict[str, Any]:
    return {"RuleNumber": number, "Protocol": "-1", "CidrBlock": block, "RuleAction": action, "Egress": egress}


def route(block: str, gateway: str) -> dict[str, Any]:
    return {"DestinationCidrBlock": block, "GatewayId": gateway, "State": "active", "Origin": "CreateRoute"}


def told(kind: str, candidate: Value, reference: Value) -> Meaning:
    """The meaning; what it says from the other side is its mirror."""
    found, other = meaning_of(kind, candidate, reference), meaning_of(kind, reference, candidate)
    assert found is not None
    assert other is not None
    assert other.relation is MIRRORED.get(found.relation, found.relation)
    assert (other.more, other.exposed) == (found.more[::-1], found.exposed[::-1])
    assert other.respelled == found.respelled
    return found


SPELLED = {
    "statements split": ("policy", policy(allow(["s3:GetObject", "s3:PutObject"])), policy(allow("s3:GetObject"), allow("s3:PutObject"))),
    "letter case": ("policy", policy(allow("s3:getobject")), policy(allow("s3:GetObject"))),
    "denials split": (
        "policy",
        policy(allow("*"), {"Effect": "Deny", "Action": ["iam:CreateUser", "iam:DeleteUser"], "Resource": "*"}),
        policy(
            allow("*"),
            {"Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*"},
            {"Effect": "Deny", "Action": "iam:DeleteUser", "Resource": "*"},
        ),
    ),
    "ports merged": (
        "ingress",
        [rule("tcp", 80, 81, "10.0.0.0/8")],
        [rule("tcp", 80, 80, "10.0.0.0/8"), rule("tcp", 81, 81, "10.0.0.0/8")],
    ),
    "blocks merged": ("egress", [rule("tcp", 80, 80, "10.0.0.0/24")], [rule("tcp", 80, 80, "10.0.0.0/25", "10.0.0.128/25")]),
    "entries renumbered": (
        "acl",
        [entry(100, "10.0.0.0/8"), entry(200, "192.168.0.0/16")],
        [entry(10, "192.168.0.0/16"), entry(20, "10.0.0.0/8")],
    ),
    "a route in two halves": ("routes", [route("10.0.0.0/8", "vgw")], [route("10.0.0.0/9", "vgw"), route("10.128.0.0/9", "vgw")]),
}


@pytest.mark.parametrize("case", SPELLED)
def test_one_thing_written_in_two_ways(case: str) -> None:
    assert told(*SPELLED[case]).same


COVERED = {
    "a statement": ("policy", policy(allow("s3:*"), allow("s3:GetObject")), policy(allow("s3:*"))),
    "a port": ("egress", [rule("-1", 0, 0, "0.0.0.0/0"), rule("tcp", 25, 25, "198.51.100.0/24")], [rule("-1", 0, 0, "0.0.0.0/0")]),
    "an entry": ("acl", [entry(77, "0.0.0.0/0"), entry(100, "0.0.0.0/0")], [entry(100, "0.0.0.0/0")]),
    "a route": ("routes", [route("0.0.0.0/0", "igw"), route("192.0.2.0/24", "igw")], [route("0.0.0.0/0", "igw")]),
}


@pytest.mark.parametrize("case", COVERED)
def test_an_addition_that_changes_nothing_is_still_an_addition(case: str) -> None:
    found = told(*COVERED[case])
    assert found.relation is Relation.EQUAL
    assert not found.same


def test_a_covered_rule_in_the_place_of_another_covered_one_is_no_new_spelling() -> None:
    everything = rule("-1", 0, 0, "0.0.0.0/0")
    found = told("egress", [everything, rule("tcp", 25, 25, "8.0.0.0/6")], [everything, rule("tcp", 25, 25, "10.0.0.0/8")])
    assert (found.relation, found.same) == (Relation.EQUAL, False)


WIDER = {
    "an action": (
        "policy",
        policy(allow(["sqs:SendMessage", "sqs:DeleteQueue"], "q")),
        policy(allow("sqs:SendMessage", "q")),
        "sqs:DeleteQueue on q",
    ),
    "a port": (
        "ingress",
        [rule("tcp", 22, 22, "10.0.0.0/8"), rule("tcp", 80, 80, "10.0.0.0/8")],
        [rule("tcp", 80, 80, "10.0.0.0/8")],
        "tcp 22 from 10.0.0.0/8",
    ),
    "a way out": ("egress", [rule("tcp", 22, 22, "10.0.0.0/8")], [], "tcp 22 to 10.0.0.0/8"),
    "an entry": (
        "acl",
        [entry(1, "10.0.0.0/8", egress=True)],
        [entry(1, "10.0.0.0/8", "deny", egress=True)],
        "all protocols to 10.0.0.0/8",
    ),
    "a route": ("routes", [route("0.0.0.0/0", "igw")], [], "0.0.0.0/0 to igw"),
}


@pytest.mark.parametrize("case", WIDER)
def test_more_on_one_side_is_named(case: str) -> None:
    kind, candidate, reference, said = WIDER[case]
    found = told(kind, candidate, reference)
    assert found.relation is Relation.CANDIDATE_WIDER
    assert found.more == ((said,), ())
    assert found.exposed == (False, False)


def test_neither_is_wider_where_each_allows_something_of_its_own() -> None:
    found = told("policy", policy(allow("sqs:SendMessage")), policy(allow("sqs:DeleteQueue")))
    assert found.relation is Relation.INCOMPARABLE
    assert found.more == (("sqs:SendMessage on *",), ("sqs:DeleteQueue on *",))
    assert not found.same


@pytest.mark.parametrize(
    ("kind", "candidate", "reference"),
    [
        ("ingress", [rule("tcp", 22, 22, "0.0.0.0/0")], [rule("tcp", 22, 22, "10.0.0.0/8")]),
        ("acl", [entry(1, "0.0.0.0/0")], [entry(1, "10.0.0.0/8")]),
        ("policy", policy(allow("sqs:*", "q", Principal="*")), policy(allow("sqs:*", "q", Principal={"AWS": "111122223333"}))),
    ],
)
def test_what_opens_a_side_to_everybody_is_said(kind: str, candidate: Value, reference: Value) -> None:
    assert told(kind, candidate, reference).exposed == (True, False)


@pytest.mark.parametrize(
    ("kind", "candidate", "reference"),
    [
        ("egress", [rule("tcp", 22, 22, "0.0.0.0/0")], []),
        (
            "policy",
            policy(allow("sqs:*", "q", Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})),
            policy(allow("sqs:*", "q", Principal={"AWS": "111122223333"})),
        ),
    ],
    ids=["the way out", "a condition"],
)
def test_what_opens_nothing_to_everybody_is_not_said_to(kind: str, candidate: Value, reference: Value) -> None:
    assert told(kind, candidate, reference).exposed == (False, False)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("policy", policy({"Effect": "Perhaps", "Action": "*", "Resource": "*"})),
        ("policy", "no policy"),
        ("ingress", [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "somewhere"}]}]),
        ("acl", [{"RuleNumber": 1, "Protocol": "-1", "CidrBlock": "10.0.0.0/8", "RuleAction": "allow"}]),
        ("routes", [{"DestinationCidrBlock": "10.0.0.0/8", "State": "active"}]),
    ],
)
def test_what_is_not_understood_means_nothing(kind: str, value: Value) -> None:
    fine: Any = policy(allow("*")) if kind == "policy" else []
    assert meaning_of(kind, value, fine) is None
    assert meaning_of(kind, fine, value) is None


ANN, BOB = "user:ann@acme.com", "user:bob@acme.com"


def bound(role: str, *members: str) -> dict[str, Any]:
    return {"role": role, "members": list(members)}


def denied(*permissions: str) -> dict[str, Any]:
    return {"denyRule": {"deniedPrincipals": ["principalSet://goog/public:all"], "deniedPermissions": list(permissions)}}


def test_bindings_in_two_spellings_and_an_addition_that_another_covers() -> None:
    whole, halves = [bound("roles/viewer", ANN, BOB)], [bound("roles/viewer", BOB), bound("roles/viewer", ANN)]
    assert told("bindings", whole, halves).same
    covered = told("bindings", [*whole, bound("roles/viewer", "domain:acme.com")], [bound("roles/viewer", "domain:acme.com")])
    assert (covered.relation, covered.same) == (Relation.EQUAL, False)


def test_bindings_that_open_to_everybody() -> None:
    for everybody in ("allUsers", "allAuthenticatedUsers"):
        found = told("bindings", [bound("roles/storage.objectViewer", everybody, ANN)], [bound("roles/storage.objectViewer", ANN)])
        assert found.relation is Relation.CANDIDATE_WIDER
        assert (found.more, found.exposed) == (((f"roles/storage.objectViewer to {everybody}",), ()), (True, False))
    assert told("bindings", [bound("roles/owner", BOB)], [bound("roles/owner", ANN)]).exposed == (False, False)


def test_bindings_that_nobody_can_compare() -> None:
    assert meaning_of("bindings", [bound("roles/run.admin", ANN)], [bound("roles/run.developer", ANN)]) is None
    assert meaning_of("bindings", [bound("roles/run.admin", "ann@acme.com")], []) is None
    assert meaning_of("bindings", {}, []) is None


def test_what_one_side_alone_denies_the_other_allows() -> None:
    found = told(
        "denials", [denied("iam.googleapis.com/roles.get", "iam.googleapis.com/roles.list")], [denied("iam.googleapis.com/roles.get")]
    )
    assert (found.relation, found.more) == (Relation.REFERENCE_WIDER, ((), ("iam.googleapis.com/roles.list to allUsers",)))
    parts = [denied("iam.googleapis.com/roles.list"), denied("iam.googleapis.com/roles.get")]
    assert told("denials", parts, [denied("iam.googleapis.com/roles.get", "iam.googleapis.com/roles.list")]).same
    assert meaning_of("denials", [{"allowRule": {}}], []) is None
