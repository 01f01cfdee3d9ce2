"""Small comparisons made by hand, for the tests of this room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from driftscan.catalog import load
from driftscan.judge import NoHistory, judge
from driftscan.judge.history import History
from driftscan.model.drift import Ambiguous, Change, Compared, Comparison, Pair, Side
from driftscan.model.finding import Judgement
from driftscan.model.resource import Canonical, MatchKey, Provenance, Seal
from driftscan.model.settings import ComparisonRule, Environment, Settings
from driftscan.model.value import Address, Path, Value

NOW = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
ACCOUNTS = {"dev": "222222222222", "stage": "333333333333", "prod": "444444444444"}
QUEUE = "AWS::SQS::Queue"
ROLE = "AWS::IAM::Role"


def address(environment: str, id: str, type: str = QUEUE) -> Address:
    return Address(type, ACCOUNTS[environment], "eu-west-1", id)


def seal(a: Address, name: str = "", stack: str = "", digest: str = "d") -> Seal:
    keys = (MatchKey("iac", (stack, "Logical")),) if stack else ()
    return Seal(a, f"arn:aws:any:eu-west-1:{a.account}:{a.id}", name, Provenance.DECLARED, None, keys, digest, (), ())


def settings(**changes: Any) -> Settings:
    environments = tuple(Environment(name, (), ()) for name in ("dev", "stage", "prod"))
    base = {"comparisons": (ComparisonRule("stage", "prod"),), "environments": environments, "organization": "acme", "store": "./store"}
    return Settings(**{**base, **changes})


@dataclass
class Estate:
    """Two sides that grow by calls; `comparison()` and `judge()` look at what there is so far."""

    candidate: str = "stage"
    reference: str = "prod"
    seals: tuple[dict[Address, Seal], dict[Address, Seal]] = field(default_factory=lambda: ({}, {}))
    bodies: dict[tuple[str, Address], dict[str, Value]] = field(default_factory=dict)
    compared: list[Compared] = field(default_factory=list)
    one_sided: tuple[list[Address], list[Address]] = field(default_factory=lambda: ([], []))
    ambiguous: list[Ambiguous] = field(default_factory=list)
    uncompared: list[tuple[Address, str]] = field(default_factory=list)
    grouped: tuple[list[Address], list[Address]] = field(default_factory=lambda: ([], []))
    uncounted: tuple[list[Address], list[Address]] = field(default_factory=lambda: ([], []))
    keys: dict[Address, str] = field(default_factory=dict)
    copies: dict[Address, Address] = field(default_factory=dict)
    incomplete: tuple[dict[str, str], dict[str, str]] = field(default_factory=lambda: ({}, {}))

    def add(
        self, side: int, id: str, type: str = QUEUE, body: Mapping[str, Value] | None = None, stack: str = "", name: str = ""
    ) -> Address:
        a = address((self.candidate, self.reference)[side], id, type)
        self.seals[side][a] = seal(a, name, stack)
        self.bodies["reference" if side else "candidate", a] = dict(body or {})
        return a

    def pair(
        self,
        key: str,
        *changes: Change,
        type: str = QUEUE,
        bodies: tuple[Mapping[str, Value], Mapping[str, Value]] = ({}, {}),
        stack: str = "",
        names: tuple[str, str] = ("", ""),
        reason: str = "name",
    ) -> Pair:
        ours, theirs = (self.add(i, f"{key}-{(self.candidate, self.reference)[i]}", type, bodies[i], stack, names[i]) for i in (0, 1))
        made = Pair(ours, theirs, reason, 1.0, key)
        self.compared.append(Compared(made, changes))
        return made

    def alone(self, side: int, key: str, type: str = QUEUE, body: Mapping[str, Value] | None = None, name: str = "") -> Address:
        a = self.add(side, f"{key}-{(self.candidate, self.reference)[side]}", type, body, name=name)
        self.one_sided[side].append(a)
        self.keys[a] = key
        return a

    def comparison(self) -> Comparison:
        return Comparison(
            candidate=Side(self.candidate, "snapshot-c", self.seals[0], self.incomplete[0]),
            reference=Side(self.reference, "snapshot-r", self.seals[1], self.incomplete[1]),
            compared=tuple(self.compared),
            extra=tuple(self.one_sided[0]),
            missing=tuple(self.one_sided[1]),
            ambiguous=tuple(self.ambiguous),
            uncompared=tuple(self.uncompared),
            grouped=(tuple(self.grouped[0]), tuple(self.grouped[1])),
            uncounted=(tuple(self.uncounted[0]), tuple(self.uncounted[1])),
            keys=self.keys,
            copies=self.copies,
        )

    def body(self, side: str, a: Address) -> Canonical:
        return Canonical(self.seals[1 if side == "reference" else 0][a], self.bodies[side, a])

    def judge(self, given: Settings | None = None, history: History | None = None, as_of: datetime = NOW, **more: Any) -> Judgement:
        return judge(self.comparison(), given or settings(), load(), history or NoHistory(), as_of, self.body, **more)


@dataclass
class Past:
    """A history written down: (address, path) -> (days before now, value), oldest first; counterparts: (address, environment) likewise."""

    values: dict[tuple[Address, Path], Sequence[tuple[int, Value]]]
    counterparts: dict[tuple[Address, str], Sequence[tuple[int, Value]]] = field(default_factory=dict)

    def past(self, address: Address, path: Path) -> Sequence[tuple[datetime, Value]]:
        return [(NOW - timedelta(days=days), value) for days, value in self.values.get((address, path), ())]

    def counterpart(self, address: Address, environment: str) -> Sequence[tuple[datetime, Value]]:
        return [(NOW - timedelta(days=days), value) for days, value in self.counterparts.get((address, environment), ())]
