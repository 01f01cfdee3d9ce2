"""Series of revisions: who runs which. A task definition, a layer, a job definition goes by its series; what runs is one revision of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from driftscan.catalog.paths import Member, Pattern, parse
from driftscan.catalog.spec import Spec
from driftscan.model.resource import Resource
from driftscan.model.value import Value

NUMBER: Final = re.compile(r":(\d+)$")
"""How the ARN or the name of a revision ends."""


class Series(NamedTuple):
    """All revisions of one name."""

    type: str
    account: str
    region: str
    name: str


class Use(NamedTuple):
    """What a resource runs: a revision of a series, or (number None) whichever is the newest."""

    series: Series
    number: int | None


Places: TypeAlias = Mapping[str, tuple[tuple[Pattern, str], ...]]
"""Type -> where it says which revision it runs, and of which type that is."""


def places(specs: Mapping[str, Spec]) -> Places:
    """Where resources name revisions: the catalogue's `references` to types that have some."""
    out: dict[str, tuple[tuple[Pattern, str], ...]] = {}
    for name, spec in specs.items():
        found = [(path, t) for path, types in spec.compare.references.items() for t in types if _revised(specs, t)]
        if found:
            out[name] = tuple(found)
    return out


def _revised(specs: Mapping[str, Spec], type: str) -> bool:
    spec = specs.get(type)
    return spec is not None and spec.revisions is not None


def uses(resource: Resource, where: Places, specs: Mapping[str, Spec]) -> Iterator[Use]:
    """The revisions that a resource says it runs."""
    for path, type_ in where.get(resource.address.type, ()):
        for _, text in path.select(_opened(resource.value, path, specs[resource.address.type])):
            if isinstance(text, str) and text:
                yield use(type_, text, resource)


def use(type_: str, text: str, holder: Resource) -> Use:
    """What an ARN or a name means, as its holder says it; a name means one of the holder's own account and region."""
    found = NUMBER.search(text)
    base = text[: found.start()] if found else text
    parts = base.split(":", 5)
    region, account = (parts[3], parts[4]) if len(parts) == 6 and parts[0] == "arn" else (holder.address.region, holder.address.account)
    return Use(Series(type_, account, region, re.split("[/:]", base)[-1]), int(found[1]) if found else None)


def of(resource: Resource) -> Use | None:
    """Which revision a resource is, by its ARN; None where that is not known or ends in no number."""
    found = use(resource.address.type, resource.arn, resource) if resource.arn else None
    return found if found is not None and found.number is not None else None


def _opened(value: Mapping[str, Value], path: Pattern, spec: Spec) -> Mapping[str, Value]:
    """The document with the JSON text parsed that a path leads through."""
    first = path.steps[0]
    if not isinstance(first, Member) or len(path.steps) < 2 or spec.compare.documents.get(parse(first.name)) != "json":
        return value
    text: Any = value.get(first.name)
    if not isinstance(text, str):
        return value
    try:
        return {first.name: json.loads(text)}
    except ValueError:
        return value
