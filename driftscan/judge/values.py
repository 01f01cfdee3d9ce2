"""What judging needs to know about canonical values: digests, sameness, and what stands at a path."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import TypeAlias

import orjson

from driftscan.model.value import (
    ABSENT,
    Address,
    Bag,
    Key,
    Keyed,
    Opaque,
    Path,
    Redacted,
    Ref,
    Seq,
    Text,
    Unknown,
    Value,
    Word,
    show_name,
    show_scalar,
)

KeyOf: TypeAlias = Callable[[Address], str | None]
"""The logical key of a resource of either side, or None where it has none."""


def digest(*parts: object, length: int = 32) -> str:
    """A stable digest (hex) of plain JSON values."""
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()[:length]


def neutral(value: Value, key_of: KeyOf, own: str, *, spelled: bool = False) -> Value:
    """A canonical value as plain JSON that says the same on either side and after a resource was made anew.

    own: the environment whose value it is. References become the logical keys of their targets, words of `own` a placeholder,
    words of others stay. Containers and markers keep what they are, so that a text never equals a marker.
    spelled: words keep how they are written beside what they mean, for `alike`.
    """

    def one(inner: Value) -> Value:
        return neutral(inner, key_of, own, spelled=spelled)

    def all_of(items: Iterable[Value]) -> list[Value]:
        return [one(v) for v in items]

    match value:
        case dict():
            return {"map": {k: one(v) for k, v in value.items()}}
        case Seq(items) | tuple(items):
            return {"seq": all_of(items)}
        case list():
            return {"seq": all_of(value)}
        case Bag(items):
            return {"bag": sorted(all_of(items), key=_bytes)}
        case Keyed(items):
            return {"keyed": sorted(([all_of(k), one(v)] for k, v in items), key=_bytes)}
        case Text(parts):
            return {"text": [p if isinstance(p, str) else one(p) for p in parts]}
        case Ref(target, type, text, attribute):
            key = key_of(target) if target is not None else None
            return {"ref": [type, key, attribute] if key is not None else [type, text]}
        case Word(env, text, shape):
            if spelled:
                return {"word": [shape, text, env == own]}
            return {"word": shape if env == own else [shape, text]}
        case Opaque(hexdigest, key_id):
            return {"opaque": [hexdigest, key_id]}
        case Redacted(kind, parts, key_id):
            return {"redacted": [kind, list(parts), key_id]}
        case Unknown(code):
            return {"unknown": code}
        case _ if value is ABSENT:
            return {"absent": True}
        case _:
            return value


def alike(a: Value, b: Value) -> bool:
    """Whether two spelled neutral values agree: each word is its own side's or both are one text; the order of sets does not count."""
    if isinstance(a, dict) and isinstance(b, dict):
        if a.keys() != b.keys():
            return False
        if "word" in a:
            return bool(a["word"][1] == b["word"][1] or (a["word"][0] == b["word"][0] and a["word"][2] and b["word"][2]))
        if "bag" in a or "keyed" in a:
            return all(_alike_sets(a[k], b[k]) for k in a)
        return all(alike(v, b[k]) for k, v in a.items())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(alike(v, w) for v, w in zip(a, b, strict=True))
    return type(a) is type(b) and bool(a == b)


def _alike_sets(a: list[Value], b: list[Value]) -> bool:
    left = list(b)
    for item in a:
        found = next((n for n, other in enumerate(left) if alike(item, other)), None)
        if found is None:
            return False
        del left[found]
    return not left


def _bytes(value: Value) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def number(value: Value) -> float | None:
    """The number that a value is or spells (`"30"`); booleans are none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        text = value.strip()
        if text[:1] in "+-0123456789." and not set(text) - set("+-0123456789.eE"):
            try:
                return float(text)
            except ValueError:
                return None
    return None


def same(value: Value, written: Value) -> bool:
    """Whether a canonical value is what a person wrote in a rule or waiver, as a report showed it.

    `30`, `30.0` and `"30"` are one; the order of sets does not count; `null` is null or an absent value.
    """
    if written is None:
        return value is None or value is ABSENT
    match value:
        case dict():
            return isinstance(written, dict) and value.keys() == written.keys() and all(same(v, written[k]) for k, v in value.items())
        case Seq(items) | tuple(items):
            return _same_list(items, written)
        case list():
            return _same_list(tuple(value), written)
        case Bag(items):
            return _same_set(items, written)
        case Keyed(items, True):
            return same({show_scalar(key[0]): v for key, v in items}, written)
        case Keyed(items):
            return _same_set(tuple(v for _, v in items), written)
        case _ if value is ABSENT or isinstance(written, dict | list):
            return False
    ours, theirs = number(value), number(written)
    if ours is not None and theirs is not None:
        return ours == theirs
    return show_scalar(value) == show_scalar(written)


def _same_list(items: tuple[Value, ...], written: Value) -> bool:
    return isinstance(written, list) and len(items) == len(written) and all(same(v, w) for v, w in zip(items, written, strict=True))


def _same_set(items: tuple[Value, ...], written: Value) -> bool:
    if not isinstance(written, list) or len(items) != len(written):
        return False
    left = list(written)
    for item in items:
        found = next((i for i, w in enumerate(left) if same(item, w)), None)
        if found is None:
            return False
        del left[found]
    return True


def value_at(body: Value, path: Path) -> Value:
    """What stands at a path of a canonical document, or ABSENT."""
    for step in path:
        body = _step(body, step)
        if body is ABSENT:
            return ABSENT
    return body


def _step(value: Value, step: str | int | Key) -> Value:
    match value, step:
        case dict(), str():
            return value.get(step, ABSENT)
        case Seq(items), int():
            return items[step] if 0 <= step < len(items) else ABSENT
        case Bag(items), Key(parts):
            return next((v for v in items if (show_scalar(v),) == parts), ABSENT)
        case Keyed(items, True), str():
            return next((v for k, v in items if step in (show_name(k[0]), show_scalar(k[0]))), ABSENT)
        case Keyed(items), Key(parts):
            return next((v for k, v in items if tuple(show_scalar(p) for p in k) == parts), ABSENT)
        case _:
            return ABSENT
