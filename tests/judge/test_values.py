from __future__ import annotations

import pytest

from driftscan.judge.values import alike, digest, neutral, number, same, value_at
from driftscan.model.value import ABSENT, Address, Bag, Key, Keyed, Opaque, Redacted, Ref, Seq, Text, Unknown, Word

STAGE, PROD = Address("T", "1", "r", "sg-1"), Address("T", "2", "r", "sg-2")
KEYS = {STAGE: "web", PROD: "web"}


def plain(value: object, own: str) -> object:
    return neutral(value, KEYS.get, own)


def test_two_environments_say_the_same() -> None:
    ours = {"Name": Text(("orders-", Word("stage", "stg", "{env}"))), "Group": Ref(STAGE, "T", "sg-1", "id"), "Set": Bag(("b", "a"))}
    theirs = {"Name": Text(("orders-", Word("prod", "prod", "{env}"))), "Group": Ref(PROD, "T", "sg-2", "id"), "Set": Bag(("a", "b"))}
    assert plain(ours, "stage") == plain(theirs, "prod")


def test_naming_another_environment_is_not_naming_its_own() -> None:
    word = Text(("orders-", Word("prod", "prod", "{env}")))
    assert plain(word, "stage") != plain(word, "prod")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (Bag(("a", "b")), Seq(("a", "b"))),
        (Bag(("a",)), Bag(("a", "a"))),
        (Seq(("a", "b")), Seq(("b", "a"))),
        ({}, ABSENT),
        (None, ABSENT),
        ("x", Text(("x",))),
        (Redacted("secret", ("#1",), "k"), Redacted("secret", ("#1",), "other")),
        (Opaque("1", "k"), "1"),
        (Unknown("x"), "x"),
        (Ref(None, "T", "sg-9"), Ref(None, "T", "sg-8")),
        (Keyed(((("a",), 1),)), Keyed(((("a",), 2),))),
    ],
)
def test_what_differs_stays_different(a: object, b: object) -> None:
    assert plain(a, "stage") != plain(b, "stage")


@pytest.mark.parametrize(
    ("value", "written", "expected"),
    [
        (30, 30, True),
        ("30", 30, True),
        (30, "30.0", True),
        (30, 31, False),
        (True, True, True),
        (True, 1, False),
        (True, "true", True),
        (None, None, True),
        (ABSENT, None, True),
        ("", None, False),
        (ABSENT, "x", False),
        ("null", None, False),
        (Text(("a-", Word("stage", "stg", "{env}"))), "a-stg", True),
        (Bag(("a", "b")), ["b", "a"], True),
        (Bag(("a", "b")), ["b", "b"], False),
        (Seq(("a", "b")), ["b", "a"], False),
        ([1, 2], [1, 2], True),
        ({"A": 1}, {"A": "1"}, True),
        ({"A": 1}, {"A": 1, "B": 2}, False),
        (Keyed(((("k",), {"A": 1}),)), [{"A": 1}], True),
        ("x", ["x"], False),
        ("1e", 1, False),
    ],
)
def test_what_a_person_wrote(value: object, written: object, expected: bool) -> None:
    assert same(value, written) is expected


@pytest.mark.parametrize(
    ("value", "expected"), [("30", 30.0), (" 1.5 ", 1.5), ("-2", -2.0), (7, 7.0), (True, None), ("", None), ("1-2", None), ("inf", None)]
)
def test_numbers(value: object, expected: float | None) -> None:
    assert number(value) == expected


def test_what_stands_at_a_path() -> None:
    element = {"Port": 22}
    body = {"A": {"B": Keyed(((("tcp", 22), element),))}, "L": Seq(("x", "y")), "S": Bag(("p", "q"))}
    assert value_at(body, ("A", "B", Key(("tcp", "22")), "Port")) == 22
    assert value_at(body, ("L", 1)) == "y"
    assert value_at(body, ("S", Key(("q",)))) == "q"
    assert value_at(body, ()) == body
    for lost in [("A", "C"), ("L", 2), ("L", "x"), ("S", Key(("z",))), ("A", "B", Key(("udp", "22")), "Port"), ("A", "B", "tcp")]:
        assert value_at(body, lost) is ABSENT


def test_digests_are_stable() -> None:
    assert digest("a", {"y": 1, "x": 2}) == digest("a", {"x": 2, "y": 1})
    assert digest("a", "b") != digest("ab")
    assert len(digest("x")) == 32


def test_a_map_whose_names_hold_words_is_a_map() -> None:
    value = Keyed((((Text(("a-", Word("prod", "prod", "{env}"))),), 1), (("b",), 2)), members=True)
    assert value_at({"T": value}, ("T", "a-{env}")) == value_at({"T": value}, ("T", "a-prod")) == 1
    assert value_at({"T": value}, ("T", "a-dev")) is ABSENT
    assert same(value, {"a-prod": 1, "b": 2})
    assert not same(value, {"a-prod": 1, "b": 3})


def spelled(value: object, own: str) -> object:
    return neutral(value, KEYS.get, own, spelled=True)


def region(env: str, text: str) -> Text:
    """A registry in one region, as an environment sees it whose home may be another."""
    return Text(("1.dkr.ecr.", Word(env, text, "{region}"), ".amazonaws.com/shop:1"))


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (region("stage", "eu-west-1"), region("", "eu-west-1"), True),  # the same place, home to one of them
        (region("stage", "eu-west-1"), region("prod", "eu-central-1"), True),  # each its own
        (region("stage", "eu-west-1"), region("", "us-east-1"), False),
        (Word("stage", "stg", "{env}"), Word("prod", "prod", "{env}"), True),
        (Word("stage", "stg", "{env}"), Word("prod", "PROD", "{ENV}"), False),
        (Bag((region("stage", "eu-west-1"), "a")), Bag(("a", region("", "eu-west-1"))), True),
        (Bag(("a", "a")), Bag(("a", "b")), False),
        ({"A": 1}, {"A": True}, False),
        ({"A": 1}, {"B": 1}, False),
    ],
)
def test_values_agree_word_by_word(ours: object, theirs: object, expected: bool) -> None:
    assert alike(spelled(ours, "stage"), spelled(theirs, "prod")) is expected
    assert alike(spelled(theirs, "prod"), spelled(ours, "stage")) is expected
