"""A few hashes of a document's leaves, from which the likeness of two documents can be told."""

from __future__ import annotations

from typing import Final

from xxhash import xxh3_64_intdigest as _hash

from driftscan.model.value import Value
from driftscan.normalize.canonical import SET

SIZE: Final = 32


def sketch(plain: Value) -> tuple[int, ...]:
    """The 32 smallest distinct hashes of (member path, leaf) of a plain twin, ascending."""
    hashes: set[int] = set()
    _leaves(plain, "", hashes)
    return tuple(sorted(hashes)[:SIZE])


def _leaves(value: Value, path: str, out: set[int]) -> None:
    if type(value) is dict:
        for name, inner in value.items():
            if type(inner) is str:
                out.add(_hash(f"{path}.{name}\0{inner}".encode()))
            else:
                _leaves(inner, path if name == SET else f"{path}.{name}", out)
    elif type(value) is list:
        for inner in value:
            _leaves(inner, path, out)
    elif type(value) is str:
        out.add(_hash(f"{path}\0{value}".encode()))
    else:
        out.add(_hash(f"{path}\1{value}".encode()))
