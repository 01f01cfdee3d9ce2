"""Lists that are maps in disguise: tags, dimensions, attributes; and counts that repeat how long a list is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from driftscan.model.value import Redacted, Unknown, Value

_PAIRS: Final = (
    ("Key", "Value"), ("key", "value"), ("Name", "Value"), ("name", "value"), ("TagKey", "TagValue"), ("tagKey", "tagValue"),
    ("ParameterKey", "ParameterValue"), ("ParameterName", "ParameterValue"), ("AttributeName", "AttributeValue"),
)  # fmt: skip
_RESERVED: Final = ("aws:", "goog-", "ct-aws:")
_NOTHING: Final[dict[str, Value]] = {}
_TAG_EXTRAS: Final = frozenset({"ResourceId", "ResourceType"})
"""What Auto Scaling repeats in each tag about the group that holds it."""


_SECOND: Final = len("2020-10-20T15:52:44")
_CLOCK: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,](?!0+(?!\d))\d{3,9}(?:Z| ?UTC|[+-]\d\d:?\d\d)?")


def pairs(items: list[Value], tags: bool) -> Iterator[tuple[str, str, Value, dict[str, Value]]] | None:
    """The entries of a list that is a map: (key, the member that held the value, value, further members); None where it is none.

    tags: entries may hold more than key and value (Auto Scaling's `PropagateAtLaunch`).
    """
    first = items[0] if items else None
    if not isinstance(first, dict):
        return None
    pair = next((p for p in _PAIRS if p[0] in first), None)
    if pair is None:
        return None
    key, value = pair
    seen: set[str] = set()
    some = False
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get(key), str) or item[key] in seen:
            return None
        extra = len(item) - 1 - (value in item)
        if extra and not tags:
            return None
        some = some or value in item
        held = item.get(value)
        if type(held) is not str and not isinstance(held, str | int | float | bool | Redacted | Unknown | None):
            return None
        seen.add(item[key])
    if not some:
        return None
    return (
        (
            item[key],
            value,
            item.get(value, ""),
            {k: v for k, v in item.items() if k not in (key, value) and k not in _TAG_EXTRAS} if len(item) > 2 else _NOTHING,
        )
        for item in items
    )


def reserved(key: str) -> bool:
    """Whether a tag is the vendor's own."""
    return key.startswith(_RESERVED)


def names_tags(member: str) -> bool:
    """Whether a member holds tags by its name: `Tags`, `RecoveryPointTags`, `tags`."""
    return member.endswith(("Tags", "tags", "TagList", "TagSet"))


def unclocked(text: str) -> str:
    """The value of a tag, `{moment}` where it is a moment to the fraction of a second: a clock said it, nobody chose it."""
    return "{moment}" if len(text) > _SECOND and text[:2] == "20" and _CLOCK.fullmatch(text) is not None else text


def uncounted(value: dict[str, Value]) -> dict[str, Value]:
    """A structure without the `Quantity` that counts its `Items`; `{Quantity: 0}` is an empty list of them."""
    if "Items" not in value and value["Quantity"] != 0:
        return value
    return {"Items": [], **{k: v for k, v in value.items() if k != "Quantity"}}
