"""Conditions of the catalogue (`when`, `keep`, `skip`) and `latest`, judged on raw documents."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

import orjson

from driftscan.catalog import paths, tags
from driftscan.catalog.paths import Member
from driftscan.catalog.spec import Compare, Condition, Latest, Spec
from driftscan.model.value import ABSENT, Unknown, Value

T = TypeVar("T")
YES: Final = "yes"


def holds(condition: Condition, compare: Compare, item: Value, parents: Sequence[Value], scope: Mapping[str, str]) -> bool | Unknown:
    """Whether every check holds; Unknown where a value that one of them needs could not be read (and none fails)."""
    unknown: Unknown | None = None
    for check in condition:
        values = values_at(check.path, compare, item)
        lost = next((v for v in values if isinstance(v, Unknown)), None)
        if lost is not None:
            unknown = lost
            continue
        if not values and "" in check.globs:
            continue
        globs = [paths.render(g, item, parents, scope) for g in check.globs]
        if not any(g is not ABSENT and paths.glob(str(g), v) for v in values for g in globs):
            return False
    return True if unknown is None else unknown


def values_at(path: paths.Pattern, compare: Compare, item: Value) -> list[Value]:
    """What stands at a path, `tags.X` included; the Unknown above it, where that could not be read."""
    match path.steps:
        case (Member("tags"), Member(_)) if not isinstance(item.get("tags"), dict):
            where = tags.path(compare)
            held = ABSENT if where is None else where.first(item)
            if isinstance(held, Unknown):
                return [held]
            value = tags.lookup(compare, item, path)
            return [] if value is ABSENT else [value]
        case (Member(name), *_) if isinstance(item.get(name), Unknown):
            return [item[name]]
    return [v for _, v in path.select(item)]


def any_holds(
    conditions: Iterable[Condition], compare: Compare, item: Value, parents: Sequence[Value], scope: Mapping[str, str]
) -> bool | Unknown:
    """Whether one of the conditions holds; Unknown where one could, and none does."""
    unknown: Unknown | None = None
    for condition in conditions:
        verdict = holds(condition, compare, item, parents, scope)
        if verdict is True:
            return True
        if isinstance(verdict, Unknown):
            unknown = verdict
    return False if unknown is None else unknown


def kept(spec: Spec, item: Value, parents: Sequence[Value], scope: Mapping[str, str]) -> bool | Unknown:
    """Whether the spec's `keep` and `skip` let a resource in."""
    f = spec.filter
    skip = any_holds(f.skip, spec.compare, item, parents, scope)
    if skip is True:
        return False
    keep = any_holds(f.keep, spec.compare, item, parents, scope) if f.keep else True
    if keep is False:
        return False
    return keep if isinstance(keep, Unknown) else skip if isinstance(skip, Unknown) else True


def latest(rule: Latest, items: Sequence[T], document: Callable[[T], Value], parent: Callable[[T], Hashable]) -> list[T]:
    """The newest of each group, in the order of `items`. Numbers in text count as numbers; equal ones: the later in the listing."""
    best: dict[tuple[Hashable, ...], T] = {}
    for item in items:
        doc = document(item)
        group = tuple(parent(item) if part == "parent" else orjson.dumps(paths.locate(part, doc), default=str) for part in rule.per)
        if group not in best or rank(rule.by.first(doc)) >= rank(rule.by.first(document(best[group]))):
            best[group] = item
    chosen = {id(item) for item in best.values()}
    return [item for item in items if id(item) in chosen]


def rank(value: Value) -> tuple[int, float, str]:
    """An order over what `latest.by` may find: nothing, then text, then numbers."""
    if value is ABSENT or value is None or isinstance(value, Unknown):
        return (0, 0.0, "")
    try:
        return (2, float(value), "")
    except (TypeError, ValueError):
        return (1, 0.0, str(value))
