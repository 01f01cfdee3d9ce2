"""Whether two graphs are one graph, and what only one of them has.

Some nodes are known to be each other's counterparts. The others are open: they correspond by what they are and by how they hang together,
whichever of them it is. Edges are counted by their ends, where an open end is any node of its label. Where nothing differs by that
count, the open nodes are laid on each other (`isomorphism`): equal means that there is a way to do so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, TypeVar

from driftscan.semantics.graph.graph import Edge, Graph, Label, Node, Role
from driftscan.semantics.graph.isomorphism import Links, alike

_T = TypeVar("_T")
_End: TypeAlias = tuple[str, Node]
_Key: TypeAlias = tuple[_End, Role, _End]


class Answer(StrEnum):
    """Whether two graphs are one. `unknown`: something unread, or too much that looks alike, makes it untellable."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Surplus:
    """More open nodes of one label on one side: (of the candidate, of the reference), all of them, at least one side none or fewer."""

    label: Label
    candidate: tuple[Node, ...]
    reference: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What tells two graphs apart.

    nodes: labels whose open nodes differ in number. edges: those that only (the candidate, the reference) has; of edges with an open
    end, where one side has more of a kind, all of that kind. unread: places of the candidate and of the reference that nobody can judge.
    tangled: labels of open nodes that are as many on both sides and hang together in different ways; asked where nothing else differs.
    untold: labels of which nodes may be unread, or whose open nodes look too much alike to say.
    """

    answer: Answer
    nodes: tuple[Surplus, ...] = ()
    edges: tuple[tuple[Edge, ...], tuple[Edge, ...]] = ((), ())
    unread: tuple[tuple[tuple[Node, Role], ...], tuple[tuple[Node, Role], ...]] = ((), ())
    tangled: tuple[Label, ...] = ()
    untold: tuple[Label, ...] = ()


def compare(candidate: Graph, reference: Graph, pairs: Mapping[Node, Node]) -> Difference:
    """Compare two graphs. pairs: nodes of the candidate -> their counterparts, one to one.

    Exchanging the sides (and turning the pairs) exchanges the answer; what nodes are called changes nothing but names in it.
    Raises ValueError where a pair names a node that is not there, or one node twice.
    """
    back = {r: c for c, r in pairs.items()}
    if len(back) != len(pairs) or not (pairs.keys() <= candidate.nodes.keys() and back.keys() <= reference.nodes.keys()):
        raise ValueError("pairs are no one-to-one relation of the graphs' nodes")
    ends = {c: ("pair", c) for c in pairs}, {r: ("pair", c) for r, c in back.items()}
    open_ = _open(candidate, ends[0]), _open(reference, ends[1])
    nodes = [
        Surplus(label, tuple(open_[0].get(label, ())), tuple(open_[1].get(label, ())))
        for label in _sorted({*open_[0], *open_[1]})
        if len(open_[0].get(label, ())) != len(open_[1].get(label, ()))
    ]
    unread = _places(candidate, ends[0]), _places(reference, ends[1])
    blind = set(unread[0]) | set(unread[1])
    kinds = _kinds(candidate, ends[0]), _kinds(reference, ends[1])
    edges = _only(kinds[0], kinds[1], blind), _only(kinds[1], kinds[0], blind)
    untold = [s.label for s in nodes if (candidate if len(s.candidate) < len(s.reference) else reference).partial & {s.label}]
    nodes = [s for s in nodes if s.label not in untold]
    untold += [label for label in _sorted(candidate.partial | reference.partial) if label not in untold]
    tangled: list[Label] = []
    if not nodes and not untold and not any(edges):
        links = _links(candidate, ends[0], blind), _links(reference, ends[1], blind)
        for labels in _together((candidate, reference), links):
            same = alike(_part(candidate, links[0], labels), _part(reference, links[1], labels))
            if same is not True:
                (untold if same is None else tangled).extend(_sorted(labels))
    answer = Answer.EQUAL
    if nodes or any(edges) or tangled:
        answer = Answer.DIFFERENT
    elif untold or blind:
        answer = Answer.UNKNOWN
    told = tuple(tuple(p for places in _in_order(side) for p in places) for side in unread)
    return Difference(answer, tuple(nodes), edges, (told[0], told[1]), tuple(tangled), tuple(untold))


def _open(graph: Graph, known: Mapping[Node, _End]) -> dict[Label, list[Node]]:
    """Label -> the nodes without a known counterpart."""
    out: dict[Label, list[Node]] = defaultdict(list)
    for node, label in graph.nodes.items():
        if node not in known:
            out[label].append(node)
    return {label: _sorted(some) for label, some in out.items()}


def _end(graph: Graph, known: Mapping[Node, _End], node: Node) -> _End:
    return known.get(node) or ("open", graph.nodes[node])


def _places(graph: Graph, known: Mapping[Node, _End]) -> dict[tuple[_End, Role], list[tuple[Node, Role]]]:
    out: dict[tuple[_End, Role], list[tuple[Node, Role]]] = defaultdict(list)
    for node, role in graph.unread:
        out[_end(graph, known, node), role].append((node, role))
    return out


def _kinds(graph: Graph, known: Mapping[Node, _End]) -> dict[_Key, list[Edge]]:
    """What edges are by their ends -> the edges."""
    out: dict[_Key, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        out[_end(graph, known, edge.source), edge.role, _end(graph, known, edge.target)].append(edge)
    return out


def _only(own: Mapping[_Key, list[Edge]], other: Mapping[_Key, list[Edge]], blind: Iterable[tuple[_End, Role]]) -> tuple[Edge, ...]:
    """The edges of the kinds of which a side has more, but where something is unread beside them."""
    unseen = set(blind)
    found = [edges for key, edges in own.items() if len(edges) > len(other.get(key, ())) and key[:2] not in unseen]
    return tuple(_sorted(e for edges in found for e in edges))


def _links(graph: Graph, known: Mapping[Node, _End], blind: Iterable[tuple[_End, Role]]) -> Links:
    """How the open nodes hang together and on what is known."""
    unseen = set(blind)
    fixed: dict[Node, Counter[object]] = {n: Counter([("is", label)]) for n, label in graph.nodes.items() if n not in known}
    between: dict[Node, list[tuple[object, Node]]] = {n: [] for n in fixed}
    for source, role, target in graph.edges:
        if (_end(graph, known, source), role) in unseen:
            continue
        if source in fixed and target in fixed:
            between[source].append((("to", role), target))
            between[target].append((("from", role), source))
        elif source in fixed:
            fixed[source]["to", role, known[target]] += 1
        elif target in fixed:
            fixed[target]["from", role, known[source]] += 1
    return Links({n: frozenset(held.items()) for n, held in fixed.items()}, between)


def _together(graphs: tuple[Graph, Graph], links: tuple[Links, Links]) -> list[set[Label]]:
    """Labels of open nodes in groups: nodes of different groups are not linked with each other, so that each is laid by itself."""
    groups: dict[Label, set[Label]] = {}
    for graph, side in zip(graphs, links, strict=True):
        for node in side.fixed:
            groups.setdefault(graph.nodes[node], {graph.nodes[node]})
    for graph, side in zip(graphs, links, strict=True):
        for node, others in side.between.items():
            for _, other in others:
                one, two = groups[graph.nodes[node]], groups[graph.nodes[other]]
                if one is not two:
                    one |= two
                    groups.update(dict.fromkeys(two, one))
    return [groups[label] for label in _sorted(groups) if label == min(groups[label], key=repr)]


def _part(graph: Graph, links: Links, labels: set[Label]) -> Links:
    return Links({n: f for n, f in links.fixed.items() if graph.nodes[n] in labels}, links.between)


def _in_order(places: Mapping[tuple[_End, Role], list[tuple[Node, Role]]]) -> list[list[tuple[Node, Role]]]:
    return [_sorted(places[key]) for key in _sorted(places)]


def _sorted(items: Iterable[_T]) -> list[_T]:
    """In one order, whatever they are."""
    return sorted(items, key=repr)
