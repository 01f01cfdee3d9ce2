"""Tokens: equal where values agree, apart where they do not, and blocked where nobody can say yet."""

from __future__ import annotations

from driftscan.compare.links import BLOCKED, Links
from driftscan.model.resource import MatchKey
from driftscan.model.value import Address, Bag, Keyed, Opaque, Redacted, Ref, Seq, Text, Unknown
from tests.compare.estate import QUEUE, Estate, at, canonical, word


def ref(address: Address) -> Ref:
    return Ref(address, address.type, address.id)


A, B = at("stage", QUEUE, "a"), at("prod", QUEUE, "b")


def with_keys(env: str, address: Address, *keys: MatchKey) -> Estate:
    return Estate(env).add(canonical(address, {}, keys))


def test_a_reference_to_what_may_still_be_paired_blocks_a_token() -> None:
    known = Links(with_keys("stage", A, MatchKey("name", ("q",))).side(), Estate("prod").side())
    for value in (ref(A), Text(("x", ref(A))), Bag((ref(A),)), Seq((ref(A),)), Keyed((((ref(A),), 1),)), {"a": ref(A)}):
        assert known.token(value, 0) is BLOCKED
    known.released = True
    assert known.token(ref(A), 0) == ("key", (QUEUE, "name", ("q",)))


def test_a_reference_to_itself_blocks_nothing() -> None:
    known = Links(with_keys("stage", A).side(), Estate("prod").side())
    assert known.token(ref(A), 0, own=A) == ("self",)


def test_tokens_of_paired_references_are_the_same_on_both_sides() -> None:
    known = Links(with_keys("stage", A).side(), with_keys("prod", B).side())
    known.pair(A, B)
    assert known.token(ref(A), 0) == known.token(ref(B), 1)


def test_keys_that_name_each_other_end() -> None:
    stage = Estate("stage").add(canonical(A, {}, (MatchKey("name", (ref(B),)),)), canonical(B, {}, (MatchKey("name", (ref(A),)),)))
    known = Links(stage.side(), Estate("prod").side())
    known.released = True
    assert known.token(ref(A), 0) is not BLOCKED


def test_tokens_tell_values_apart() -> None:
    known = Links(Estate("stage").side(), Estate("prod").side())
    values = [
        1,
        True,
        None,
        "1",
        "",
        {},
        Bag(()),
        Seq(()),
        Keyed(()),
        Opaque("d", "k"),
        Redacted("secret", ("d",), "k"),
        Unknown("x"),
        word("dev"),
    ]
    assert len({known.token(v, 0) for v in values}) == len(values)
    assert known.token(1, 0) == known.token(1.0, 1)
    assert known.token(Unknown("x"), 0) != known.token(Unknown("x"), 1)
    assert known.token(Bag((1, 2)), 0) == known.token(Bag((2, 1)), 1)
    assert known.token(Seq((1, 2)), 0) != known.token(Seq((2, 1)), 1)
