"""What a resource that only one side has is: the members that name it, and all of it where that is little."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from driftscan.catalog import Spec, paths, tags
from driftscan.catalog.paths import Deep, Member, Star, Where, parse
from driftscan.model.value import ABSENT, Bag, Key, Keyed, Path, Seq, Step, Value, show_path, show_scalar, walk

FEW: Final = 12
"""A resource of at most so many leaves is shown whole: a subscription, a record, a route."""
LONG: Final = 200
"""A member whose leaves are longer than this (characters, together) is no name and left out."""


def members(body: Value, spec: Spec | None) -> tuple[tuple[Path, Value], ...]:
    """Where a canonical document says what it is, with what stands there: first what its `match` names, then the rest of a small one.

    The first alternative that it holds whole names it, else the first that it holds in part; parents stand in the finding's key.
    """
    named = _named(body, spec) if spec is not None else []
    out = [*named, *_rest(body, named)] if sum(1 for _ in walk(body)) <= FEW else named
    return tuple((path, value) for path, value in out if _length(value) <= LONG)


def _named(body: Value, spec: Spec) -> list[tuple[Path, Value]]:
    some: list[tuple[Path, Value]] = []
    for alternative in spec.identity.match:
        found = [_places(body, text, spec) for text in alternative if text != "parent"]
        held = list({path: value for places in found for path, value in places}.items())
        if found and all(found):
            return held
        some = some or held
    return some


def _places(body: Value, text: str, spec: Spec) -> list[tuple[Path, Value]]:
    steps = parse(text).steps
    if text.startswith("tags."):
        where = tags.path(spec.compare)
        return [] if where is None else list(_select((*where.steps, *steps[1:]), body, ()))
    return list(_select(steps, body, ()))


def _rest(body: Value, named: Sequence[tuple[Path, Value]]) -> Iterator[tuple[Path, Value]]:
    """The members that no named one lies in, by name."""
    if isinstance(body, dict):
        taken = {path[0] for path, _ in named}
        yield from (((name,), body[name]) for name in sorted(body) if name not in taken and not _empty(body[name]))


def _empty(value: Value) -> bool:
    return value in ({}, [], ()) or (isinstance(value, Seq | Bag | Keyed) and not value.items)


def _length(value: Value) -> int:
    return sum(len(show_path(path)) + len(show_scalar(leaf)) for path, leaf in walk(value))


def _select(steps: tuple[paths.Step, ...], value: Value, at: Path) -> Iterator[tuple[Path, Value]]:
    """The places in a canonical document that a path of the catalogue means; a list at its end is one place."""
    if not steps or (steps[0] == Where() and len(steps) == 1):
        yield at, value
        return
    head, rest = steps[0], steps[1:]
    match head:
        case Member(name):
            inner = value.get(name, ABSENT) if isinstance(value, dict) else ABSENT
            if inner is not ABSENT:
                yield from _select(rest, inner, (*at, name))
        case Where(key, text):
            for step, element in _elements(value):
                if key is None or (isinstance(element, dict) and show_scalar(element.get(key, "")) == text):
                    yield from _select(rest, element, (*at, step))
        case Star():
            if isinstance(value, dict):
                for name, inner in sorted(value.items()):
                    yield from _select(rest, inner, (*at, name))
            elif isinstance(value, Keyed) and value.members:
                for step, inner in _elements(value):
                    yield from _select(rest, inner, (*at, step))
        case Deep():
            return  # no name stands at a place that nobody can say


def _elements(value: Value) -> Iterator[tuple[Step, Value]]:
    match value:
        case Seq(items):
            yield from enumerate(items)
        case Bag(items):
            yield from ((Key((show_scalar(v),)), v) for v in items)
        case Keyed(items):
            yield from ((value.step(key), v) for key, v in items)
