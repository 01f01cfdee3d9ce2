"""What absence means, filled in."""

from __future__ import annotations

from collections.abc import Sequence

from driftscan.model.value import Value


def fill(value: dict[str, Value], defaults: Sequence[tuple[tuple[str, ...], Value]]) -> dict[str, Value]:
    """The members with what is missing at the given member paths; a new dict where something was filled in.

    A structure on the way that is missing is made; one that could not be read (or is no structure) is left alone.
    """
    out = value
    for names, default in defaults:
        out = _put(out, names, default)
    return out


def _put(value: dict[str, Value], names: tuple[str, ...], default: Value) -> dict[str, Value]:
    name, rest = names[0], names[1:]
    if not rest:
        return value if value.get(name) is not None else {**value, name: default}
    inner = value.get(name)
    if inner is None:
        inner = {}
    if not isinstance(inner, dict):
        return value
    filled = _put(inner, rest, default)
    return value if filled is inner and name in value else {**value, name: filled}
