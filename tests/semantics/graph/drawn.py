"""Small graphs drawn at random, and the same graphs under other names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import strategies as st

from driftscan.semantics.graph import Edge, Graph, Node

LABELS = ("subnet", "table")
ROLES = ("route", "peer")


@st.composite
def graphs(draw: st.DrawFn, most: int = 5, least: int = 0) -> Graph:
    labels = draw(st.lists(st.sampled_from(LABELS), min_size=least, max_size=most))
    nodes = {f"n{i}": label for i, label in enumerate(labels)}
    if not nodes:
        return Graph({})
    names = st.sampled_from(sorted(nodes))
    edges = draw(st.frozensets(st.builds(Edge, names, st.sampled_from(ROLES), names), max_size=2 * most))
    return Graph(nodes, edges)


def renamed(graph: Graph, names: Mapping[Node, Node]) -> Graph:
    """The same graph under other names."""
    return Graph(
        {names[n]: label for n, label in graph.nodes.items()},
        frozenset(Edge(names[e.source], e.role, names[e.target]) for e in graph.edges),
        frozenset((names[n], role) for n, role in graph.unread),
        graph.partial,
    )


@st.composite
def twins(draw: st.DrawFn, most: int = 5, least: int = 0) -> tuple[Graph, Graph, dict[Node, Node]]:
    """A graph, the same one under other names, and some of the nodes' counterparts."""
    graph = draw(graphs(most, least))
    names = dict(zip(sorted(graph.nodes), draw(st.permutations([f"m{i}" for i in range(len(graph.nodes))])), strict=True))
    known = draw(st.sets(st.sampled_from(sorted(names)))) if names else set()
    return graph, renamed(graph, names), {n: names[n] for n in sorted(known)}


def without_node(graph: Graph, node: Node) -> Graph:
    """The graph without a node and all its edges."""
    return Graph(
        {n: label for n, label in graph.nodes.items() if n != node},
        frozenset(e for e in graph.edges if node not in (e.source, e.target)),
    )


def without_edge(graph: Graph, edge: Edge) -> Graph:
    return replace(graph, edges=graph.edges - {edge})


def mapped(graph: Graph, left: Sequence[Node], onto: Sequence[Node], pairs: Mapping[Node, Node]) -> Graph:
    """The graph with its nodes called as one way of laying them on others says."""
    return renamed(graph, {**pairs, **dict(zip(left, onto, strict=True))})
