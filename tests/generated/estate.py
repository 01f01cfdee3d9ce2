"""Random estates of two environments, made of the catalogue's examples without a cloud; every resource knows its counterpart.

An estate draws types, reads their example and its clean twin through the generic reader, in one to three copies; names everything as one
organisation would; and lets declared references lead to what is there. The same seed gives the same estate.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from driftscan.catalog import load
from driftscan.catalog.paths import Pattern
from driftscan.catalog.spec import Spec
from driftscan.model.resource import Resource
from driftscan.model.value import Address, Value
from tests.catalog import answers as recorded
from tests.catalog.harness import read
from tests.catalog.twin import GENERATED, HERE, REGIONS, THERE, ZONES, disturbed, put, rewriter, twin
from tests.generated.names import Habit, copied, habit, through

LARGEST = 60_000
"""Bytes of an example that is still drawn: a larger one takes as long as twenty others."""


@dataclass(frozen=True)
class Estate:
    """sides: what stage and prod hold, in the same order: of the same place are counterparts. region: prod's; stage's is `REGIONS[0]`."""

    seed: int
    habit: Habit
    region: str
    types: tuple[str, ...]
    sides: tuple[tuple[Resource, ...], tuple[Resource, ...]]

    def counterparts(self) -> dict[Address, Address]:
        """Address in stage -> address in prod."""
        return {a.address: b.address for a, b in zip(*self.sides, strict=True)}

    def __str__(self) -> str:
        words = "/".join(self.habit.words)
        return f"seed {self.seed}: {', '.join(self.types)}; {words} {self.habit.place}; prod in {self.region}"


@cache
def drawable() -> tuple[Spec, ...]:
    """The types that an estate may hold: compared, with an example of moderate size."""
    held = [s for s in load().of("aws").values() if s.pair and (recorded.folder(s) / "answers.json").exists()]
    return tuple(s for s in held if (recorded.folder(s) / "answers.json").stat().st_size <= LARGEST)


@cache
def _examples(type: str, moved: bool) -> tuple[recorded.Answers, recorded.Answers]:
    """A type's example and its clean twin, in another region or in the same."""
    spec = load().specs[type]
    one = recorded.load(spec)
    if not moved:  # what an example adds for its twin was written for one in another region
        one = replace(one, twin={k: v.replace(REGIONS[1], REGIONS[0]).replace(ZONES[1], ZONES[0]) for k, v in one.twin.items()})
    return one, twin(spec, one, moved)


def estate(seed: int, types: Sequence[str] = ()) -> Estate:
    """The estate of a seed. types: instead of those that it would draw."""
    r = random.Random(f"estate/{seed}")
    manner, moved = habit(r), r.random() < 0.5
    region = REGIONS[1] if moved else REGIONS[0]
    drawn = types or _types(r, moved)
    sides: tuple[dict[Address, Resource], dict[Address, Resource]] = ({}, {})
    for type in drawn:
        spec = load().specs[type]
        for number in range(1 if spec.singleton or () in spec.identity.match else r.choice((1, 1, 2, 3))):
            _add(sides, spec, _held(type, region, manner, number), number)
    linked = _linked(r, tuple(sides[0].values()), tuple(sides[1].values()))
    others = tuple(disturbed(load().specs[x.address.type], x) for x in linked[1])
    return Estate(seed, manner, region, tuple(drawn), (linked[0], others))


def _types(r: random.Random, moved: bool) -> list[str]:
    """One to five types, and of half of them one that they refer to. moved: only types of a region."""
    names = {s.type: s for s in drawable() if s.scope == "region" or not moved}
    out = r.sample(sorted(names), r.randrange(1, 6))
    for type in tuple(out):
        targets = sorted({t for ts in names[type].compare.references.values() for t in ts} & names.keys() - set(out))
        if targets and r.random() < 0.5:
            out.append(r.choice(targets))
    return out


def _add(sides: tuple[dict[Address, Resource], ...], spec: Spec, held: Sequence[tuple[Resource, Resource]], number: int) -> None:
    """Put one copy in, unless what is of the type is there already: a further copy whose names say nothing of it is no copy."""
    own = [pair for pair in held if pair[0].address.type == spec.type]
    if number and any(x.address in side for pair in own for side, x in zip(sides, pair, strict=True)):
        return
    for one, two in held:
        if one.address not in sides[0] and two.address not in sides[1]:
            sides[0][one.address], sides[1][two.address] = one, two


@cache
def _held(type: str, region: str, manner: Habit, number: int) -> tuple[tuple[Resource, Resource], ...]:
    """What one copy of a type's example and of its twin hold, the types above it included, as counterparts.

    An id is a text like any other: what was rewritten in the answers says which resource became which.
    """
    spec = load().specs[type]
    plain = _examples(type, region != REGIONS[0])
    across = rewriter(region != REGIONS[0], plain[0].twin)
    stage, again = _copy(spec, plain[0], "stage", REGIONS[0], manner, number)
    prod, later = _copy(spec, plain[1], "prod", region, manner, number)
    others = {(x.address.type, x.address.id): x for x in prod}
    first = read(spec, plain[0], "stage", REGIONS[0]).resources
    known = {(x.address.type, again(x.address.id)): others.get((x.address.type, later(across(x.address.id)))) for x in first}
    pairs = [(x, y) for x in stage if (y := known.get((x.address.type, x.address.id))) is not None]
    if len(pairs) != len(stage) or len(stage) != len(prod):
        raise LookupError(
            f"{type}, copy {number}: {len(stage)} and {len(prod)} resources, of which {len(pairs)} are known to be counterparts"
        )
    return tuple(pairs)


def _copy(
    spec: Spec, plain: recorded.Answers, environment: Literal["stage", "prod"], region: str, manner: Habit, number: int
) -> tuple[tuple[Resource, ...], Callable[[str], str]]:
    """One copy of an example as the reader gives it, and what it made of every text."""
    first = read(spec, plain, environment, region).resources
    names = {n for x in first for n in (x.address.id, (x.arn or "").rpartition(":")[2].rpartition("/")[2], *_named(x.value))}
    again, rename = copied(number, names, GENERATED, (HERE, THERE)), manner.rename(environment)

    def rewrite(text: str) -> str:
        return rename(again(text))

    return read(spec, through(plain, rewrite), environment, region).resources, rewrite


def _named(value: Value, depth: int = 0) -> Iterator[str]:
    """The names in a resource's document, outside of lists, and its name tag."""
    for member, inner in value.items():
        if isinstance(inner, str) and member.endswith(("Name", "name", "Identifier", "Id")):
            yield inner
        elif isinstance(inner, dict) and depth < 2:
            yield from _named(inner, depth + 1)
    tags = value.get("Tags")
    for tag in tags if isinstance(tags, list) else []:
        if isinstance(tag, dict) and tag.get("Key") == "Name" and isinstance(tag.get("Value"), str):
            yield tag["Value"]


def _linked(r: random.Random, stage: tuple[Resource, ...], prod: tuple[Resource, ...]) -> tuple[tuple[Resource, ...], tuple[Resource, ...]]:
    """Declared references lead to what the estate holds: one member of a resource names a target, the same on both sides."""
    out: tuple[list[Resource], list[Resource]] = ([], [])
    for one, two in zip(stage, prod, strict=True):
        spec, changed = load().specs[one.address.type], (one, two)
        own = {p.split(".")[0].split("[")[0] for alternative in spec.identity.match for p in alternative} | set(spec.identity.id)
        for path, types in spec.compare.references.items():
            targets = [i for i, x in enumerate(stage) if x.address.type in types]
            if targets and path.members[:1] and path.members[0] not in own and r.random() < 0.7:
                n = r.choice(targets)
                changed = (_pointing(changed[0], path, stage[n]), _pointing(changed[1], path, prod[n]))
        for side, x in zip(out, changed, strict=True):
            side.append(x)
    return tuple(out[0]), tuple(out[1])


def _pointing(resource: Resource, path: Pattern, target: Resource) -> Resource:
    value = resource.value
    for at, old in path.select(value):
        new = target.arn if isinstance(old, str) and old.startswith("arn:") else target.address.id
        if isinstance(old, str) and old and new and "|" not in new:
            return replace(resource, value=put(value, at, new))
    return resource
