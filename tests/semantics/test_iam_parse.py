"""What a policy document says, and what is not understood."""

from __future__ import annotations

from typing import Any

import pytest

from driftscan.semantics.iam import Access, PolicyError, Statement, parse

ALLOW: dict[str, Any] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def one(**changes: Any) -> Statement:
    return parse({"Version": "2012-10-17", "Statement": [{**ALLOW, **changes}]})[0]


def test_spelling_is_made_equal() -> None:
    assert one() == one(Action=["S3:getobject", "s3:GetObject"], Resource=["*"], Sid="x")
    assert parse({"Statement": ALLOW}) == parse({"Version": "2012-10-17", "Id": "x", "Statement": [ALLOW]})
    assert one(Principal="*") == one(Principal={"AWS": ["*"]})
    assert one(Condition={"Bool": {"aws:SecureTransport": True}}) == one(Condition={"bool": {"AWS:securetransport": ["true"]}})
    assert one(Condition={"ArnEquals": {"aws:SourceArn": "a"}}) == one(Condition={"ArnLike": {"aws:SourceArn": "a"}})


@pytest.mark.parametrize("account", ["111122223333", "{account}", "{account:prod}"])
def test_an_accounts_root_is_the_account(account: str) -> None:
    assert one(Principal={"AWS": f"arn:aws:iam::{account}:root"}) == one(Principal={"AWS": account})
    assert one(Principal={"AWS": f"arn:aws:iam::{account}:role/root"}) != one(Principal={"AWS": account})


def test_the_old_version_has_no_variables() -> None:
    old = parse({"Version": "2008-10-17", "Statement": [{**ALLOW, "Resource": "home/${aws:username}"}]})[0]
    assert old != one(Resource="home/${aws:username}")
    assert old == one(Resource="home/${$}{aws:username}")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"Effect": "allow"}, "its Effect is 'allow'"),
        ({"NotAction": "iam:*"}, "it has Action and NotAction"),
        ({"Resources": "*"}, "it has an element 'Resources'"),
        ({"Action": "GetObject"}, "its action 'GetObject' names no service"),
        ({"Resource": [{"Ref": "x"}]}, "its Resource holds {'Ref': 'x'}, which is no text"),
        ({"Principal": {"Role": "x"}}, "its Principal has a kind 'Role'"),
        ({"Principal": "111122223333"}, "its Principal is '111122223333'"),
        ({"Condition": {"StringEquals": "x"}}, "its condition StringEquals is 'x'"),
        ({"Condition": {"Bool": {"aws:SecureTransport": "yes"}}}, "Bool of aws:SecureTransport is 'yes', neither true nor false"),
    ],
)
def test_what_is_not_understood_is_said_with_its_statement(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(PolicyError) as e:
        parse({"Version": "2012-10-17", "Statement": [ALLOW, {**ALLOW, **changes}]})
    assert str(e.value) == f"statement 2: {said}"


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"Version": "2012-10-18", "Statement": []},
        {"Statement": [], "Rules": []},
        {"Statement": ["x"]},
        {"Statement": [{"Effect": "Allow"}]},
    ],
)
def test_a_document_that_is_no_policy_is_an_error(document: dict[str, Any]) -> None:
    with pytest.raises(PolicyError):
        parse(document)


def test_whose_policy_it_is_must_fit() -> None:
    with pytest.raises(PolicyError, match="names principals"):
        Access.identity([[one(Principal="*")]])
    with pytest.raises(PolicyError, match="neither Principal nor NotPrincipal"):
        Access.resource([one()])
    without = parse({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}})
    with pytest.raises(PolicyError, match="neither Resource nor NotResource"):
        Access.identity([[one()]], boundary=parse({"Statement": {"Effect": "Allow", "Action": "*"}}))
    assert Access.resource(without).layers == (without,)
