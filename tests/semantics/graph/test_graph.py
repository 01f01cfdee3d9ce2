"""A graph holds together."""

from __future__ import annotations

import pytest

from driftscan.semantics.graph import Edge, Graph


def test_an_edge_or_a_place_of_a_node_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="'b' is no node"):
        Graph({"a": "x"}, frozenset({Edge("a", "r", "b")}))
    with pytest.raises(ValueError, match="'c' is no node"):
        Graph({"a": "x"}, unread=frozenset({("c", "r")}))
