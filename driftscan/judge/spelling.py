"""Canonical values as rules write them: as their own environment spells them, or with symbols for all that is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from driftscan.judge.values import KeyOf
from driftscan.model.value import NETWORK, Bag, Keyed, Opaque, Redacted, Ref, Seq, Text, Unknown, Value, Word, show_scalar

SYMBOLS: Final = ("{env}", "{Env}", "{ENV}", "{ref ", "{region}", "{zone}")
"""A rule that writes one of these means the symbolic spelling."""

Leaf: TypeAlias = Callable[[Value], str]


def hidden(value: Value) -> Iterator[Value]:
    """Everything inside a value that nobody can judge: unread, or kept as a digest."""
    match value:
        case dict():
            for inner in value.values():
                yield from hidden(inner)
        case Seq(items) | Bag(items):
            for inner in items:
                yield from hidden(inner)
        case Keyed(items):
            for _, inner in items:
                yield from hidden(inner)
        case list() | tuple():
            for inner in value:
                yield from hidden(inner)
        case Text(parts):
            yield from (p for p in parts if isinstance(p, Opaque))
        case Unknown() | Redacted() | Opaque():
            yield value


def written(value: Value, leaf: Leaf) -> Any:
    """A canonical value as plain JSON, its texts as `leaf` spells them; sets become lists. What is masked has its own spelling, too."""
    match value:
        case dict():
            return {k: written(v, leaf) for k, v in value.items()}
        case Seq(items) | Bag(items):
            return [written(v, leaf) for v in items]
        case Keyed(items, True):
            return {leaf(key[0]): written(v, leaf) for key, v in items}
        case Keyed(items):
            return [written(v, leaf) for _, v in items]
        case list() | tuple():
            return [written(v, leaf) for v in value]
        case None | bool() | int() | float() | str():
            return value
        case _:
            return leaf(value)


def plainly(value: Value) -> str:
    """A leaf as reports show it."""
    return show_scalar(value)


def symbolically(own: str, key_of: KeyOf) -> Leaf:
    """Leaves as every environment would spell them.

    Words of `own` and its region become symbols, references `{ref TYPE KEY}` with the logical key of their target; an id that
    nothing explains, and words of other environments, stay as they are.
    """

    def leaf(value: Value) -> str:
        match value:
            case Text(parts):
                return "".join(p if isinstance(p, str) else leaf(p) for p in parts)
            case Word(env, text, shape):
                return shape if env == own else text
            case Ref(attribute=attribute, text=text) if attribute == NETWORK:
                return text
            case Ref(target, type, text, _):
                key = key_of(target) if target is not None else None
                return f"{{ref {type} {key}}}" if key else text
            case _:
                return show_scalar(value)

    return leaf


def symbolic(rule: Any) -> bool:
    """Whether anything in a rule's value is written with symbols."""
    match rule:
        case dict():
            return any(symbolic(k) or symbolic(v) for k, v in rule.items())
        case list():
            return any(map(symbolic, rule))
        case str():
            return any(s in rule for s in SYMBOLS)
        case _:
            return False
