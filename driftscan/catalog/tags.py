"""Tags as vendors spell them, read as one map."""

from __future__ import annotations

from typing import Final

from driftscan.catalog.paths import Member, Pattern, parse
from driftscan.catalog.spec import Compare
from driftscan.model.value import ABSENT, Value

_NAMES: Final = (("Key", "Value"), ("key", "value"), ("TagKey", "TagValue"), ("tagKey", "tagValue"))
_BULK: Final = parse("Tags")


def path(compare: Compare) -> Pattern | None:
    """Where a document holds its tags; tags from the tagging API stand under `Tags`. None where the type has none."""
    if compare.tags is None:
        return None
    return _BULK if compare.tags == "tagging-api" else parse(compare.tags)


def mapping(value: Value) -> dict[str, Value]:
    """Tag key -> value, from a map or from a list of key/value structures; empty where it is neither."""
    if isinstance(value, dict):
        return dict(value)
    out: dict[str, Value] = {}
    for element in value if isinstance(value, list | tuple) else ():
        if isinstance(element, dict):
            if len(element) == 2 and "Key" in element and "Value" in element:
                out[str(element["Key"])] = element["Value"]
                continue
            for key, text in _NAMES:
                if key in element:
                    out[str(element[key])] = element.get(text, "")
    return out


def lookup(compare: Compare, item: Value, wanted: Pattern) -> Value:
    """What a path means in a raw document, `tags.X` included; ABSENT where nothing stands there."""
    match wanted.steps:
        case (Member("tags"), Member(name)):
            where = path(compare)
            return ABSENT if where is None else mapping(where.first(item)).get(name, ABSENT)
    return wanted.first(item)
