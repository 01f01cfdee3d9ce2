"""Whether two bodies can be believed that show no change although their seals do not agree.

Mostly they can: a name cut at another place or a reference spelled out on one side agrees when it is read, and sets that hold references
and words are put together by their bodies alone. But a body that lacks what its seal was made of would make a difference silent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from typing import Final

from driftscan.model.drift import Change
from driftscan.model.resource import Canonical, RefItems, flat
from driftscan.model.value import Bag, Keyed, Ref, Seq, Text, Unknown, Value, Word, show_scalar

CODE: Final = "unexplained difference"
"""The digests, references or words of a pair differ, and its documents do not show where."""


def lost(candidate: Canonical, reference: Canonical) -> tuple[Change, ...]:
    """Of a pair whose seals do not agree and whose bodies show no change: nothing, or one change that says that nobody can tell."""
    sides = (candidate, reference)
    if candidate.seal.digest != reference.seal.digest:
        silent = shape(candidate.body) == shape(reference.body)
    else:
        silent = not all(_holds(side) for side in sides)
    return (Change(("*",), Unknown(CODE), Unknown(CODE), CODE),) if silent else ()


def _holds(side: Canonical) -> bool:
    """Whether a body holds every reference and word that its seal lists."""
    held = Counter(_marks(side.body))
    listed = Counter((r.target, r.text) for r in flat(side.seal.refs)) + Counter(_words(side.seal.words))
    return listed <= held


def _marks(value: Value) -> Iterator[Hashable]:
    match value:
        case Ref(target, _, text):
            yield target, text
        case Word(env, text):
            yield env, text
        case Text(items) | Seq(items) | Bag(items) | tuple(items):
            for item in items:
                yield from _marks(item)
        case list():
            yield from _marks(tuple(value))
        case Keyed(items):
            for key, item in items:
                yield from _marks((*key, item))
        case dict():
            yield from _marks(tuple(value.values()))


def _words(items: RefItems) -> Iterator[Hashable]:
    for item in items:
        assert isinstance(item, tuple)  # pairs of texts, and sets of them
        if isinstance(item[1], tuple):
            for element in item[1]:
                yield from _words(element)
        else:
            yield item


def shape(value: Value) -> Hashable:
    """A canonical value with placeholders: what a digest is made of."""
    match value:
        case dict():
            return ("map", *sorted(((k, shape(v)) for k, v in value.items()), key=repr))
        case Keyed(items, True):
            names = Counter(_joined(k[0]) for k, _ in items)
            named = (((_joined(k[0]) if names[_joined(k[0])] == 1 else show_scalar(k[0])), shape(v)) for k, v in items)
            return ("map", *sorted(named, key=repr))
        case Keyed(items):
            return ("set", *sorted((shape((*k, v)) for k, v in items), key=repr))
        case Bag(items):
            return ("set", *sorted((shape(v) for v in items), key=repr))
        case Seq(items) | tuple(items):
            return ("seq", *map(shape, items))
        case list():
            return ("seq", *map(shape, value))
        case Text() | Ref() | Word() | str():
            return ("text", _joined(value))
        case bool():
            return ("truth", value)
        case _:
            return repr(value)


def _joined(value: Value) -> str:
    if isinstance(value, Text):
        return "".join(_joined(p) for p in value.parts)
    if isinstance(value, Ref):
        return f"\0{value.attribute}\0"
    if isinstance(value, Word):
        return value.shape
    return value if isinstance(value, str) else f"\0{value!r}\0"
