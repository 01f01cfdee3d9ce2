"""Changes: at their field, with their values, and only what differs."""

from __future__ import annotations

from typing import Any

import pytest

from driftscan.compare.diff import changes
from driftscan.compare.links import Links
from driftscan.model.drift import Change
from driftscan.model.value import ABSENT, Bag, Key, Keyed, Opaque, Redacted, Ref, Seq, Text, Unknown, Value, show_path
from tests.compare.estate import QUEUE, VPC, Estate, at, canonical, named, word


def diff(one: dict[str, Value], other: dict[str, Value], stage: Estate | None = None, prod: Estate | None = None) -> tuple[Change, ...]:
    known = Links((stage or Estate("stage")).side(), (prod or Estate("prod")).side())
    known.released = True
    return changes(canonical(at("stage", VPC, "c"), one), canonical(at("prod", VPC, "r"), other), known)


def short(found: tuple[Change, ...]) -> list[tuple[str, Any, Any]]:
    return [(show_path(c.path), c.candidate, c.reference) for c in found]


def test_members() -> None:
    found = diff({"a": 1, "b": {"c": 2, "same": 1}, "d": 3}, {"a": 1, "b": {"c": 4, "same": 1}, "e": {"f": 5}})
    assert short(found) == [("b.c", 2, 4), ("d", 3, ABSENT), ("e", ABSENT, {"f": 5})]
    assert [c.op for c in found] == ["changed", "added", "removed"]


def test_small_maps_do_not_collapse_into_one_change_at_their_root() -> None:
    assert short(diff({"a": 1, "b": 2}, {"c": 3, "d": 4})) == [("a", 1, ABSENT), ("b", 2, ABSENT), ("c", ABSENT, 3), ("d", ABSENT, 4)]


def test_private_looking_members_are_compared() -> None:
    assert short(diff({"__x": 1}, {"__x": 2})) == [("__x", 1, 2)]


def test_numbers_and_truths() -> None:
    assert short(diff({"a": 1, "b": True, "c": 1.0}, {"a": 1.0, "b": 1, "c": 1})) == [("b", True, 1)]


def test_a_list_in_another_order_is_one_change() -> None:
    ((change),) = diff({"l": Seq(("a", "b", "c"))}, {"l": Seq(("c", "a", "b"))})
    assert (change.path, change.order_only) == (("l",), True)
    assert (change.candidate, change.reference) == (Seq(("a", "b", "c")), Seq(("c", "a", "b")))


def test_a_list_with_another_element_is_no_matter_of_order() -> None:
    found = diff({"l": Seq(("a", "b"))}, {"l": Seq(("b", "c"))})
    assert not any(c.order_only for c in found)
    assert short(found) == [("l[0]", "a", ABSENT), ("l[1]", ABSENT, "c")]


def test_an_inserted_element_moves_no_other() -> None:
    rules = [{"n": n, "v": n * 10} for n in range(6)]
    found = diff({"l": Seq((rules[0], {"n": 9, "v": 9}, *rules[1:]))}, {"l": Seq(tuple(rules))})
    assert short(found) == [("l[1]", {"n": 9, "v": 9}, ABSENT)]


def test_a_set_shows_what_came_and_went() -> None:
    found = diff({"s": Bag(("a", "b", "d"))}, {"s": Bag(("c", "b", "a"))})
    assert short(found) == [("s[c]", ABSENT, "c"), ("s[d]", "d", ABSENT)]


def test_a_change_inside_an_element_of_a_set_is_at_its_field() -> None:
    one = Bag(({"Port": 80, "Peer": "x", "Proto": "tcp"}, {"Port": 443, "Peer": "y", "Proto": "tcp"}))
    other = Bag(({"Port": 443, "Peer": "y", "Proto": "udp"}, {"Port": 80, "Peer": "x", "Proto": "tcp"}))
    ((change),) = diff({"s": one}, {"s": other})
    assert change.path[0] == "s"
    assert isinstance(change.path[1], Key)
    assert change.path[2:] == ("Proto",)
    assert (change.candidate, change.reference) == ("tcp", "udp")


def test_the_only_elements_left_are_one_element_that_changed() -> None:
    found = diff({"s": Bag(({"p": 1, "q": 2},))}, {"s": Bag(({"p": 3, "q": 4},))})
    assert [c.path[-1] for c in found] == ["p", "q"]


def test_elements_that_have_nothing_in_common_came_and_went() -> None:
    one, other = ({"a": 1}, {"b": 2}), ({"c": 3}, {"d": 4})
    assert {c.op for c in diff({"s": Bag(one)}, {"s": Bag(other)})} == {"added", "removed"}


def test_keyed_elements_pair_by_their_key() -> None:
    one = Keyed(((("tcp", 22), {"r": 1}), (("tcp", 80), {"r": 1})))
    other = Keyed(((("tcp", 22), {"r": 2}), (("tcp", 443), {"r": 1})))
    assert short(diff({"k": one}, {"k": other})) == [
        ("k[tcp/22].r", 1, 2),
        ("k[tcp/443]", ABSENT, {"r": 1}),
        ("k[tcp/80]", {"r": 1}, ABSENT),
    ]


def test_a_set_that_is_keyed_on_one_side_only_is_compared_by_its_elements() -> None:
    """Keys that are not unique make a plain set of what is keyed on the other side."""
    one, other = Keyed(((("a",), {"n": "a", "v": 1}),)), Bag(({"n": "a", "v": 1}, {"n": "a", "v": 2}))
    ((change),) = diff({"k": one}, {"k": other})
    assert (change.op, change.reference) == ("removed", {"n": "a", "v": 2})


def test_own_words_in_keys_are_one_key() -> None:
    one = Keyed((((Text(("q-", word("stage"))),), {"v": 1}),))
    other = Keyed((((Text(("q-", word("prod"))),), {"v": 2}),))
    assert short(diff({"k": one}, {"k": other})) == [("k[q-{env}].v", 1, 2)]


def test_containers_of_another_kind_differ_as_a_whole() -> None:
    assert short(diff({"a": {"x": 1}}, {"a": Bag(("x",))})) == [("a", {"x": 1}, Bag(("x",)))]
    assert short(diff({"a": {}}, {"a": ""})) == [("a", {}, "")]


@pytest.mark.parametrize("present", [0, 1])
def test_a_secret_on_one_side_only_is_a_change(present: int) -> None:
    secret = Redacted("secret", ("d1",), "k")
    sides: list[dict[str, Value]] = [{}, {}]
    sides[present] = {"s": secret}
    ((change),) = diff(sides[0], sides[1])
    assert change.code == ""


def test_secrets_under_one_key_compare_and_under_two_do_not() -> None:
    def secrets(one: str, other: str, key: str) -> tuple[Change, ...]:
        return diff({"s": Redacted("secret", (one,), "k")}, {"s": Redacted("secret", (other,), key)})

    assert secrets("d", "d", "k") == ()
    assert [c.code for c in secrets("d", "e", "k")] == [""]
    assert [c.code for c in secrets("d", "d", "k2")] == ["other key"]


def test_closed_tokens_compare_like_secrets() -> None:
    def settings(one: Opaque, other: Opaque) -> tuple[Change, ...]:
        return diff({"s": Text(("x=", one))}, {"s": Text(("x=", other))})

    assert settings(Opaque("d", "k"), Opaque("d", "k")) == ()
    assert [c.code for c in settings(Opaque("d", "k"), Opaque("e", "k"))] == [""]
    assert [c.code for c in settings(Opaque("d", "k"), Opaque("d", "k2"))] == ["other key"]


def test_what_is_unread_inside_a_set_is_unknown() -> None:
    found = diff({"s": Bag(({"Name": "a", "v": Unknown("AccessDenied")},))}, {"s": Bag(({"Name": "a", "v": 1},))})
    assert [(show_path(c.path), c.code) for c in found] == [("s[a].v", "AccessDenied")]


def test_unexplained_ids_in_a_set_are_unknown_and_not_added_and_removed() -> None:
    one, other = (Ref(None, "AWS::EC2::Image", i) for i in ("ami-1", "ami-2"))
    found = diff({"s": Bag((one, "x"))}, {"s": Bag(("x", other))})
    assert [(c.code, c.op) for c in found] == [("unresolved id", "changed")]


def test_a_reference_spelled_out_where_its_type_was_denied() -> None:
    """The log group of a function: a reference in one environment, plain text where functions were not read."""
    queue = named("stage", QUEUE, "orders")
    ref = Ref(queue.seal.address, QUEUE, "orders-stage", "name")
    stage, prod = Estate("stage").add(queue), Estate("prod", incomplete={QUEUE: "AccessDenied"})
    assert diff({"g": Text(("/aws/", ref))}, {"g": Text(("/aws/orders-", word("prod")))}, stage, prod) == ()
    ((change),) = diff({"g": Text(("/aws/", ref))}, {"g": Text(("/aws/other-", word("prod")))}, stage, prod)
    assert change.code == "AccessDenied"


def test_a_reference_where_the_other_side_has_text_is_a_change() -> None:
    queue = named("stage", QUEUE, "orders")
    found = diff({"g": Ref(queue.seal.address, QUEUE, "orders-stage")}, {"g": "https://example.org"}, Estate("stage").add(queue))
    assert [c.code for c in found] == [""]


def test_names_cut_at_the_same_length_are_equal_content() -> None:
    whole = "-payments-settlement-reconciler"
    one, other = Text((word("stage"), whole[: 32 - 5])), Text((word("prod"), whole[: 32 - 4]))
    assert diff({"n": one}, {"n": other}) == ()
    assert len(diff({"n": Text((word("stage"), "-worke"))}, {"n": Text((word("prod"), "-worker"))})) == 1


def test_a_large_text_is_one_change() -> None:
    code = "\n".join(f"line {n}" for n in range(2000))
    assert [c.path for c in diff({"code": code}, {"code": code + "\nmore"})] == [("code",)]


def test_equal_bodies_never_reach_the_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "deepdiff", None)  # importing it would fail
    assert diff({"a": Bag(("x", "y"))}, {"a": Bag(("y", "x"))}) == ()


def test_members_whose_names_hold_words_are_paired_as_what_they_are() -> None:
    def tags(env: str, named: str, value: Value) -> dict[str, Value]:
        own = Text(("a-", word(env)))
        return {"t": Keyed((((own,), value), ((Text(("b-", word(named))),), 1), (("c",), 2)), members=True)}

    assert diff(tags("stage", "stage", 1), tags("prod", "prod", 1)) == ()
    assert short(diff(tags("stage", "dev", 3), tags("prod", "dev", 4))) == [('t["a-{env}"]', 3, 4)]
    assert short(diff(tags("stage", "dev", 1), tags("prod", "prod", 1))) == [("t.b-dev", 1, ABSENT), ('t["b-{env}"]', ABSENT, 1)]
    plain: dict[str, Value] = {"t": {"c": 3}}
    assert short(diff(tags("stage", "stage", 1), plain)) == [('t["a-{env}"]', 1, ABSENT), ('t["b-{env}"]', 1, ABSENT), ("t.c", 2, 3)]
