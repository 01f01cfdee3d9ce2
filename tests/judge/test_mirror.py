from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from driftscan.catalog import load
from driftscan.judge import NoHistory, judge, mirror
from driftscan.model.drift import Change, Verdict
from driftscan.model.finding import Judgement, Kind, Moved
from driftscan.model.settings import Expected, Settings, Waiver
from driftscan.model.value import ABSENT, Address
from tests.judge.estate import NOW, QUEUE, Estate, Past, settings
from tests.judge.test_ledger import FATES, estate_of

fates = st.lists(st.tuples(st.sampled_from(FATES), st.just(QUEUE)), max_size=20)


def turned(estate: Estate, given: Settings) -> Judgement:
    """The judgement of the same comparison asked for from its other side."""

    def body(side: str, a: Address) -> object:
        return estate.body("reference" if side == "candidate" else "candidate", a)

    return judge(mirror.comparison(estate.comparison()), given, load(), NoHistory(), NOW, body)  # type: ignore[arg-type]


@given(fates)
def test_a_mirror_of_a_mirror_is_the_same(those: list[tuple[str, str]]) -> None:
    estate = estate_of(those)
    assert mirror.comparison(mirror.comparison(estate.comparison())) == estate.comparison()
    judged = estate.judge()
    assert mirror.judgement(mirror.judgement(judged)) == judged


@given(fates)
def test_diff_prod_stage_is_the_mirror_of_diff_stage_prod(those: list[tuple[str, str]]) -> None:
    estate = estate_of(those)
    ahead, back = estate.judge(), turned(estate, settings())
    assert (back.candidate, back.reference, back.extra, back.missing) == ("prod", "stage", ahead.missing, ahead.extra)
    assert [f.id for f in back.findings] == [f.id for f in ahead.findings]
    swap = {Kind.MISSING: Kind.EXTRA, Kind.EXTRA: Kind.MISSING}
    for f, g in zip(ahead.findings, back.findings, strict=True):
        assert g.kind is swap.get(f.kind, f.kind)
        assert (g.verdict, g.severity, g.title, g.value_digest) == (f.verdict, f.severity, f.title, f.value_digest)
        assert (g.subject.candidate, g.subject.reference) == (f.subject.reference, f.subject.candidate)
        assert [(c.candidate, c.reference) for c in g.changes] == [(c.reference, c.candidate) for c in f.changes]
    assert back.parity == ahead.parity
    assert [(r.candidate, r.reference, r.equal, r.drift) for r in back.ledger] == [
        (r.reference, r.candidate, r.equal, r.drift) for r in ahead.ledger
    ]


@given(fates)
def test_without_an_order_of_promotion_swapping_still_changes_no_verdict(those: list[tuple[str, str]]) -> None:
    free = settings(environments=(), comparisons=())
    estate = estate_of(those)
    ahead, back = estate.judge(free), turned(estate, free)
    swap = {Kind.MISSING: Kind.EXTRA, Kind.EXTRA: Kind.MISSING}
    for verdict in Verdict:
        mine = sorted((swap.get(f.kind, f.kind), f.subject.key) for f in ahead.findings if f.verdict is verdict)
        assert mine == sorted((f.kind, f.subject.key) for f in back.findings if f.verdict is verdict)


def test_rules_with_a_direction_keep_it() -> None:
    rule = Expected("smaller", QUEUE, "Size", "at_most_reference", "stage runs smaller", "platform")
    estate = Estate()
    estate.pair("a", Change(("Size",), 1, 2))
    estate.pair("b", Change(("Size",), 2, 1))
    given_rules = settings(expected=(rule,))
    for judged in (estate.judge(given_rules), turned(estate, given_rules)):
        assert {f.subject.key: f.verdict for f in judged.findings} == {"a": Verdict.EXPECTED, "b": Verdict.DRIFT}


def test_waivers_hold_from_both_sides() -> None:
    waiver = Waiver("W", f"stage..prod/{QUEUE}/a/Size", "o", "p", "T-1", "r", date(2026, 12, 31), 1, 2)
    estate = Estate()
    estate.pair("a", Change(("Size",), 1, 2))
    (finding,) = turned(estate, settings(waivers=(waiver,))).findings
    assert (finding.verdict, finding.comparison) == (Verdict.WAIVED, "prod..stage")


def test_added_is_removed_and_who_moved_turns() -> None:
    estate = Estate()
    pair = estate.pair("a", Change(("Size",), 1, ABSENT), bodies=({"Size": 1}, {}))
    past = Past({(pair.candidate, ("Size",)): [(30, ABSENT)], (pair.reference, ("Size",)): [(30, ABSENT)]})
    judged = estate.judge(history=past)
    change, back = judged.findings[0].changes[0], mirror.judgement(judged).findings[0].changes[0]
    assert (change.op, change.moved) == ("added", Moved.CANDIDATE)
    assert (back.op, back.moved) == ("removed", Moved.REFERENCE)


def test_groups_speak_of_the_side_that_was_asked_for() -> None:
    estate = Estate()
    for key in ("a", "b"):
        estate.alone(1, key)
    assert estate.judge().groups[0].title == "SQS queue: missing on 2 resources"
    assert turned(estate, settings()).groups[0].title == "SQS queue: extra on 2 resources"
    assert replace(turned(estate, settings()).groups[0], title="") == replace(estate.judge().groups[0], title="")
