"""A type's whole way in one process: answers -> reader -> redaction -> canonical form -> comparison."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, Literal

from botocore.exceptions import ClientError

from driftscan.catalog import load
from driftscan.catalog.spec import Spec
from driftscan.compare import compare
from driftscan.model.drift import Change, Comparison, Side
from driftscan.model.resource import Canonical, Resource, Seal
from driftscan.model.settings import Account, ComparisonRule, Environment, Settings
from driftscan.model.snapshot import Gap, Header, Listing, MemorySnapshot, Status
from driftscan.model.value import Address, member_path, show_path, show_scalar
from driftscan.normalize import Normalizer, Redactor, literals, vocabulary, words
from driftscan.sources.aws import plan
from driftscan.sources.aws.answers import plain
from driftscan.sources.aws.bulktags import BulkTags
from driftscan.sources.aws.calls import Answer, Call
from driftscan.sources.aws.faults import failure
from driftscan.sources.aws.models import Models
from driftscan.sources.aws.reader import Reader
from driftscan.sources.aws.unit import ResolvedAccount
from tests.catalog import shapes
from tests.catalog.answers import Answers, Fake
from tests.catalog.answers import load as recorded
from tests.catalog.mutate import Mutation
from tests.catalog.twin import HERE, REGIONS, THERE, disturbed, twin

AT = "2026-11-02T10:00:00Z"
KEY = b"0123456789abcdef0123456789abcdef"
ENVIRONMENTS = {
    "stage": Environment("stage", ("staging",), (Account("aws", HERE, regions=(REGIONS[0],)),)),
    "prod": Environment("prod", ("production",), (Account("aws", THERE, regions=(REGIONS[1],)),)),
}
SETTINGS = Settings("acme", "memory", tuple(ENVIRONMENTS.values()), (ComparisonRule("stage", "prod"),))


@cache
def models() -> Models:
    return Models(shapes.LOADER)


@dataclass(frozen=True)
class ReadOut:
    """What the reader gave: resources, gaps, listings."""

    resources: tuple[Resource, ...]
    gaps: tuple[Gap, ...]
    listings: tuple[Listing, ...]


def read(spec: Spec, answers: Answers, environment: Literal["stage", "prod"], region: str) -> ReadOut:
    """Everything of one type, and of the types above it, through the generic reader."""
    each = frozenset(f"{c.service}:{c.operation}" for s in load().of("aws").values() for c in (*s.lists, *s.details) if c.each is not None)
    return read_through(
        spec, lambda c: Fake(answers, c.service, each, c.account, c.region).call(c.operation, c.args), environment, (region,)
    )


def read_through(spec: Spec, give: Callable[[Call], Any], environment: Literal["stage", "prod"], regions: tuple[str, ...]) -> ReadOut:
    """The same with answers from anywhere. give: a call -> what the SDK would return, or its ClientError."""
    account = ResolvedAccount(
        ENVIRONMENTS[environment].accounts[0].id, ENVIRONMENTS[environment].accounts[0], regions, "arn:aws:iam::1:role/x"
    )
    catalog = load()

    def answer(call: Call) -> Answer:
        try:
            return Answer((plain(give(call)),), AT)
        except ClientError as e:
            return Answer((), AT, failure(e, 400))

    async def ask(call: Call) -> Answer:
        return answer(call)

    found: list[Resource | Gap | Listing] = []
    for unit, specs in plan.units([account], {name: catalog.specs[name] for name in lineage(spec)}, models()):
        tags = BulkTags(lambda call, done: done(answer(call)))
        found += asyncio.run(Reader(unit, account, specs, catalog.specs, models(), ask, tags.get).read())
    return ReadOut(
        tuple(x for x in found if isinstance(x, Resource)),
        tuple(x for x in found if isinstance(x, Gap)),
        tuple(x for x in found if isinstance(x, Listing)),
    )


def lineage(spec: Spec) -> list[str]:
    """A type and the types above it."""
    found = [spec.type]
    for name in found:
        found += [p for p in load().specs[name].parent if p not in found]
    return found


class World:
    """One environment as it was read: redacted, normalised, sealed."""

    def __init__(self, environment: Literal["stage", "prod"], resources: Iterable[Resource], region: str) -> None:
        self.environment = environment
        account = ENVIRONMENTS[environment].accounts[0].id
        self.redactor = Redactor(load(), KEY, SETTINGS.reveal)
        self.items = {r.address: r for r in map(self.redactor.redact, resources)}
        bare = Header(environment, (account,), ((account, (region,)),), (AT, AT), AT, "0", load().digest, "", self.redactor.key_id)
        known = {*words(vocabulary(SETTINGS, bare)), *(name for r in self.items.values() for name in literals(r))}
        header = replace(bare, tokens=self.redactor.tokens(known))
        listings = tuple(Listing(account, a.region, a.type, Status.COMPLETE) for a in self.items)
        self.snapshot = MemorySnapshot(header, listings, (), self.items)
        self.normalizer = Normalizer(self.snapshot, load(), vocabulary(SETTINGS, header))

    @cached_property
    def canonicals(self) -> dict[Address, Canonical]:
        return {a: self.normalizer.canonical(r) for a, r in self.items.items()}

    def side(self, canonicals: Mapping[Address, Canonical]) -> Side:
        seals: dict[Address, Seal] = {a: c.seal for a, c in canonicals.items()}
        return Side(self.environment, "memory", seals, {})

    def mutated(self, raw: Resource, mutations: Iterable[Mutation]) -> Canonical:
        """The canonical form of a resource after mutations of its raw document; the rest of the world stays."""
        value = raw.value
        for mutation in mutations:
            value = mutation.apply(value)
        return self.normalizer.canonical(self.redactor.redact(replace(raw, value=value)))


def compared(one: World, one_bodies: Mapping[Address, Canonical], two: World, two_bodies: Mapping[Address, Canonical]) -> Comparison:
    """The comparison of two worlds, `one` the candidate."""
    bodies = {"candidate": one_bodies, "reference": two_bodies}
    return compare(
        one.side(one_bodies), two.side(two_bodies), lambda side, address: bodies[side][address], load(), (),
        same_environment=one.environment == two.environment,
    )  # fmt: skip


def region_of(spec: Spec, environment: Literal["stage", "prod"]) -> str:
    """Regional types lie in another region in each environment."""
    return REGIONS[1] if environment == "prod" and spec.scope == "region" else REGIONS[0]


@cache
def stage(name: str) -> tuple[ReadOut, World]:
    """A type's example as it was recorded."""
    spec = load().specs[name]
    out = read(spec, recorded(spec), "stage", region_of(spec, "stage"))
    return out, World("stage", out.resources, region_of(spec, "stage"))


def twin_of(spec: Spec) -> tuple[ReadOut, World]:
    """The clean twin of a type's example."""
    out = read(spec, twin(spec, recorded(spec)), "prod", region_of(spec, "prod"))
    return out, World("prod", [disturbed(spec, r) for r in out.resources], region_of(spec, "prod"))


def compare_twin(spec: Spec) -> Comparison:
    """The example against its twin."""
    one, two = stage(spec.type)[1], twin_of(spec)[1]
    return compared(one, one.canonicals, two, two.canonicals)


def differences(comparison: Comparison) -> list[str]:
    """What differs for sure, one line each. What is unknown because nothing in the example explains an id does not count."""
    out = [f"{c.pair.key}: {describe(change)}" for c in comparison.compared for change in c.changes if not change.code]
    out += [f"only here: {a}" for a in comparison.extra] + [f"only there: {a}" for a in comparison.missing]
    return out + [f"ambiguous: {a.type} {a.key}" for a in comparison.ambiguous]


def describe(change: Change) -> str:
    return f"{show_path(change.path)} {show_scalar(change.candidate)!s:.120} | {show_scalar(change.reference)!s:.120}"


def missed(world: World, raw: Resource, mutations: list[Mutation]) -> list[Mutation]:
    """Which of some mutations of one resource a comparison of the mutated with the untouched world does not show at their places."""
    bodies = {**world.canonicals, world.redactor.address(raw.address): world.mutated(raw, mutations)}
    comparison = compared(world, bodies, world, world.canonicals)
    if comparison.extra or comparison.missing or comparison.ambiguous:
        if len(mutations) == 1:
            return []
        return [m for one in mutations for m in missed(world, raw, [one])]
    shown = [member_path(change.path) for c in comparison.compared for change in c.changes]
    return [m for m in mutations if not any(on_one_way(c, p) for c in shown for p in spellings(m, raw.value))]


def on_one_way(shown: tuple[str, ...], raw: tuple[str, ...]) -> bool:
    """Whether one path leads to the other. A key of a map is shown with symbols: `{region}` stands for `eu-west-1`."""
    return all(a == b or ("{" in a and _symbolised(a).fullmatch(b)) for a, b in zip(shown, raw, strict=False))


@cache
def _symbolised(text: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(part) for part in re.split(r"\{[^}]*\}", text)))


def spellings(mutation: Mutation, document: object) -> list[tuple[str, ...]]:
    """The member paths under which a mutation may show: its own; in a list of key/value structures, the list's."""
    names: list[str] = []
    out: list[tuple[str, ...]] = []
    value = document
    for step in mutation.at:
        if isinstance(step, int) and isinstance(value, list) and isinstance(value[step], dict) and PAIRS & set(value[step]):
            out.append(tuple(names))
        if isinstance(step, str):
            names.append(step)
        value = value[step]  # type: ignore[index]
    return [tuple(names), *out]


PAIRS = frozenset({"Key", "key", "TagKey", "tagKey", "Name", "name", "AttributeName", "ParameterKey", "ParameterName"})
