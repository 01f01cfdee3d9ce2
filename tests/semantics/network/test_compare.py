"""Two lists of rules are what they allow, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.model.drift import Relation
from driftscan.semantics.network import Block, Box, Named, NotUnderstoodError, Rule, block, compare
from tests.semantics.network.tiny import direct, in_box, rules, spoken_of

MIRROR = {
    Relation.EQUAL: Relation.EQUAL,
    Relation.INCOMPARABLE: Relation.INCOMPARABLE,
    Relation.CANDIDATE_WIDER: Relation.REFERENCE_WIDER,
    Relation.REFERENCE_WIDER: Relation.CANDIDATE_WIDER,
}
LISTS = st.lists(rules(), max_size=6)


def rule(text: str, peer: str) -> Rule:
    """`tcp 80-443` from a peer; a peer with a slash or a brace is a block."""
    protocol, _, ports = text.partition(" ")
    first, _, last = ports.partition("-")
    who = block(peer, 6 if ":" in peer or peer.endswith("}") else 4) if "/" in peer or "{" in peer else Named(peer)
    return Rule(protocol, (int(first), int(last or first)) if ports else None, who)


def shown(boxes: tuple[Box, ...]) -> list[str]:
    return [str(b) for b in boxes]


@settings(max_examples=150, deadline=None)
@given(LISTS, LISTS)
def test_the_answer_is_that_of_asking_about_every_packet(candidate: list[Rule], reference: list[Rule]) -> None:
    asked = spoken_of([*candidate, *reference])
    c, r = direct(candidate) & asked, direct(reference) & asked
    expected = {
        (False, False): Relation.EQUAL,
        (True, False): Relation.CANDIDATE_WIDER,
        (False, True): Relation.REFERENCE_WIDER,
        (True, True): Relation.INCOMPARABLE,
    }[bool(c - r), bool(r - c)]
    found = compare(candidate, reference)
    assert found.relation is expected
    for boxes, only in ((found.only_candidate, c - r), (found.only_reference, r - c)):
        assert {p for p in asked if any(in_box(b, p) for b in boxes)} == only
        assert all(any(in_box(b, p) for p in asked) for b in boxes)


@settings(max_examples=100, deadline=None)
@given(LISTS, LISTS)
def test_exchanging_the_sides_exchanges_the_answer(candidate: list[Rule], reference: list[Rule]) -> None:
    there, back = compare(candidate, reference), compare(reference, candidate)
    assert back.relation is MIRROR[there.relation]
    assert (back.only_candidate, back.only_reference) == (there.only_reference, there.only_candidate)


@settings(max_examples=100, deadline=None)
@given(LISTS, LISTS, st.randoms(use_true_random=False), st.data())
def test_order_splits_and_repetition_change_nothing(c: list[Rule], r: list[Rule], random: object, data: st.DataObject) -> None:
    other: list[Rule] = []
    for one in c:
        other += data.draw(st.sampled_from([[one], [one, one], _halves(one), [one, *_halves(one)]]))
    other = data.draw(st.permutations(other))
    assert compare(c, other).relation is Relation.EQUAL
    assert compare(c, r) == compare(other, r)


def _halves(one: Rule) -> list[Rule]:
    """The same in two: by peer where that can be halved inside its network's notation, else by ports."""
    peer = one.peer
    if isinstance(peer, Block) and (peer.first, peer.symbol) != (0, "{network}") and peer.symbol != "{office}" and peer.last > peer.first:
        middle = (peer.first + peer.last) // 2
        parts = ((peer.first, middle), (middle + 1, peer.last))
        return [Rule(one.protocol, one.ports, Block(peer.version, peer.symbol, a, b, peer.network)) for a, b in parts]
    if one.protocol in ("tcp", "6", "udp", "17") and one.ports is not None and one.ports[0] < one.ports[1]:
        first, last = one.ports
        return [Rule(one.protocol, (first, first + 1), peer), Rule(one.protocol, (first + 1, last), peer)]
    return [one]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([("tcp 443", "10.0.0.0/24")], [("tcp 443", "10.0.0.0/25"), ("tcp 443", "10.0.0.128/25")]),
        ([("tcp 443", "2001:db8::/32")], [("tcp 443", "2001:db8::/33"), ("tcp 443", "2001:db8:8000::/33")]),
        ([("tcp 80-90", "10.0.0.0/8")], [("tcp 80-84", "10.0.0.0/8"), ("tcp 85-90", "10.0.0.0/8")]),
        ([("tcp 80-90", "sg-1")], [("tcp 80-87", "sg-1"), ("tcp 83-90", "sg-1")]),
        ([("tcp 443", "10.0.0.0/8")], [("tcp 443", "10.1.2.3/8")]),
        ([("tcp 443", "{network}+1.0/24")], [("tcp 443", "{network}+1.7/24")]),
        ([("tcp 443", "10.0.0.0/8")], [("tcp 443", "10.0.0.0/8"), ("tcp 443", "10.7.0.0/16")]),
        ([("tcp 443", "{network}/16")], [("tcp 443", "{network}+0.0/17"), ("tcp 443", "{network}+128.0/17")]),
        ([("tcp 443", "0.0.0.0/0")], [("tcp 443", "0.0.0.0/0"), ("tcp 443", "{network}+1.0/24")]),
        ([("tcp 443", "0.0.0.0/0")], [("tcp 443", "0.0.0.0/1"), ("tcp 443", "128.0.0.0/1"), ("tcp 443", "{network}/16")]),
        ([("tcp 443", "::/0")], [("tcp 443", "::/0"), ("tcp 443", "{office6}")]),
        ([("-1", "10.0.0.0/8")], [("-1", "10.0.0.0/8"), ("tcp 22", "10.0.0.0/8"), ("50", "10.1.0.0/16")]),
        ([("6 22", "10.0.0.0/8"), ("58 128--1", "::/0")], [("icmpv6 128--1", "::/0"), ("tcp 22", "10.0.0.0/8")]),
        ([("icmp -1--1", "sg-1")], [("icmp -1--1", "sg-1"), ("icmp 8-0", "sg-1")]),
    ],
)
def test_one_set_written_in_two_ways(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> None:
    assert compare(_rules(one), _rules(other)).relation is Relation.EQUAL


def _rules(texts: list[tuple[str, str]]) -> list[Rule]:
    return [_icmp(t, p) if t.startswith(("icmp", "58")) else rule(t, p) for t, p in texts]


def _icmp(text: str, peer: str) -> Rule:
    protocol, _, ports = text.partition(" ")
    kind, code = (int(ports[: ports.index("-", 1)]), int(ports[ports.index("-", 1) + 1 :]))
    return Rule(protocol, (kind, code), rule("-1", peer).peer)


@pytest.mark.parametrize(
    ("candidate", "reference", "relation", "only_candidate", "only_reference"),
    [
        ([("tcp 80-443", "0.0.0.0/0")], [], "candidate_wider", ["tcp 80-443 from 0.0.0.0/0"], []),
        (
            [("tcp 443", "0.0.0.0/0")], [("tcp 443", "10.0.0.0/8"), ("tcp 443", "{network}+1.0/24")],
            "candidate_wider", ["tcp 443 from 0.0.0.0/0 without 10.0.0.0/8, {network}+1.0/24"], [],
        ),
        ([("tcp 443", "10.0.0.0/8")], [("tcp 443", "{network}/16")], "incomparable",
         ["tcp 443 from 10.0.0.0/8"], ["tcp 443 from {network}/16"]),
        ([("tcp 443", "0.0.0.0/0")], [("tcp 443", "sg-1")], "incomparable", ["tcp 443 from 0.0.0.0/0"], ["tcp 443 from sg-1"]),
        ([("tcp 443", "0.0.0.0/0")], [("tcp 443", "::/0")], "incomparable", ["tcp 443 from 0.0.0.0/0"], ["tcp 443 from ::/0"]),
        (
            [("-1", "10.0.0.0/8")], [("tcp 0-65535", "10.0.0.0/8"), ("udp 0-65535", "10.0.0.0/8")],
            "candidate_wider", ["all protocols but tcp, udp from 10.0.0.0/8"], [],
        ),
        ([("tcp 0-65535", "10.0.0.0/8"), ("tcp 443", "0.0.0.0/0")], [], "candidate_wider",
         ["tcp 0-65535 from 10.0.0.0/8", "tcp 443 from 0.0.0.0/0"], []),
        ([("icmp -1--1", "sg-1")], [("icmp 8-0", "sg-1")], "candidate_wider",
         ["icmp types 0-7 from sg-1", "icmp type 8 codes 1-255, types 9-255 from sg-1"], []),
        ([("50", "sg-1")], [("51", "sg-1")], "incomparable", ["protocol 50 from sg-1"], ["protocol 51 from sg-1"]),
    ],
)  # fmt: skip
def test_what_only_one_side_allows_is_said_in_few_words(
    candidate: list[tuple[str, str]], reference: list[tuple[str, str]], relation: str, only_candidate: list[str], only_reference: list[str]
) -> None:
    found = compare(_rules(candidate), _rules(reference))
    assert (found.relation.value, shown(found.only_candidate), shown(found.only_reference)) == (relation, only_candidate, only_reference)


def test_traffic_to_a_peer_is_said_so() -> None:
    (box,) = compare([rule("tcp 443", "10.0.0.0/8")], []).only_candidate
    assert box.text("to") == "tcp 443 to 10.0.0.0/8"


@pytest.mark.parametrize(
    "bad",
    [
        Rule("tcp", (443, 80), Named("sg-1")),
        Rule("tcp", (-1, -1), Named("sg-1")),
        Rule("tcp", (0, 65536), Named("sg-1")),
        Rule("icmp", (-1, 0), Named("sg-1")),
        Rule("icmp", (256, 0), Named("sg-1")),
        Rule("TCP", (1, 2), Named("sg-1")),
        Rule("256", None, Named("sg-1")),
        Rule("-2", None, Named("sg-1")),
    ],
)
def test_a_rule_that_means_nothing_is_no_answer(bad: Rule) -> None:
    with pytest.raises(NotUnderstoodError):
        compare([bad], [bad])


@pytest.mark.parametrize(
    ("candidate", "reference"),
    [
        (["{network}/16", "{network}/20"], ["{network}/16"]),
        (["{network}/20"], ["{network}/16"]),
        (["{network}/20", "{network}+16.0/24"], []),
        (["{network}+0.1.0/24"], ["{network}+1.0/24"]),
    ],
)
def test_a_symbol_that_stands_for_networks_of_different_sizes_is_no_answer(candidate: list[str], reference: list[str]) -> None:
    with pytest.raises(NotUnderstoodError, match="different sizes"):
        compare([rule("tcp 1", p) for p in candidate], [rule("tcp 1", p) for p in reference])
