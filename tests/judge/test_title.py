from __future__ import annotations

import pytest

from driftscan.catalog import load
from driftscan.judge.title import noun, shown
from driftscan.model.drift import Ambiguous, Change
from driftscan.model.value import ABSENT, Bag, Key, Seq, Text, Unknown, Word
from tests.judge.estate import QUEUE, Estate


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ([Change(("VisibilityTimeout",), 30, 60)], "SQS queue orders: VisibilityTimeout is 30 in stage, 60 in prod"),
        ([Change(("A",), "", True)], "SQS queue orders: A is empty in stage, true in prod"),
        ([Change(("Tags", "Team"), "x", ABSENT)], "SQS queue orders: Tags.Team is x in stage, not set in prod"),
        ([Change(("Tags", "a.b"), ABSENT, "x")], 'SQS queue orders: Tags["a.b"] is x in prod, not set in stage'),
        ([Change(("R", Key(("22",))), {"x": 1}, ABSENT)], "SQS queue orders: R[22] is in stage, not in prod"),
        (
            [Change(("L",), Seq(("a", "b")), Seq(("b", "a")), order_only=True)],
            "SQS queue orders: L is in another order in stage than in prod",
        ),
        (
            [Change(("P",), Unknown("AccessDenied"), 1, "AccessDenied")],
            "SQS queue orders: P could not be compared, it is unknown in stage (AccessDenied)",
        ),
        (
            [Change(("P",), 1, Unknown("in flux"), "in flux")],
            "SQS queue orders: P could not be compared, it is unknown in prod (in flux)",
        ),
        ([Change(("P",), "a", "b", "other key")], "SQS queue orders: P could not be compared (other key)"),
        ([Change(("A",), {"x": 1}, {})], "SQS queue orders: A is 1 member in stage, empty in prod"),
        ([Change(("B",), 1, 2), Change(("A",), 1, 2)], "SQS queue orders: A is 1 in stage, 2 in prod, and 1 more"),
        (
            [Change(("B",), 1, 2), Change(("A",), 1, 2), Change(("C",), 1, 2)],
            "SQS queue orders: A is 1 in stage, 2 in prod, and 2 more",
        ),
        (
            [Change(("A",), Unknown("x"), 2, "x"), Change(("Z",), 1, 2)],
            "SQS queue orders: Z is 1 in stage, 2 in prod, and 1 more",
        ),
    ],
)
def test_one_plain_sentence(changes: list[Change], title: str) -> None:
    estate = Estate()
    estate.pair("orders", *changes)
    assert estate.judge().findings[0].title == title


def test_resources_without_counterpart() -> None:
    estate = Estate()
    estate.alone(0, "new")
    estate.alone(1, "old")
    assert sorted(f.title for f in estate.judge().findings) == ["SQS queue new is only in stage", "SQS queue old is missing in stage"]


def test_resources_that_could_not_be_told_apart() -> None:
    estate = Estate()
    some = [estate.add(side, id) for side, id in ((0, "a"), (0, "b"), (1, "c"))]
    estate.ambiguous.append(Ambiguous(QUEUE, tuple(some[:2]), tuple(some[2:]), "twin"))
    assert estate.judge().findings[0].title == "SQS queue twin: 2 in stage and 1 in prod could be each other's counterparts"


@pytest.mark.parametrize(
    ("key", "name", "called"),
    [
        ("arn:aws:sqs:{region}:{account}:orders-{env}", "orders-{env}", "SQS queue orders-{env}"),
        ("//orders", "orders", "SQS queue orders"),
        ("https://x/orders", "", "SQS queue https://x/orders"),
        ("main/orders", "orders", "SQS queue main/orders"),
        ("", "", "SQS queue in eu-west-1"),
        ("#2", "", "SQS queue in eu-west-1"),
    ],
)
def test_what_people_call_a_resource(key: str, name: str, called: str) -> None:
    estate = Estate()
    estate.pair(key, Change(("A",), 1, 2), names=(name, name))
    assert estate.judge().findings[0].title.startswith(f"{called}: ")
    alone = Estate()
    alone.alone(1, key, name=name)
    if key:
        assert alone.judge().findings[0].title == f"{called} is missing in stage"


def test_one_environment_over_time() -> None:
    estate = Estate("prod", "prod")
    estate.pair("orders", Change(("VisibilityTimeout",), 30, 60))
    assert estate.judge().findings[0].title == "SQS queue orders: VisibilityTimeout is 30 in prod now, 60 in prod before"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a\n  b", "a b"),
        ("x" * 60, "x" * 60),
        ("a" * 40 + "b" * 40, "a" * 29 + "…" + "b" * 30),
        (Bag(("a",)), "1 element"),
        (Bag(()), "empty"),
        ([1, 2], "2 elements"),
        (None, "null"),
        (False, "false"),
        (Text(("a-", Word("stage", "stg", "{env}"))), "a-stg"),
    ],
)
def test_values_are_short(value: object, expected: str) -> None:
    assert shown(value) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Lambda layer, newest version", "Lambda layer"),
        ("Secret (never its value)", "Secret"),
        ("Load balancer (application, network, gateway)", "Load balancer"),
        ("EventBridge rule with its targets", "EventBridge rule"),
        ("EBS snapshot owned by the account", "EBS snapshot"),
        ("", "AWS::X::Y"),
    ],
)
def test_nouns(title: str, expected: str) -> None:
    assert noun(title, "AWS::X::Y") == expected


def test_every_type_of_the_catalogue_has_a_short_name() -> None:
    for type, spec in load().of("aws").items():
        name = noun(spec.title, type)
        assert 0 < len(name) <= 60
        assert not set(name) & set("(),:")
