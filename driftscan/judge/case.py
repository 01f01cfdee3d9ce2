"""One comparison to be judged, with everything that judging asks about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal, TypeAlias

import orjson

from driftscan.catalog import Catalog, Spec
from driftscan.judge.aspects import tag_members
from driftscan.judge.cardinality import Against, cardinality
from driftscan.judge.expected import applies
from driftscan.judge.history import History
from driftscan.judge.moved import Movement, movement
from driftscan.judge.owners import Owned, owner_of
from driftscan.judge.severity import Stage, configured
from driftscan.judge.title import noun
from driftscan.judge.values import alike, neutral, value_at
from driftscan.judge.waivers import active
from driftscan.model.drift import Change, Comparison, Pair, Severity, Verdict
from driftscan.model.finding import Locator, Moved, Parent
from driftscan.model.resource import Canonical, Seal
from driftscan.model.settings import Expected, Settings, Waiver
from driftscan.model.value import ABSENT, Address, Path, Ref, Unknown, Value

SideName: TypeAlias = Literal["candidate", "reference"]
Bodies: TypeAlias = Callable[[SideName, Address], Canonical]


@dataclass(frozen=True)
class Case:
    """A comparison in the order of promotion: the reference is the later environment. seen: when both sides were as they are compared."""

    comparison: Comparison
    settings: Settings
    catalog: Catalog
    history: History
    as_of: datetime
    body: Bodies
    stage: Stage
    seen: datetime

    @property
    def name(self) -> str:
        """`stage..prod`."""
        return f"{self.stage.candidate}..{self.stage.reference}"

    @cached_property
    def rules(self) -> tuple[Expected, ...]:
        """The declared differences that are about this comparison."""
        return tuple(r for r in self.settings.expected if applies(r, self.name, self.stage.same))

    @cached_property
    def waivers(self) -> tuple[Waiver, ...]:
        """The waivers that can waive something today."""
        return active(self.settings.waivers, self.as_of.date())

    @cached_property
    def _keys(self) -> Mapping[Address, str]:
        paired = {a: c.pair.key for c in self.comparison.compared for a in (c.pair.candidate, c.pair.reference)}
        return {**self.comparison.keys, **paired}

    def key_of(self, address: Address) -> str | None:
        """The logical key of a resource of either side."""
        return self._keys.get(address)

    def plain(self, side: SideName, value: Value) -> bytes:
        """A canonical value of a side, free of its environment, as bytes: equal where two sides agree."""
        own = self.stage.candidate if side == "candidate" else self.stage.reference
        return orjson.dumps(neutral(value, self.key_of, own), option=orjson.OPT_SORT_KEYS)

    def _spelled(self, side: SideName, value: Value) -> Value:
        own = self.stage.candidate if side == "candidate" else self.stage.reference
        return neutral(value, self.key_of, own, spelled=True)

    def spec(self, type: str) -> Spec | None:
        """What the catalogue knows about a type."""
        return self.catalog.spec(type)

    def noun(self, type: str) -> str:
        """What people call a type."""
        spec = self.spec(type)
        return noun(spec.title, type) if spec is not None else type

    def called(self, type: str, key: str, *found: Seal | None) -> str:
        """What people call a resource: `SQS queue orders`. found: its seals; they know a name where the key is an ARN or a URL."""
        seals = [s for s in found if s is not None]
        if seals and (not key or key.startswith("#")):
            return f"{self.noun(type)} in {seals[-1].address.region}"
        name = next((s.name for s in seals if s.name), "")
        technical = key.startswith(("arn:", "//")) or "://" in key
        return f"{self.noun(type)} {name if name and technical else key}".rstrip()

    def seal(self, side: SideName, address: Address) -> Seal | None:
        """The seal of a resource."""
        seals = self.comparison.candidate.seals if side == "candidate" else self.comparison.reference.seals
        return seals.get(address)

    def locator(self, side: SideName, address: Address) -> Locator:
        """Where a resource of one side is."""
        seal = self.seal(side, address)
        if seal is None:
            return Locator(address.account, address.region, address.id)
        return Locator(address.account, address.region, address.id, seal.arn, self._parent(side, seal), seal.ref)

    def _parent(self, side: SideName, seal: Seal) -> Parent | None:
        """Whose child it is, where its keys say so."""
        for key in seal.keys:
            for part in key.parts:
                if isinstance(part, Ref) and part.attribute == "parent":
                    above = self.seal(side, part.target) if part.target is not None else None
                    return Parent(part.type, part.target.id if part.target is not None else part.text, above.arn if above else None)
        return None

    def alike(self, address: Address) -> tuple[tuple[Locator, ...], tuple[Locator, ...]]:
        """Of a resource that only one side has: all that are interchangeable with it, (candidates, references); empty where none is."""
        candidates, references = self.comparison.alike.get(address, ((), ()))
        return tuple(self.locator("candidate", a) for a in candidates), tuple(self.locator("reference", a) for a in references)

    @cached_property
    def numbers(self) -> Mapping[Address, Against]:
        """Of what only one side has, how many of its role each side has."""
        return cardinality(self.comparison)

    def names(self, key: str, *found: Seal | None) -> tuple[str, ...]:
        """The spellings of a resource's key that people may use in rules."""
        return tuple(dict.fromkeys([key, *(s.name for s in found if s is not None and s.name)]))

    def owner(self, type: str, key: str, sides: tuple[tuple[SideName, Address], ...]) -> str | None:
        """Who a finding on these resources belongs to."""
        if not self.settings.owners:
            return None
        seals = tuple(s for side, address in sides if (s := self.seal(side, address)) is not None)
        owned = Owned(type, key, seals, lambda: [self.body(side, a).body for side, a in sides], tag_members(self.spec(type)))
        return owner_of(self.settings.owners, owned)

    def rated(self, type: str, path: Path, aspect: str, verdict: Verdict, built_in: tuple[Severity, str]) -> tuple[Severity, str]:
        """The severity and its reason after the configuration's own rules (`severity.configured`)."""
        return configured(self.settings.severity, type, path, aspect, verdict, self.stage, built_in)

    def movement(self, pair: Pair, change: Change) -> Movement:
        """Who moved at one path of a pair since its sides last agreed there."""
        if self.stage.same:
            return Movement(Moved.CANDIDATE)
        sides: tuple[tuple[SideName, Address, Value], ...] = (
            ("candidate", pair.candidate, change.candidate),
            ("reference", pair.reference, change.reference),
        )
        series: list[list[tuple[datetime, Value]]] = []
        today: list[Value] = []
        for side, address, value in sides:
            past = list(self.history.past(address, change.path))
            # a path that does not lead to today's value on a side would not lead to yesterday's either
            if not past or self.plain(side, value_at(self.body(side, address).body, change.path)) != self.plain(side, value):
                return Movement()
            series.append([(at, v if isinstance(v, Unknown) else self._spelled(side, v)) for at, v in past])
            today.append(self._spelled(side, value))
        return movement(series[0], series[1], (today[0], today[1]), self.seen, alike)

    def arrival(self, side: SideName, address: Address) -> Movement:
        """Who made or took away a resource that only one side has, if stored snapshots show both with it or both without."""
        if self.stage.same:
            return Movement(Moved.CANDIDATE)
        other = self.stage.reference if side == "candidate" else self.stage.candidate
        own = [(at, v if isinstance(v, Unknown) else v is not ABSENT) for at, v in self.history.past(address, ())]
        theirs = [(at, v if isinstance(v, Unknown) else v is not ABSENT) for at, v in self.history.counterpart(address, other)]
        if side == "candidate":
            return movement(own, theirs, (True, False), self.seen)
        return movement(theirs, own, (False, True), self.seen)
