"""Keys sort like addresses, and records come back as they were."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.errors import DriftscanError
from driftscan.model.resource import Resource
from driftscan.model.value import Address
from driftscan.store import records
from tests.store.making import addresses, resources, text


@given(addresses, addresses)
def test_keys_sort_like_addresses(one: Address, other: Address) -> None:
    assert (records.address_key(one) < records.address_key(other)) == (one < other)
    assert (records.address_key(one) == records.address_key(other)) == (one == other)


@given(addresses)
def test_an_address_comes_back(address: Address) -> None:
    key = records.address_key(address)
    assert records.key_address(key) == address
    assert b"\0" not in key
    assert records.prefix_type(records.type_prefix(key)) == address.type


@given(addresses, text)
def test_the_keys_of_a_type_are_a_range(address: Address, type: str) -> None:
    prefix = records.group_prefix(type)
    assert (prefix <= records.address_key(address) < records.after(prefix)) == (address.type == type)


@given(text)
def test_a_token_comes_back_and_sorts_behind_resources(digest: str) -> None:
    key = records.token_key(digest)
    assert records.key_token(key) == digest
    assert key >= records.after(records.RESOURCES)


@settings(max_examples=50)
@given(resources)
def test_a_resource_comes_back(resource: Resource) -> None:
    body = records.body(resource)
    assert b"\0" not in body
    assert records.resource(records.address_key(resource.address), body, resource.reads) == resource


@given(st.lists(st.tuples(st.binary(min_size=1).map(lambda b: b.replace(b"\0", b"")), st.just(b"{}")), min_size=1))
def test_columns_come_back(rows: list[tuple[bytes, bytes]]) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)]
    assert records.unpack(records.pack(columns), len(rows), 2) == columns


def test_another_count_is_an_error() -> None:
    with pytest.raises(ValueError, match="4 parts instead of 6"):
        records.unpack(records.pack([[b"a", b"b"], [b"c", b"d"]]), 3, 2)


@pytest.mark.parametrize("value", [{"a": 2**70}, {"a": {1: 2}}, {"a": "\ud800"}, {"a": object()}, {"a": {1, 2}}])
def test_what_json_cannot_hold_is_refused_without_its_value(value: dict[str, object]) -> None:
    with pytest.raises(DriftscanError, match="of type AWS::SQS::Queue cannot be stored"):
        records.body(Resource(Address("AWS::SQS::Queue", "1", "r", "q"), value))


def test_a_name_that_is_no_text_is_refused() -> None:
    with pytest.raises(DriftscanError, match="no valid Unicode"):
        records.address_key(Address("AWS::SQS::Queue", "1", "r", "\ud800"))


def test_a_time_is_kept_as_text_by_the_reader_not_by_the_store() -> None:
    """A value that would come back as another type is a defect of the reader; it must not pass."""
    with pytest.raises(DriftscanError):
        records.body(Resource(Address("AWS::SQS::Queue", "1", "r", "q"), {"at": datetime(2026, 1, 1, tzinfo=UTC)}))
