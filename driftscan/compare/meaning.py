"""What the changes of a pair mean together: a policy, a set of firewall rules, a route table, compared as a whole.

Texts decide what differs; meaning says what of it matters. It is told only where everything in both wholes is understood: what is not
(an unread reference, a digest, an element in a form that nobody knows) leaves the changes as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from driftscan.catalog import Spec
from driftscan.catalog.paths import Pattern
from driftscan.compare.align import AROUND
from driftscan.compare.form import Body
from driftscan.compare.links import CANDIDATE, REFERENCE, Links, Where
from driftscan.model.drift import Change, Meaning
from driftscan.model.value import ABSENT, NETWORK, Address, Bag, Keyed, Opaque, Path, Ref, Seq, Text, Value, Word, member_path
from driftscan.semantics.network import gcp
from driftscan.semantics.wholes import meaning_of

_BRACES: Final = re.compile(r"\{[^{}]*\}|[{}]")
_LABELS: Final = {
    "policy": ("Sid",), "ingress": ("Description",), "egress": ("Description",), "acl": (), "routes": ("Origin",),
    "bindings": ("title", "description", "location"), "denials": ("title", "description", "location"),
}  # fmt: skip
"""Members that say nothing about what is allowed; a difference in one of them stands for itself."""
_HELD: Final = ("bindings",)
"""Kinds of wholes that lie in a structure of their own: who sets none has none of it."""
_MEMBERS: Final = {"firewall": gcp.MEMBERS}
"""Of documents that mean something as a whole, the members that do."""


def watched(spec: Spec | None) -> Callable[[Path], str] | None:
    """Which paths of a type hold what means something as a whole: path -> kind, or "" for the others. The empty path is the document.

    `AROUND`: a structure that holds nothing but such a whole, where absent is the same as empty.
    """
    patterns, whole = (spec.compare.meanings, spec.compare.whole) if spec is not None else ((), "")
    if not patterns and not whole:
        return None
    return lambda path: whole if not path else _kind(patterns, member_path(path)) if isinstance(path[-1], str) else ""


@lru_cache(maxsize=10_000)
def _kind(patterns: tuple[tuple[Pattern, str], ...], members: tuple[str, ...]) -> str:
    found = next((kind for pattern, kind in patterns if pattern.matches(members)), "")
    around = found or any(kind in _HELD for pattern, kind in patterns if _holds(pattern, members))
    return found or (AROUND if around else "")


def _holds(pattern: Pattern, members: tuple[str, ...]) -> bool:
    return tuple(getattr(s, "name", "") for s in pattern.members[:-1]) == members


def with_meaning(changes: Sequence[Change], wholes: Iterable[tuple[str, Path, Value, Value]], links: Links) -> list[Change]:
    """The changes, those inside a whole with its meaning."""
    out = list(changes)
    for kind, path, c, r in wholes:
        inside = [i for i, change in enumerate(out) if change.path[: len(path)] == path]
        if kind in _MEMBERS:
            inside = [i for i in inside if _carries(kind, out[i].path[len(path) :])]
        if not inside or any(out[i].code for i in inside) or any(out[i].path == (*path, "Version") for i in inside):
            continue  # nobody can tell, or the same words mean something else: IAM's versions differ in what a variable is
        meaning = _told(kind, _telling(kind, c), _telling(kind, r), links)
        if meaning is None:
            continue
        for i in inside:
            if _carries(kind, out[i].path[len(path) :]):
                out[i] = replace(out[i], meaning=meaning)
    return out


def _carries(kind: str, path: Path) -> bool:
    """Whether a change at this place inside the whole can change what it means."""
    members = member_path(path)
    if kind == "policy" and members and members[0] != "Statement":
        return False
    if kind in _MEMBERS:
        return bool(members) and members[0] in _MEMBERS[kind]
    return not members or members[-1] not in _LABELS[kind]


def _telling(kind: str, value: Value) -> Value:
    """What of a document says what it means: other members need not be understood."""
    return {name: value[name] for name in _MEMBERS[kind] if name in value} if kind in _MEMBERS else value


def _told(kind: str, c: Value, r: Value, links: Links) -> Meaning | None:
    try:
        sides = [Speller(links, where) for where in (CANDIDATE, REFERENCE)]
        plain = [side.plain(v) for v, side in zip((c, r), sides, strict=True)]
        if clash(sides[0], sides[1], links):
            return None
        return meaning_of(kind, plain[0], plain[1])
    except UnclearError:
        return None


class UnclearError(Exception):
    """A value that has no plain form that both sides would share."""


def read(links: Links, body: Body, where: Where, address: Address) -> dict[str, Value]:
    """The document of a resource of one side. Raises UnclearError where it was not read."""
    if address not in links.sides[where].seals:
        raise UnclearError
    return body("reference" if where else "candidate", address).body


def elements(value: Value) -> Sequence[Value]:
    """The elements of a list; none where there is no such member. Raises UnclearError where it could not be read."""
    match value:
        case Bag(items) | Seq(items):
            return items
        case Keyed(items):
            return [v for _, v in items]
        case list() | tuple():
            return value
        case _ if value is ABSENT:
            return ()
    raise UnclearError


class Speller:
    """Canonical values of one side as plain ones: texts, numbers, lists, maps; equal on both sides where the values agree.

    Wildcards stay what they are, so that a pattern can be held against what a reference is called.
    """

    def __init__(self, links: Links, where: Where) -> None:
        self.links = links
        self.where = where
        self.named: dict[str, Address] = {}
        """What was called what. One name for two resources would hide that they are two."""

    def plain(self, value: Value) -> Value:
        """Raises UnclearError where something was not read or must not be shown."""
        match value:
            case dict():
                return {k: self.plain(v) for k, v in value.items()}
            case Keyed(items, True):
                return {str(self.plain(key[0])): self.plain(v) for key, v in items}
            case Keyed(items):
                return [self.plain(v) for _, v in items]
            case Bag(items) | Seq(items) | tuple(items):
                return [self.plain(v) for v in items]
            case list():
                return [self.plain(v) for v in value]
            case Text(parts):
                return "".join(self._part(p) for p in parts)
            case Ref() | Word() | Opaque():
                return self._part(value)
            case str() | bool() | int() | float() | None:
                return value
        raise UnclearError

    def _part(self, part: str | Ref | Word | Opaque) -> str:
        match part:
            case str():
                return part
            case Word():
                return self.links.word(part, self.where)
            case Opaque(digest, key_id):
                return f"«{digest} {key_id}»"
        return self._ref(part)

    def _ref(self, ref: Ref) -> str:
        target = ref.target
        if target is None:
            return ref.text
        text = self._called(ref, target)
        if self.named.setdefault(text, target) != target:
            raise UnclearError
        return text

    def _called(self, ref: Ref, target: Address) -> str:
        """By its name in symbols where its counterpart bears the same; else by a name that both are given."""
        links = self.links
        partner = links.partner[self.where].get(target)
        if ref.attribute == NETWORK:
            return ref.text if partner is None else self._network(target, partner)
        if partner is None:
            return links.spell((ref,), self.where)
        names = tuple(side.seals[a].name for side, a in ((links.sides[self.where], target), (links.sides[1 - self.where], partner)))
        if names[0] and names[0] == names[1]:
            return links.spell((ref,), self.where)
        text, name = (_placed(t, target) for t in (ref.text, _last(target)))
        return text.replace(name, f"⟨{_last(min(target, partner))}⟩") if name else text

    def _network(self, target: Address, partner: Address) -> str:
        """A network by the name that it shares with its counterpart: a symbol, as addresses relative to it need one."""
        names = [side.seals[a].name for side, a in ((self.links.sides[self.where], target), (self.links.sides[1 - self.where], partner))]
        called = _BRACES.sub("", names[0]).strip("-_./ ") if names[0] == names[1] else ""
        return f"{{network {called or _last(min(target, partner))}}}"


def _last(address: Address) -> str:
    """What an id ends in: the part of it that ARNs and URLs repeat."""
    return re.split(r"[/:|]", address.id)[-1]


def _placed(text: str, address: Address) -> str:
    """A text with symbols for the account and the region of an address."""
    text = text.replace(address.account, "{account}")
    return text.replace(address.region, "{region}") if address.region not in ("", "global") else text


def clash(candidate: Speller, reference: Speller, links: Links) -> bool:
    """Whether one name means resources that are not each other's counterparts."""
    return any(
        links.partner[CANDIDATE].get(target, target) != reference.named[text]
        and (target in links.partner[CANDIDATE] or reference.named[text] in links.partner[REFERENCE])
        for text, target in candidate.named.items()
        if text in reference.named
    )
