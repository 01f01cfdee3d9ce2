"""Logical keys of one environment: free of it, and those of comparisons where there are two."""

from __future__ import annotations

from driftscan.judge.logical import logical_keys
from driftscan.model.resource import MatchKey, Provenance, Seal
from driftscan.model.value import Address, Bag, Ref, Text, Value, Word


def seal(id: str, *keys: tuple[str, tuple[Value, ...]], name: str = "", owner: Address | None = None) -> Seal:
    address = Address("AWS::SQS::Queue", "444444444444", "eu-west-1", id)
    return Seal(address, None, name, Provenance.DECLARED, owner, tuple(MatchKey(r, p) for r, p in keys), "d", (), ())


def keys(*seals: Seal, environment: str = "prod") -> list[str]:
    return list(logical_keys({s.address: s for s in seals}, environment).values())


NAME = Text(("orders-", Word("prod", "prod", "{env}")))


def test_the_environments_own_word_is_a_symbol_and_anothers_is_not() -> None:
    assert keys(seal("a", ("name", (NAME,)))) == ["orders-{env}"]
    assert keys(seal("a", ("name", (NAME,))), environment="stage") == ["orders-prod"]


def test_names_before_stacks_before_tags() -> None:
    assert keys(seal("a", ("tags", ("t",)), ("iac", ("stack", "Queue")), ("name", ("n",)))) == ["n"]
    assert keys(seal("a", ("tags", ("t",)), ("iac", ("stack", "Queue")))) == ["stack/Queue"]


def test_a_parent_goes_by_its_own_key() -> None:
    parent = seal("p", ("name", (NAME,)))
    child = seal("c", ("name", (Ref(parent.address, "T", "p", "parent"), "x")))
    assert keys(parent, child) == ["orders-{env}", "orders-{env}/x"]


def test_a_circle_of_parents_ends() -> None:
    one = Address("AWS::SQS::Queue", "444444444444", "eu-west-1", "a")
    two = Address("AWS::SQS::Queue", "444444444444", "eu-west-1", "b")
    found = keys(seal("a", ("name", (Ref(two, "T", "b"),))), seal("b", ("name", (Ref(one, "T", "a"),))))
    assert len(found) == 2


def test_without_a_key_its_name_its_owner_or_its_id() -> None:
    owner = seal("o", ("name", ("owner",)))
    assert keys(seal("a", name="n")) == ["n"]
    assert keys(owner, seal("a", owner=owner.address)) == ["owner", "owner/"]
    assert keys(seal("a")) == ["a"]
    assert keys(seal("a", ("name", ()))) == ["eu-west-1"]


def test_parts_that_are_no_text() -> None:
    assert keys(seal("a", ("name", (Bag(("x", "y")), {"k": 1}, None)))) == ["x,y/k=1"]
