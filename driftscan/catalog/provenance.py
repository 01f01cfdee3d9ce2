"""Who made a resource: name lists for vendor and platform from `provenance.toml`, the rest from the spec."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate
from functools import cache
from pathlib import Path
from typing import Any, Final

from driftscan.catalog import paths, tags
from driftscan.catalog.paths import Pattern
from driftscan.catalog.spec import Spec
from driftscan.errors import ConfigError
from driftscan.model.resource import Provenance, Resource
from driftscan.model.value import ABSENT, Value

_KEYS: Final = {"provenance", "title", "type", "name", "match", "absent", "of"}


@dataclass(frozen=True, slots=True)
class Rule:
    """Resources of `types` that fit `names` and every path of `match`, and hold nothing at `absent`. All but `absent` are globs.

    of: a path at which the id of another resource stands, whose provenance must be the rule's own.
    """

    provenance: Provenance
    title: str
    types: tuple[str, ...]
    names: tuple[str, ...]
    match: tuple[tuple[Pattern, str], ...]
    absent: tuple[Pattern, ...]
    of: Pattern | None = None


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule of `provenance.toml` in order. Raises ConfigError where one says what it cannot."""
    file = Path(__file__).parent / "provenance.toml"
    out: list[Rule] = []
    for table in tomllib.loads(file.read_text())["rule"]:
        if unknown := set(table) - _KEYS:
            raise ConfigError(f"unknown key {min(unknown)!r}", file=file.name, hint=f"known here: {', '.join(sorted(_KEYS))}")
        match: Mapping[str, Any] = table.get("match", {})
        out.append(
            Rule(
                Provenance(table["provenance"]),
                table["title"],
                tuple(table["type"]),
                tuple(table.get("name", ())),
                tuple((paths.parse(p), str(g)) for p, g in match.items()),
                tuple(paths.parse(p) for p in table.get("absent", ())),
                paths.parse(table["of"]) if "of" in table else None,
            )
        )
    return tuple(out)


@cache
def _globs(names: tuple[str, ...]) -> re.Pattern[str]:
    """Several globs as one pattern: they are held against every resource."""
    return re.compile("|".join(map(translate, names)))


@cache
def _for(type: str) -> tuple[Rule, ...]:
    return tuple(r for r in rules() if any(fnmatchcase(type, g) for g in r.types))


def classify(spec: Spec, resource: Resource, whose: Callable[[str], Provenance | None] = lambda _: None) -> Provenance:
    """Who made a resource (raw, redacted or not). The order: vendor and platform by name, controller, population, else declared.

    whose: the provenance of the resource with an id, None where it is not known.
    """
    rules_ = _for(spec.type)
    named = _spellings(resource) if any(r.names for r in rules_) else ()
    for rule in rules_:
        if _fits(rule, spec, resource, named) and (rule.of is None or _belongs(rule, rule.of, spec, resource, whose)):
            return rule.provenance
    if owner(spec, resource) is not None:
        return Provenance.CONTROLLER
    return Provenance.POPULATION if spec.population else Provenance.DECLARED


def owner(spec: Spec, resource: Resource) -> Value:
    """What names the resource that made this one (id, name or ARN), by the spec's `owner`; None where nothing stands there."""
    for pattern in spec.owner:
        value = tags.lookup(spec.compare, resource.value, pattern)
        if value is not ABSENT and value not in (None, "", [], {}):
            return value
    return None


def _belongs(rule: Rule, of: Pattern, spec: Spec, resource: Resource, whose: Callable[[str], Provenance | None]) -> bool:
    value = tags.lookup(spec.compare, resource.value, of)
    return isinstance(value, str) and whose(value) is rule.provenance


def _spellings(resource: Resource) -> tuple[str, ...]:
    """What a resource is called: its id and how its ARN ends, each also without what stands before a slash."""
    arn = resource.arn or ""
    spellings = {resource.address.id, arn.rpartition(":")[2], arn.rpartition("/")[2]}
    spellings |= {spelling.partition("/")[2] for spelling in spellings}
    return tuple(s for s in spellings if s)


def _fits(rule: Rule, spec: Spec, resource: Resource, spellings: tuple[str, ...]) -> bool:
    if rule.names and not any(map(_globs(rule.names).match, spellings)):
        return False
    for pattern, glob in rule.match:
        value = tags.lookup(spec.compare, resource.value, pattern)
        if value is ABSENT or not paths.glob(glob, value):
            return False
    return all(tags.lookup(spec.compare, resource.value, p) in (ABSENT, None, "", [], {}) for p in rule.absent)
