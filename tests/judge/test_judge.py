from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.catalog import load
from driftscan.judge import NoHistory, judge, mirror
from driftscan.model.drift import Change, Severity, Verdict
from driftscan.model.finding import Kind, Moved
from driftscan.model.settings import Expected
from driftscan.model.value import ABSENT, Bag, Redacted, Text, Unknown, Word, show_path
from tests.judge.estate import NOW, QUEUE, ROLE, Estate, settings
from tests.judge.test_ledger import FATES, estate_of

EXPECT = settings(expected=(Expected("r", QUEUE, "Expected", "any", "because", "o"),))
SOME = {
    Verdict.DRIFT: Change(("A",), 1, 2),
    Verdict.UNKNOWN: Change(("B",), Unknown("AccessDenied"), 2, "AccessDenied"),
    Verdict.EXPECTED: Change(("Expected",), 1, 2),
}


@given(st.sets(st.sampled_from(sorted(SOME)), min_size=1), st.randoms())
def test_a_finding_carries_the_worst_verdict_of_its_changes(verdicts: set[Verdict], order: object) -> None:
    changes = [SOME[v] for v in sorted(verdicts)]
    order.shuffle(changes)  # type: ignore[attr-defined]
    estate = Estate()
    estate.pair("orders", *changes)
    (finding,) = estate.judge(EXPECT).findings
    worst = next(v for v in Verdict if v in verdicts)
    assert finding.verdict is worst
    assert {c.verdict for c in finding.changes} == verdicts
    assert [c.verdict for c in finding.changes] == [v for v in Verdict if v in verdicts], "the leading change comes first"


def test_the_order_of_verdicts_is_the_designs() -> None:
    assert [str(v) for v in Verdict] == ["drift", "unknown", "expected", "waived"]


def test_a_finding_is_as_grave_as_the_changes_that_carry_its_verdict() -> None:
    estate = Estate()
    estate.pair("orders", Change(("A",), 1, 2), Change(("Policy",), "x", "y"), Change(("B",), 1, Unknown("in flux"), "in flux"))
    (finding,) = estate.judge().findings
    assert (finding.severity, finding.aspect) == (Severity.HIGH, "iam")
    assert finding.severity_reason == "a difference in iam"


def test_an_order_is_no_drift() -> None:
    estate = Estate()
    estate.pair("orders", Change(("A",), 1, 2, order_only=True))
    judged = estate.judge()
    assert (judged.findings[0].verdict, judged.findings[0].rule) == (Verdict.EXPECTED, "order")
    assert judged.parity == 1.0


def test_any_rule_also_allows_what_is_unknown() -> None:
    estate = Estate()
    estate.pair("orders", Change(("Expected",), Unknown("unresolved id"), "x", "unresolved id"))
    assert estate.judge(EXPECT).findings[0].verdict is Verdict.EXPECTED


def test_parity_is_what_agrees_over_what_could_be_compared() -> None:
    estate = estate_of(
        [(fate, QUEUE) for fate in ("equal", "equal", "order", "drift", "unknown", "extra", "missing", "ambiguous", "blind-c")]
    )
    judged = estate.judge()
    assert (judged.agreeing, judged.comparable, judged.parity) == (3, 6, 0.5)
    assert (judged.paired, judged.equal, judged.extra, judged.missing) == (5, 2, 1, 1)
    assert Estate().judge().parity is None


def test_declared_one_sided_resources_agree() -> None:
    estate = Estate()
    estate.alone(0, "tool")
    rule = Expected("tools", QUEUE, "", "any", "only stage is tested", "o", key="tool*", kind="extra")
    judged = estate.judge(settings(expected=(rule,)))
    assert (judged.findings[0].verdict, judged.findings[0].rule, judged.parity) == (Verdict.EXPECTED, "tools", 1.0)
    assert judged.ledger[0].extra == 1


def test_two_networks_with_the_same_block_break_a_must_differ() -> None:
    rule = Expected("own-networks", "AWS::EC2::VPC", "CidrBlock", "must_differ", "address plan", "network")
    estate = Estate()
    block = {"CidrBlock": "10.0.0.0/16"}
    estate.pair("main", type="AWS::EC2::VPC", bodies=(block, block))
    estate.pair(
        "apart", Change(("CidrBlock",), "10.0.0.0/16", "10.1.0.0/16"), type="AWS::EC2::VPC", bodies=(block, {"CidrBlock": "10.1.0.0/16"})
    )
    judged = estate.judge(settings(expected=(rule,)))
    by_key = {f.subject.key: f for f in judged.findings}
    assert (by_key["main"].verdict, by_key["apart"].verdict) == (Verdict.DRIFT, Verdict.EXPECTED)
    assert by_key["main"].title == "VPC main: CidrBlock is 10.0.0.0/16 in both stage and prod, and must differ"
    assert (judged.equal, judged.ledger[0].drift, judged.ledger[0].equal) == (0, 1, 0)


def test_findings_are_sorted_by_severity_type_key_and_path() -> None:
    estate = Estate()
    for key in ("b", "a"):
        estate.pair(key, Change(("A",), 1, 2))
        estate.pair(f"role-{key}", Change(("Path",), "x", "y"), type=ROLE)
    assert [f.subject.key for f in estate.judge().findings] == ["role-a", "role-b", "a", "b"]


def test_everything_that_explain_needs_is_there() -> None:
    estate = Estate()
    estate.pair("orders", Change(("A",), 1, 2), reason="iac")
    estate.alone(0, "x")
    for finding in estate.judge().findings:
        assert finding.reason
        assert finding.severity_reason
        assert finding.group
        assert finding.value_digest
        for change in finding.changes:
            assert change.reason
            assert change.severity_reason
            assert change.value_digest
        if finding.kind is Kind.CHANGED:
            assert (finding.subject.match, finding.subject.confidence) == ("iac", 1.0)


values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-3, 3),
        st.text(max_size=4),
        st.just(ABSENT),
        st.just(Unknown("x")),
        st.just(Redacted("secret", ("#1",), "k")),
        st.just(Text(("a-", Word("stage", "stage", "{env}")))),
    ),
    lambda inner: st.one_of(
        st.lists(inner.filter(lambda v: v is not ABSENT), max_size=2).map(lambda v: Bag(tuple(v))),
        st.dictionaries(st.sampled_from(["Principal", "Action", "KmsKeyId", "x"]), inner.filter(lambda v: v is not ABSENT), max_size=2),
    ),
    max_leaves=5,
)
paths = st.lists(st.sampled_from(["Policy", "PubliclyAccessible", "Tags", "BackupRetentionPeriod", "a.b"]), min_size=1, max_size=3)


@given(st.lists(st.tuples(paths, values, values), min_size=1, max_size=4))
def test_any_change_gets_one_verdict_a_reason_and_a_title(changes: list[tuple[list[str], object, object]]) -> None:
    estate = Estate()
    estate.pair("orders", *(Change(tuple(p), c, r) for p, c, r in changes))
    (finding,) = estate.judge().findings
    secrets = all(isinstance(c, Redacted) and isinstance(r, Redacted) for _, c, r in changes)
    assert finding.verdict is (Verdict.EXPECTED if secrets else Verdict.DRIFT)
    assert "\n" not in finding.title
    assert all(c.reason and c.severity_reason for c in finding.changes)
    assert sorted(show_path(c.path) for c in finding.changes) == sorted(show_path(tuple(p)) for p, _, _ in changes)


@given(st.permutations(range(8)))
def test_the_order_of_the_input_says_nothing(order: list[int]) -> None:
    fates = [(FATES[n % len(FATES)], QUEUE if n % 2 else ROLE) for n in range(8)]

    def findings(sequence: list[int]) -> list[tuple[str, str]]:
        estate = Estate()
        for n in sequence:
            estate.pair(f"k{n}", *([Change(("A",), 1, 2)] if fates[n][0] != "equal" else []), type=fates[n][1])
        return [(f.id, f.title) for f in estate.judge().findings]

    assert findings(list(order)) == findings(list(range(8)))


@pytest.mark.parametrize("seed", ["1"])
def test_hash_seeds_change_nothing(seed: str) -> None:
    code = (
        "from tests.judge.test_ledger import *\n"
        "j = estate_of([(f, t) for f in FATES for t in (QUEUE, ROLE)]).judge()\n"
        "print([(f.id, f.group, f.value_digest, f.title) for f in j.findings], j.ledger, j.groups)"
    )
    made = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
    )
    judged = estate_of([(f, t) for f in FATES for t in (QUEUE, ROLE)]).judge()
    assert made.stdout.strip() == f"{[(f.id, f.group, f.value_digest, f.title) for f in judged.findings]} {judged.ledger} {judged.groups}"


def test_any_of_those_that_are_alike_could_be_the_surplus_one() -> None:
    estate = Estate()
    first = estate.pair("orders")
    surplus = estate.alone(1, "orders#2")
    comparison = replace(estate.comparison(), alike={surplus: ((first.candidate,), (first.reference, surplus))})
    judged = judge(comparison, settings(), load(), NoHistory(), NOW, estate.body)
    (finding,) = judged.findings
    assert (finding.kind, finding.verdict, finding.moved) == (Kind.MISSING, Verdict.DRIFT, Moved.UNKNOWN)
    assert finding.reason.endswith("any of the 2 that are alike could be the one")
    assert [[x.id for x in side] for side in finding.subject.among] == [["orders-stage"], ["orders-prod", "orders#2-prod"]]
    back = judge(mirror.comparison(comparison), settings(), load(), NoHistory(), NOW, lambda side, a: estate.body(_other(side), a))
    assert [[x.id for x in side] for side in back.findings[0].subject.among] == [["orders-prod", "orders#2-prod"], ["orders-stage"]]
    assert (back.findings[0].id, back.findings[0].reason) == (finding.id, finding.reason)


def _other(side: str) -> str:
    return "reference" if side == "candidate" else "candidate"
