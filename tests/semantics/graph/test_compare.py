"""Graphs are one whatever their nodes are called; whatever is taken away or added is seen; what is unread is never equal."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from driftscan.semantics.graph import Answer, Edge, Graph, Node, Surplus, compare
from tests.semantics.graph.drawn import LABELS, ROLES, graphs, mapped, twins, without_edge, without_node

Twins = tuple[Graph, Graph, dict[Node, Node]]


@settings(max_examples=150, deadline=None)
@given(twins(most=8))
def test_one_graph_under_two_sets_of_names_is_equal(given_: Twins) -> None:
    found = compare(*given_)
    assert (found.answer, found.nodes, found.edges, found.tangled, found.untold) == (Answer.EQUAL, (), ((), ()), (), ())


@settings(max_examples=150, deadline=None)
@given(twins(least=1), st.data())
def test_every_node_that_only_one_side_has_is_seen(given_: Twins, data: st.DataObject) -> None:
    c, r, pairs = given_
    node = data.draw(st.sampled_from(sorted(r.nodes)))  # type: ignore[type-var]
    left = {a: b for a, b in pairs.items() if b != node}
    found = compare(c, without_node(r, node), left)
    assert found.answer is Answer.DIFFERENT
    label = r.nodes[node]
    assert [(s.label, len(s.candidate) - len(s.reference)) for s in found.nodes] == [(label, 1)]


@settings(max_examples=150, deadline=None)
@given(twins(least=1), st.data())
def test_every_edge_that_only_one_side_has_is_seen(given_: Twins, data: st.DataObject) -> None:
    c, r, pairs = given_
    assume(r.edges)
    edge = data.draw(st.sampled_from(sorted(r.edges)))
    found = compare(c, without_edge(r, edge), pairs)
    assert found.answer is Answer.DIFFERENT
    back = {b: a for a, b in pairs.items()}
    if edge.source in back and edge.target in back:
        assert found.edges == ((Edge(back[edge.source], edge.role, back[edge.target]),), ())


@settings(max_examples=150, deadline=None)
@given(twins(least=1), st.data())
def test_every_edge_that_leads_elsewhere_is_seen(given_: Twins, data: st.DataObject) -> None:
    c, r, _ = given_
    assume(r.edges)
    pairs = dict(zip(sorted(c.nodes), sorted(c.nodes), strict=True))  # type: ignore[type-var]
    r = c
    edge = data.draw(st.sampled_from(sorted(r.edges)))
    other = data.draw(st.sampled_from(sorted(r.nodes)))  # type: ignore[type-var]
    moved = edge._replace(target=other)
    assume(moved not in r.edges)
    found = compare(c, replace(r, edges=r.edges - {edge} | {moved}), pairs)
    assert found.edges == ((edge,), (moved,))


@settings(max_examples=150, deadline=None)
@given(twins(4), st.data())
def test_it_answers_as_trying_all_ways_does(given_: Twins, data: st.DataObject) -> None:
    c, r, pairs = given_
    taken = data.draw(st.sets(st.sampled_from(sorted(r.edges)), max_size=2)) if r.edges else set()
    names = st.sampled_from(sorted(r.nodes)) if r.nodes else st.nothing()  # type: ignore[type-var]
    put = data.draw(st.lists(st.builds(Edge, names, st.sampled_from(ROLES), names), min_size=len(taken), max_size=len(taken)))
    r = replace(r, edges=r.edges - taken | set(put))
    left, onto = ([n for n in sorted(g.nodes) if n not in known] for g, known in ((c, pairs), (r, pairs.values())))  # type: ignore[type-var]
    same = any(mapped(c, left, way, pairs) == r for way in permutations(onto))
    assert (compare(c, r, pairs).answer is Answer.EQUAL) is same


@settings(max_examples=150, deadline=None)
@given(twins(least=1), st.data())
def test_what_is_unread_is_never_equal_and_makes_no_edge_beside_it_look_different(given_: Twins, data: st.DataObject) -> None:
    c, r, pairs = given_
    node, role = data.draw(st.sampled_from(sorted(r.nodes))), data.draw(st.sampled_from(ROLES))  # type: ignore[type-var]
    r = replace(r, unread=frozenset({(node, role)}), edges=frozenset(e for e in r.edges if (e.source, e.role) != (node, role)))
    for found in (compare(c, r, pairs), compare(r, c, {b: a for a, b in pairs.items()})):
        assert found.answer is Answer.UNKNOWN
        assert found.edges == ((), ())


@settings(max_examples=100, deadline=None)
@given(twins(least=1), st.data())
def test_labels_of_which_nodes_may_be_unread_are_never_equal_nor_fewer(given_: Twins, data: st.DataObject) -> None:
    c, r, pairs = given_
    node = data.draw(st.sampled_from(sorted(r.nodes)))  # type: ignore[type-var]
    assume(not any(node in (e.source, e.target) for e in r.edges))
    lacking = replace(without_node(r, node), partial=frozenset({r.nodes[node]}))
    found = compare(c, lacking, {a: b for a, b in pairs.items() if b != node})
    assert (found.answer, found.nodes, found.untold) == (Answer.UNKNOWN, (), (r.nodes[node],))


@settings(max_examples=150, deadline=None)
@given(graphs(), graphs(), st.data())
def test_exchanged_sides_exchange_the_answer(c: Graph, r: Graph, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, min(len(c.nodes), len(r.nodes))))
    pairs = dict(zip(sorted(c.nodes)[:number], sorted(r.nodes)[:number], strict=True))  # type: ignore[type-var]
    one, other = compare(c, r, pairs), compare(r, c, {b: a for a, b in pairs.items()})
    assert (one.answer, one.tangled, one.untold) == (other.answer, other.tangled, other.untold)
    assert one.edges == other.edges[::-1]
    assert [(s.label, s.candidate, s.reference) for s in one.nodes] == [(s.label, s.reference, s.candidate) for s in other.nodes]


def ring(*names: str) -> set[Edge]:
    return {Edge(a, "peer", b) for a, b in zip(names, (*names[1:], names[0]), strict=True)}


def test_one_ring_of_six_is_not_two_rings_of_three() -> None:
    """Counting edges and colours tells nothing here."""
    nodes = dict.fromkeys("abcdef", "subnet")
    one, two = Graph(nodes, frozenset(ring(*"abcdef"))), Graph(nodes, frozenset(ring(*"abc") | ring(*"def")))
    assert compare(one, one, {}).answer is Answer.EQUAL
    found = compare(one, two, {})
    assert (found.answer, found.tangled) == (Answer.DIFFERENT, ("subnet",))


def test_what_hangs_together_otherwise_is_told_by_itself() -> None:
    """Other open nodes, which are not linked with those, are as they should be."""
    nodes = {**dict.fromkeys("abcdef", "subnet"), **dict.fromkeys("xy", "table")}
    apart = {Edge("x", "peer", "y")}
    one, two = Graph(nodes, frozenset(ring(*"abcdef") | apart)), Graph(nodes, frozenset(ring(*"abc") | ring(*"def") | apart))
    assert compare(one, two, {}).tangled == ("subnet",)
    assert compare(two, two, {}).answer is Answer.EQUAL


def test_three_against_two_names_all_of_them() -> None:
    found = compare(Graph(dict.fromkeys("ab", "subnet")), Graph(dict.fromkeys("xyz", "subnet")), {})
    assert found.nodes == (Surplus("subnet", ("a", "b"), ("x", "y", "z")),)


def test_a_thousand_that_are_interchangeable_take_no_time() -> None:
    nodes = {"hub": "table", **{f"n{i}": "subnet" for i in range(1000)}}
    star = Graph(nodes, frozenset(Edge("hub", "route", f"n{i}") for i in range(1000)))
    assert compare(star, star, {"hub": "hub"}).answer is Answer.EQUAL


def test_what_takes_too_long_is_never_equal() -> None:
    """Many rings of the same size: every try leads to the next one."""
    nodes = {f"n{i}": "subnet" for i in range(1200)}
    many = Graph(nodes, frozenset(e for i in range(0, 1200, 3) for e in ring(*(f"n{j}" for j in range(i, i + 3)))))
    found = compare(many, many, {})
    assert (found.answer, found.untold) == (Answer.UNKNOWN, ("subnet",))


@pytest.mark.parametrize("pairs", [{"a": "nobody"}, {"nobody": "x"}, {"a": "x", "b": "x"}])
def test_pairs_that_are_none_are_refused(pairs: dict[Node, Node]) -> None:
    with pytest.raises(ValueError, match="no one-to-one relation"):
        compare(Graph({"a": LABELS[0], "b": LABELS[0]}), Graph({"x": LABELS[0], "y": LABELS[0]}), pairs)
