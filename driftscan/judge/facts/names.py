"""Names and tags in which an environment's word stands, and whose word it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from driftscan.judge.facts.projects import PROJECT
from driftscan.judge.facts.seen import Seen
from driftscan.model.finding import Locator
from driftscan.model.resource import Seal
from driftscan.model.value import Address, Bag, Keyed, Path, Ref, Seq, Text, Value, Word, show_scalar, walk

NAME: Final = "(name)"
"""The path of a resource's own name, wherever its vendor keeps it."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A name or tag that holds another environment's word and not its own's. text: as it is spelled; path: `(name)` or the tag's."""

    whose: str
    word: str
    text: str
    called: str
    type: str
    key: str
    at: Locator
    path: Path
    value: Value
    owner: str | None = None


@dataclass(frozen=True)
class Names:
    """own: how many resources carry their environment's word in their names; plain: how many carry no word there."""

    own: int
    plain: int
    foreign: tuple[Foreign, ...]


def names(seen: Seen) -> Names:
    """What the names and tags of an environment say about whose they are. Names that the vendor gave, and prose, are not looked at.

    The words were noted when canonical forms were made, at the boundaries of words only: `production-line` names no environment.
    """
    own, plain, foreign = 0, 0, list[Foreign]()
    noted = cache(_noted)
    for address, seal in seen.seals.items():
        if not seen.mine(address):
            continue
        mine, others = _in_names(seen, seal)
        own += mine
        plain += not mine and not others
        others += _in_project(seen, address)
        found: dict[str, tuple[Path, Value, Word]] = {_last(show_scalar(v)): ((NAME,), _last(show_scalar(v)), w) for v, w in others}
        if not seen.others.isdisjoint(noted(seal.words)):
            for path, value, word in _in_tags(seen, address):
                found.setdefault(show_scalar(value), (path, value, word))
        foreign += [
            Foreign(
                word.env, word.text, text, seen.called(address), address.type, seen.key(address), seen.at(address), path, value,
                seen.owner(address),
            )
            for text, (path, value, word) in found.items()
        ]  # fmt: skip
    return Names(own, plain, tuple(foreign))


def _last(name: str) -> str:
    """A name without what an ARN says before it."""
    return name.split(":", 5)[-1] if name.startswith("arn:") else name


def _noted(items: object) -> frozenset[str]:
    """The environments whose words a seal holds, however deep they are nested."""
    if not isinstance(items, tuple):
        return frozenset()
    if len(items) == 2 and all(isinstance(x, str) for x in items):
        return frozenset(items[:1])
    return frozenset(e for item in items for e in _noted(item))


def _in_names(seen: Seen, seal: Seal) -> tuple[bool, list[tuple[Value, Word]]]:
    """Whether its name carries its own environment's word, and the parts of it that carry another's and not its own."""
    mine, others = False, list[tuple[Value, Word]]()
    for key in seal.keys:
        if key.reason == "name":
            for part in _parts(key.parts):
                theirs = _theirs(part, seen)
                mine |= any(w.env == seen.environment for w in words(part))
                others += [(part, theirs)] if theirs is not None else []
    return mine, [] if mine else others


def _in_project(seen: Seen, address: Address) -> list[tuple[Value, Word]]:
    """Another environment's word in the id of a project. In a key, one symbol stands for the whole id."""
    if address.type != PROJECT:
        return []
    pieces = address.account.lower().split("-")
    named = {e.name: [w for w in e.words if w.lower() in pieces] for e in seen.settings.environments}
    if named.pop(seen.environment, None):
        return []
    return [(address.account, Word(env, words_[0], "{env}")) for env, words_ in named.items() if words_][:1]


def _in_tags(seen: Seen, address: Address) -> Iterator[tuple[Path, Value, Word]]:
    body = seen.canonical(address).body
    for member in seen.tags(address.type):
        tags: Mapping[str, Value] | Keyed | None = body.get(member)
        if isinstance(tags, dict | Keyed):
            for path, leaf in walk(tags, (member,)):
                word = _theirs(leaf, seen)
                if word is not None:
                    yield path, leaf, word


def _theirs(value: Value, seen: Seen) -> Word | None:
    """The first word of another environment, where its own stands not beside it and the text is no prose."""
    found = words(value)
    if any(w.env == seen.environment for w in found) or len(show_scalar(value).split()) > 1:
        return None
    return next((w for w in found if w.env in seen.others), None)


def words(value: Value) -> tuple[Word, ...]:
    """The words of environments in one text; regions and zones, which are noted alike, are none."""
    parts = value.parts if isinstance(value, Text) else (value,)
    return tuple(p for p in parts if isinstance(p, Word) and p.shape.lower() == "{env}")


def _parts(parts: tuple[Value, ...]) -> Iterator[Value]:
    """The texts of a key; what it refers to has a name of its own."""
    for part in parts:
        match part:
            case Ref():
                continue
            case Seq(items) | Bag(items) | tuple(items):
                yield from _parts(items)
            case _:
                yield part
