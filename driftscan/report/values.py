"""Canonical values as the plain JSON of `report.json`: raw, or `{"redacted": ...}`, or `{"unknown": code}`."""

from __future__ import annotations

import math
from typing import Final

from driftscan.model.report import Wire
from driftscan.model.value import ABSENT, Bag, Keyed, Opaque, Redacted, Ref, Seq, Text, Unknown, Value, Word, show_scalar

_MARKERS: Final = ("unknown", "redacted", "literal")


def wire(value: Value) -> Wire:
    """A raw or canonical value as JSON can hold it, in the spelling of its own environment; `ABSENT` stays.

    Strings with masked parts are `{"redacted": {"kind", "text"}}`: nobody takes a digest for a value. A real object whose
    only key is a marker's is wrapped as `{"literal": ...}`.
    """
    match value:
        case dict():
            out = {str(k): wire(v) for k, v in value.items()}
            return {"literal": out} if len(out) == 1 and next(iter(out)) in _MARKERS else out
        case list() | tuple():
            return [wire(v) for v in value]
        case Seq(items) | Bag(items):
            return [wire(v) for v in items]
        case Keyed(items, True):
            return wire({show_scalar(key[0]): v for key, v in items})
        case Keyed(items):
            return [wire(v) for _, v in items]
        case Unknown(code):
            return {"unknown": code}
        case Redacted(kind, _, key_id):
            return {"redacted": {"kind": kind, "text": show_scalar(value), "key_id": key_id}}
        case Opaque(_, key_id):
            return {"redacted": {"kind": "setting", "text": show_scalar(value), "key_id": key_id}}
        case Text(parts):
            masked = [p.key_id for p in parts if isinstance(p, Opaque)]
            text = show_scalar(value)
            return {"redacted": {"kind": "setting", "text": text, "key_id": masked[0]}} if masked else text
        case Ref() | Word():
            return show_scalar(value)
        case float() if not math.isfinite(value):
            return str(value)
        case None | bool() | int() | float() | str():
            return value
        case _ if value is ABSENT:
            return ABSENT
        case _:
            return str(value)
