"""Comparisons that people will meet, and what they will read."""

from __future__ import annotations

from typing import Any, TypeAlias

import pytest

from driftscan.model.drift import Relation
from driftscan.semantics.iam import Access, Difference, PolicyError, actions, compare, parse

QUEUE = "arn:aws:sqs:{region}:{account}:orders-{env}"
TOO_MANY = "too many ways to match the patterns to compare"
ALL = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
Document: TypeAlias = dict[str, Any]


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def trust(principal: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more}


def document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def role(
    *statements: dict[str, Any], boundary: list[dict[str, Any]] | None = None, control: tuple[list[dict[str, Any]], ...] = ()
) -> Access:
    limits = None if boundary is None else parse(document(boundary))
    return Access.identity([parse(document(list(statements)))], limits, [parse(document(c)) for c in control])


def policy(*statements: dict[str, Any]) -> Access:
    return Access.resource(parse(document(list(statements))))


def when(operator: str, key: str, *values: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}}


def read(found: Difference) -> tuple[str, list[str], list[str]]:
    assert not found.candidate.more
    assert not found.reference.more
    return (
        found.relation.value if found.relation else "",
        [str(p) for p in found.candidate.proofs],
        [str(p) for p in found.reference.proofs],
    )


def gets() -> list[str]:
    return list(actions.names(actions.matching("s3:get*")))


EQUAL = [
    pytest.param(role(allow("s3:Get*")), role(allow(gets())), id="a pattern and the list of what it means"),
    pytest.param(role(allow("s3:GetObject"), allow("s3:*")), role(allow("s3:*")), id="what another statement allows anyway"),
    pytest.param(role({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), role(*ALL, deny("IAM:*")), id="NotAction and a Deny"),
    pytest.param(role(allow("sqs:*", [QUEUE, "*"])), role(allow("sqs:*")), id="a resource within another"),
    pytest.param(role(allow("s3:*"), boundary=ALL), role(allow("s3:*")), id="a boundary that allows everything"),
    pytest.param(role(allow(["s3:*", "sqs:*"]), boundary=[allow("s3:*")]), role(allow("s3:*")), id="a boundary that cuts"),
    pytest.param(
        role(allow("*"), control=([*ALL, deny("iam:*")], ALL)),
        role(allow("*"), deny("iam:*")),
        id="control policies, level by level",
    ),
    pytest.param(role(allow("s3:*"), boundary=[allow("sqs:*")]), role(), id="nothing is left"),
    pytest.param(
        role(allow("s3:*", **when("StringEquals", "aws:SourceVpc", "vpc-1", "vpc-2"))),
        role(*(allow("s3:*", **when("StringEquals", "AWS:SourceVPC", v)) for v in ("vpc-2", "vpc-1"))),
        id="values of a condition, together or apart",
    ),
    pytest.param(
        role(allow("s3:*"), deny("s3:*", **when("StringNotEqualsIfExists", "aws:SourceVpc", "vpc-1"))),
        role(
            allow("s3:*", **when("StringEquals", "aws:SourceVpc", "vpc-1")),
        ),
        id="a Deny unless, and an Allow only if",
    ),
    pytest.param(policy(trust({"AWS": "arn:aws:iam::{account}:root"})), policy(trust({"AWS": ["{account}"]})), id="an account's root"),
    pytest.param(policy(trust("*")), policy(trust({"AWS": "*", "Service": "ec2.amazonaws.com"})), id="everybody"),
    pytest.param(
        policy({"Effect": "Allow", "Action": "sqs:*", "Resource": "*", "NotPrincipal": {"AWS": "1"}}),
        policy(allow("sqs:*", Principal="*"), deny("sqs:*", Principal={"AWS": "1"})),
        id="NotPrincipal",
    ),
    pytest.param(role(allow("nosuch:*")), role(allow(["NoSuch:Get*", "nosuch:*"])), id="a service that the list lacks"),
]


@pytest.mark.parametrize(("candidate", "reference"), EQUAL)
def test_what_allows_the_same_is_equal(candidate: Access, reference: Access) -> None:
    assert compare(candidate, reference) == compare(reference, candidate) == Difference(Relation.EQUAL)


WIDER = [
    (role(allow("s3:Get*")), role(allow(gets()[1:])), ["s3:GetAccelerateConfiguration on *"]),
    (
        role(allow("sqs:*", QUEUE)),
        role(allow("sqs:*", QUEUE), deny("sqs:DeleteQueue", **when("StringEquals", "aws:SourceVpc", "vpc-1"))),
        ["sqs:DeleteQueue on arn:aws:sqs:{region}:{account}:orders-{env} when aws:SourceVpc is vpc-1"],
    ),
    (role(allow("s3:*", "arn:aws:s3:::a*")), role(allow("s3:*", "arn:aws:s3:::ab*")), ["s3:* on arn:aws:s3:::a* except arn:aws:s3:::ab*"]),
    (
        role(allow("ec2:*", ["arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:volume/*"])),
        role(allow("ec2:*", "arn:aws:ec2:*:*:instance/*")),
        ["ec2:* on arn:aws:ec2:*:*:volume/*"],
    ),
    (role(*ALL), role({"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}), ["iam:* on *"]),
    (role(*ALL), role(allow("iam:*")), ["* except iam:* on *"]),
    (role(allow("s3:*")), role(allow("s3:*"), boundary=[allow("s3:Get*")]), ["s3:* except s3:Get* on *"]),
    (role(*ALL, control=(ALL,)), role(*ALL, control=([*ALL, deny("s3:DeleteBucket")],)), ["s3:DeleteBucket on *"]),
    (
        role(allow("s3:*")),
        role(allow("s3:*", **when("Bool", "aws:SecureTransport", True))),
        ["s3:* on * when aws:SecureTransport is not true"],
    ),
    (
        role(allow("s3:*", **when("IpAddress", "aws:SourceIp", "10.0.0.0/8"))),
        role(allow("s3:*", **when("IpAddress", "aws:SourceIp", "10.1.0.0/16"))),
        ["s3:* on * when aws:SourceIp is in 10.0.0.0/8 and aws:SourceIp is not in 10.1.0.0/16"],
    ),
    (
        role(allow("s3:*", **when("StringEquals", "aws:SourceVpc", "vpc-1", "vpc-2"))),
        role(allow("s3:*", **when("StringEquals", "aws:SourceVpc", "vpc-1"))),
        ["s3:* on * when aws:SourceVpc is vpc-2"],
    ),
    (
        role(allow("s3:*", **when("StringNotEquals", "aws:SourceVpc", "vpc-1"))),
        role(allow("s3:*", **when("StringNotEquals", "aws:SourceVpc", "vpc-1", "vpc-2"))),
        ["s3:* on * when aws:SourceVpc is vpc-2"],
    ),
    (
        policy(trust({"AWS": "{account}", "Service": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]})),
        policy(trust({"AWS": "{account}"})),
        ["sts:AssumeRole by service ec2.amazonaws.com and service ecs-tasks.amazonaws.com"],
    ),
    (policy(trust({"AWS": "*"})), policy(trust({"AWS": "{account}"})), ["sts:AssumeRole by anybody except {account}"]),
    (
        policy(trust({"AWS": "{account:tools}"})),
        policy(trust({"AWS": "{account:tools}"}, **when("StringEquals", "sts:ExternalId", "x-1"))),
        ["sts:AssumeRole by {account:tools} when sts:ExternalId is not x-1"],
    ),
    (role(allow("sqs:*"), allow("sqs:FutureThing")), role(allow("sqs:*"), deny("sqs:FutureThing")), ["sqs:FutureThing on *"]),
    (role(allow("nosuch:*")), role(allow("nosuch:Get*")), ["nosuch:* except nosuch:Get* on *"]),
]


@pytest.mark.parametrize(("candidate", "reference", "said"), WIDER)
def test_what_one_side_allows_more_is_said_and_from_the_other_side_too(candidate: Access, reference: Access, said: list[str]) -> None:
    assert read(compare(candidate, reference)) == ("candidate_wider", said, [])
    assert read(compare(reference, candidate)) == ("reference_wider", [], said)


def test_each_side_may_allow_what_the_other_does_not() -> None:
    found = compare(role(allow("s3:*", "arn:aws:s3:::a")), role(allow("s3:Get*", ["arn:aws:s3:::a", "arn:aws:s3:::b"])))
    assert read(found) == ("incomparable", ["s3:* except s3:Get* on arn:aws:s3:::a"], ["s3:Get* on arn:aws:s3:::b"])


def test_many_actions_are_a_handful_and_a_count() -> None:
    found = compare(role(allow(gets()[:20])), role())
    assert read(found)[1] == [f"{', '.join(gets()[:6])} and 14 more on *"]
    assert found.candidate.proofs[0].more_actions == 14


def test_an_example_is_one_request() -> None:
    proof = compare(policy(allow("sqs:*", QUEUE, Principal="*", **when("StringLike", "aws:SourceArn", "a*"))), policy()).candidate.proofs[0]
    assert (proof.example.action, proof.example.resource, proof.example.principal) == ("sqs:AddPermission", QUEUE, ("AWS", "*"))
    assert proof.example.context == (("aws:sourcearn", ("a",)),)


def test_what_takes_too_much_is_never_equal() -> None:
    hard = [f"*{a}*{b}*{c}*" for a, b, c in zip("abcdefghij", "bcdefghija", "cdefghijab", strict=True)]
    found = compare(role(allow("s3:*", hard)), role(allow("s3:*", hard), deny("s3:PutObject", "*zz*")))
    assert (found.relation, found.candidate.proofs, found.undecided) == (
        None,
        (),
        "too many ways to match the patterns to compare",
    )
    assert compare(role(allow("s3:*", hard)), role(allow("s3:*", hard))).relation is Relation.EQUAL


def test_what_can_be_told_is_told_beside_what_cannot() -> None:
    hard = [f"*{a}*{b}*{c}*" for a, b, c in zip("abcdefghij", "bcdefghija", "cdefghijab", strict=True)]
    found = compare(role(allow("s3:*", hard), allow("sqs:*")), role(allow("s3:*", [*hard, "*zz*"])))
    assert found.relation is None
    assert read(found)[1] == ["sqs:* on *"]


def test_a_principals_policies_are_not_compared_with_a_resources() -> None:
    with pytest.raises(PolicyError):
        compare(role(*ALL), policy(trust("*")))
