"""Numbers in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.model.words import count, percent


@pytest.mark.parametrize(("n", "words"), [(0, "0 gaps"), (1, "1 gap"), (2310, "2,310 gaps")])
def test_count(n: int, words: str) -> None:
    assert count(n, "gap") == words


def test_count_takes_an_odd_plural() -> None:
    assert count(2, "entry", "entries") == "2 entries"


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (799, 812, "98.4 %"),
        (3, 100, "3 %"),
        (0, 0, "100 %"),
        (0, 9, "0 %"),
        (9, 9, "100 %"),
        (99_999, 100_000, "99.9 %"),
        (1, 100_000, "0.1 %"),
    ],
)
def test_percent(part: int, whole: int, words: str) -> None:
    assert percent(part, whole) == words


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_all_and_nothing_are_said_of_nothing_else(part: int, whole: int) -> None:
    part = min(part, whole)
    assert (percent(part, whole) == "100 %") == (part == whole)
    assert (percent(part, whole) == "0 %") == (part == 0)
