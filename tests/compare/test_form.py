"""Pairing by form: margins on both sides, and never a guess."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.compare.form import MARGIN, Form, nearest
from driftscan.compare.links import Links
from driftscan.model.resource import Canonical
from driftscan.model.value import Address, Ref
from tests.compare.estate import KEY, ROUTE, Estate, at, canonical

MEMBERS = "abcdefghij"


def estates(
    one: list[dict[str, Any]], other: list[dict[str, Any]], regions: tuple[str, ...] = ("eu",)
) -> tuple[Form, list[Any], list[Any]]:
    sides = []
    for env, some in (("stage", one), ("prod", other)):
        places = [regions[min(n, len(regions) - 1)] for n in range(len(some))]
        sides.append(Estate(env).add(*(canonical(at(env, ROUTE, f"{env}{n}", places[n]), b, rename=False) for n, b in enumerate(some))))

    def body(which: str, address: Address) -> Canonical:
        return sides[which == "reference"].items[address]

    form = Form(Links(sides[0].side(), sides[1].side()), body, lambda address, _: address.region)
    form.start()
    return form, *([i.seal for i in s.items.values()] for s in sides)


def unexplained(*ids: str) -> list[dict[str, Any]]:
    return [{"SubnetId": Ref(None, "AWS::EC2::Subnet", i, "id"), "SourceDestCheck": True} for i in ids]


def test_twins_that_differ_in_ids_that_nothing_explains_pair_where_one_kind_fits_one_kind() -> None:
    form, cs, rs = estates(unexplained("subnet-a", "subnet-a"), unexplained("subnet-x"))
    result = nearest(form, cs, rs)
    assert [(c.address.id, r.address.id) for c, r, _ in result.pairs] == [("stage0", "prod0")]
    assert (result.ambiguous, result.alike) == ([], [(cs, rs)])


def test_twins_in_several_places_that_nothing_explains_stay_ambiguous() -> None:
    form, cs, rs = estates(unexplained("subnet-a", "subnet-b"), unexplained("subnet-x", "subnet-y"))
    assert nearest(form, cs, rs).pairs == []
    assert nearest(form, cs, rs).ambiguous == [(cs, rs)]


bodies = st.lists(st.dictionaries(st.sampled_from(MEMBERS), st.integers(0, 2), min_size=2, max_size=8), min_size=1, max_size=4)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(bodies, bodies)
def test_every_pair_is_clearly_the_nearest_of_what_was_left(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    form, cs, rs = estates(one, other)
    result = nearest(form, cs, rs)
    left_c, left_r = {s.address: s for s in cs}, {s.address: s for s in rs}
    for c, r, _ in result.pairs:  # in the order of their acceptance
        near = form.near(c, r, exact=True)
        if c.digest != r.digest:
            rivals = [form.near(c, x, exact=True) for x in left_r.values() if x is not r] + [
                form.near(x, r, exact=True) for x in left_c.values() if x is not c
            ]
            assert all(near - rival >= MARGIN - 1e-9 for rival in rivals if rival >= 0.6)
        del left_c[c.address], left_r[r.address]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(MEMBERS), st.integers(0, 2), min_size=4, max_size=8), st.integers(2, 4))
def test_equally_near_candidates_are_ambiguous(body: dict[str, Any], n: int) -> None:
    form, cs, rs = estates([body | {"x": 0}], [body | {"x": i} for i in range(1, n + 1)])
    result = nearest(form, cs, rs)
    assert result.pairs == []
    ((candidates, references),) = result.ambiguous
    assert (len(candidates), len(references)) == (1, n)


def test_a_key_in_common_needs_less_nearness() -> None:
    form, cs, rs = estates([{"a": 1, "b": 2, "c": 3, "x": 1}], [{"a": 1, "y": 2, "z": 3}, {"q": 1, "r": 2}])
    assert nearest(form, cs, rs).pairs == []
    assert [(c.address.id, r.address.id) for c, r, _ in nearest(form, cs, rs, keyed=True).pairs] == [("stage0", "prod0")] or nearest(
        form, cs, rs, keyed=True
    ).ambiguous


def test_what_is_left_of_equal_numbers_belongs_together_where_they_share_a_key() -> None:
    form, cs, rs = estates([{"a": 1}, {"b": 2}], [{"a": 1}, {"c": 3}])
    assert {(c.address.id, r.address.id, w) for c, r, w in nearest(form, cs, rs, keyed=True).pairs} == {
        ("stage0", "prod0", 0.9),
        ("stage1", "prod1", 0.8),
    }
    assert [(c.address.id, r.address.id) for c, r, _ in nearest(form, cs, rs).pairs] == [("stage0", "prod0")]


ALIKE = {f"same{n}": n for n in range(20)}


def test_one_telling_value_is_enough_where_a_key_is_shared_and_all_else_is_alike() -> None:
    """Two keys of one description, one of another kind; each side set something else of each of them."""
    one = [ALIKE | {"spec": "RSA", "days": 1}, ALIKE | {"spec": "AES", "days": 2}]
    other = [ALIKE | {"spec": "AES", "days": 3}, ALIKE | {"spec": "RSA", "days": 4}]
    form, cs, rs = estates(one, other)
    assert sorted(ids(nearest(form, cs, rs, keyed=True).pairs)) == [("stage0", "prod1"), ("stage1", "prod0")]
    form, cs, rs = estates(one, other[1:])
    result = nearest(form, cs, rs, keyed=True)
    assert (ids(result.pairs), result.ambiguous) == ([("stage0", "prod0")], [])


def test_telling_values_that_contradict_each_other_tell_nothing() -> None:
    one = [ALIKE | {"spec": "RSA", "days": 1}, ALIKE | {"spec": "AES", "days": 2}]
    form, cs, rs = estates(one, [ALIKE | {"spec": "RSA", "days": 2}])
    result = nearest(form, cs, rs, keyed=True)
    assert result.pairs == []
    assert [(len(a), len(b)) for a, b in result.ambiguous] == [(2, 1)]


def ids(pairs: list[Any]) -> list[tuple[str, str]]:
    return [(c.address.id, r.address.id) for c, r, _ in pairs]


def test_interchangeable_twins_in_unequal_numbers_leave_one_over() -> None:
    form, cs, rs = estates([{"a": 1, "b": 2}] * 3, [{"a": 1, "b": 2}] * 2)
    for keyed in (False, True):
        result = nearest(form, cs, rs, keyed=keyed)
        assert ids(result.pairs) == [("stage0", "prod0"), ("stage1", "prod1")]
        assert result.ambiguous == []
        assert [(len(a), len(b)) for a, b in result.alike] == [(3, 2)]


def test_a_surplus_still_pairs_with_what_differs() -> None:
    form, cs, rs = estates([{"a": 1, "b": 2}] * 3, [{"a": 1, "b": 2}, {"a": 1, "b": 2}, {"a": 1, "b": 3}])
    assert ids(nearest(form, cs, rs, keyed=True).pairs) == [("stage0", "prod0"), ("stage1", "prod1"), ("stage2", "prod2")]


def test_a_surplus_is_paired_place_by_place_and_then_across_them() -> None:
    form, cs, rs = estates([{"a": 1, "b": 2}] * 3, [{"a": 1, "b": 2}] * 2, ("eu", "us"))
    assert ids(nearest(form, cs, rs, keyed=True).pairs) == [("stage0", "prod0"), ("stage1", "prod1")]
    form, cs, rs = estates([{"a": 1, "b": 2}] * 3, [{"a": 1, "b": 2}] * 2, ("eu",))
    moved = [replace(r, address=replace(r.address, region="us")) for r in rs]
    assert len(nearest(form, cs, moved, keyed=True).pairs) == 2


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 2), max_size=6), st.lists(st.integers(0, 2), max_size=6))
def test_of_what_is_alike_as_many_pair_as_the_lesser_side_has(one: list[int], other: list[int]) -> None:
    form, cs, rs = estates([{"kind": n, f"only{n}": n} for n in one], [{"kind": n, f"only{n}": n} for n in other])
    result = nearest(form, cs, rs, twins_only=True)
    assert len(result.pairs) == sum(min(one.count(n), other.count(n)) for n in range(3))
    assert all(c.digest == r.digest for c, r, _ in result.pairs)
    assert len(result.alike) == sum(one.count(n) != other.count(n) and min(one.count(n), other.count(n)) > 0 for n in range(3))


def test_where_a_listing_is_not_complete_only_twins_pair() -> None:
    form, cs, rs = estates([{"a": 1, "b": 2}, {"x": 1, "y": 2}], [{"a": 1, "b": 2}, {"x": 1, "y": 3}])
    result = nearest(form, cs, rs, keyed=True, twins_only=True)
    assert ids(result.pairs) == [("stage0", "prod0")]
    assert result.ambiguous == []


def test_twins_in_unequal_numbers_pair_where_a_place_has_as_many_of_them() -> None:
    form, cs, rs = estates([{"a": 1, "b": 2}], [{"a": 1, "b": 2}] * 2, ("eu", "us"))
    result = nearest(form, cs, rs)
    assert [(c.address.id, r.address.id) for c, r, _ in result.pairs] == [("stage0", "prod0")]
    assert result.ambiguous == []


def test_of_what_looks_alike_each_pairs_with_what_is_used_alike() -> None:
    """Keys that nothing tells apart: one encrypts the data, another the password. Their holder waits for them, and is no less a witness."""
    sides = []
    for env, order in (("stage", (0, 1, 2)), ("prod", (2, 0, 1))):
        keys = [canonical(at(env, KEY, f"{env}{n}"), {"KeySpec": "SYMMETRIC_DEFAULT"}, rename=False) for n in range(3)]
        data, password, _ = (keys[n].seal.address for n in order)
        body = {"KmsKeyId": Ref(data, KEY, data.id, "id"), "MasterUserSecret": {"KmsKeyId": Ref(password, KEY, password.id, "id")}}
        sides.append(Estate(env).add(*keys, canonical(at(env, ROUTE, f"{env}-db"), body)))
    form = Form(Links(sides[0].side(), sides[1].side()), lambda which, a: sides[which == "reference"].items[a], lambda a, _: a.region)
    form.start()
    cs, rs = ([i.seal for i in s.items.values() if i.seal.address.type == KEY] for s in sides)
    pairs = {c.address.id: r.address.id for c, r, _ in nearest(form, cs, rs).pairs}
    assert pairs == {"stage0": "prod2", "stage1": "prod0", "stage2": "prod1"}
