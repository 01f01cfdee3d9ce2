"""Random estates of two environments, made of the catalogue's examples without a cloud; every resource knows its counterpart.

An estate draws types, reads their example and its clean twin through the generic reader, in one to three copies; names everything as one
organisation would; puts further copies into other regions or accounts; and lets declared references lead to what is there. The same seed
gives the same estate.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Final

from driftscan.catalog import load
from driftscan.catalog.paths import Member, Pattern
from driftscan.catalog.spec import Spec
from driftscan.model.resource import Resource
from driftscan.model.value import Address, Value
from driftscan.normalize import Redactor
from tests.catalog import answers as recorded
from tests.catalog import shapes
from tests.catalog.harness import KEY, read
from tests.catalog.shapes import Node
from tests.catalog.twin import GENERATED, HERE, REGIONS, THERE, ZONES, disturbed, put, rewriter, twin
from tests.generated.names import Habit, chosen, copied, habit

LARGEST = 60_000
"""Bytes of an example that is still drawn: a larger one takes as long as twenty others."""
KEPT = 2
"""Most resources of one type that a copy of its example holds."""
ELSEWHERE: Final = ({HERE: "710000000042", THERE: "820000000042"}, {REGIONS[0]: "us-west-2", REGIONS[1]: "us-east-2"})
"""Account and region of the first copy -> of the further ones, where an organisation has several."""
_ZONES: Final = {"us-west-2": "usw2-", "us-east-2": "use2-", **dict(zip(REGIONS, ZONES, strict=True))}
SPREADS = ("one place", "one place", "regions", "accounts", "same names in regions", "same names in accounts")


@dataclass(frozen=True)
class Estate:
    """sides: what stage and prod hold, in the same order: of the same place are counterparts. region: prod's home; stage's is `REGIONS[0]`.

    spread: where further copies are, and whether they are called as the first.
    """

    seed: int
    habit: Habit
    region: str
    types: tuple[str, ...]
    sides: tuple[tuple[Resource, ...], tuple[Resource, ...]]
    spread: str = "one place"

    def counterparts(self) -> dict[Address, Address]:
        """Address in stage -> address in prod."""
        return {a.address: b.address for a, b in zip(*self.sides, strict=True)}

    def accounts(self, side: int) -> tuple[str, ...]:
        """The accounts of a side, its first one first."""
        home = (HERE, THERE)[side]
        return home, *sorted({x.address.account for x in self.sides[side]} - {home})

    def regions(self, side: int) -> tuple[str, ...]:
        """The regions of a side, its home first."""
        home = (REGIONS[0], self.region)[side]
        return home, *sorted({x.address.region for x in self.sides[side]} - {home, "global", ""})

    def __str__(self) -> str:
        words = "/".join("+".join(w) for w in self.habit.words)
        how = ", ".join(x for x in (self.habit.place, self.habit.style, self.habit.end, self.spread) if x)
        return f"seed {self.seed}: {', '.join(self.types)}; {words}; {how}; prod in {self.region}"


@cache
def drawable() -> tuple[Spec, ...]:
    """The types that an estate may hold: compared, with an example of moderate size."""
    held = [s for s in load().of("aws").values() if s.pair and (recorded.folder(s) / "answers.json").exists()]
    return tuple(s for s in held if (recorded.folder(s) / "answers.json").stat().st_size <= LARGEST)


def estate(seed: int, types: Sequence[str] = ()) -> Estate:
    """The estate of a seed. types: instead of those that it would draw."""
    r = random.Random(f"estate/{seed}")
    manner, moved = habit(r), r.random() < 0.5
    region = REGIONS[1] if moved else REGIONS[0]
    spread = r.choice(SPREADS)
    drawn = types or _types(r, moved, open_=manner.place == "glued" or manner.end == "cut", small=manner.style == "camel")
    sides: tuple[dict[Address, Resource], dict[Address, Resource]] = ({}, {})
    for type in drawn:
        spec = load().specs[type]
        single = spec.singleton or () in spec.identity.match
        for number in range(r.choice((1, 1, 1, 2, 3))):
            place = _place(spread, spec) if number else ""
            if single and number and not (place and number == 1):
                break
            calling = 0 if place and (single or spread.startswith("same")) and number == 1 else number
            _add(sides, spec, _kept(r, manner, spec, _held(type, moved, manner, calling, place)), number)
    linked = _linked(r, tuple(sides[0].values()), tuple(sides[1].values()))
    others = tuple(disturbed(load().specs[x.address.type], x) for x in linked[1])
    return Estate(seed, manner, region, tuple(drawn), (linked[0], others), spread)


def _types(r: random.Random, moved: bool, *, open_: bool, small: bool) -> list[str]:
    """One or two types, and of some of them one that they refer to. moved: only types of a region.

    open_: only types without closed settings. A word that is glued to another there is closed with it, as the end of a name that was cut:
    nobody can tell either any more. small: only types without names of which the vendor forgets the capitals: there a hump is none.
    """
    names = {s.type: s for s in drawable() if (s.scope == "region" or not moved) and not (small and "dns" in s.compare.documents.values())}
    order = r.sample(sorted(names), len(names))
    out = list(islice((t for t in order if not (open_ and _closed(t))), r.choice((1, 1, 2, 2))))
    for type in tuple(out):
        targets = sorted({t for ts in names[type].compare.references.values() for t in ts} & names.keys() - set(out))
        if targets and r.random() < 0.4:
            out += [t for t in (r.choice(targets),) if not (open_ and _closed(t))]
    return out


@cache
def _closed(type: str) -> bool:
    """Whether something in a type's example is closed as a setting."""
    redactor = Redactor(load(), KEY, frozenset())
    return any("Redacted(kind='setting'" in repr(redactor.redact(x).value) for pair in _read(type, False) for x in pair)


def _place(spread: str, spec: Spec) -> str:
    """Where further copies of a type are: in another `region`, in another `account`, or "" beside the first."""
    if spread.endswith("regions"):
        return "region" if spec.scope == "region" else ""
    return "account" if spread.endswith("accounts") else ""


def _kept(r: random.Random, manner: Habit, spec: Spec, held: Sequence[tuple[Resource, Resource]]) -> list[tuple[Resource, Resource]]:
    """A few of what an example holds of its type, with what they are listed under.

    All of it where names end in a few random digits: of what is not there nobody could tell that they are random.
    """
    if manner.end == "hex":
        return list(held)
    own = [n for n, (x, _) in enumerate(held) if x.address.type == spec.type]
    taken = set(r.sample(own, min(len(own), r.randint(1, KEPT))))
    wanted = {p.address for n in taken if (p := held[n][0]) is not None}
    above = {x.address: x.parent for x, _ in held}
    for address in tuple(wanted):
        parent = above.get(address)
        while parent is not None:
            wanted.add(parent)
            parent = above.get(parent)
    return [pair for pair in held if pair[0].address in wanted]


def _add(sides: tuple[dict[Address, Resource], ...], spec: Spec, held: Sequence[tuple[Resource, Resource]], number: int) -> None:
    """Put one copy in, unless what is of the type is there already: a further copy whose names say nothing of it is no copy."""
    own = [pair for pair in held if pair[0].address.type == spec.type]
    if number and any(x.address in side for pair in own for side, x in zip(sides, pair, strict=True)):
        return
    for one, two in held:
        if one.address not in sides[0] and two.address not in sides[1]:
            sides[0][one.address], sides[1][two.address] = one, two


@cache
def _read(type: str, moved: bool) -> tuple[tuple[Resource, Resource], ...]:
    """What a type's example and its clean twin hold, the types above it included, as counterparts. moved: the twin is in another region.

    An id is a text like any other: what was rewritten in the answers says which resource became which.
    """
    spec = load().specs[type]
    one = recorded.load(spec)
    if not moved:  # what an example adds for its twin was written for one in another region
        one = replace(one, twin={k: v.replace(REGIONS[1], REGIONS[0]).replace(ZONES[1], ZONES[0]) for k, v in one.twin.items()})
    stage = read(spec, one, "stage", REGIONS[0]).resources
    prod = read(spec, twin(spec, one, moved), "prod", REGIONS[1] if moved else REGIONS[0]).resources
    across = rewriter(moved, one.twin)
    others = {(x.address.type, x.address.id): x for x in prod}
    pairs = [(x, y) for x in stage if (y := others.get((x.address.type, across(x.address.id)))) is not None]
    if len(pairs) != len(stage) or len(stage) != len(prod):
        raise LookupError(f"{type}: {len(stage)} and {len(prod)} resources, of which {len(pairs)} are known to be counterparts")
    return tuple(pairs)


def _held(type: str, moved: bool, manner: Habit, number: int, place: str) -> list[tuple[Resource, Resource]]:
    """One copy of a type's example and of its twin, as the organisation names it and at its place."""
    pairs = _read(type, moved)
    out: list[list[Resource]] = []
    for n, environment in enumerate(("stage", "prod")):
        first = [pair[n] for pair in pairs]
        ids = {m for x in first for m in (x.address.id, (x.arn or "").rpartition(":")[2].rpartition("/")[2])}
        names = ids.union(*(_named(x.value) for x in first)) - {m for x in first for m in _members(x.value)}
        again = copied(number, names, GENERATED, (HERE, THERE), place)
        rename = manner.rename(environment, *({again(m) for m in chosen(some, GENERATED)} for some in (names, ids)), place)
        moving = _elsewhere(place)
        out.append([_rewritten(x, lambda text, a=again, b=rename, c=moving: c(b(a(text)))) for x in first])  # type: ignore[misc]
    return list(zip(*out, strict=True))


def _elsewhere(place: str) -> Callable[[str], str]:
    """Text of what is at home -> of the same thing in another region or account."""
    if not place:
        return lambda text: text
    texts: Mapping[str, str] = ELSEWHERE[place == "region"]
    if place == "region":
        texts = {**texts, **{_ZONES[old]: _ZONES[new] for old, new in texts.items()}}

    def moved(text: str) -> str:
        for old, new in texts.items():
            text = text.replace(old, new)
        return text

    return moved


def _rewritten(x: Resource, rewrite: Callable[[str], str]) -> Resource:
    """A resource with every text rewritten but enumerated values, moments and names of members."""

    def there(a: Address) -> Address:
        return replace(a, account=rewrite(a.account), region=rewrite(a.region), id=rewrite(a.id))

    value = _texts(x.value, shapes.assembled(load().specs[x.address.type]), rewrite)
    assert isinstance(value, dict)  # a document stays one
    return Resource(there(x.address), value, x.arn and rewrite(x.arn), x.parent and there(x.parent), x.reads)


def _texts(value: Value, node: Node | None, rewrite: Callable[[str], str]) -> Value:
    match value:
        case dict():
            if node is not None and node.kind == "structure" and (node.members or node.shape is not None):
                return {k: _texts(v, node.members.get(k, node.element), rewrite) for k, v in value.items()}
            below = node.element if node is not None else None
            keep = node is None or node.kind == "structure"
            return {k if keep else rewrite(k): _texts(v, below, rewrite) for k, v in value.items()}
        case list():
            return [_texts(v, node.element if node is not None else None, rewrite) for v in value]
        case str():
            return value if node is not None and (node.enum or node.kind in ("timestamp", "blob")) else rewrite(value)
    return value


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


def _members(value: Value) -> Iterator[str]:
    """The names of all members of a document: a subscription's `PendingConfirmation` is a word of the vendor's where it is an id, too."""
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _members(inner)


def _linked(r: random.Random, stage: tuple[Resource, ...], prod: tuple[Resource, ...]) -> tuple[tuple[Resource, ...], tuple[Resource, ...]]:
    """Declared references lead to what the estate holds: one member of a resource names a target near it, the same on both sides."""
    out: tuple[list[Resource], list[Resource]] = ([], [])
    for one, two in zip(stage, prod, strict=True):
        spec, changed = load().specs[one.address.type], (one, two)
        own = {p.split(".")[0].split("[")[0] for alternative in spec.identity.match for p in alternative} | set(spec.identity.id)
        for path, types in spec.compare.references.items():
            targets = [i for i, x in enumerate(stage) if x.address.type in types and _near(x.address, one.address)]
            first = path.steps[0]
            if targets and isinstance(first, Member) and first.name not in own and r.random() < 0.7:
                n = r.choice(targets)
                changed = (_pointing(changed[0], path, stage[n]), _pointing(changed[1], path, prod[n]))
        for side, x in zip(out, changed, strict=True):
            side.append(x)
    return tuple(out[0]), tuple(out[1])


def _near(a: Address, b: Address) -> bool:
    """Whether one may name the other without saying where it is."""
    return a.account == b.account and (a.region == b.region or "global" in (a.region, b.region))


def _pointing(resource: Resource, path: Pattern, target: Resource) -> Resource:
    value = resource.value
    for at, old in path.select(value):
        new = target.arn if isinstance(old, str) and old.startswith("arn:") else target.address.id
        if isinstance(old, str) and old and new and "|" not in new:
            return replace(resource, value=put(value, at, new))
    return resource
