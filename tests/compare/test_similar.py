"""Nearness of leaves, sketches and names."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.compare.similar import names, overlap, sketches


@given(st.dictionaries(st.integers(0, 9), st.integers(1, 3)), st.dictionaries(st.integers(0, 9), st.integers(1, 3)))
def test_overlap_is_a_share_and_knows_no_sides(a: dict[int, int], b: dict[int, int]) -> None:
    one, other = Counter(a), Counter(b)
    assert overlap(one, other) == overlap(other, one)
    assert 0 <= overlap(one, other) <= 1
    assert (overlap(one, other) == 1) == (one == other)


def test_sketches_estimate_the_overlap() -> None:
    rng = random.Random(1)
    universe = [rng.getrandbits(60) for _ in range(400)]
    a, b = set(universe[:300]), set(universe[100:])
    low = [tuple(sorted(s)[:32]) for s in (a, b)]
    assert abs(sketches(*low) - len(a & b) / len(a | b)) < 0.2
    assert sketches(low[0], low[0]) == 1
    assert sketches(low[0], low[1]) == sketches(low[1], low[0])
    assert sketches((), ()) == 1
    assert sketches((), low[0]) == 0


@pytest.mark.parametrize(
    ("a", "b", "near"),
    [
        ("orders-{env}", "orders-v2-{env}", True),
        ("{env}-payments-api", "payments_api-{env}", True),
        ("orders", "orders-queue", True),
        ("orders-{env}", "billing-{env}", False),
        ("a-{env}", "b-{env}", False),
        ("payments-worker-1", "payments-worker-2", False),
        ("payments-worker-v1", "payments-worker-v2", True),
        ("payments-worker-1", "payments-worker-1", True),
        ("", "", False),
        ("{env}", "{env}", False),
    ],
)
def test_names(a: str, b: str, near: bool) -> None:
    assert (names(a, b) >= 0.6) is near
    assert names(a, b) == names(b, a)
