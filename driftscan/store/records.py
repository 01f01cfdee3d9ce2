"""Resources and tokens as sorted records: a key that sorts like its address, and a body of JSON.

A key is a letter and its parts behind it, divided by byte 1; bytes 0, 1 and 2 inside a part are escaped in an order-keeping
way, so that byte order of keys is the order of addresses, and byte 0 is free to divide records. JSON never holds byte 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from driftscan.errors import DriftscanError
from driftscan.model.resource import Read, Resource
from driftscan.model.value import Address, decode, encode

RESOURCES = b"r\x01"
TOKENS = b"t\x01"

_SPECIAL = re.compile(rb"[\x00-\x02]")
_ESCAPED = re.compile(rb"\x02(.)", re.DOTALL)


def address_key(address: Address) -> bytes:
    """The key of one resource."""
    return RESOURCES + _join((address.type, address.account, address.region, address.id, address.provider))


def group_prefix(type: str, *scope: str) -> bytes:
    """What the keys of all resources of a type (in an account, in a region) start with."""
    return RESOURCES + _join((type, *scope)) + b"\x01"


def key_address(key: bytes) -> Address:
    """The address that `address_key` was given."""
    type, account, region, id, provider = _split(key[len(RESOURCES) :])
    return Address(type, account, region, id, provider)


def type_prefix(key: bytes) -> bytes:
    """The part of a resource's key that its type makes."""
    return key[: key.index(b"\x01", len(RESOURCES)) + 1]


def prefix_type(prefix: bytes) -> str:
    """The type that `type_prefix` cut out."""
    return _split(prefix[len(RESOURCES) : -1])[0]


def token_key(digest: str) -> bytes:
    """The key of one clear token (`Header.tokens`)."""
    return TOKENS + _join((digest,))


def key_token(key: bytes) -> str:
    """The digest that `token_key` was given."""
    (digest,) = _split(key[len(TOKENS) :])
    return digest


def after(prefix: bytes) -> bytes:
    """The least key behind all that start with `prefix` (which ends with a byte below 255)."""
    return prefix[:-1] + bytes([prefix[-1] + 1])


def body(resource: Resource) -> bytes:
    """Everything about a resource that stays the same while it stays the same: all but its reads.

    Raises DriftscanError for a value that JSON cannot hold.
    """
    parent = resource.parent
    scope = None if parent is None else [parent.type, parent.account, parent.region, parent.id, parent.provider]
    try:
        return encode([resource.arn, scope, resource.value])
    except (TypeError, ValueError) as e:
        raise DriftscanError(
            f"a resource of type {resource.address.type} cannot be stored: {e}", "this is a defect: please report it"
        ) from e


def resource(key: bytes, data: bytes, reads: tuple[Read, ...]) -> Resource:
    """The resource that `address_key`, `body` and its reads were made of."""
    arn, parent, value = decode(data)
    return Resource(key_address(key), value, arn, None if parent is None else Address(*parent), reads)


def pack(columns: Iterable[Iterable[bytes]]) -> bytes:
    """Columns of equal length as one frame."""
    return b"\0".join([item for column in columns for item in column])


def unpack(data: bytes, count: int, columns: int) -> list[list[bytes]]:
    """The columns that `pack` was given. Raises ValueError where the count is another."""
    items = data.split(b"\0")
    if len(items) != count * columns:
        raise ValueError(f"{len(items)} parts instead of {count * columns}")
    return [items[i * count : (i + 1) * count] for i in range(columns)]


def _join(parts: Iterable[str]) -> bytes:
    try:
        encoded = [part.encode() for part in parts]
    except UnicodeEncodeError as e:
        raise DriftscanError("a resource's name is no valid Unicode text and cannot be stored", "this is a defect: please report it") from e
    if _SPECIAL.search(b"".join(encoded)):
        encoded = [_SPECIAL.sub(lambda m: b"\x02" + bytes([m[0][0] + 2]), part) for part in encoded]
    return b"\x01".join(encoded)


def _split(data: bytes) -> list[str]:
    if b"\x02" not in data:
        return data.decode().split("\x01")
    return [_ESCAPED.sub(lambda m: bytes([m[1][0] - 2]), part).decode() for part in data.split(b"\x01")]
