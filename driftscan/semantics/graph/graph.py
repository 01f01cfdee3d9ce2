"""A graph: nodes with labels, edges with roles, and the places where nobody knows what is referred to."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

Node: TypeAlias = Hashable
Label: TypeAlias = Hashable
Role: TypeAlias = Hashable


class Edge(NamedTuple):
    """`source` refers to `target` in a role (where in the source it does so)."""

    source: Node
    role: Role
    target: Node


@dataclass(frozen=True)
class Graph:
    """nodes: node -> what it is; only nodes of one label can be counterparts. edges: between nodes, each once.

    unread: (node, role) where a node may refer to something that nobody read. partial: labels of which nodes may be unread.
    Raises ValueError where an edge or a place names a node that is not there.
    """

    nodes: Mapping[Node, Label]
    edges: frozenset[Edge] = frozenset()
    unread: frozenset[tuple[Node, Role]] = frozenset()
    partial: frozenset[Label] = field(default=frozenset())

    def __post_init__(self) -> None:
        for node in (*(n for e in self.edges for n in (e.source, e.target)), *(n for n, _ in self.unread)):
            if node not in self.nodes:
                raise ValueError(f"{node!r} is no node of the graph")
