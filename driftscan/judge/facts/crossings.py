"""Whatever in one environment's resources points into another environment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from driftscan.judge.facts.projects import numbers
from driftscan.judge.facts.seen import Seen
from driftscan.judge.globs import fits
from driftscan.model.drift import Verdict
from driftscan.model.finding import Finding, Kind, Locator
from driftscan.model.resource import Seal
from driftscan.model.value import Address, Bag, Key, Keyed, Path, Ref, Seq, Text, Value, Word, encode, show_scalar

_SYMBOL: Final = re.compile(r"\{([^{}:]+):([^{}#:]+)(?::(?:[^{}]|\{[^{}]*\})*)?(?:#(\d+))?\}")
"""A symbol of another environment: `{account:prod}`, `{project:prod#2}`, `{project:prod:shop-{env}}`."""
_HOST: Final = re.compile(r"(?:[A-Za-z0-9_-]+\.){2,}[A-Za-z]{2,}(?::\d+)?(?:/.*)?")
_ROBOT: Final = re.compile(r"[\w.-]@(?:[\w-]+\.)*gserviceaccount\.com\Z")
"""The e-mail of a service account: who it names can act."""
_GLOBAL: Final = re.compile(r"//[a-z0-9.-]+\.googleapis\.com/([^/]+)")
_END: Final = "\"'`,;<>|()[] \t\r\n"
"""What ends the token in which a word stands."""
_ENCODED: Final = "base64"
"""The kind of documents whose stored bytes do not show what they hold."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """One value that points into another environment. target: what it points at, as it is spelled; shared: why it may, or empty.

    finding: of a comparison, where it says so already.
    """

    into: str
    target: str
    how: str
    called: str
    type: str
    key: str
    at: Locator
    path: Path
    value: Value
    shared: str = ""
    finding: str = ""
    owner: str | None = None


@dataclass(frozen=True)
class Elsewhere:
    """What the other environments are known by. accounts, ids, names: text -> environment."""

    accounts: Mapping[str, str]
    ids: Mapping[str, str]

    @cached_property
    def number(self) -> re.Pattern[str] | None:
        """Any of the accounts, as no part of a longer number; where it is a name, of no longer name."""
        known = [
            rf"(?<![A-Za-z0-9-]){re.escape(a)}(?![A-Za-z0-9-])" if "-" in a else rf"(?<![A-Za-z0-9]){re.escape(a)}(?![A-Za-z0-9])"
            for a in sorted(self.accounts, key=len, reverse=True)
        ]
        return re.compile("|".join(known)) if known else None


def elsewhere(seen: Seen, every: Iterable[Seen]) -> Elsewhere:
    """What the other environments' snapshots and the configuration say they have, and this environment has not."""
    accounts = {a.id: e.name for e in seen.settings.environments for a in e.accounts if e.name in seen.others}
    ids: dict[str, str] = {}
    for other in every:
        if other.environment in seen.others:
            accounts |= dict.fromkeys((*other.header.accounts, *numbers(other.seals)), other.environment)
            for address, seal in other.seals.items():
                if other.mine(address):
                    ids |= dict.fromkeys(_texts(address, seal), other.environment)
    own = {text for address, seal in seen.seals.items() for text in _texts(address, seal)}
    mine = {*seen.header.accounts, *numbers(seen.seals)}
    return Elsewhere({a: e for a, e in accounts.items() if a not in mine}, {text: e for text, e in ids.items() if text not in own})


def _texts(address: Address, seal: Seal) -> set[str]:
    """What names a resource wherever it is written. A full name of one segment is one in the whole cloud: a bucket's."""
    alone = _GLOBAL.fullmatch(address.id)
    return {address.id, seal.arn or "", seal.ref, alone[1] if alone is not None else ""} - {""}


def crossings(seen: Seen, every: Iterable[Seen], findings: Iterable[Finding] = ()) -> tuple[Crossing, ...]:
    """Every value of the environment's resources that points into another one: an account, an id, an address, a name that exists there.

    A word alone points nowhere (`NODE_ENV=production`); it does in an ARN, a URL, a host's name, or the name of something over there.
    findings: of the comparisons, so that nothing is told twice.
    """
    there = elsewhere(seen, every)
    told = _told(seen, findings)
    out: list[Crossing] = []
    for address in _suspects(seen, there):
        body = seen.canonical(address).body
        for path, leaf in _leaves(body):
            found = _points(leaf, path, seen, there)
            if found is None:
                continue
            into, target, how = found
            out.append(
                Crossing(
                    into=into,
                    target=target,
                    how=how,
                    called=seen.called(address),
                    type=address.type,
                    key=seen.key(address),
                    at=seen.at(address),
                    path=path,
                    value=leaf,
                    shared=_shared(seen, address, target, into, there),
                    finding=_finding(told.get(address, ()), path),
                    owner=seen.owner(address),
                )
            )
    return tuple(out)


def _suspects(seen: Seen, there: Elsewhere) -> Iterator[Address]:
    """Resources in which something of another environment may stand: only their bodies are made."""
    needles = [a.encode() for a in there.accounts]
    needles += [d.encode() for d, text in seen.header.tokens.items() if text in there.accounts]
    needles += [t.encode() for texts in seen.settings.variables.values() for e, t in texts.items() if e in seen.others and t]
    noted, named = cache(_environments), cache(_spelled)
    for resource in seen.resources():
        address = resource.address
        seal = seen.seals.get(address)
        if seal is None or not seen.mine(address):
            continue
        spec = seen.catalog.spec(address.type)
        closed = spec is not None and _ENCODED in spec.compare.documents.values()
        if closed or not seen.others.isdisjoint(noted(seal.words)) or any(r in there.ids for r in named(seal.refs)):
            yield address
            continue
        data = encode(resource.value)
        if any(n in data for n in needles):
            yield address


def _environments(items: object) -> frozenset[str]:
    if isinstance(items, tuple):
        if len(items) == 2 and all(isinstance(x, str) for x in items):
            return frozenset(items[:1])
        return frozenset(e for item in items for e in _environments(item))
    return frozenset()


def _spelled(items: object) -> frozenset[str]:
    """The spellings of a seal's references, however deep they are nested."""
    if isinstance(items, Ref):
        return frozenset({items.text})
    return frozenset(t for item in items for t in _spelled(item)) if isinstance(items, tuple) else frozenset()


def _told(seen: Seen, findings: Iterable[Finding]) -> dict[Address, list[tuple[Path, str]]]:
    """Resource -> (path, finding) where a comparison says that the environment points elsewhere; the rest of it is no crossing."""
    out: dict[Address, list[tuple[Path, str]]] = {}
    for f in findings:
        for at in (f.subject.candidate, f.subject.reference):
            if at is not None and f.kind is Kind.CHANGED and f.verdict is Verdict.DRIFT:
                address = Address.of(f.subject.type, at.account, at.region, at.id)
                said = [(c.path, f.id) for c in f.changes if c.severity_reason.startswith(f"{seen.environment} points into ")]
                out.setdefault(address, []).extend(said)
    return out


def _finding(told: Iterable[tuple[Path, str]], path: Path) -> str:
    return next((id for at, id in told if path[: len(at)] == at), "")


def _leaves(value: Value, path: Path = ()) -> Iterator[tuple[Path, Value]]:
    """Every leaf, and every member's name that is data; an element that is no scalar is named by its place, not by all that it holds."""
    match value:
        case dict():
            for name, inner in value.items():
                if "{" in name:
                    yield (*path, name), name
                yield from _leaves(inner, (*path, name))
        case Seq(items):
            for i, inner in enumerate(items):
                yield from _leaves(inner, (*path, i))
        case Bag(items):
            for i, inner in enumerate(items):
                plain = not isinstance(inner, dict | Seq | Bag | Keyed)
                yield from _leaves(inner, (*path, Key((show_scalar(inner),)) if plain else i))
        case Keyed(items):
            for key, inner in items:
                step = value.step(key)
                if value.members:
                    yield (*path, step), key[0]
                yield from _leaves(inner, (*path, step))
        case _:
            yield path, value


def _points(leaf: Value, path: Path, seen: Seen, there: Elsewhere) -> tuple[str, str, str] | None:
    """(environment, target, how it is known) of the first thing in a value that points into another environment."""
    if not isinstance(leaf, str | Text | Ref | Word):
        return None
    text = show_scalar(leaf)
    for m in _SYMBOL.finditer(text):
        if m[1] != "region" and m[2] in seen.others:
            account = next((a for a, e in there.accounts.items() if e == m[2]), "")
            return m[2], _token(text, m.start(), m.end()), f"its {m[1]} {account}".rstrip() if m[1] == "account" else f"its {m[1]}"
    if there.number is not None and (known := there.number.search(text)) is not None:
        return there.accounts[known[0]], _token(text, known.start(), known.end()), f"its account {known[0]}"
    if text in there.ids:
        return there.ids[text], text, "something that it holds"
    if isinstance(leaf, Ref) or (path and str(path[0]) in seen.tags("")):
        return None
    at = 0
    for part in leaf.parts if isinstance(leaf, Text) else (leaf,):
        size = len(show_scalar(part))
        if isinstance(part, Word) and part.env in seen.others and not is_domain(text, at, at + size):
            token = _token(text, at, at + size)
            if token in there.ids:
                return part.env, token, "something that it holds"
            if _addresses(token) and "{account}" not in token and "{project" not in token:
                return part.env, token, f"an address with its word {part.text}"
        at += size
    return None


def is_domain(text: str, start: int, end: int) -> bool:
    """Whether a word is where a host's name ends: `europe-docker.pkg.dev` is Google's registry."""
    return text[start:end] in _DOMAINS and text[start - 1 : start] == "." and text[end : end + 1] in ("", "/", ":", "?", "#", '"')


_DOMAINS: Final = frozenset({"dev", "live"})
"""Words for environments that are domains of everybody's (IANA, "Root Zone Database")."""


def _token(text: str, start: int, end: int) -> str:
    while start > 0 and text[start - 1] not in _END:
        start -= 1
    while end < len(text) and text[end] not in _END:
        end += 1
    return text[start:end].strip(".:")


def _addresses(token: str) -> bool:
    """Whether a token says where something is."""
    return "://" in token or token.startswith("arn:") or _HOST.fullmatch(token) is not None or _ROBOT.search(token) is not None


def _shared(seen: Seen, address: Address, target: str, into: str, there: Elsewhere) -> str:
    """Why it may point there: what is pointed at is shared, or what points is; or empty."""
    seal = seen.seals[address]
    symbol = _SYMBOL.search(target) is not None
    accounts = [a for a, e in there.accounts.items() if e == into and (symbol or a in target)]
    texts = [target, address.id, seal.arn or "", seal.ref, *accounts]
    return next((s.reason for s in seen.settings.controls.shared for t in texts if t and fits(s.target, t)), "")
