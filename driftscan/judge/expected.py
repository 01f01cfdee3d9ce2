"""Declared differences: which rule is about a change, and whether the change stays inside its bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Final

from driftscan.judge.globs import covers, fits
from driftscan.judge.sizes import amount, order
from driftscan.judge.values import same
from driftscan.model.drift import Change
from driftscan.model.finding import Kind
from driftscan.model.settings import Expected
from driftscan.model.value import ABSENT, Opaque, Path, Redacted, Ref, Text, Unknown, Value, Word, show_scalar, walk

_DOMAIN: Final = re.compile(r"(?:[A-Za-z0-9_](?:[\w-]*\w)?\.)+[A-Za-z]{2,}")


def inside(rule: Expected, candidate: Value, reference: Value, path: Path = ()) -> bool:
    """Whether two values that differ stay inside a rule's bounds; `ABSENT` for a side that has none. What nobody can compare does not."""
    match rule.rule:
        case "any":
            return True
        case "one_of":
            return isinstance(rule.values, list) and any(same(candidate, v) for v in rule.values)
        case "at_most_reference":
            return order(candidate, reference, path) in (-1, 0)
        case "at_least_reference":
            return order(candidate, reference, path) in (0, 1)
        case "ratio":
            return rule.ratio is not None and _between(rule.ratio, candidate, reference)
        case "must_differ":
            return candidate is not ABSENT and reference is not ABSENT and candidate != reference and not _overlap(candidate, reference)
        case "mapped" if isinstance(rule.values, dict) and reference is not ABSENT and candidate is not ABSENT:
            return any(same(reference, _spelled(k)) and same(candidate, v) for k, v in rule.values.items()) or _renamed(
                rule.values, candidate, reference
            )
        case _:
            return False


def _between(ratio: tuple[float, float], candidate: Value, reference: Value) -> bool:
    ours, theirs = amount(candidate), amount(reference)
    if ours is None or theirs is None or ours[0] != theirs[0]:
        return False
    least, most = sorted((ratio[0] * theirs[1], ratio[1] * theirs[1]))
    return least <= ours[1] <= most


def _overlap(a: Value, b: Value) -> bool:
    """Whether two values are networks that share addresses: those differ in text, and still could not be connected."""
    if not (isinstance(a, str) and isinstance(b, str) and "/" in a and "/" in b):
        return False
    try:
        one, other = ip_network(a, strict=False), ip_network(b, strict=False)
    except ValueError:
        return False
    return one.version == other.version and one.overlaps(other)


def _renamed(values: Mapping[str, Value], candidate: Value, reference: Value) -> bool:
    """Whether the candidate's text is the reference's with every mapped domain in it replaced, in a URL or an ARN too.

    Domains alone are looked for inside a text, whole labels of them: `acme.com` in `api.acme.com`, not in `notacme.com`, `acme.com.net`.
    """
    if not (isinstance(candidate, str | Text) and isinstance(reference, str | Text)):
        return False
    domains = {
        k: v for k, v in values.items() if isinstance(k, str) and isinstance(v, str) and _DOMAIN.fullmatch(k) and _DOMAIN.fullmatch(v)
    }
    if not domains:
        return False
    any_of = "|".join(re.escape(k) for k in sorted(domains, key=len, reverse=True))
    text = show_scalar(reference)
    found = re.sub(rf"(?<![\w-])(?:{any_of})(?![\w-]|\.[\w-])", lambda m: domains[m[0]], text)
    return found != text and found == show_scalar(candidate)


def _spelled(key: Value) -> Value:
    """A map's key as a text: YAML reads `true: x` and `1: x` with keys that are no strings."""
    return key if isinstance(key, str) else show_scalar(key)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the declared differences say of one change: the rule that allows it, else the first that is about it and does not."""

    rule: Expected
    inside: bool


def applies(rule: Expected, comparison: str, same_environment: bool) -> bool:
    """Whether a rule is about a comparison. Those that name none are about two environments, never about one over time."""
    return rule.comparison == comparison if rule.comparison is not None else not same_environment


def about(rule: Expected, kind: Kind, type: str, key: str) -> bool:
    """Whether a rule is about findings of this kind on this resource."""
    return rule.kind == kind and fits(rule.type, type) and fits(rule.key, key)


def ruling(rules: tuple[Expected, ...], change: Change) -> Ruling | None:
    """The decision on a change by rules that are about its resource (`about`), in the order of the configuration.

    A value that is not known can only be allowed by `any`.
    """
    first: Ruling | None = None
    for rule in rules:
        if not covers(rule.path, change.path):
            continue
        if change.code and rule.rule != "any":
            continue
        if inside(rule, change.candidate, change.reference, change.path):
            return Ruling(rule, True)
        first = first or Ruling(rule, False)
    return first


def not_different(rule: Expected, candidate: Mapping[str, Value], reference: Mapping[str, Value]) -> Iterator[tuple[Path, Value]]:
    """Where a `must_differ` rule is broken by two values that are literally the same, with the value.

    Leaves that hold a symbol, an environment's word or a reference to a resource of their own side differ by nature.
    """
    theirs = {path: value for path, value in walk(reference) if covers(rule.path, path)}
    for path, value in walk(candidate):
        if path in theirs and theirs[path] == value and _literal(value):
            yield path, value


def _literal(value: Value) -> bool:
    match value:
        case str():
            return not ("{" in value and "}" in value)
        case Text(parts):
            return all(_literal(p) for p in parts)
        case Ref(target, _, _, _):
            return target is None
        case Redacted(_, parts, _):
            return not any("{" in p for p in parts if p.startswith("="))
        case Word() | Unknown() | dict() | list() | tuple():
            return False
        case Opaque() | bool() | int() | float():
            return True
        case _:
            return False
