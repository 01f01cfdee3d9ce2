"""baselines/*.yaml -> rules: the shape first, then paths, keywords and what layers make of each other's rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

from pydantic import ValidationError

from driftscan.catalog import paths
from driftscan.config.baseline import BaselineDocument, CountEntry, RuleEntry, SelectEntry
from driftscan.config.keywords import KeywordError, check, typed
from driftscan.config.problems import first_problem
from driftscan.config.text import Document, Where, read
from driftscan.errors import ConfigError, DriftscanError
from driftscan.model.baseline import ROLES, BaselineRule, Count, Expectation, Layer, Select
from driftscan.model.drift import Severity
from driftscan.model.settings import Location

FOLDER: Final = "baselines"
"""Read from beside the configuration, if it is there and nothing else is named."""
ENDINGS: Final = (".yaml", ".yml")
_LAYERS: Final = tuple(Layer)
_QUOTED: Final = re.compile(r'\.?\[("[^"]*")\]')
"""A member as reports show it where its name is no plain word: `Tags["a.b"]`."""


def load_baselines(files: Iterable[Path]) -> tuple[BaselineRule, ...]:
    """The rules of all files, by layer, then by file and line.

    Raises ConfigError for the first problem: in a file its first one, then ids that meet without saying what they are to each other.
    """
    rules: list[BaselineRule] = []
    for file in sorted(files):
        rules += _file(file)
    rules.sort(key=lambda r: _LAYERS.index(r.layer))  # stable: files and lines stay in order
    return tuple(_overriding(rules))


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a baseline file."""
    out = BaselineDocument.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "driftscan baseline",
        **{k: v for k, v in out.items() if k != "title"},
    }


# --------------------------------------------------------------------------------------------- one file


def _file(file: Path) -> list[BaselineRule]:
    document = read(file)
    if not isinstance(document.data, dict):
        raise document.error((), "the file holds no rules", "start with `rules:` and lines that begin with `- id:`")
    try:
        shaped = BaselineDocument.model_validate(document.data)
    except ValidationError as e:
        raise first_problem(document, (), e, BaselineDocument) from None
    name = file.stem
    layer = Layer(shaped.layer) if shaped.layer else _layer_of(name)
    roles = tuple(shaped.role) if shaped.role else (name,) if layer is Layer.ROLE and name in ROLES else ()
    if layer is Layer.ROLE and not roles:
        raise document.error(("layer",), "this file does not say for which role its rules are", f"write role: one of {', '.join(ROLES)}")
    seen: dict[str, int] = {}
    out = []
    for i, entry in enumerate(shaped.rules):
        where: Where = ("rules", i)
        if entry.id in seen:
            line = document.mark(("rules", seen[entry.id])).value[0]
            raise document.error(
                (*where, "id"), f"the rule id `{entry.id}` stands already in line {line}", "give each rule an id of its own"
            )
        seen[entry.id] = i
        out.append(_rule(document, where, entry, name, layer, roles))
    return out


def _layer_of(name: str) -> Layer:
    if name in ("organization", "organisation"):
        return Layer.ORGANIZATION
    return Layer.ROLE if name in ROLES else Layer.APPLICATION


def _rule(document: Document, where: Where, e: RuleEntry, name: str, layer: Layer, roles: tuple[str, ...]) -> BaselineRule:
    return BaselineRule(
        id=e.id,
        baseline=name,
        layer=layer,
        select=_select(document, (*where, "select"), e.select) if e.select is not None else Select(()),
        severity=Severity(e.severity),
        reason=e.reason,
        location=_location(document, where),
        roles=roles,
        expect=tuple(
            _expectation(document, (*where, "expect", path), path, value, optional=e.optional is True or path in (e.optional or ()))
            for path, value in e.expect.items()
        ),
        count=_count(e.count) if e.count is not None else None,
        absent=e.absent,
        closed=e.closed,
        override=e.override or "",
        owner=e.owner,
    )


def _select(document: Document, where: Where, e: SelectEntry) -> Select:
    return Select(
        types=tuple(e.type),
        environments=tuple(e.environment or ()),
        keys=tuple(e.key or ("*",)),
        tags=tuple(sorted(e.tags.items())),
        owners=tuple(e.owner or ()),
        accounts=tuple(e.account or ()),
        provenance=tuple(e.provenance or ("declared",)),
        where=tuple(_expectation(document, (*where, "where", path), path, value, optional=False) for path, value in e.where.items()),
    )


def _count(e: CountEntry) -> Count:
    return Count(e.exactly, e.exactly, e.per) if e.exactly is not None else Count(e.min, e.max, e.per)


def _expectation(document: Document, where: Where, path: str, value: Any, *, optional: bool) -> Expectation:
    text = _QUOTED.sub(r".\1", path)
    try:
        paths.parse(text)
    except DriftscanError as error:
        raise document.error(where, error.message, error.hint, key=True) from None
    keywords = None
    if isinstance(value, dict):
        try:
            check(value)
        except KeywordError as error:
            raise document.error((*where, *error.where), error.message, error.hint, key=error.key) from None
        keywords = cast("dict[str, Any]", typed(value))
    return Expectation(text, value, keywords, optional, _location(document, where))


def _location(document: Document, where: Where) -> Location:
    return Location(document.file, document.mark(where).key[0])


# --------------------------------------------------------------------------------------------- layers


def _overriding(rules: Sequence[BaselineRule]) -> list[BaselineRule]:
    """The rules, each that overrides one with a selection of its own or that one's. Raises ConfigError where ids meet unsaid."""
    before: dict[str, list[BaselineRule]] = {}
    out: list[BaselineRule] = []
    for rule in rules:
        met = [r for r in before.get(rule.id, ()) if _meet(r, rule)]
        if met and not rule.override:
            other = met[-1].location
            hint = "write override: tighten or override: replace, or give it an id of its own"
            raise _error(rule, f"the rule id `{rule.id}` stands already in {other.file}:{other.line}", hint)
        if met and met[-1].layer is rule.layer:
            other = met[-1].location
            hint = "only a later layer (organization, role, application) overrides; give it an id of its own"
            raise _error(rule, f"`{rule.id}` stands already in the same layer, in {other.file}:{other.line}", hint)
        if rule.override and not met:
            raise _error(
                rule, f"`{rule.id}` overrides no rule: no earlier layer has that id", "write the id of the rule, or take `override` away"
            )
        done = rule if rule.select.types else replace(rule, select=met[-1].select)
        before.setdefault(rule.id, []).append(done)
        out.append(done)
    return out


def _meet(one: BaselineRule, other: BaselineRule) -> bool:
    """Whether two files can be about one environment."""
    return not one.roles or not other.roles or bool({*one.roles} & {*other.roles})


def _error(rule: BaselineRule, message: str, hint: str) -> ConfigError:
    return ConfigError(message, file=rule.location.file, line=rule.location.line, column=1, hint=hint)
