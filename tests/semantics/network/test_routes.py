"""The longest prefix wins, however the routes are cut."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.semantics.network import Block, Detour, Named, NotUnderstoodError, Route, block, compare_routes
from tests.semantics.network.tiny import ALL, Packet, blocks, holds, in_some

ADDRESSES = [p for p in ALL if (p.protocol, p.number) == ("tcp", 0)]


def tables(peers: st.SearchStrategy[Block], most: int = 8) -> st.SearchStrategy[list[Route]]:
    found = st.dictionaries(peers, st.sampled_from(["nat", "tgw", "local"]), max_size=most)
    return found.map(lambda table: [Route(destination, target) for destination, target in table.items()])


ABSOLUTE = tables(blocks([(4, ""), (6, "")]))
MIXED = tables(blocks([(4, ""), (4, "{network}")]))


def longest(routes: Sequence[Route], *at: Packet) -> str:
    """Where something goes that is at all of these places."""
    found = [r for r in routes if isinstance(r.destination, Block) and any(holds(r.destination, p) for p in at)]
    return max(found, key=lambda r: r.destination.prefix if isinstance(r.destination, Block) else 0).target if found else ""


@settings(max_examples=200, deadline=None)
@given(ABSOLUTE, ABSOLUTE)
def test_what_goes_elsewhere_is_what_the_longest_prefix_sends_elsewhere(candidate: list[Route], reference: list[Route]) -> None:
    found = compare_routes(candidate, reference)
    for packet in (p for p in ADDRESSES if p.version and not p.symbol):
        said = {(d.candidate, d.reference) for d in found if in_some(d.destination, packet)}
        pair = longest(candidate, packet), longest(reference, packet)
        assert said == ({pair} if pair[0] != pair[1] else set())


@settings(max_examples=200, deadline=None)
@given(MIXED, MIXED, st.integers(0, 15))
def test_routes_that_agree_agree_wherever_the_network_lies(candidate: list[Route], reference: list[Route], n: int) -> None:
    """The network lies inside one of the pieces that the absolute blocks leave: blocks inside it would be written relative."""
    if compare_routes(candidate, reference):
        return
    place = Packet("tcp", 0, 4, "", n << 28)
    for inside in (p for p in ADDRESSES if p.symbol == "{network}"):
        assert longest(candidate, place, inside) == longest(reference, place, inside)


@settings(max_examples=100, deadline=None)
@given(MIXED, MIXED, st.data())
def test_order_splits_and_sides(candidate: list[Route], reference: list[Route], data: st.DataObject) -> None:
    there, back = compare_routes(candidate, reference), compare_routes(reference, candidate)
    assert {(d.destination, d.candidate, d.reference) for d in there} == {(d.destination, d.reference, d.candidate) for d in back}
    assert compare_routes(candidate, candidate) == ()
    whole = {r.destination: r for r in candidate}
    cut = [half for r in candidate for half in (_halves(r, whole) if data.draw(st.booleans()) else [r])]
    assert compare_routes(data.draw(st.permutations(cut)), reference) == there


def _halves(route: Route, whole: dict[object, Route]) -> list[Route]:
    """Two routes for the halves, where no half has a route of its own and the notation knows a half."""
    peer = route.destination
    if not isinstance(peer, Block) or peer.last == peer.first or (peer.symbol and peer.prefix == 16):
        return [route]
    middle = (peer.first + peer.last) // 2
    halves = [Block(peer.version, peer.symbol, a, b, peer.network) for a, b in ((peer.first, middle), (middle + 1, peer.last))]
    taken = {(b.version, b.symbol, b.first, b.last) for b in whole if isinstance(b, Block)}
    return [route] if any((b.version, b.symbol, b.first, b.last) in taken for b in halves) else [Route(b, route.target) for b in halves]


def table(routes: dict[str, str]) -> list[Route]:
    return [Route(Named(d) if d.startswith("pl-") else block(d, 6 if ":" in d else 4), t) for d, t in routes.items()]


def said(candidate: dict[str, str], reference: dict[str, str]) -> list[str]:
    return [str(d) for d in compare_routes(table(candidate), table(reference))]


@pytest.mark.parametrize(
    ("candidate", "reference", "expected"),
    [
        ({"10.0.0.0/8": "tgw"}, {"10.0.0.0/9": "tgw", "10.128.0.0/9": "tgw"}, []),
        ({"0.0.0.0/0": "nat"}, {"0.0.0.0/0": "nat", "10.0.0.0/8": "nat", "{network}+1.0/24": "nat"}, []),
        ({"10.0.0.0/8": "X"}, {"10.0.0.0/8": "Y"}, ["10.0.0.0/8 goes to X on one side, to Y on the other"]),
        ({"10.0.0.0/8": "X"}, {}, ["10.0.0.0/8 goes to X on one side, nowhere on the other"]),
        (
            {"0.0.0.0/0": "nat", "10.0.0.0/8": "tgw", "{network}/16": "local"},
            {"0.0.0.0/0": "igw", "10.0.0.0/8": "tgw", "{network}/16": "local"},
            ["0.0.0.0/0 without 10.0.0.0/8, {network}/16 goes to nat on one side, to igw on the other"],
        ),
        ({"pl-1": "vpce"}, {"pl-1": "nat"}, ["pl-1 goes to vpce on one side, to nat on the other"]),
        ({"pl-1": "vpce"}, {}, ["pl-1 goes to vpce on one side, to the target of the wider routes on the other"]),
        (
            {"0.0.0.0/0": "nat", "10.0.0.0/8": "tgw", "{network}+1.0/24": "nat"},
            {"0.0.0.0/0": "nat", "10.0.0.0/8": "tgw"},
            ["{network}+1.0/24 goes to nat on one side, to the target of the wider routes on the other"],
        ),
    ],
)
def test_destinations_are_named(candidate: dict[str, str], reference: dict[str, str], expected: list[str]) -> None:
    assert said(candidate, reference) == expected


def test_a_prefix_list_may_lie_between_the_halves_of_a_route() -> None:
    """10.0.0.0/8 loses to an entry 10.0.0.0/8 or longer in the list, its halves only to longer ones."""
    with pytest.raises(NotUnderstoodError, match="prefix list"):
        said({"pl-1": "vpce", "10.0.0.0/8": "tgw"}, {"pl-1": "vpce", "10.0.0.0/9": "tgw", "10.128.0.0/9": "tgw"})


def test_one_destination_with_two_targets_is_no_answer() -> None:
    twice = [Route(block("{network}/16", 4), "local"), Route(block("{network}/16", 4), "pcx-1")]
    with pytest.raises(NotUnderstoodError, match="two targets"):
        compare_routes(twice, twice)


def test_an_answer_is_a_value() -> None:
    (detour,) = compare_routes(table({"10.0.0.0/8": "X"}), [])
    assert detour == Detour(detour.destination, "X", "")
    assert str(detour.destination) == "10.0.0.0/8"
