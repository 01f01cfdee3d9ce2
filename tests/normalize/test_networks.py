from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.normalize.networks import addresses, relative

BLOCKS = [(int(ipaddress.ip_address("10.100.0.0")), 16, "{network}")]


def seen(text: str) -> str | None:
    ((start, end, address, prefix),) = addresses(text)
    found = relative(address, prefix, "/" not in text[start:end], BLOCKS)
    return found and "".join(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.100.1.0/24", "{network}+1.0/24"),
        ("10.100.0.0/16", "{network}/16"),
        ("10.100.3.7", "{network}+3.7"),
        ("10.100.3.7/32", "{network}+3.7/32"),
        ("10.100.0.0/15", None),
        ("10.101.0.0/24", None),
        ("0.0.0.0/0", None),
    ],
)
def test_relative_to_the_network(text: str, expected: str | None) -> None:
    assert seen(text) == expected


@given(st.integers(8, 28), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_moving_the_network_moves_what_lies_in_it(length: int, one: int, other: int, offset: int) -> None:
    mask = -1 << (32 - length) & 0xFFFFFFFF
    inside = offset & ~mask & 0xFFFFFFFF
    a, b = one & mask, other & mask
    assert relative(a | inside, 32, True, [(a, length, "n")]) == relative(b | inside, 32, True, [(b, length, "n")])


def test_only_whole_addresses_count() -> None:
    assert addresses("version 1.2.3.4.5 and x10.0.0.1 and 300.1.1.1 and 10.0.0.0/40") == []
    assert [(s, e) for s, e, _, _ in addresses("http://10.0.0.1:80/")] == [(7, 15)]
