"""What absence means: filled in where it stands for a value, made from emptiness where the vendor answers now one, now the other."""

from __future__ import annotations

from typing import Final

from driftscan.model.value import Value
from driftscan.normalize.rules import Place

_CONTENT: Final = ("Value", "value")
"""What ends so is what somebody set for a name (`ParameterValue`): empty is a setting there, and not the vendor's default."""


def says_nothing(name: str, value: Value, place: Place) -> bool:
    """Whether an empty member of a vendor's structure means what its absence means.

    One and the same API leaves a list, a map of data or a text out of one answer and gives it empty in the next: Lambda's `Layers`,
    `Description`. An empty structure says something (`FieldToMatch: {"Body": {}}`, `EventBridgeConfiguration: {}`) and so do, by
    `[compare] empty`, lists and texts that switch a default off. Not asked of what is data: members of tags, of maps and of parsed
    documents.
    """
    if place.empty or place.tags:
        return False
    kind = type(value)
    if kind is str:
        return not name.endswith(_CONTENT)
    return kind is list or kind is tuple or (kind is dict and place.free)


def fill(value: dict[str, Value], place: Place) -> dict[str, Value]:
    """The members with what is missing by a place's defaults; a new dict where something was filled in.

    What is empty and says nothing is missing, too.
    A structure on the way that is missing is made; one that could not be read (or is no structure) is left alone.
    """
    out = value
    for names, default in place.defaults:
        out = _put(out, names, default, place)
    return out


def _put(value: dict[str, Value], names: tuple[str, ...], default: Value, place: Place) -> dict[str, Value]:
    name, rest = names[0], names[1:]
    inner = value.get(name)
    if not rest:
        missing = inner is None or (not inner and says_nothing(name, inner, place.member(name)))
        return {**value, name: default} if missing else value
    if inner is None:
        inner = {}
    if not isinstance(inner, dict):
        return value
    filled = _put(inner, rest, default, place.member(name))
    return value if filled is inner and name in value else {**value, name: filled}
