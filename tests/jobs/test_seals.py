"""Seals come back as they were, and are made once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from driftscan.jobs.compare import normalizer_of
from driftscan.jobs.seals import Sealed, decode, encode, sealed
from driftscan.model.resource import MatchKey, Provenance, Resource, Seal
from driftscan.model.value import Address, Bag, Keyed, Opaque, Redacted, Ref, Seq, Text, Unknown, Word
from driftscan.store import Store
from tests.jobs import estate

text = st.text(max_size=8)
address = st.builds(Address, text, text, text, text, st.sampled_from(["aws", "gcp"]))
marker = st.one_of(
    st.builds(Ref, st.none() | address, text, text, text),
    st.builds(Word, text, text, text),
    st.builds(Opaque, text, text),
    st.builds(Unknown, text),
    st.builds(Redacted, st.sampled_from(["secret", "setting"]), st.lists(text, max_size=2).map(tuple), text),
)
scalar = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | text
value: st.SearchStrategy[Any] = st.recursive(
    scalar | marker | address,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple),
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(lambda v: Seq(tuple(v))),
        st.lists(inner, max_size=3).map(lambda v: Bag(tuple(v))),
        st.lists(st.tuples(st.lists(inner, max_size=2).map(tuple), inner), max_size=2).map(lambda v: Keyed(tuple(v), len(v) == 1)),
        st.lists(text | marker, max_size=3).map(lambda v: Text(tuple(v))),
        st.dictionaries(text, inner, max_size=2),
    ),
    max_leaves=8,
)
items = st.lists(value, max_size=3).map(tuple)
seal = st.builds(
    Seal,
    address=address,
    arn=st.none() | text,
    name=text,
    provenance=st.sampled_from(Provenance),
    owner=st.none() | address,
    keys=st.lists(st.builds(MatchKey, text, items), max_size=2).map(tuple),
    digest=text,
    refs=items,
    words=items,
    unknown=st.lists(st.tuples(text, text), max_size=2).map(tuple),
    sketch=st.lists(st.integers(0, 2**32), max_size=3).map(tuple),
    rename=st.booleans(),
    ref=st.sampled_from(["", "live"]),
)


keys = st.lists(st.builds(MatchKey, text, items), max_size=2).map(tuple)


@given(
    st.lists(seal, max_size=4).map(lambda made: {s.address: s for s in made}),
    st.dictionaries(address, keys, max_size=3),
)
def test_what_is_encoded_comes_back(seals: dict[Address, Seal], named: dict[Address, tuple[MatchKey, ...]]) -> None:
    made = Sealed(seals, named)
    assert decode(encode(made)) == made
    assert encode(decode(encode(made))) == encode(made)


def test_made_once_per_snapshot_and_kept() -> None:
    store = Store.open("memory:")
    snapshot = estate.snapshot(store, "stage", "2026-11-01T06:00:00Z", [estate.queue("stage"), estate.queue("stage", "invoices")])
    normalizer = normalizer_of(estate.context(store), snapshot)
    first = sealed(store, snapshot, normalizer)
    assert [a.id.rpartition(":")[2] for a in first.seals] == ["invoices-stage", "orders-stage"]

    class Silent:
        digest = normalizer.digest

        def seals(self) -> Iterator[Seal]:
            raise AssertionError("they were to be read back")

    assert sealed(store, snapshot, Silent()) == first  # type: ignore[arg-type]


def test_what_stacks_name_and_nobody_reads_is_kept_beside_the_seals() -> None:
    store = Store.open("memory:")
    stack = Address("AWS::CloudFormation::Stack", estate.ACCOUNTS["stage"], estate.REGION, "shop-stage")
    member = {"LogicalResourceId": "Window", "PhysicalResourceId": "window-1", "ResourceType": "AWS::Unread::Type"}
    held = [Resource(stack, {"StackName": "shop-stage", "StackResources": [member]}), estate.queue("stage")]
    snapshot = estate.snapshot(store, "stage", "2026-11-01T06:00:00Z", held)
    normalizer = normalizer_of(estate.context(store), snapshot)
    assert [a.id for a in normalizer.named] == ["window-1"]
    for _ in ("made", "read back"):
        again = normalizer_of(estate.context(store), snapshot)
        assert sealed(store, snapshot, again).named == normalizer.named
    assert "_index" not in vars(again)
