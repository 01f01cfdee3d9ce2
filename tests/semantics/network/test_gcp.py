"""Firewall rules of Google's networks, and what two of them mean together, against asking about every packet."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.model.drift import Relation
from driftscan.semantics.network import Block, Named, NotUnderstoodError, Rule, block
from driftscan.semantics.network.gcp import from_firewall
from driftscan.semantics.wholes import meaning_of
from tests.semantics.network.tiny import ALL, EVERYWHERE, PORTS, Packet, holds, spoken_of, tiny

INSTANCES = ({"web"}, {"db"}, {"web", "db"}, set[str]())
RANGES = [tiny(4, symbol, n, k) for symbol in ("", "{network}") for n, k in ((0, 0), (0, 1), (8, 1), (0, 2), (4, 2))]
TAGS = {"1": "sg-1", "2": "pl-1"}
"""Tags, and the names that stand for them in the world of packets."""
SPELLED = {"esp": "50", "all": "-1"}


WORLD = "0.0.0.0/0"
OUT = {"direction": "EGRESS", "sourceRanges": ...}


def rule(**changes: Any) -> dict[str, Any]:
    made = {"direction": "INGRESS", "priority": 1000, "allowed": [{"IPProtocol": "tcp", "ports": ["443"]}], "sourceRanges": ["10.0.0.0/8"]}
    return {k: v for k, v in (made | changes).items() if v is not ...}


@st.composite
def traffic(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(["tcp", "udp", "esp", "50", "all"]))
    if name not in ("tcp", "udp") or draw(st.booleans()):
        return {"IPProtocol": name}
    ends = [sorted(draw(st.tuples(st.sampled_from(PORTS), st.sampled_from(PORTS)))) for _ in range(draw(st.integers(1, 2)))]
    return {"IPProtocol": name, "ports": [str(a) if a == b else f"{a}-{b}" for a, b in ends]}


@st.composite
def firewalls(draw: st.DrawFn, action: str) -> dict[str, Any]:
    ranges = draw(st.lists(st.sampled_from(RANGES), max_size=2))
    tags = draw(st.lists(st.sampled_from(["1", "2"]), min_size=not ranges, max_size=1))
    out: dict[str, Any] = {"direction": "INGRESS", action: draw(st.lists(traffic(), min_size=1, max_size=2))}
    out |= {"sourceRanges": ranges} if ranges else {}
    out |= {"sourceTags": tags} if tags else {}
    out |= {"targetTags": some} if (some := draw(st.lists(st.sampled_from(["web", "db"]), max_size=2, unique=True))) else {}
    return out | ({"disabled": True} if draw(st.integers(0, 5)) == 0 else {})


@cache
def from_range(text: str) -> frozenset[Packet]:
    return frozenset(p for p in ALL if holds(block(text, 4), p))


@cache
def of(protocol: str, ports: tuple[str, ...]) -> frozenset[Packet]:
    name = SPELLED.get(protocol, protocol)
    ends = [(int(p.split("-")[0]), int(p.split("-")[-1])) for p in ports or ("0-65535",)]
    return frozenset(
        p for p in ALL if name in ("-1", p.protocol) and (name not in ("tcp", "udp") or any(a <= p.number <= b for a, b in ends))
    )


def about(firewall: dict[str, Any]) -> frozenset[tuple[Packet, int]]:
    """The packets, each with the instance, that a rule is about; read from its members alone."""
    if firewall.get("disabled"):
        return frozenset()
    listed = firewall.get("allowed") or firewall["denied"]
    peers = frozenset[Packet]().union(
        *(from_range(r) for r in firewall.get("sourceRanges", ())),
        *(frozenset(p for p in ALL if not p.version and p.symbol == TAGS[t]) for t in firewall.get("sourceTags", ())),
    )
    found = peers & frozenset[Packet]().union(*(of(x["IPProtocol"], tuple(x.get("ports", ()))) for x in listed))
    for (name, number, version), absolute in EVERYWHERE.items():
        if absolute <= found:
            found |= {p for p in ALL if (p.protocol, p.number, p.version) == (name, number, version)}
    targets = set(firewall.get("targetTags", ()))
    return frozenset((p, n) for p, (n, tags) in product(found, enumerate(INSTANCES)) if not targets or targets & tags)


@settings(max_examples=120, deadline=None)
@given(st.data(), st.sampled_from(["allowed", "denied"]))
def test_the_answer_is_that_of_asking_about_every_packet(data: st.DataObject, action: str) -> None:
    c, r = data.draw(firewalls(action)), data.draw(firewalls(action))
    told = meaning_of("firewall", c, r)
    if told is None:
        assert c.get("disabled") and r.get("disabled")
        return
    asked = spoken_of([x for f in (c, r) for x in from_firewall(f | {"disabled": False}).rules])
    sides = [{x for x in about(f) if x[0] in asked} for f in (c, r)]
    if action == "denied":
        sides.reverse()
    assert (
        told.relation
        is {
            (False, False): Relation.EQUAL,
            (True, False): Relation.CANDIDATE_WIDER,
            (False, True): Relation.REFERENCE_WIDER,
            (True, True): Relation.INCOMPARABLE,
        }[bool(sides[0] - sides[1]), bool(sides[1] - sides[0])]
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"allowed": [{"IPProtocol": "tcp", "ports": ["80-81"]}]}, {"allowed": [{"IPProtocol": "tcp", "ports": ["81", "80"]}]}),
        ({"allowed": [{"IPProtocol": "TCP", "ports": ["80"]}]}, {"allowed": [{"IPProtocol": "6", "ports": ["80"]}]}),
        ({"allowed": [{"IPProtocol": "tcp"}, {"IPProtocol": "udp"}]}, {"allowed": [{"IPProtocol": "udp"}, {"IPProtocol": "tcp"}]}),
        ({"sourceRanges": ["10.0.0.0/24"]}, {"sourceRanges": ["10.0.0.128/25", "10.0.0.0/25"]}),
        ({"sourceRanges": ["2001:DB8::/32"]}, {"sourceRanges": ["2001:db8::/33", "2001:db8:8000::/33"]}),
    ],
)
def test_one_rule_in_two_spellings(one: dict[str, Any], other: dict[str, Any]) -> None:
    for c, r in ((one, other), (other, one)):
        told = meaning_of("firewall", rule(**c), rule(**r))
        assert told is not None
        assert told.same


@pytest.mark.parametrize(
    ("one", "other", "more", "exposed"),
    [
        ({"sourceRanges": [WORLD]}, {}, ("tcp 443 from 0.0.0.0/0 without 10.0.0.0/8",), True),
        (
            {"allowed": [{"IPProtocol": "all"}]}, {},
            ("all protocols but tcp from 10.0.0.0/8", "tcp 0-442 from 10.0.0.0/8", "tcp 444-65535 from 10.0.0.0/8"), False,
        ),
        ({}, {"targetTags": ["web"]}, ("its traffic for every instance",), False),
        (
            {"sourceRanges": [WORLD], "targetTags": ["db", "web"]}, {"sourceRanges": [WORLD], "targetTags": ["web"]},
            ("its traffic for tag db",), True,
        ),
        ({}, {"disabled": True}, ("tcp 443 from 10.0.0.0/8",), False),
        ({"sourceServiceAccounts": ["a@p.iam.gserviceaccount.com"]}, {}, ("tcp 443 from a@p.iam.gserviceaccount.com",), False),
        (
            OUT | {"destinationRanges": [WORLD]}, OUT | {"destinationRanges": ["10.0.0.0/8"]},
            ("tcp 443 to 0.0.0.0/0 without 10.0.0.0/8",), False,
        ),
    ],
)  # fmt: skip
def test_what_one_rule_lets_through_and_the_other_does_not(
    one: dict[str, Any], other: dict[str, Any], more: tuple[str, ...], exposed: bool
) -> None:
    told, back = (meaning_of("firewall", rule(**a), rule(**b)) for a, b in ((one, other), (other, one)))
    assert told is not None
    assert back is not None
    assert (told.relation, told.more, told.exposed) == (Relation.CANDIDATE_WIDER, (more, ()), (exposed, False))
    assert (back.relation, back.more, back.exposed) == (Relation.REFERENCE_WIDER, ((), more), (False, exposed))


def test_who_denies_more_lets_less_through() -> None:
    wide = rule(allowed=..., denied=[{"IPProtocol": "tcp"}], sourceRanges=["0.0.0.0/0"])
    narrow = wide | {"sourceRanges": ["10.0.0.0/8"]}
    told = meaning_of("firewall", wide, narrow)
    assert told is not None
    assert (told.relation, told.more) == (Relation.REFERENCE_WIDER, ((), ("tcp 0-65535 from 0.0.0.0/0 without 10.0.0.0/8",)))
    assert told.exposed == (False, False)


def test_an_addition_that_another_range_covers_is_somebodys_act() -> None:
    told = meaning_of("firewall", rule(sourceRanges=["10.0.0.0/8", "10.1.0.0/16"]), rule())
    assert told is not None
    assert (told.relation, told.same) == (Relation.EQUAL, False)


@pytest.mark.parametrize(
    "other",
    [
        {"priority": 900},
        {"direction": "EGRESS", "sourceRanges": ..., "destinationRanges": ["10.0.0.0/8"]},
        {"allowed": ..., "denied": [{"IPProtocol": "all"}]},
    ],
)
def test_what_depends_on_other_rules_is_not_told(other: dict[str, Any]) -> None:
    assert meaning_of("firewall", rule(), rule(**other)) is None
    assert meaning_of("firewall", rule(disabled=True), rule(disabled=True, sourceRanges=["10.1.0.0/16"])) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"allowed": ...},
        {"denied": [{"IPProtocol": "tcp"}]},
        {"allowed": [{"IPProtocol": "tcp", "ports": ["443"], "surprise": 1}]},
        {"allowed": [{"IPProtocol": "tcp", "ports": ["https"]}]},
        {"allowed": [{"IPProtocol": "tcp", "ports": ["90-80"]}]},
        {"allowed": [{"IPProtocol": "sctp", "ports": ["80"]}]},
        {"allowed": [{"IPProtocol": "vrrp"}]},
        {"allowed": [{"ports": ["80"]}]},
        {"sourceRanges": ...},
        {"sourceRanges": ["10.0.0.0/33"]},
        {"sourceRanges": [10]},
        {"destinationRanges": ["10.0.0.0/8"]},
        {"direction": "BOTH"},
        {"direction": "EGRESS", "sourceRanges": ..., "destinationRanges": ["10.0.0.0/8"], "sourceTags": ["web"]},
        {"priority": "1000"},
        {"disabled": "true"},
    ],
)  # fmt: skip
def test_a_rule_that_is_not_understood_is_none(changes: dict[str, Any]) -> None:
    from_firewall(rule())
    assert meaning_of("firewall", rule(**changes), rule()) is None


def test_the_members_of_a_rule() -> None:
    found = from_firewall(rule(allowed=[{"IPProtocol": "icmp"}, {"IPProtocol": "sctp"}], sourceTags=["web"], priority=...))
    peers = (Block(4, "", 10 << 24, (11 << 24) - 1), Named("tag web"))
    assert found.rules == tuple(Rule(name, None, peer) for name in ("icmp", "132") for peer in peers)
    assert (found.priority, found.targets, found.allow, found.egress) == (1000, frozenset({"every instance"}), True, False)
    with pytest.raises(NotUnderstoodError):
        from_firewall({})
