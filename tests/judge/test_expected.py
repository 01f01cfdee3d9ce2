from __future__ import annotations

from typing import Any

import pytest

from driftscan.judge.expected import about, applies, inside, not_different, ruling
from driftscan.model.drift import Change
from driftscan.model.finding import Kind
from driftscan.model.settings import Expected
from driftscan.model.value import ABSENT, Address, Bag, Key, Opaque, Path, Redacted, Ref, Text, Unknown, Word


def rule(name: str, path: str = "*", **more: Any) -> Expected:
    return Expected(**{"id": name, "type": "*", "path": path, "rule": name, "reason": "because", "owner": "platform", **more})


@pytest.mark.parametrize(
    ("given", "candidate", "reference", "expected"),
    [
        (rule("any"), 1, 2, True),
        (rule("any"), ABSENT, 2, True),
        (rule("one_of", values=["a", "b"]), "b", "z", True),
        (rule("one_of", values=["a", "b"]), "c", "z", False),
        (rule("one_of", values=[1]), "1", 9, True),
        (rule("one_of", values=["a"]), ABSENT, "a", False),
        (rule("one_of", values=["a", None]), ABSENT, "a", True),
        (rule("at_most_reference"), 1, 2, True),
        (rule("at_most_reference"), 2, 2, True),
        (rule("at_most_reference"), 3, 2, False),
        (rule("at_most_reference"), "db.t3.small", "db.m5.large", True),
        (rule("at_most_reference"), "db.m5.xlarge", "db.m5.large", False),
        (rule("at_most_reference"), "db.m5.large", "cache.m5.large", False),
        (rule("at_most_reference"), ABSENT, 2, False),
        (rule("at_most_reference"), Redacted("secret", ("#1",), "k"), Redacted("secret", ("#2",), "k"), False),
        (rule("at_least_reference"), "PT2H", "PT1H", True),
        (rule("at_least_reference"), "PT1M", "PT1H", False),
        (rule("at_least_reference"), "abc", "abd", False),
        (rule("ratio", ratio=(0.25, 1.0)), 25, 100, True),
        (rule("ratio", ratio=(0.25, 1.0)), 24, 100, False),
        (rule("ratio", ratio=(0.25, 1.0)), 101, 100, False),
        (rule("ratio", ratio=(0.25, 1.0)), "1", "4", True),
        (rule("ratio", ratio=(0.5, 2.0)), "PT30M", "PT1H", True),
        (rule("ratio", ratio=(0.5, 2.0)), "512Mi", "1h", False),
        (rule("ratio", ratio=(0.5, 2.0)), 1, 0, False),
        (rule("ratio", ratio=(0.5, 2.0)), ABSENT, 1, False),
        (rule("must_differ"), "10.0.0.0/16", "10.1.0.0/16", True),
        (rule("must_differ"), "10.0.0.0/16", "10.0.0.0/16", False),
        (rule("must_differ"), "10.0.128.0/17", "10.0.0.0/16", False),
        (rule("must_differ"), "10.0.0.0/16", "2001:db8::/32", True),
        (rule("must_differ"), "a/b", "a/c", True),
        (rule("at_least_reference"), ABSENT, 30, False),
        (rule("at_most_reference"), 30, "never expire", True),
        (rule("mapped", values={"acme.com": "stage.acme.dev"}), "https://api.stage.acme.dev/v1", "https://api.acme.com/v1", True),
        (rule("mapped", values={"acme.com": "acme.dev"}), "arn:aws:s3:::www.acme.dev/x", "arn:aws:s3:::www.acme.com/x", True),
        (rule("mapped", values={"acme.com": "acme.dev"}), "https://api.acme.dev/v2", "https://api.acme.com/v1", False),
        (rule("mapped", values={"acme.com": "acme.dev"}), "notacme.dev", "notacme.com", False),
        (rule("mapped", values={"acme.com": "acme.dev"}), "acme.dev.net", "acme.com.net", False),
        (rule("mapped", values={"a.com": "a.dev", "b.com": "b.dev"}), "a.dev,b.com", "a.com,b.com", False),
        (rule("mapped", values={"large": "small"}), "db.m5.small", "db.m5.large", False),
        (rule("must_differ"), ABSENT, "10.0.0.0/16", False),
        (rule("mapped", values={"large": "small", "10": 5}), "small", "large", True),
        (rule("mapped", values={"large": "small", "10": 5}), 5, 10, True),
        (rule("mapped", values={"large": "small"}), "medium", "large", False),
        (rule("mapped", values={"large": "small"}), "small", "huge", False),
        (rule("mapped", values={True: False}), False, True, True),
        (rule("mapped", values={"large": "small"}), ABSENT, "large", False),
    ],
)
def test_bounds(given: Expected, candidate: object, reference: object, expected: bool) -> None:
    assert inside(given, candidate, reference) is expected


def test_an_element_that_stage_lacks_is_at_most_what_prod_has() -> None:
    change = Change(("Rules", Key(("k",))), ABSENT, {"x": 1})
    assert ruling((rule("at_most_reference", "Rules[]"),), change).inside  # type: ignore[union-attr]
    assert not ruling((rule("at_least_reference", "Rules[]"),), change).inside  # type: ignore[union-attr]


def test_the_first_rule_that_allows_decides_else_the_first_that_does_not() -> None:
    strict, loose = rule("at_least_reference", "Size"), rule("any", "Size", id="loose")
    assert ruling((strict, loose), Change(("Size",), 1, 2)).rule is loose  # type: ignore[union-attr]
    found = ruling((strict, rule("must_differ", "Other")), Change(("Size",), 1, 2))
    assert found is not None
    assert (found.rule, found.inside) == (strict, False)
    assert ruling((strict,), Change(("Name",), 1, 2)) is None


def test_what_is_not_known_is_only_allowed_by_any() -> None:
    change = Change(("Size",), Unknown("AccessDenied"), 2, "AccessDenied")
    assert ruling((rule("must_differ"), rule("one_of", values=[2])), change) is None
    assert ruling((rule("any"),), change).inside  # type: ignore[union-attr]


def test_which_resources_a_rule_is_about() -> None:
    databases = rule("any", type="AWS::RDS::*", key="orders*")
    assert about(databases, Kind.CHANGED, "AWS::RDS::DBInstance", "orders-main")
    assert not about(databases, Kind.CHANGED, "AWS::RDS::DBInstance", "billing")
    assert not about(databases, Kind.CHANGED, "AWS::SQS::Queue", "orders")
    assert not about(databases, Kind.MISSING, "AWS::RDS::DBInstance", "orders-main")
    assert about(rule("any", kind="missing"), Kind.MISSING, "AWS::SQS::Queue", "orders")


def test_which_comparisons_a_rule_is_about() -> None:
    assert applies(rule("any"), "stage..prod", same_environment=False)
    assert not applies(rule("any"), "prod..prod", same_environment=True), "a rule about environments would hide changes over time"
    assert applies(rule("any", comparison="prod..prod"), "prod..prod", same_environment=True)
    assert not applies(rule("any", comparison="dev..stage"), "stage..prod", same_environment=False)


@pytest.mark.parametrize(
    ("value", "broken"),
    [
        ("10.0.0.0/16", True),
        (7, True),
        (Redacted("secret", ("#abc",), "k"), True),
        (Opaque("abc", "k"), True),
        (Ref(None, "AWS::KMS::Key", "key-1"), True),
        (Text(("a", Opaque("abc", "k"))), True),
        ("{network}+1.0/24", False),
        ("arn:aws:sqs:{region}:{account}:x", False),
        (Text(("orders-", Word("stage", "stage", "{env}"))), False),
        (Ref(Address("T", "1", "r", "i"), "T", "i"), False),
        (Unknown("AccessDenied"), False),
        (None, False),
    ],
)
def test_where_two_sides_are_the_same_and_must_not_be(value: object, broken: bool) -> None:
    found = list(not_different(rule("must_differ", "A.B"), {"A": {"B": value}, "C": 1}, {"A": {"B": value}, "C": 1}))
    assert found == ([(("A", "B"), value)] if broken else [])


def test_only_the_shared_elements_of_a_set_break_a_must_differ() -> None:
    path: Path = ("Blocks", Key(("10.0.0.0/8",)))
    found = list(not_different(rule("must_differ", "Blocks"), {"Blocks": Bag(("10.0.0.0/8", "a"))}, {"Blocks": Bag(("10.0.0.0/8", "b"))}))
    assert found == [(path, "10.0.0.0/8")]
