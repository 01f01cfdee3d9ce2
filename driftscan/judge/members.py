"""What a resource that only one side has is: the members that name it, and all of it where that is little."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from driftscan.catalog import Spec
from driftscan.catalog.paths import Deep, Member, Where, parse
from driftscan.catalog.spec import AROUND
from driftscan.judge.places import pattern_of, places
from driftscan.model.value import ABSENT, Bag, Keyed, Path, Redacted, Seq, Value, show_path, show_scalar, walk

FEW: Final = 12
"""A resource of at most so many leaves is shown whole: a subscription, a record, a route."""
LONG: Final = 200
"""A member whose leaves are longer than this (characters, together) is no name and left out."""


def members(body: Value, spec: Spec | None, arn: str | None = None) -> tuple[tuple[Path, Value], ...]:
    """Where a canonical document says what it is, with what stands there: first what its `match` names, then the rest of a small one.

    The first alternative that it holds whole names it, else the first that it holds in part; parents stand in the finding's key.
    arn: the resource's own: where what names it is redacted (a mail address), that alone tells a person which one is meant.
    """
    named = _named(body, spec) if spec is not None else []
    if spec is not None and any(isinstance(leaf, Redacted) for _, value in named for _, leaf in walk(value)):
        named += _own_arn(spec, arn)
    out = [*named, *_rest(body, named)] if sum(1 for _ in walk(body)) <= FEW else named
    return tuple((path, value) for path, value in out if _length(value) <= LONG)


def _named(body: Value, spec: Spec) -> list[tuple[Path, Value]]:
    some: list[tuple[Path, Value]] = []
    for alternative in spec.identity.match:
        found = [_places(body, text, spec) for text in alternative if text not in AROUND]
        held = list({path: value for places in found for path, value in places}.items())
        if found and all(found):
            return held
        some = some or held
    return some


def _own_arn(spec: Spec, arn: str | None) -> list[tuple[Path, Value]]:
    """The member that holds a resource's ARN, which no document keeps because it differs in every environment."""
    text = spec.identity.arn
    if text is None or "{" in text or arn is None or not arn.startswith("arn:"):
        return []
    return [(tuple(s.name for s in parse(text).steps if isinstance(s, Member)), arn)]


def _places(body: Value, text: str, spec: Spec) -> list[tuple[Path, Value]]:
    """Where a path of the catalogue leads in a canonical document; a list at its end is one place."""
    pattern = pattern_of(text, spec)
    if pattern is None or Deep() in pattern.steps:
        return []  # no name stands at a place that nobody can say
    if pattern.steps[-1] == Where():
        pattern = replace(pattern, steps=pattern.steps[:-1])
    return [(path, value) for path, value in places(body, pattern) if value is not ABSENT and len(path) == len(pattern.steps)]


def _rest(body: Value, named: Sequence[tuple[Path, Value]]) -> Iterator[tuple[Path, Value]]:
    """The members that no named one lies in, by name."""
    if isinstance(body, dict):
        taken = {path[0] for path, _ in named}
        yield from (((name,), body[name]) for name in sorted(body) if name not in taken and not _empty(body[name]))


def _empty(value: Value) -> bool:
    return value in ({}, [], ()) or (isinstance(value, Seq | Bag | Keyed) and not value.items)


def _length(value: Value) -> int:
    return sum(len(show_path(path)) + len(show_scalar(leaf)) for path, leaf in walk(value))
