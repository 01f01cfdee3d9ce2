"""A patch gives back exactly the body that it was made of."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.store import patch

pieces = st.lists(st.sampled_from(["", "a", '"Name":"x"', "ä", "{", "12", "x" * 40]), max_size=30)
bodies = pieces.map(lambda parts: ",".join(parts).encode())


@given(bodies, bodies)
def test_what_it_makes_it_applies(old: bytes, new: bytes) -> None:
    steps = patch.make(old, new)
    if steps is not None:
        assert patch.apply(old, orjson.loads(orjson.dumps(steps))) == new


@given(pieces, st.integers(0, 30), st.text(st.characters(exclude_categories=["Cs"]), max_size=5))
def test_a_small_change_of_a_long_body_is_a_short_patch(parts: list[str], at: int, text: str) -> None:
    before = [f"member-{n:023d}" for n in range(60)] + parts
    after = [*before[:at], text, *before[at + 1 :]]
    old, new = ",".join(before).encode(), ",".join(after).encode()
    steps = patch.make(old, new)
    assert steps is not None
    assert len(orjson.dumps(steps)) < len(new)
    assert patch.apply(old, steps) == new


def test_what_is_another_is_no_patch() -> None:
    assert patch.make(b"a,b,c" * 20, b"d,e,f" * 20) is None


def test_very_long_bodies_are_not_compared() -> None:
    long = b"a," * 5000
    assert patch.make(long, long + b"b") is None


@pytest.mark.parametrize("steps", [[0], [5, 1], [0, 99], [-1, 1], [0, -1], [0, 1, 0, 9], [None, 1], [0, None], [{}, 1]])
def test_steps_that_do_not_fit_are_an_error(steps: list[object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        patch.apply(b"a,b,c", steps)
