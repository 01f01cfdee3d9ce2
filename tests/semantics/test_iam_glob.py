"""What texts can match patterns, against all short texts; and what patterns mean to IAM."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.semantics.iam.errors import TooMany
from driftscan.semantics.iam.glob import classes, glob
from tests.semantics.iam_evaluate import arn_like, like

TEXTS = ["".join(t) for n in range(1, 7) for t in product("abx", repeat=n)]
ARNS = [":".join(t) for t in product(("a", "b", ""), ("a", ""), ("", "b"), ("",), ("a", ""), ("a", "b", "a:b"))]


def masks(*patterns: str) -> set[int]:
    return {mask for mask, _ in classes(tuple(map(glob, patterns)))}


@settings(max_examples=150)
@given(st.lists(st.text("ab*?", max_size=4), min_size=1, max_size=4))
def test_the_ways_to_match_are_those_of_all_texts(patterns: list[str]) -> None:
    found = classes(tuple(map(glob, patterns)))
    for mask, example in found:
        assert example
        assert mask == sum(like(p, example) << n for n, p in enumerate(patterns))
    assert {sum(like(p, t) << n for n, p in enumerate(patterns)) for t in TEXTS} <= {mask for mask, _ in found}


@settings(max_examples=100)
@given(
    st.lists(st.tuples(*(st.text("ab*?", max_size=1) for _ in range(5)), st.text("ab*:", max_size=2)).map(":".join), min_size=1, max_size=3)
)
def test_in_an_arn_pattern_a_wildcard_stays_in_its_part(patterns: list[str]) -> None:
    found = classes(tuple(glob(p, segments=True) for p in patterns))
    for mask, example in found:
        assert mask == sum(arn_like(p, example) << n for n, p in enumerate(patterns))
    assert {sum(arn_like(p, t) << n for n, p in enumerate(patterns)) for t in ARNS} <= {mask for mask, _ in found}


def test_a_pattern_lies_in_another_overlaps_it_or_is_apart() -> None:
    assert 2 not in masks("arn:aws:s3:::logs-*", "arn:aws:s3:::logs-a/*")
    assert masks("arn:aws:s3:::*-logs", "arn:aws:s3:::stage-*") == {0, 1, 2, 3}
    assert masks("arn:aws:s3:::a/*", "arn:aws:s3:::b/*") == {0, 1, 2}
    assert masks("*", "**") == {3}


def test_escapes_are_characters_and_a_variable_is_one_token() -> None:
    assert masks("a${*}", "a*") == {0, 2, 3}
    assert masks("${$}", "$") == {0, 3}
    assert masks("home/${aws:username}/*", "home/${aws:username}/*") == {0, 3}
    assert masks("home/*", "home/${aws:username}/x") == {0, 1, 3}
    assert masks("?", "${aws:username}") == {0, 1, 2}, "nobody knows how long a variable's text is"
    assert masks("{region}:{account}", "{region}:*") == {0, 2, 3}, "a symbol is text"


def test_letter_case_counts_unless_told_otherwise() -> None:
    assert masks("A", "a") == {0, 1, 2}
    assert {m for m, _ in classes((glob("A", fold=True), glob("a", fold=True)))} == {0, 3}


def test_more_states_than_are_looked_at_are_an_error_and_no_answer() -> None:
    many = tuple(glob(f"*{a}*{b}*{c}*") for a, b, c in zip("abcdefghij", "bcdefghija", "cdefghijab", strict=True))
    with pytest.raises(TooMany):
        classes(many)
