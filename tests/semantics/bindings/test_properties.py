"""The comparison of policies against asking about every request, on random small policies, hierarchies and readings of roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.model.drift import Relation
from driftscan.semantics.bindings import Access, Grant, compare
from tests.semantics.bindings.world import grants, of_all, reached, relation, subsets

CUSTOM = {"projects/p/roles/one": frozenset("a"), "projects/p/roles/two": frozenset("ab"), "projects/p/roles/none": frozenset[str]()}
MIRROR = {Relation.CANDIDATE_WIDER: Relation.REFERENCE_WIDER, Relation.REFERENCE_WIDER: Relation.CANDIDATE_WIDER}
BASIC = ("roles/viewer", "roles/editor", "roles/owner")
reach = cache(reached)


def named(*roles: str) -> st.SearchStrategy[frozenset[Grant]]:
    return st.frozensets(st.builds(lambda g, role: replace(g, role=role), grants, st.sampled_from(roles)), max_size=4)


def predefined() -> Iterator[Mapping[str, frozenset[str]]]:
    """What two roles may hold that nobody knows: a permission of custom roles or one that no other role has."""
    for x, y in product(subsets("abx"), subsets("aby")):
        yield {"roles/x": x, "roles/y": y}


def basic() -> Iterator[Mapping[str, frozenset[str]]]:
    """What the basic roles may hold: each permission is held from one of them upwards, or by none."""
    for levels in product((0, 1, 2, 3), repeat=4):
        held = {role: frozenset(p for p, level in zip("abvw", levels, strict=True) if level <= n) for n, role in enumerate(BASIC)}
        if frozenset() < held[BASIC[0]] < held[BASIC[1]] < held[BASIC[2]]:
            yield held


READINGS: Mapping[str, list[Mapping[str, frozenset[str]]]] = {"predefined": list(predefined()), "basic": list(basic()), "custom": [{}]}
ROLES = {"predefined": ("roles/x", "roles/y", *CUSTOM), "basic": (*BASIC, "projects/p/roles/two"), "custom": tuple(CUSTOM)}


def allowed(side: frozenset[Grant], reading: Mapping[str, frozenset[str]]) -> list[int]:
    held = {**reading, **CUSTOM}
    out = []
    for permission in "abxyvw":
        bits = 0
        for g in side:
            if permission in held[g.role]:
                bits |= reach(g)
        out.append(bits)
    return out


@pytest.mark.parametrize("kind", READINGS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_the_answer_is_that_of_asking_about_every_request(kind: str, data: st.DataObject) -> None:
    c, r = data.draw(named(*ROLES[kind])), data.draw(named(*ROLES[kind]))
    expected = of_all(relation(allowed(c, reading), allowed(r, reading)) for reading in READINGS[kind])
    found = compare(Access(c, defined=CUSTOM), Access(r, defined=CUSTOM))
    # where several grants only together show that both sides have more, the answer is that it cannot be told: never a wrong one
    assert found.relation is expected or (kind != "custom" and (found.relation, expected) == (None, Relation.INCOMPARABLE))
    assert bool(found.undecided) == (found.relation is None)


@settings(max_examples=150, deadline=None)
@given(named(*CUSTOM), named(*CUSTOM))
def test_what_one_side_alone_grants_is_named_whole(c: frozenset[Grant], r: frozenset[Grant]) -> None:
    found = compare(Access(c, defined=CUSTOM), Access(r, defined=CUSTOM))
    for more, (mine, theirs) in ((found.candidate, (c, r)), (found.reference, (r, c))):
        beyond = [a & ~b for a, b in zip(allowed(mine, {}), allowed(theirs, {}), strict=True)]
        said = dict.fromkeys("abxyvw", 0)
        for m in more:
            for p in m.permissions:
                said[p] |= reach(m.grant)
                assert reach(m.grant) & beyond["abxyvw".index(p)]
        assert all(not b & ~s for b, s in zip(beyond, said.values(), strict=True))


@settings(max_examples=150, deadline=None)
@given(named("roles/x", *BASIC, *CUSTOM), named("roles/x", *BASIC, *CUSTOM))
def test_exchanging_the_sides_exchanges_the_answer(c: frozenset[Grant], r: frozenset[Grant]) -> None:
    there, back = (compare(Access(a, defined=CUSTOM), Access(b, defined=CUSTOM)) for a, b in ((c, r), (r, c)))
    assert back.relation is MIRROR.get(there.relation, there.relation)
    assert (back.candidate, back.reference, back.undecided) == (there.reference, there.candidate, there.undecided)


@settings(max_examples=100, deadline=None)
@given(named("roles/x", *BASIC), st.data())
def test_a_grant_that_another_takes_in_changes_nothing(c: frozenset[Grant], data: st.DataObject) -> None:
    if not c:
        return
    some = data.draw(st.sampled_from(sorted(c)))
    narrower = replace(some, condition=some.condition or data.draw(st.sampled_from(["", "x"])), place=(*some.place, "deeper"))
    assert compare(Access(c | {narrower}), Access(c)).relation is Relation.EQUAL
