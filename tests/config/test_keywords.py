"""JSON Schema keywords of rules: none passes for the reason that a value is of another type."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from driftscan.config.keywords import KEYWORDS, KeywordError, check, typed

SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3))


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"minimum": 7}, "thirty"),
        ({"pattern": "^arn"}, 5),
        ({"minItems": 1}, "text"),
        ({"contains": {"const": 1}}, {"a": 1}),
        ({"required": ["a"]}, ["a"]),
        ({"allOf": [{"minimum": 1}]}, None),
        ({"properties": {"a": {"maximum": 1}}}, {"a": "b"}),
        ({"items": {"minLength": 1}}, [1]),
    ],
)
def test_a_value_of_another_type_does_not_pass(schema: dict[str, Any], value: Any) -> None:
    assert Draft202012Validator(schema).is_valid(value), "the keywords alone let it pass"
    assert not Draft202012Validator(typed(schema)).is_valid(value)


@given(VALUES)
def test_a_type_that_is_written_stays(value: Any) -> None:
    schema = {"type": ["null", "number"], "minimum": 0}
    assert typed(schema) == schema
    assert typed({"enum": [value]}) == {"enum": [value]}


@given(VALUES, st.sampled_from([{"minimum": 1}, {"pattern": "a"}, {"minItems": 1}, {"not": {"maxItems": 0}}, {"required": ["a"]}]))
def test_types_only_ever_take_away(value: Any, schema: dict[str, Any]) -> None:
    if "not" not in schema and Draft202012Validator(typed(schema)).is_valid(value):
        assert Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize("word", ["$ref", "$id", "$defs", "unevaluatedItems", "format", "Minimum"])
def test_what_rules_may_not_use(word: str) -> None:
    with pytest.raises(KeywordError) as caught:
        check({"anyOf": [{"const": 1}, {word: "x"}]})
    assert caught.value.where == ("anyOf", 1, word)


def test_the_place_of_a_wrong_value_is_said() -> None:
    with pytest.raises(KeywordError) as caught:
        check({"properties": {"a": {"maximum": "b"}}})
    assert caught.value.where == ("properties", "a", "maximum")


def test_every_keyword_is_one_of_the_standards() -> None:
    known = set(Draft202012Validator.VALIDATORS) | {"description", "minContains", "maxContains", "then", "else"}
    assert known >= KEYWORDS
