"""First match wins, wherever the networks in symbols lie."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.model.drift import Relation
from driftscan.semantics.network import Block, Entry, Named, NotUnderstoodError, Rule, block, compare_ordered
from tests.semantics.network.test_compare import MIRROR, shown
from tests.semantics.network.tiny import ALL, Packet, blocks, in_box, matches, rules


def entries(peers: st.SearchStrategy[Block], most: int = 5, protocols: tuple[str, ...] = ()) -> st.SearchStrategy[list[Entry]]:
    known = rules(peers).filter(lambda r: not protocols or r.protocol in protocols)
    numbered = st.lists(st.tuples(known, st.booleans()), max_size=most)
    return numbered.map(lambda found: [Entry(10 * i, rule, allow) for i, (rule, allow) in enumerate(found)])


ABSOLUTE = entries(blocks([(4, ""), (6, "")]))
MIXED = entries(blocks([(4, ""), (4, "{network}")]), 4, ("tcp", "6", "-1"))


def first_match(listed: Sequence[Entry], packet: Packet) -> bool:
    return next((e.allow for e in sorted(listed, key=lambda e: e.number) if matches(e.rule, packet)), False)


@settings(max_examples=150, deadline=None)
@given(ABSOLUTE, ABSOLUTE)
def test_absolute_lists_answer_as_first_match_does(candidate: list[Entry], reference: list[Entry]) -> None:
    asked = [p for p in ALL if not p.symbol]
    c, r = ({p for p in asked if first_match(side, p)} for side in (candidate, reference))
    found = compare_ordered(candidate, reference)
    assert (found.relation in ("candidate_wider", "incomparable"), found.relation in ("reference_wider", "incomparable")) == (
        bool(c - r),
        bool(r - c),
    )
    for boxes, only in ((found.only_candidate, c - r), (found.only_reference, r - c)):
        assert {p for p in asked if any(in_box(b, p) for b in boxes)} == only


@settings(max_examples=60, deadline=None)
@given(MIXED, MIXED)
def test_an_answer_holds_wherever_the_network_lies(candidate: list[Entry], reference: list[Entry]) -> None:
    """A packet is an absolute address and, perhaps, one inside the network; a list that matches either matches the packet."""
    outcomes = set()
    for packet in (p for p in ALL if p.version == 4 and not p.symbol and p.protocol in ("tcp", "99")):
        for inside in [None, *(packet._replace(symbol="{network}", address=n << 12) for n in range(16))]:
            outcomes.add(tuple(_at(side, packet, inside) for side in (candidate, reference)))
    try:
        found = compare_ordered(candidate, reference)
    except NotUnderstoodError:
        return
    assert (found.relation in ("candidate_wider", "incomparable")) == ((True, False) in outcomes)
    assert (found.relation in ("reference_wider", "incomparable")) == ((False, True) in outcomes)
    assert (bool(found.only_candidate), bool(found.only_reference)) == ((True, False) in outcomes, (False, True) in outcomes)


def _at(listed: Sequence[Entry], packet: Packet, inside: Packet | None) -> bool:
    return next((e.allow for e in listed if matches(e.rule, packet) or (inside is not None and matches(e.rule, inside))), False)


@settings(max_examples=100, deadline=None)
@given(ABSOLUTE, ABSOLUTE)
def test_exchanging_the_sides_exchanges_the_answer(candidate: list[Entry], reference: list[Entry]) -> None:
    there, back = compare_ordered(candidate, reference), compare_ordered(reference, candidate)
    assert back.relation is MIRROR[there.relation]
    assert (back.only_candidate, back.only_reference) == (there.only_reference, there.only_candidate)


def entry(number: int, cidr: str, *, allow: bool = True) -> Entry:
    return Entry(number, Rule("tcp", (443, 443), block(cidr, 4)), allow)


def test_numbers_and_the_order_of_what_does_not_overlap_change_nothing() -> None:
    one = [entry(100, "10.0.0.0/8"), entry(110, "192.168.0.0/16", allow=False), entry(120, "192.0.0.0/8"), entry(130, "{network}/16")]
    other = [entry(8, "192.168.0.0/16", allow=False), entry(9, "10.0.0.0/8"), entry(20, "192.0.0.0/8"), entry(21, "{network}/16")]
    assert compare_ordered(one, list(reversed(one))).relation is Relation.EQUAL
    assert compare_ordered(one, other).relation is Relation.EQUAL


def test_a_denial_behind_what_allows_the_same_is_another_list() -> None:
    before = [entry(90, "10.1.0.0/16", allow=False), entry(100, "10.0.0.0/8")]
    behind = [entry(110, "10.1.0.0/16", allow=False), entry(100, "10.0.0.0/8")]
    found = compare_ordered(behind, before)
    assert (found.relation.value, shown(found.only_candidate)) == ("candidate_wider", ["tcp 443 from 10.1.0.0/16"])


def test_a_denied_part_of_the_network_is_named() -> None:
    found = compare_ordered([entry(100, "0.0.0.0/0")], [entry(90, "{network}+1.0/24", allow=False), entry(100, "0.0.0.0/0")])
    assert (found.relation.value, shown(found.only_candidate)) == ("candidate_wider", ["tcp 443 from {network}+1.0/24"])


def test_where_the_network_decides_there_is_no_answer() -> None:
    """Denied first, 10.0.0.0/8 may or may not hold the network that is allowed behind it."""
    before = [entry(90, "10.0.0.0/8", allow=False), entry(100, "{network}/16")]
    behind = [entry(110, "10.0.0.0/8", allow=False), entry(100, "{network}/16")]
    assert compare_ordered(before, before).relation is Relation.EQUAL
    with pytest.raises(NotUnderstoodError, match="where the networks in symbols lie"):
        compare_ordered(before, [])
    with pytest.raises(NotUnderstoodError):
        compare_ordered([entry(80, "{network}+9.0/24"), *before], [entry(80, "{network}+9.0/24"), *before[:1]])
    assert compare_ordered(behind, before).relation is Relation.CANDIDATE_WIDER


@pytest.mark.parametrize("bad", [[entry(1, "10.0.0.0/8"), entry(1, "11.0.0.0/8")], [Entry(1, Rule("tcp", (1, 1), Named("sg-1")), True)]])
def test_what_no_list_can_hold_is_no_answer(bad: list[Entry]) -> None:
    with pytest.raises(NotUnderstoodError):
        compare_ordered(bad, bad)
