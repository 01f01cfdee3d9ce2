"""Changes inside a policy, a set of rules or a route table carry what the whole means, where all of it is understood."""

from __future__ import annotations

from typing import Any

import pytest

from driftscan.catalog import load
from driftscan.compare.diff import changes
from driftscan.compare.links import Links
from driftscan.compare.meaning import Speller, UnclearError, clash
from driftscan.model.drift import Change, Relation
from driftscan.model.value import Address, Bag, Key, Keyed, Redacted, Ref, Text, Unknown, Value
from tests.compare.estate import QUEUE, Estate, at, canonical, word

SPECS = load().specs
ROLE, GROUP = "AWS::IAM::Role", "AWS::EC2::SecurityGroup"
C, R = at("stage", ROLE, "r"), at("prod", ROLE, "r")


def policy(*statements: dict[str, Any]) -> dict[str, Value]:
    return {"AssumeRolePolicyDocument": {}, "RolePolicyList": Keyed(((("p",), {"PolicyDocument": {"Statement": Bag(statements)}}),))}


def allow(*actions: str, on: Value = "*", **more: Value) -> dict[str, Value]:
    return {"Effect": "Allow", "Action": Bag(actions), "Resource": Bag((on,)), **more}


def linked(pairs: tuple[tuple[Address, Address], ...] = (), names: dict[Address, str] | None = None, type_: str = ROLE) -> Links:
    stage, prod = Estate("stage"), Estate("prod")
    for c, r in ((at("stage", type_, "r"), at("prod", type_, "r")), *pairs):
        stage.add(canonical(c, name=(names or {}).get(c, "")))
        prod.add(canonical(r, name=(names or {}).get(r, "")))
    known = Links(stage.side(), prod.side())
    for c, r in pairs:
        known.pair(c, r)
    known.released = True
    return known


def found(candidate: dict[str, Value], reference: dict[str, Value], known: Links | None = None, type_: str = ROLE) -> tuple[Change, ...]:
    c, r = canonical(at("stage", type_, "r"), candidate), canonical(at("prod", type_, "r"), reference)
    return changes(c, r, known or linked(type_=type_), SPECS[type_])


def test_split_statements_mean_one_thing() -> None:
    split, whole = policy(allow("s3:GetObject"), allow("s3:PutObject")), policy(allow("s3:GetObject", "s3:PutObject"))
    told = found(split, whole)
    assert told
    assert all(c.meaning is not None and c.meaning.same for c in told)


def test_a_change_beside_a_new_spelling_is_what_the_whole_says() -> None:
    told = found(
        policy(allow("s3:GetObject"), allow("s3:PutObject"), allow("s3:DeleteObject")), policy(allow("s3:GetObject", "s3:PutObject"))
    )
    assert {c.meaning.more for c in told if c.meaning} == {(("s3:DeleteObject on *",), ())}


def test_labels_stand_for_themselves() -> None:
    told = found(policy(allow("s3:GetObject", Sid="Read")), policy(allow("s3:GetObject", Sid="Get")))
    assert [(c.path[-1], c.meaning) for c in told] == [("Sid", None)]


def test_another_version_of_the_language_says_something_else() -> None:
    one, other = (
        {"AssumeRolePolicyDocument": {"Version": v, "Statement": Bag((allow(a),))}}
        for v, a in (("2008-10-17", "a:B"), ("2012-10-17", "a:b"))
    )
    assert all(c.meaning is None for c in found(one, other))


def test_a_whole_with_something_unread_in_it_means_nothing() -> None:
    told = found(policy(allow("s3:GetObject"), allow(on=Unknown("AccessDenied"))), policy(allow("s3:getobject"), allow()))
    assert told
    assert all(c.meaning is None for c in told)


def test_paired_resources_are_called_alike_and_others_are_not() -> None:
    c, r, other = at("stage", QUEUE, "Orders-1A2B"), at("prod", QUEUE, "Orders-9Z8Y"), at("prod", QUEUE, "other")
    known = linked(((c, r), (at("stage", QUEUE, "x"), other)))
    ref = lambda a: Ref(a, QUEUE, f"arn:aws:sqs:eu-west-1:{a.account}:{a.id}", "arn")  # noqa: E731
    split = policy(allow("sqs:SendMessage", on=ref(c)), allow("sqs:ReceiveMessage", on=ref(c)))
    told = found(split, policy(allow("sqs:SendMessage", "sqs:ReceiveMessage", on=ref(r))), known)
    assert told
    assert all(x.meaning is not None and x.meaning.same for x in told)
    apart = found(split, policy(allow("sqs:SendMessage", "sqs:ReceiveMessage", on=ref(other))), known)
    assert all(x.meaning is not None and x.meaning.relation is Relation.INCOMPARABLE for x in apart)


def test_a_pattern_is_held_against_what_a_reference_is_called() -> None:
    c, r = at("stage", QUEUE, "orders-stage"), at("prod", QUEUE, "orders-prod")
    known = linked(((c, r),), {c: "orders-{env}", r: "orders-{env}"})
    ref = Ref(c, QUEUE, f"arn:aws:sqs:eu-west-1:{c.account}:orders-stage", "arn")
    told = found(
        policy(allow("sqs:SendMessage", on=ref)), policy(allow("sqs:SendMessage", on="arn:aws:sqs:{region}:{account}:orders-*")), known
    )
    assert {x.meaning.relation for x in told if x.meaning} == {Relation.REFERENCE_WIDER}


def group(*permissions: dict[str, Value]) -> dict[str, Value]:
    return {"IpPermissions": Bag(permissions)}


def rule(first: int, last: int, block: Value = "10.0.0.0/8", **more: Value) -> dict[str, Value]:
    return {"IpProtocol": "tcp", "FromPort": first, "ToPort": last, "IpRanges": Bag(({"CidrIp": block, **more},))}


def test_merged_ports_mean_one_thing_and_their_description_goes_with_them() -> None:
    told = found(group(rule(80, 81)), group(rule(80, 80, Description="web"), rule(81, 81)), type_=GROUP)
    assert told
    assert all(c.meaning is not None and c.meaning.same for c in told)


def test_a_description_alone_is_a_difference_of_its_own() -> None:
    told = found(group(rule(80, 81, Description="a")), group(rule(80, 81, Description="b")), type_=GROUP)
    assert [c.meaning for c in told] == [None]


def test_an_empty_set_of_rules_lets_nothing_in() -> None:
    (change,) = found({}, group(rule(80, 80)), type_=GROUP)
    assert change.meaning is not None
    assert change.meaning.more == ((), ("tcp 80 from 10.0.0.0/8",))


@pytest.mark.parametrize("value", [Unknown("AccessDenied"), Redacted("secret", ("ab",), "k")])
def test_what_was_not_read_or_may_not_be_shown_has_no_plain_form(value: Value) -> None:
    with pytest.raises(UnclearError):
        Speller(linked(), 0).plain({"a": Bag((value,))})


def test_plain_values_are_the_vendors_shapes_again() -> None:
    text = Text(("arn:", word("stage"), ":x"))
    value = {"a": Keyed((((word("stage"),), 1),), members=True), "b": Keyed(((("k",), {"t": text}),)), "c": Bag((True, None, 1.5))}
    assert Speller(linked(), 0).plain(value) == {"a": {"{env}": 1}, "b": [{"t": "arn:{env}:x"}], "c": [True, None, 1.5]}


def test_one_name_for_two_resources_is_no_name() -> None:
    a, b = (Address(QUEUE, "333333333333", region, "orders") for region in ("eu-west-1", "us-east-1"))
    far = Address(QUEUE, "444444444444", "us-east-1", "orders")
    known = linked(
        ((a, at("prod", QUEUE, "orders")), (b, far)), {a: "orders", at("prod", QUEUE, "orders"): "orders", b: "orders", far: "orders"}
    )
    speller = Speller(known, 0)
    refs = [Ref(x, QUEUE, "orders", "name") for x in (a, b)]
    with pytest.raises(UnclearError):
        speller.plain(Bag(tuple(refs)))
    one, other = Speller(known, 0), Speller(known, 1)
    one.plain(refs[0])
    other.plain(Ref(far, QUEUE, "orders", "name"))
    assert clash(one, other, known)


BUCKET, FIREWALL = "storage.googleapis.com/Bucket", "compute.googleapis.com/Firewall"
ANN = {"role": "roles/viewer", "members": Bag(("user:ann@acme.com",))}


def bound(*bindings: dict[str, Value]) -> dict[str, Value]:
    return {"iamPolicy": {"bindings": Keyed(tuple(((b["role"],), b) for b in bindings))}}


def google(candidate: dict[str, Value], reference: dict[str, Value], type_: str = BUCKET) -> tuple[Change, ...]:
    spec = load().spec(type_)
    c, r = canonical(at("stage", type_, "r"), candidate), canonical(at("prod", type_, "r"), reference)
    return changes(c, r, linked(type_=type_), spec)


def test_who_sets_no_policy_grants_nothing() -> None:
    (added,) = google(bound(ANN), {})
    assert added.path == ("iamPolicy", "bindings", Key(("roles/viewer",)))
    assert added.meaning is not None
    assert added.meaning.relation is Relation.CANDIDATE_WIDER
    assert google({"iamPolicy": {}}, {}) == ()
    (unread,) = google({"iamPolicy": Unknown("PERMISSION_DENIED")}, {})
    assert (unread.code, unread.meaning) == ("PERMISSION_DENIED", None)


def test_what_a_document_means_as_a_whole_asks_for_nothing_else_of_it() -> None:
    rule = {"direction": "INGRESS", "priority": 1000, "allowed": Bag(({"IPProtocol": "tcp"},)), "sourceRanges": Bag(("10.0.0.0/8",))}
    wide = {**rule, "sourceRanges": Bag(("10.0.0.0/7",)), "description": Unknown("x"), "name": "b"}
    told = {c.path[0]: c.meaning for c in google(wide, {**rule, "description": "d", "name": "a"}, FIREWALL)}
    assert told.keys() == {"sourceRanges", "description", "name"}
    assert (told["description"], told["name"]) == (None, None)
    assert told["sourceRanges"] is not None
    assert told["sourceRanges"].more == (("tcp 0-65535 from 11.0.0.0/8",), ())
