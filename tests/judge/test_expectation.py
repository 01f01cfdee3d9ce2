"""Expectations: held, broken, or nobody can say; never held by what was not seen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.catalog import load
from driftscan.config.keywords import typed
from driftscan.judge.expectation import BROKEN, HELD, OTHER_KEY, REDACTED, UNRESOLVED, Speech, agreement, answer, expected, meet
from driftscan.judge.spelling import written
from driftscan.model.baseline import Expectation
from driftscan.model.value import ABSENT, Address, Bag, Keyed, Opaque, Redacted, Ref, Seq, Text, Unknown, Value, Word, show_path

QUEUE = Address("AWS::SQS::Queue", "444444444444", "eu-west-1", "orders-prod")
SPEECH = Speech("prod", {QUEUE: "orders-{env}"}.get)
SECRET = Redacted("secret", ("0123456789abcdef",), "k1")
SETTING = Text(("http://", Opaque("0123456789abcdef", "k1")))
NAME = Text(("orders-", Word("prod", "prod", "{env}")))
BUCKET = load().specs["AWS::S3::Bucket"]


def says(value: Value, wanted: Any, *, optional: bool = False) -> str:
    """The answer to a rule's value as a file holds it."""
    return answer(Expectation("A", wanted, typed(wanted) if isinstance(wanted, dict) else None, optional), value, SPEECH)


@pytest.mark.parametrize(
    ("value", "literal", "wanted"),
    [
        (30, 30, HELD),
        (30, "30", HELD),
        ("30", 30, HELD),
        (30, 31, BROKEN),
        ("true", True, HELD),
        (False, True, BROKEN),
        (NAME, "orders-prod", HELD),
        (NAME, "orders-{env}", HELD),
        (NAME, "orders-stage", BROKEN),
        (Ref(QUEUE, QUEUE.type, "arn:x"), "arn:x", HELD),
        (Ref(QUEUE, QUEUE.type, "arn:x"), "{ref AWS::SQS::Queue orders-{env}}", HELD),
        (Bag((1, 2)), [2, 1], HELD),
        (Seq((1, 2)), [2, 1], BROKEN),
        (Bag((1, 2)), [1], BROKEN),
        (Keyed(((("a",), {"k": 1}),)), [{"k": 1}], HELD),
        ({"a": 1}, {"const": {"a": 1}}, HELD),
        ({"a": 1, "b": 2}, {"const": {"a": 1}}, BROKEN),
        (None, None, HELD),
        (1, None, BROKEN),
        (1, {"enum": [1, 2]}, HELD),
        (3, {"enum": [1, 2]}, BROKEN),
        (NAME, {"enum": ["x", "orders-{env}"]}, HELD),
    ],
)
def test_literals(value: Value, literal: Any, wanted: str) -> None:
    assert says(value, literal) == wanted


@pytest.mark.parametrize(
    ("value", "schema", "wanted"),
    [
        (7, {"minimum": 7}, HELD),
        ("7", {"minimum": 7}, HELD),
        ("seven", {"minimum": 7}, BROKEN),
        (True, {"minimum": 0}, BROKEN),
        (Ref(QUEUE, QUEUE.type, "arn:aws:kms:x"), {"pattern": "^arn:aws:kms:"}, HELD),
        (NAME, {"pattern": r"-prod$"}, HELD),
        (NAME, {"not": {"enum": ["orders-{env}"]}}, BROKEN),
        (Bag(("a", "b")), {"contains": {"const": "b"}}, HELD),
        (Bag(()), {"minItems": 1}, BROKEN),
        ("text", {"minItems": 1}, BROKEN),
        ({"a": 1}, {"required": ["a"]}, HELD),
    ],
)
def test_keywords(value: Value, schema: dict[str, Any], wanted: str) -> None:
    assert says(value, schema) == wanted


class TestNothingThere:
    def test_is_a_breach(self) -> None:
        assert says(ABSENT, 1) == BROKEN
        assert says(ABSENT, {"not": {"const": 1}}) == BROKEN

    def test_unless_the_rule_says_optional_or_wants_it(self) -> None:
        assert says(ABSENT, 1, optional=True) == HELD
        assert says(ABSENT, None) == HELD

    def test_optional_is_no_leave_for_other_values(self) -> None:
        assert says(2, 1, optional=True) == BROKEN


class TestNotSeen:
    @pytest.mark.parametrize("wanted", [1, None, {"minimum": 1}, {"not": {"const": 1}}, {"enum": [1]}])
    def test_what_was_not_read_is_unknown(self, wanted: Any) -> None:
        assert says(Unknown("AccessDenied"), wanted) == "AccessDenied"
        assert says(Unknown("AccessDenied"), wanted, optional=True) == "AccessDenied"

    @pytest.mark.parametrize("value", [SECRET, SETTING, Opaque("d", "k1"), Bag((SECRET,)), {"a": SETTING}])
    @pytest.mark.parametrize("schema", [{"pattern": "."}, {"not": {"const": 1}}, {"minItems": 0}, {"required": []}])
    def test_keywords_never_hold_for_what_is_masked(self, value: Value, schema: dict[str, Any]) -> None:
        assert says(value, schema) == REDACTED

    def test_a_literal_does_not_hold_for_what_is_masked(self) -> None:
        assert says(SECRET, "«secret 01234567»") == REDACTED
        assert says({"a": SECRET, "b": 1}, {"const": {"a": "x", "b": 1}}) == REDACTED

    def test_but_what_differs_for_sure_is_broken(self) -> None:
        assert says({"a": SECRET, "b": 1}, {"const": {"a": "x", "b": 2}}) == BROKEN
        assert says(Seq((SECRET, 1)), ["x", 2]) == BROKEN
        assert says(Bag((SECRET,)), ["x"]) == REDACTED

    def test_a_digest_is_told_from_another_of_the_same_key(self) -> None:
        def marker(text: str, key: str) -> dict[str, Any]:
            return {"const": {"redacted": {"kind": "secret", "text": text, "key_id": key}}}

        assert says(SECRET, marker("«secret 01234567»", "k1")) == HELD
        assert says(SECRET, marker("«secret ffffffff»", "k1")) == BROKEN
        assert says(SECRET, marker("«secret 01234567»", "k2")) == OTHER_KEY

    def test_an_id_that_nothing_explains_is_neither_equal_nor_drift(self) -> None:
        group = Text(("sg/", Ref(None, "AWS::EC2::SecurityGroup", "sg-0a")))
        assert says(group, "sg/sg-0a") == HELD
        assert says(group, "sg/sg-0b") == UNRESOLVED
        assert says(group, "group/sg-0a") == BROKEN


SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab", max_size=2)
CANONICAL = st.recursive(
    SCALARS,
    lambda v: st.lists(v, max_size=3).map(tuple).map(Bag) | st.lists(v, max_size=3).map(tuple).map(Seq)
    | st.dictionaries(st.text("ab", max_size=2), v, max_size=3),
)  # fmt: skip


@given(CANONICAL)
def test_every_value_is_what_it_is_written_as(value: Value) -> None:
    assert agreement(value, written(value, SPEECH.leaf), SPEECH) == HELD


@given(CANONICAL, CANONICAL)
def test_literals_tell_apart_what_is_not_the_same(one: Value, other: Value) -> None:
    """What one literal holds for is written in the same way up to order, and numbers and truth in text."""
    if agreement(one, written(other, SPEECH.leaf), SPEECH) == HELD:
        assert _loose(one) == _loose(other)


def _loose(value: Value) -> Any:
    match value:
        case dict():
            return {k: _loose(v) for k, v in value.items()}
        case Bag(items) | Seq(items):
            return ["list", *sorted((_loose(v) for v in items), key=repr)]
        case None:
            return None
        case _:
            return str(value).lower()


class TestMeet:
    def body(self) -> dict[str, Value]:
        return {"Rules": Bag(({"Days": 7}, {"Days": 1}, {})), "Deep": {"a": 1, "b": {"c": 2}}}

    def test_every_place_that_the_path_means_is_met(self) -> None:
        met = meet(Expectation("Rules[].Days", 7), self.body(), BUCKET, SPEECH)
        assert [(show_path(m.path), m.answer) for m in met] == [
            ("Rules[#1].Days", HELD),
            ("Rules[#2].Days", BROKEN),
            ("Rules[#3].Days", BROKEN),
        ]

    def test_a_path_that_means_no_place_is_met_as_itself(self) -> None:
        (met,) = meet(Expectation("Rules[Name=x].Days", 7), self.body(), BUCKET, SPEECH)
        assert (show_path(met.path), met.value, met.answer) == ("Rules[Name=x].Days", ABSENT, BROKEN)

    def test_of_a_literal_map_only_what_differs(self) -> None:
        literal = {"const": {"a": 1, "b": {"c": 3}, "d": 4}}
        met = meet(Expectation("Deep", literal, typed(literal)), self.body(), BUCKET, SPEECH)
        assert [(show_path(m.path), m.value, m.expectation.written) for m in met] == [("Deep.b.c", 2, 3), ("Deep.d", ABSENT, 4)]

    def test_a_type_without_tags_has_none_to_be_wrong(self) -> None:
        assert meet(Expectation("tags.Owner", "x"), {}, load().specs["AWS::IAM::AccountPasswordPolicy"], SPEECH) == []


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("Enabled", "Enabled"),
        ("", '""'),
        (None, "not set"),
        ({"enum": ["a"]}, "a"),
        ({"enum": ["a", 1]}, "one of a, 1"),
        ({"minimum": 7, "maximum": 9}, "at least 7 and at most 9"),
        ({"minItems": 1}, "at least 1 element"),
        ({"not": {"const": 1}}, 'not {"const": 1}'),
        ({"not": {"const": 1}, "description": "anything but one"}, "anything but one"),
        ({"type": "string"}, "of type string"),
        ({}, "set"),
    ],
)
def test_words(wanted: Any, words: str) -> None:
    assert expected(Expectation("A", wanted, typed(wanted) if isinstance(wanted, dict) else None)) == words
