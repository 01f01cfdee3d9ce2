"""Graphs of things that refer to each other, compared as graphs: names do not matter, what hangs together does."""

from driftscan.semantics.graph.compare import Answer, Difference, Surplus, compare
from driftscan.semantics.graph.graph import Edge, Graph, Label, Node, Role

__all__ = ["Answer", "Difference", "Edge", "Graph", "Label", "Node", "Role", "Surplus", "compare"]
