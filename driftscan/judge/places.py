"""What a path of a rule means in a canonical document, and where it breaks off: what is not there is as much an answer as what is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from driftscan.catalog import Spec, paths, tags
from driftscan.catalog.paths import Deep, Member, Pattern, Star, Where
from driftscan.catalog.spec import Compare
from driftscan.model.value import ABSENT, Bag, Key, Keyed, Path, Seq, Step, Unknown, Value, show_name, show_scalar

TAGS = "tags"
"""`tags.Owner` is the tag Owner, wherever the type keeps its tags."""


def pattern_of(path: str, spec: Spec | None) -> Pattern | None:
    """The path of a rule in documents of a type; None where it is about tags and the type has none."""
    return _pattern(path, spec.compare.tags if spec is not None else None)


@lru_cache(4096)
def _pattern(path: str, kept: str | None) -> Pattern | None:
    """kept: where the type keeps its tags, as its spec says."""
    pattern = paths.parse(path)
    if pattern.steps[0] != Member(TAGS) or len(pattern.steps) < 2:
        return pattern
    where = tags.path(Compare(tags=kept))
    if where is None:
        return None
    steps = (*_without_elements(where.steps), *pattern.steps[1:])
    return Pattern(path, steps, tuple(s for s in steps if not isinstance(s, Where)), pattern.conditional)


def _without_elements(steps: tuple[paths.Step, ...]) -> tuple[paths.Step, ...]:
    """Tags are a map in the canonical form, however the vendor lists them."""
    while steps and isinstance(steps[-1], Where):
        steps = steps[:-1]
    return steps


def places(body: Value, pattern: Pattern) -> list[tuple[Path, Value]]:
    """Every place that the path means, in document order, with what stands there.

    ABSENT where a member of a structure on the way is not there, Unknown where one could not be read; of a list or map without
    (fitting) elements nothing, of `**` only what is there or could not be read.
    """
    return list(_select(pattern.steps, body, ()))


def spelled(pattern: Pattern) -> Path:
    """The path itself, as one of a document: where nothing stands, this is what a finding shows."""
    out: list[Step] = []
    for step in pattern.steps:
        match step:
            case Member(name):
                out.append(name)
            case Where(None):
                out.append(Key(("",)))
            case Where(key, text):
                out.append(Key((f"{key}={text}",)))
            case Star():
                out.append("*")
            case Deep():
                out.append("**")
    return tuple(out)


def _select(steps: tuple[paths.Step, ...], value: Value, at: Path) -> Iterator[tuple[Path, Value]]:
    if not steps or isinstance(value, Unknown):
        yield at, value
        return
    head, rest = steps[0], steps[1:]
    match head:
        case Member(name):
            inner = _member(value, name)
            if inner is ABSENT:
                yield (*at, *_names(steps)), ABSENT
            else:
                yield from _select(rest, inner, (*at, name))
        case Where(key, text):
            for step, element in _elements(value):
                if key is None or (isinstance(element, dict) and key in element and _spells(element[key], text)):
                    yield from _select(rest, element, (*at, step))
        case Star():
            for step, inner in _entries(value):
                yield from _select(rest, inner, (*at, step))
        case Deep():
            yield from ((p, v) for p, v in _select(rest, value, at) if v is not ABSENT)
            for step, inner in (*_entries(value), *_elements(value)):
                yield from _select(steps, inner, (*at, step))


def _names(steps: tuple[paths.Step, ...]) -> Path:
    """As far down as names alone say."""
    out: list[Step] = []
    for step in steps:
        if not isinstance(step, Member):
            break
        out.append(step.name)
    return tuple(out)


def _member(value: Value, name: str) -> Value:
    if isinstance(value, dict):
        return value.get(name, ABSENT)
    if isinstance(value, Keyed) and value.members:
        return next((v for k, v in value.items if name in (show_name(k[0]), show_scalar(k[0]))), ABSENT)
    return ABSENT


def _entries(value: Value) -> list[tuple[Step, Value]]:
    if isinstance(value, dict):
        return sorted(value.items())
    return [(value.step(k), v) for k, v in value.items] if isinstance(value, Keyed) and value.members else []


def _elements(value: Value) -> list[tuple[Step, Value]]:
    match value:
        case Seq(items):
            return list(enumerate(items))
        case Bag(items):
            return [
                (Key((show_scalar(v),)) if not isinstance(v, dict | Seq | Bag | Keyed) else Key((f"#{i + 1}",)), v)
                for i, v in enumerate(items)
            ]
        case Keyed(items, False):
            return [(value.step(k), v) for k, v in items]
        case _:
            return []


def _spells(value: Value, text: str) -> bool:
    return text in (show_scalar(value), show_name(value))
