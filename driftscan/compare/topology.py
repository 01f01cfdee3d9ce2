"""Two sides as graphs: what pairs refer to that is not each other's counterpart, and how what could not be paired hangs together.

Pairs that agree refer to the same things, so that only those with changes are looked at, and of these only the places that changed.
Resources without counterpart are no part of it: what refers to them differs for their reason.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from driftscan.compare import agree
from driftscan.compare.form import Body
from driftscan.compare.links import CANDIDATE, REFERENCE, Links, Where
from driftscan.model.drift import Ambiguous, Compared, Pair, Rewired, Topology, Untold
from driftscan.model.resource import flat
from driftscan.model.value import Address, Bag, Keyed, Path, Ref, Seq, Text, Value, member_path
from driftscan.semantics import graph
from driftscan.semantics.graph import Edge, Graph, Label, Node

_Role: TypeAlias = tuple[str, ...]
_Both: TypeAlias = tuple[list[Ref], list[Ref]]

_KNOWN: Final = "known"
"""The label of what has its counterpart, or is called the same on both sides."""


def topology(compared: Sequence[Compared], ambiguous: Sequence[Ambiguous], links: Links, body: Body) -> Topology:
    """Where the sides are not one graph under the pairs found. body: read for pairs of which one has a reference that the other lacks."""
    building = _Building(links, body)
    for c in compared:
        if c.changes:
            building.changed(c)
    for number, group in enumerate(ambiguous):
        building.group(number, group)
    return building.result(ambiguous)


@dataclass
class _Half:
    """One side's graph as it grows."""

    nodes: dict[Node, Label] = field(default_factory=dict)
    edges: dict[Edge, tuple[Pair, _Role, Ref]] = field(default_factory=dict)
    loose: set[Edge] = field(default_factory=set)
    unread: set[tuple[Node, Hashable]] = field(default_factory=set)
    partial: set[Label] = field(default_factory=set)

    def graph(self) -> Graph:
        return Graph(self.nodes, frozenset(self.edges) | frozenset(self.loose), frozenset(self.unread), frozenset(self.partial))


class _Building:
    def __init__(self, links: Links, body: Body) -> None:
        self.links, self.body = links, body
        self.halves = (_Half(), _Half())
        self.untold: list[Untold] = []
        self.groups: tuple[dict[Address, int], dict[Address, int]] = ({}, {})

    # ----------------------------------------------------------------------------------------- pairs that differ

    def changed(self, c: Compared) -> None:
        """The references that the changes of a pair speak of, place by place."""
        holders = (c.pair.candidate, c.pair.reference)
        places: dict[_Role, _Both] = {}
        codes: dict[_Role, str] = {}
        for change in c.changes:
            if change.order_only:
                continue
            for where, value in ((CANDIDATE, change.candidate), (REFERENCE, change.reference)):
                for role, ref in _refs(value, change.path):
                    places.setdefault(role, ([], []))[where].append(ref)
                    if change.code:
                        codes[role] = change.code
        for role, both in sorted(places.items()):
            left = self._unlike(both, holders)
            if any(left):
                self._at(c.pair, role, left, codes.get(role, ""), holders)

    def _unlike(self, both: _Both, holders: tuple[Address, Address]) -> _Both:
        """What is left when references that agree are taken out, each once."""
        left: _Both = ([], list(both[1]))
        for ref in both[0]:
            found = [other for other in left[1] if agree.refs(self.links, ref, other, holders) is True]
            if not found:
                left[0].append(ref)
            for other in found[:1]:
                left[1].remove(other)
        return left

    def _at(self, pair: Pair, role: _Role, left: _Both, code: str, holders: tuple[Address, Address]) -> None:
        """What remains at one place: nobody can tell, or an edge that one side has."""
        unclear = {answer for a in left[0] for b in left[1] if isinstance(answer := agree.refs(self.links, a, b, holders), str)} | (
            {code} if code else set()
        )
        if unclear - {agree.AMBIGUOUS}:
            type = next((t for side in left for r in side if (t := r.target.type if r.target is not None else r.type)), "")
            self.untold.append(Untold(pair, role, min(unclear - {agree.AMBIGUOUS}), type))
            return
        held = self._held(pair, role, left)
        for where, refs in ((CANDIDATE, left[0]), (REFERENCE, left[1])):
            half, holder = self.halves[where], holders[where]
            for ref in refs:
                if not any(self._same(ref, other, where, holders) for other in held[where]):
                    half.nodes.setdefault(holder, _KNOWN)
                    target = self._node(ref, where)
                    half.edges.setdefault(Edge(holder, role, target), (pair, role, ref))

    def _held(self, pair: Pair, role: _Role, left: _Both) -> _Both:
        """For each side's leftovers, what the other side's body holds at the same place, changed or not."""
        out: _Both = ([], [])
        if left[0]:
            out[0].extend(r for at, r in _refs(self.body("reference", pair.reference).body) if at == role)
        if left[1]:
            out[1].extend(r for at, r in _refs(self.body("candidate", pair.candidate).body) if at == role)
        return out

    def _same(self, ref: Ref, other: Ref, where: Where, holders: tuple[Address, Address]) -> bool:
        c, r = (ref, other) if where == CANDIDATE else (other, ref)
        return agree.refs(self.links, c, r, holders) is True

    def _node(self, ref: Ref, where: Where) -> Node:
        """The node that a reference leads to, entered in the side's graph."""
        target, nodes = ref.target, self.halves[where].nodes
        if target is None:
            nodes.setdefault(("text", ref.text), ("alone", where, ref.text))
            return ("text", ref.text)
        if target in self.links.partner[where]:
            nodes.setdefault(target, _KNOWN)
        else:
            number = self.links.group.get((where, target))
            nodes.setdefault(target, ("group", number) if number is not None else ("alone", where, target))
        return target

    # ----------------------------------------------------------------------------------------- what could not be paired

    def group(self, number: int, group: Ambiguous) -> None:
        """The members of an ambiguous group, and what they refer to."""
        for where, members in ((CANDIDATE, group.candidates), (REFERENCE, group.references)):
            half = self.halves[where]
            if self.links.incomplete(group.type, where):
                half.partial.add(("group", number))
            for address in members:
                half.nodes.setdefault(address, ("group", number))
                for ref in flat(self.links.sides[where].seals[address].refs):
                    self._loose(half, address, ref, where)

    def _loose(self, half: _Half, address: Address, ref: Ref, where: Where) -> None:
        role = (ref.type, ref.attribute)
        if ref.target is not None and (ref.target in self.links.partner[where] or (where, ref.target) in self.links.group):
            half.loose.add(Edge(address, role, self._node(ref, where)))
            return
        token = self.links.ref_token(ref, where, own=address)
        match token:
            case ("key", (_, reason, _)) if reason and not any(self.links.incomplete(ref.type, w) for w in (CANDIDATE, REFERENCE)):
                node = ("called", token)
                half.nodes.setdefault(node, _KNOWN)
                half.loose.add(Edge(address, role, node))
            case _:
                half.unread.add((address, role))

    # ----------------------------------------------------------------------------------------- both

    def result(self, ambiguous: Sequence[Ambiguous]) -> Topology:
        c, r = self.halves
        partner = self.links.partner[CANDIDATE]
        for node in list(c.nodes):
            if isinstance(node, Address) and node in partner:
                r.nodes.setdefault(partner[node], _KNOWN)
        for node in list(r.nodes):
            if isinstance(node, Address) and node in self.links.partner[REFERENCE]:
                c.nodes.setdefault(self.links.partner[REFERENCE][node], _KNOWN)
        pairs: dict[Node, Node] = {n: partner[n] for n in c.nodes if isinstance(n, Address) and n in partner}
        pairs |= {n: n for n, label in c.nodes.items() if label == _KNOWN and not isinstance(n, Address) and n in r.nodes}
        for half in (c, r):  # what only one side's open nodes refer to is nobody's counterpart
            half.nodes.update({n: ("alone", n) for n, label in half.nodes.items() if label == _KNOWN and _called(n) and n not in pairs})
        found = graph.compare(c.graph(), r.graph(), pairs)
        uneven = {s.label for s in found.nodes} | set(found.tangled)
        uneven |= {half.nodes[e.source] for half, edges in zip((c, r), found.edges, strict=True) for e in edges}
        numbers = range(len(ambiguous))
        return Topology(
            rewired=tuple(self._rewired(found.edges)),
            untold=tuple(sorted(self.untold, key=lambda u: (u.pair.candidate, u.path))),
            uneven=tuple(ambiguous[n] for n in numbers if ("group", n) in uneven),
        )

    def _rewired(self, edges: tuple[tuple[Edge, ...], tuple[Edge, ...]]) -> Iterator[Rewired]:
        places: dict[tuple[Address, _Role], tuple[Pair, _Both]] = {}
        for where, half in enumerate(self.halves):
            for edge in edges[where]:
                if edge in half.edges:
                    pair, role, ref = half.edges[edge]
                    places.setdefault((pair.candidate, role), (pair, ([], [])))[1][where].append(ref)
        for (_, role), (pair, both) in sorted(places.items(), key=lambda item: item[0]):
            yield Rewired(pair, role, (tuple(_in_order(both[0])), tuple(_in_order(both[1]))))


def _called(node: Node) -> bool:
    return isinstance(node, tuple) and node[0] == "called"


def _in_order(refs: Iterable[Ref]) -> list[Ref]:
    return sorted(refs, key=lambda r: (r.type, r.text))


def _refs(value: Value, path: Path = ()) -> Iterator[tuple[_Role, Ref]]:
    """Every reference in a canonical value, with the members that lead to it."""
    match value:
        case Ref():
            yield member_path(path), value
        case Text(parts):
            yield from ((member_path(path), p) for p in parts if isinstance(p, Ref))
        case dict():
            for name, v in value.items():
                yield from _refs(v, (*path, name))
        case Seq(items) | Bag(items) | tuple(items):
            for v in items:
                yield from _refs(v, path)
        case list():
            yield from _refs(tuple(value), path)
        case Keyed(items, members):
            for key, v in items:
                if members:
                    yield from _refs(key, path)
                yield from _refs(v, (*path, value.step(key)))
