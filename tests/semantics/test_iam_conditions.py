"""Cases of a condition key, against the evaluation of every operator on the values that they name."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.semantics.iam import PolicyError, parse
from driftscan.semantics.iam.conditions import cases
from driftscan.semantics.iam.errors import TooMany
from driftscan.semantics.iam.operators import KeyTest, read
from tests.semantics.iam_evaluate import holds

IP = ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32", "192.168.0.0/16", "fd00::/8"]
VALUES = {
    "String": (["a", "ab", "b*", "?", "A", "*"], ["a", "ab", "b", "A", "B", "x", "b*"]),
    "Numeric": (["1", "2", "10", "-1.5"], ["0", "1", "1.5", "2", "5", "10", "11", "-2", "-1.5"]),
    "Ip": (IP, ["10.0.0.1", "10.1.2.3", "10.1.2.4", "192.168.1.1", "8.8.8.8", "fd00::1", "::1"]),
}
OPERATORS = {
    "String": ["StringEquals", "StringLike", "StringNotEquals", "StringNotLike", "StringEqualsIgnoreCase", "StringEqualsIfExists"],
    "Numeric": ["NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals", "NumericLessThanEqualsIfExists"],
    "Ip": ["IpAddress", "NotIpAddress", "IpAddressIfExists"],
}


@st.composite
def written_tests(draw: st.DrawFn) -> tuple[str, bool, list[tuple[str, list[str]]]]:
    """A family, whether its tests are of sets, and tests of one key as policies write them."""
    family = draw(st.sampled_from(sorted(VALUES)))
    several = draw(st.booleans())
    values = st.lists(st.sampled_from(VALUES[family][0]), min_size=1, max_size=2)
    qualifier = st.sampled_from(["ForAllValues:", "ForAnyValue:"] if several else [""])
    written = st.tuples(qualifier, st.sampled_from(OPERATORS[family]), values).map(lambda t: (t[0] + t[1], t[2]))
    return (
        family,
        several,
        draw(st.lists(written, min_size=1, max_size=2 if several else 4))
        + draw(st.lists(st.sampled_from([("Null", ["true"]), ("Null", ["false"])]), max_size=1)),
    )


@settings(max_examples=200)
@given(written_tests(), st.data())
def test_every_case_is_as_its_example_and_no_value_is_in_none(
    made: tuple[str, bool, list[tuple[str, list[str]]]], data: st.DataObject
) -> None:
    family, several, written = made
    by_test: dict[KeyTest, tuple[str, list[str]]] = {read(op, "aws:Key", values): (op, values) for op, values in written}
    every = tuple(sorted(by_test))
    found = cases(every)

    def held(value: tuple[str, ...] | None) -> int:
        return sum(holds(*by_test[t], value) << n for n, t in enumerate(every))  # type: ignore[arg-type]

    for case in found:
        if case.value != ("anything",):  # only whether the key is there was asked
            assert held(case.value) == case.held, case
    some = st.lists(st.sampled_from(VALUES[family][1]), min_size=1, max_size=3 if several else 1).map(tuple)
    value = data.draw(st.none() | some)
    assert held(value) in {c.held for c in found}


def test_a_boolean_key_is_true_or_false_where_it_is_there() -> None:
    pair = read("Bool", "aws:SecureTransport", ["true"]), read("Bool", "aws:SecureTransport", ["false"])
    assert sorted(c.held for c in cases(pair)) == [0, 1, 2]


def test_dates_are_one_line_however_they_are_written() -> None:
    pair = read("DateLessThan", "k", ["2026-01-01T00:00:00Z"]), read("DateLessThan", "k", ["1767225600"])
    assert sorted({c.held for c in cases(pair)}) == [0, 3]


def test_a_symbol_in_place_of_a_range_is_a_test_of_its_own() -> None:
    pair = read("IpAddress", "aws:SourceIp", ["{network}+1.0/24"]), read("IpAddress", "aws:SourceIp", ["10.0.0.0/8"])
    assert sorted({c.held for c in cases(pair)}) == [0, 1, 2, 3]


def test_an_arn_pattern_whose_parts_cannot_be_counted_is_a_test_of_its_own() -> None:
    values = ["arn:aws:iam::{account}:role/*"], ["{ref AWS::IAM::Role deploy}"]
    first, second = (read("ArnLike", "aws:PrincipalArn", v) for v in values)
    assert sorted({c.held for c in cases(tuple(sorted((first, second))))}) == [0, 1, 2, 3]


def test_more_cases_than_are_looked_at_are_an_error_and_no_answer() -> None:
    many = tuple(read("ForAnyValue:StringEquals", "aws:TagKeys", [f"v{n}"]) for n in range(12))
    with pytest.raises(TooMany):
        cases(many)


@pytest.mark.parametrize("operator", ["StringMatches", "ForSomeValues:StringEquals", "NullIfExists", "ForAllValues:Null"])
def test_an_operator_that_iam_does_not_define_is_not_understood(operator: str) -> None:
    statement: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {operator: {"aws:k": "true"}}}
    with pytest.raises(PolicyError, match=r"statement 1: the condition operator .* is not known"):
        parse({"Statement": statement})
