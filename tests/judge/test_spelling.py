"""Canonical values as rules write them."""

from __future__ import annotations

from driftscan.judge.spelling import hidden, plainly, symbolic, symbolically, written
from driftscan.model.value import Address, Bag, Keyed, Opaque, Redacted, Ref, Seq, Text, Unknown, Word

QUEUE = Address("AWS::SQS::Queue", "444444444444", "eu-west-1", "orders-prod")
NAME = Text(("orders-", Word("prod", "prod", "{env}"), "-", Word("stage", "stage", "{env}")))
LEAF = symbolically("prod", {QUEUE: "orders-{env}"}.get)


def test_as_reports_show_it() -> None:
    body = {"a": NAME, "b": Bag((1, None)), "c": Seq((True,)), "d": Keyed(((("x",), {"k": 1}),)), "e": Ref(QUEUE, QUEUE.type, "arn:x")}
    assert written(body, plainly) == {"a": "orders-prod-stage", "b": [1, None], "c": [True], "d": [{"k": 1}], "e": "arn:x"}


def test_with_symbols_for_what_is_its_own() -> None:
    assert LEAF(NAME) == "orders-{env}-stage"
    assert LEAF(Ref(QUEUE, QUEUE.type, "arn:x")) == "{ref AWS::SQS::Queue orders-{env}}"
    assert LEAF(Ref(None, "AWS::EC2::VPC", "vpc-1")) == "vpc-1"
    members = Keyed((((Word("prod", "prod", "{env}"),), 1),), members=True)
    assert written(members, LEAF) == {"{env}": 1}
    assert written(members, plainly) == {"prod": 1}


def test_what_nobody_can_judge_is_found_at_any_depth() -> None:
    secret, token, unread = Redacted("secret", ("a",), "k"), Opaque("d", "k"), Unknown("x")
    body = {"a": [secret], "b": Bag((Text(("x", token)),)), "c": Keyed(((("k",), {"d": unread}),)), "e": Seq((1, "x"))}
    assert list(hidden(body)) == [secret, token, unread]
    assert list(hidden(NAME)) == []


def test_symbols_in_a_rule_are_seen_at_any_depth() -> None:
    assert symbolic({"enum": ["a", "orders-{env}"]})
    assert symbolic({"properties": {"{Env}": {}}})
    assert symbolic("{ref AWS::SQS::Queue orders}")
    assert not symbolic({"const": "{account}", "minimum": 1})
