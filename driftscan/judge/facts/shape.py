"""Two environments as graphs of resources and references: how large they are, and where they are not one graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from driftscan.model.drift import Ambiguous, Comparison, Pair, Rewired, Side, Untold, Verdict
from driftscan.model.finding import Finding, Judgement, Kind, Locator
from driftscan.model.resource import flat
from driftscan.model.value import Address, Path, Ref, member_path

AspectOf: TypeAlias = Callable[[str, Path], str]
"""(type, path) -> the aspect of what stands there; empty for types that are nobody's."""

_APART: Final = frozenset({"", "iam"})
"""Aspects of what is no part of a topology: who may do what is a promise of its own."""
_LABELS: Final = "metadata"
"""The aspect of tags, in which a reference is no more than a word."""
_WORST: Final = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Bend:
    """A place where a pair does not refer to each other's counterparts, or nobody can say so.

    only: what (the candidate, the reference) refers to there and the other does not, in words. code: why nobody can say, empty where it
    is so. verdict, finding: of the changes there, where a finding tells them.
    """

    called: str
    type: str
    key: str
    at: Locator
    path: tuple[str, ...]
    only: tuple[tuple[str, ...], tuple[str, ...]]
    code: str
    verdict: Verdict
    finding: Finding | None


@dataclass(frozen=True, slots=True)
class Uneven:
    """Resources that could not be paired and do not form one graph: (candidates, references) of them. finding: that tells of them."""

    called: str
    type: str
    key: str
    numbers: tuple[int, int]
    finding: Finding | None


@dataclass(frozen=True)
class Shape:
    """nodes, edges: resources, and references between them, on (the candidate, the reference); who may do what aside.

    differ: how many (resources, references) only one side has. bends, uneven: where.
    """

    nodes: tuple[int, int] = (0, 0)
    edges: tuple[int, int] = (0, 0)
    differ: tuple[int, int] = (0, 0)
    bends: tuple[Bend, ...] = ()
    uneven: tuple[Uneven, ...] = ()


def shape(j: Judgement, comparison: Comparison, aspect_of: AspectOf) -> Shape:
    """The graphs of one comparison, in the order of the judgement."""
    return _Shaping(j, comparison, aspect_of).shape()


class _Shaping:
    def __init__(self, j: Judgement, comparison: Comparison, aspect_of: AspectOf) -> None:
        self.comparison, self.aspect_of = comparison, aspect_of
        self.types: dict[str, bool] = {}
        self.keys = {a: c.pair.key for c in comparison.compared for a in (c.pair.candidate, c.pair.reference)} | dict(comparison.keys)
        self.alone = frozenset((*comparison.extra, *comparison.missing))
        self.changed = {(f.subject.type, f.subject.key): f for f in j.findings if f.kind is Kind.CHANGED}
        self.told = {(f.subject.type, f.subject.key): f for f in j.findings if f.kind is Kind.AMBIGUOUS}

    def shape(self) -> Shape:
        c, topology = self.comparison, self.comparison.topology
        ambiguous = (a for g in c.ambiguous for a in g.candidates), (a for g in c.ambiguous for a in g.references)
        unsure = {a for a, _ in c.uncompared}
        nodes = (
            {*(p.pair.candidate for p in c.compared), *c.extra, *ambiguous[0], *(unsure & c.candidate.seals.keys())},
            {*(p.pair.reference for p in c.compared), *c.missing, *ambiguous[1], *(unsure & c.reference.seals.keys())},
        )
        nodes = self._counted(nodes[0]), self._counted(nodes[1])
        edges = self._edges(c.candidate, nodes[0]), self._edges(c.reference, nodes[1])
        bends = [b for b in map(self._rewired, topology.rewired) if b is not None]
        uneven = [self._uneven(g) for g in topology.uneven if self._counts(g.type)]
        bent = [r for b in topology.rewired if self._part(b.pair, b.path) for side in b.only for r in self._own(side)]
        more = sum(abs(u.numbers[0] - u.numbers[1]) for u in uneven)
        return Shape(
            (len(nodes[0]), len(nodes[1])),
            (edges[0][0], edges[1][0]),
            (sum(self._counts(a.type) for a in self.alone) + more, edges[0][1] + edges[1][1] + len(bent)),
            tuple(bends + [b for b in map(self._untold, topology.untold) if b is not None]),
            tuple(uneven),
        )

    # ----------------------------------------------------------------------------------------- counting

    def _counts(self, type: str) -> bool:
        found = self.types.get(type)
        if found is None:
            found = self.types[type] = self.aspect_of(type, ()) not in _APART
        return found

    def _counted(self, addresses: Iterable[Address]) -> set[Address]:
        return {a for a in addresses if self._counts(a.type)}

    def _edges(self, side: Side, nodes: set[Address]) -> tuple[int, int]:
        """References between the nodes, each once, and how many of them have an end that only this side has."""
        whole = differ = 0
        for address in nodes:
            targets = {r.target for r in flat(side.seals[address].refs)} & nodes - {address}
            whole += len(targets)
            differ += len(targets) if address in self.alone else len(targets & self.alone)
        return whole, differ

    def _part(self, pair: Pair, path: tuple[str, ...]) -> bool:
        """Whether a place is a part of the topology."""
        own, aspect = self.aspect_of(pair.candidate.type, ()), self.aspect_of(pair.candidate.type, path)
        return not {own, aspect} & _APART and (aspect != _LABELS or own == _LABELS)

    def _own(self, refs: Iterable[Ref]) -> list[Ref]:
        """Of the references of one side those that stand for themselves: neither to who may do what nor to what only that side has."""
        return [r for r in refs if (not r.type or self._counts(r.type)) and r.target not in self.alone]

    # ----------------------------------------------------------------------------------------- saying

    def _rewired(self, r: Rewired) -> Bend | None:
        if not self._part(r.pair, r.path) or not any(map(self._own, r.only)):
            return None
        return self._bend(r.pair, r.path, (self._said(r.only[0]), self._said(r.only[1])), "")

    def _untold(self, u: Untold) -> Bend | None:
        if not self._part(u.pair, u.path) or (u.type and not self._counts(u.type)):
            return None
        return self._bend(u.pair, u.path, ((), ()), u.code)

    def _bend(self, pair: Pair, path: tuple[str, ...], only: tuple[tuple[str, ...], tuple[str, ...]], code: str) -> Bend:
        type, key = pair.candidate.type, pair.key
        finding = self.changed.get((type, key))
        there = [c.verdict for c in finding.changes if member_path(c.path) == path[: len(member_path(c.path))]] if finding else []
        verdict = min(there, key=_WORST.index) if there else Verdict.UNKNOWN if code else Verdict.DRIFT
        called = finding.title.partition(": ")[0] if finding else f"{_short(type)} {key.strip('/')}"
        at = Locator(pair.candidate.account, pair.candidate.region, pair.candidate.id)
        return Bend(called, type, key, at, path, only, code, verdict, finding)

    def _said(self, refs: Iterable[Ref]) -> tuple[str, ...]:
        return tuple(f"{_short(r.type)} {(self.keys.get(r.target) if r.target is not None else '') or r.text}".strip() for r in refs)

    def _uneven(self, group: Ambiguous) -> Uneven:
        finding = self.told.get((group.type, group.key))
        called = finding.title.partition(": ")[0] if finding else f"{_short(group.type)} {group.key.strip('/')}"
        return Uneven(called, group.type, group.key, (len(group.candidates), len(group.references)), finding)


def _short(type: str) -> str:
    return type.rpartition("::")[2]
