"""Counts in words, and what a comparison with a baseline is called."""

from __future__ import annotations

import pytest

from driftscan.model.baseline import BaselineJudgement, Count, against


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (Count(1, None), "at least 1"),
        (Count(None, 3), "at most 3"),
        (Count(2, 2), "exactly 2"),
        (Count(1, 3, "account"), "1 to 3 in each account"),
        (Count(1, None, "region"), "at least 1 in each account and region"),
    ],
)
def test_counts_in_words(count: Count, words: str) -> None:
    assert str(count) == words


def test_its_name_is_a_comparisons() -> None:
    assert BaselineJudgement("prod", "x").name == against("prod") == "prod..baseline"
