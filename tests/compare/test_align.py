"""What is left of two bodies for the differ."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.compare.align import Aligner, name_of, same
from driftscan.compare.links import Links
from driftscan.model.value import ABSENT, Bag, Keyed, Seq, Unknown, Value
from tests.compare.estate import VPC, Estate, at


def align(c: Value, r: Value) -> list[tuple[object, object, object]]:
    links = Links(Estate("stage").side(), Estate("prod").side())
    links.released = True
    aligner = Aligner(links, (at("stage", VPC, "c"), at("prod", VPC, "r")))
    left, right = aligner.align(c, r)
    return [
        (path, *(aligner.leaves[side[n]].value if n in side else ABSENT for side in (left, right))) for n, path in enumerate(aligner.paths)
    ]


plain = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "a", "b"]),
    lambda v: (
        st.dictionaries(st.sampled_from("xyz"), v, max_size=3)
        | st.lists(v, max_size=4).map(lambda i: Seq(tuple(i)))
        | st.lists(v, max_size=4).map(lambda i: Bag(tuple(i)))
    ),
    max_leaves=10,
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(plain, plain)
def test_nothing_is_left_of_equal_values_and_something_of_others(c: Value, r: Value) -> None:
    assert align(c, c) == []
    if same(c, r):
        assert align(c, r) == []
    forward, back = align(c, r), align(r, c)
    assert sorted((repr(p), repr(a), repr(b)) for p, a, b in forward) == sorted((repr(p), repr(b), repr(a)) for p, a, b in back)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(plain, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_a_set_is_nothing(items: list[Value], rng: object) -> None:
    shuffled = list(items)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert align(Bag(tuple(items)), Bag(tuple(shuffled))) == []


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=12, unique=True), st.integers(0, 11))
def test_what_is_taken_out_of_a_list_is_one_change(items: list[int], n: int) -> None:
    n %= len(items)
    assert align(Seq(tuple(items)), Seq((*items[:n], *items[n + 1 :]))) == [((n,), items[n], ABSENT)]


def test_long_lists_are_compared_position_by_position() -> None:
    items = tuple(range(600))
    assert [p for p, _, _ in align(Seq(items), Seq((*items[:5], 999, *items[6:])))] == [(5,)]


@pytest.mark.parametrize(
    ("a", "b"),
    [(True, 1), ({"x": True}, {"x": 1}), (Bag((1,)), Seq((1,))), (Unknown("x"), Unknown("x")), ({"x": Unknown("x")}, {"x": Unknown("x")})],
)
def test_not_the_same(a: Value, b: Value) -> None:
    assert not same(a, b)


def test_the_same() -> None:
    value = {"a": Keyed(((("k",), Bag((1, Seq(("x",))))),)), "b": None}
    assert same(value, {"b": None, "a": Keyed(((("k",), Bag((1, Seq(("x",))))),))})


def test_names_of_elements() -> None:
    assert name_of({"Id": "i", "Name": "n"}) == "n"
    assert name_of({"Name": {"x": 1}, "Sid": "s"}) == "s"
    assert name_of({"Port": 1}) is None
    assert name_of("x") is None
