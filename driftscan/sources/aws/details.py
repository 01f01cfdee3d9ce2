"""Which detail calls of a type depend on which: planned once per type from the vendor's model and the spec's paths."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from driftscan.catalog import paths, tags
from driftscan.catalog.paths import Member, Pattern
from driftscan.catalog.spec import Condition, Detail, Spec
from driftscan.sources.aws.models import Models


@dataclass(frozen=True)
class Course:
    """The order in which a type's details are read.

    first: waves of details (indices) that the filter or the region waits for; then: waves of the others. A wave's calls overlap.
    gives: per detail the members that it adds, None where the model does not list them. own: the members of the listing's items.
    """

    first: tuple[tuple[int, ...], ...]
    then: tuple[tuple[int, ...], ...]
    gives: tuple[frozenset[str] | None, ...]
    own: frozenset[str] | None
    regional: tuple[int, ...]

    @cached_property
    def known(self) -> frozenset[str]:
        """Every member that anything is known to give."""
        return frozenset().union(self.own or frozenset(), *(g or frozenset() for g in self.gives))


def course(spec: Spec, models: Models) -> Course:
    """Plans a type's details.

    A detail waits for an earlier one that may give a member which its arguments, its `when` or its join need and the listing lacks.
    """
    own = _listed(spec, models)
    gives = tuple(_gives(d, models) for d in spec.details)
    waits = [{j for j in range(i) if _may_give(gives[j], needs(spec, detail), own)} for i, detail in enumerate(spec.details)]
    region = _closure(_givers(spec, gives, own, _region(spec)), waits)
    for i in range(len(waits)):
        if i not in region:
            waits[i] |= region
    wanted = {name for c in (*spec.filter.keep, *spec.filter.skip) for name in _condition(spec, c)}
    if spec.filter.latest is not None:
        wanted |= _heads(spec, [spec.filter.latest.by, *(paths.parse(p) for p in spec.filter.latest.per if p != "parent" and "{" not in p)])
    gate = _closure(_givers(spec, gives, own, wanted), waits)
    return Course(
        _waves(sorted(gate), waits), _waves([i for i in range(len(gives)) if i not in gate], waits), gives, own, tuple(sorted(region))
    )


def needs(spec: Spec, detail: Detail) -> frozenset[str]:
    """The members of the item that a detail's arguments, `when` and join name."""
    found: set[str] = set()
    found |= _heads(spec, _holes(dict(detail.args))) - {"parent", "scope"}
    for c in detail.when:
        found |= _condition(spec, c)
    found |= _heads(spec, [paths.parse(ours) for _, ours in detail.join])
    return frozenset(found)


def parent_needs(spec: Spec) -> frozenset[str]:
    """The members of the nearest parent that the listing's arguments name."""
    found: set[str] = set()
    for call in spec.lists:
        for pattern in _holes(call.args):
            match pattern.steps:
                case (Member("parent"), Member(name), *_) if name != "parent":
                    found.add(name)
    return frozenset(found)


def _listed(spec: Spec, models: Models) -> frozenset[str] | None:
    if spec.singleton:
        return frozenset()
    found: frozenset[str] = frozenset()
    for call in spec.lists:
        if call.as_:
            members: frozenset[str] | None = frozenset({call.as_})
        else:
            members = models.members(call.service, call.operation, call.items)
        if members is None:
            return None
        found |= members & frozenset(call.only) if call.only else members
    return found


def _gives(detail: Detail, models: Models) -> frozenset[str] | None:
    if detail.into is not None:
        return frozenset({detail.into})
    if detail.only:
        return frozenset(name.partition(".")[0] for name in detail.only)
    return models.members(detail.service, detail.operation, detail.take)


def _may_give(gives: frozenset[str] | None, wanted: Iterable[str], own: frozenset[str] | None) -> bool:
    """Whether a detail may add one of the wanted members that the listing lacks. An open listing is trusted to hold them."""
    missing = set(wanted) - own if own is not None else set()
    return bool(missing) if gives is None else bool(missing & gives)


def _givers(spec: Spec, gives: tuple[frozenset[str] | None, ...], own: frozenset[str] | None, wanted: Iterable[str]) -> set[int]:
    return {i for i in range(len(spec.details)) if _may_give(gives[i], wanted, own)}


def _closure(start: set[int], waits: list[set[int]]) -> set[int]:
    out, queue = set(start), list(start)
    while queue:
        for j in waits[queue.pop()]:
            if j not in out:
                out.add(j)
                queue.append(j)
    return out


def _waves(indices: list[int], waits: list[set[int]]) -> tuple[tuple[int, ...], ...]:
    left, waves = list(indices), []
    while left:
        wave = tuple(i for i in left if not waits[i] & set(left))
        waves.append(wave)
        left = [i for i in left if i not in wave]
    return tuple(waves)


def _region(spec: Spec) -> set[str]:
    return _heads(spec, [paths.parse(spec.identity.region)]) if spec.identity.region and "{" not in spec.identity.region else set()


def _condition(spec: Spec, condition: Condition) -> set[str]:
    return _heads(spec, [check.path for check in condition])


def _heads(spec: Spec, patterns: Iterable[Pattern]) -> set[str]:
    """The first members of paths; `tags.X` needs the member that holds the tags."""
    found: set[str] = set()
    for pattern in patterns:
        match pattern.steps:
            case (Member("tags"), Member(_)):
                where = tags.path(spec.compare)
                found |= _heads(spec, [where]) if where is not None and where is not pattern else set()
            case (Member(name), *_):
                found.add(name)
    return found


def _holes(template: object) -> list[Pattern]:
    """Every path in a template, at any depth."""
    match template:
        case dict():
            return [p for v in template.values() for p in _holes(v)]
        case list() | tuple():
            return [p for v in template for p in _holes(v)]
        case str():
            return [p for p in paths.holes(template) if not isinstance(p, str)]
        case _:
            return []
