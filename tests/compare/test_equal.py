"""Equality of seals: sure where it says so, and never against what the bodies show."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.compare.diff import changes
from driftscan.compare.equal import equal
from driftscan.compare.links import Links
from driftscan.model.value import Bag, Ref, Text, Unknown, Value, Word
from tests.compare.estate import KEY, QUEUE, Estate, at, canonical, named, word
from tests.compare.generated import bodies, build, plans, with_body


def links(*names: str) -> tuple[Links, dict[str, tuple[Ref, Ref]]]:
    """Paired queues by name, and a reference to each from either side."""
    stage, prod = (Estate(env).add(*(named(env, QUEUE, n) for n in names)) for env in ("stage", "prod"))
    out = Links(stage.side(), prod.side())
    refs = {}
    for n in names:
        a, b = at("stage", QUEUE, f"{n}-stage"), at("prod", QUEUE, f"{n}-prod")
        out.pair(a, b)
        refs[n] = (Ref(a, QUEUE, a.id), Ref(b, QUEUE, b.id))
    out.released = True
    return out, refs


def both(one: Value, other: Value, known: Links) -> tuple[bool, int]:
    """(whether the seals are equal, number of changes)."""
    c, r = canonical(at("stage", KEY, "c"), {"v": one}), canonical(at("prod", KEY, "r"), {"v": other})
    return equal(c.seal, r.seal, known), len(changes(c, r, known))


def test_references_agree_where_their_targets_are_paired() -> None:
    known, refs = links("a", "b")
    assert both(refs["a"][0], refs["a"][1], known) == (True, 0)
    assert both(refs["a"][0], refs["b"][1], known) == (False, 1)


def test_references_in_a_set_are_one_multiset() -> None:
    known, refs = links("a", "b", "c")
    (a, a2), (b, b2), (c, c2) = refs.values()
    assert both(Bag((a, b)), Bag((b2, a2)), known) == (True, 0)
    assert both(Bag((a, b)), Bag((c2, a2)), known) == (False, 2)
    assert both(Bag((a, a)), Bag((a2, b2)), known) == (False, 2)
    assert both(Bag((Bag((a, b)), Bag((a, c)))), Bag((Bag((c2, a2)), Bag((b2, a2)))), known) == (True, 0)


def test_words_are_each_ones_own_or_the_same_text() -> None:
    known, _ = links()
    own, other = word("stage"), word("prod")
    assert both(own, other, known) == (True, 0)
    assert both(own, own, known) == (True, 0)
    assert both(other, other, known) == (True, 0)
    assert both(other, own, known) == (False, 1)
    assert both(word("dev"), other, known) == (False, 1)
    assert both(Word("stage", "stg", "{env}"), Word("prod", "prd", "{env}"), known) == (True, 0)
    assert both(Word("stage", "STAGE", "{ENV}"), Word("prod", "prod", "{env}"), known) == (False, 1)


def test_words_in_a_set_may_be_written_alike_or_own() -> None:
    known, _ = links()
    every = tuple(map(word, ("stage", "prod")))
    assert both(Bag(every), Bag(every[::-1]), known) == (True, 0)
    assert both(Bag((word("stage"), "x")), Bag(("x", word("prod"))), known) == (True, 0)
    assert both(Bag((word("stage"), word("dev"))), Bag((word("prod"), word("test"))), known) == (False, 2)


def test_sets_of_references_and_words_are_put_together_by_the_bodies() -> None:
    known, refs = links("a", "b")
    own, other = word("stage"), word("prod")

    def entry(ref: Ref, w: Word) -> dict[str, Value]:
        return {"ref": ref, "word": w}

    (a, a2), (b, b2) = refs.values()
    dev = word("dev")
    crossed = Bag((entry(a, own), entry(b, dev))), Bag((entry(a2, dev), entry(b2, other)))
    assert both(*crossed, known)[0] is False
    assert both(*crossed, known)[1] > 0
    assert both(crossed[0], Bag((entry(b2, dev), entry(a2, other))), known)[1] == 0


def test_the_unread_is_never_equal() -> None:
    known, _ = links()
    assert both(Unknown("AccessDenied"), Unknown("AccessDenied"), known) == (False, 1)


def test_text_around_a_reference_counts() -> None:
    known, refs = links("a")
    a, b = refs["a"]
    assert both(Text(("x/", a)), Text(("x/", b)), known) == (True, 0)
    assert both(Text(("x/", a)), Text(("y/", b)), known) == (False, 1)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(plans(), st.data())
def test_what_is_called_equal_has_no_changes(plan: list[Any], data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(plan) - 1))
    stage, prod = build(with_body(plan, n, data.draw(bodies)), "stage"), build(plan, "prod", reverse=True)
    known = Links(stage.side(), prod.side())
    for a, b in zip(stage.items, prod.items, strict=True):
        known.pair(a, b)
    known.released = True
    for c, r in zip(stage.items.values(), prod.items.values(), strict=True):
        if equal(c.seal, r.seal, known):
            assert changes(c, r, known) == ()
        elif c.seal.digest == r.seal.digest and not c.seal.refs and not c.seal.words:
            pytest.fail("equal digests without references or words are equal")
