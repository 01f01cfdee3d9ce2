from __future__ import annotations

from dataclasses import replace
from datetime import date

from driftscan.catalog import load
from driftscan.judge import NoHistory, judge, mirror
from driftscan.model.drift import Change, Declared, Verdict
from driftscan.model.finding import RuleUse
from driftscan.model.settings import Expected, Location, PairRule, VoidWaiver, Waiver
from tests.judge.estate import NOW, QUEUE, Estate, settings

HERE = Location("driftscan.yaml", 12)


def rule(id: str, path: str = "Size", **more: object) -> Expected:
    return Expected(id, QUEUE, path, str(more.pop("rule", "any")), "because", "platform", location=HERE, **more)  # type: ignore[arg-type]


def waiver(id: str, path: str, expires: date = date(2026, 12, 31)) -> Waiver:
    return Waiver(id, f"stage..prod/{QUEUE}/a/{path}", "o", "p", "T-1", "r", expires, 1, 2)


def test_every_rule_and_waiver_says_what_became_of_it() -> None:
    estate = Estate()
    estate.pair("a", Change(("Size",), 1, 2), Change(("Delay",), 1, 2), Change(("Name",), 5, 6))
    given = settings(
        expected=(rule("used"), rule("unused", "Nothing"), rule("elsewhere", comparison="dev..stage")),
        waivers=(waiver("W-1", "Delay"), waiver("W-2", "Name"), waiver("W-3", "Nothing"), waiver("W-4", "Delay", date(2026, 10, 31))),
        void_waivers=(VoidWaiver("#5", "waivers.yaml:9:1: it has no ticket", Location("waivers.yaml", 9)),),
    )
    judged = estate.judge(given)
    assert [(n.id, n.kind, n.use, n.times) for n in judged.rules] == [
        ("used", "expected", RuleUse.USED, 1),
        ("unused", "expected", RuleUse.UNUSED, 0),
        ("W-1", "waiver", RuleUse.USED, 1),
        ("W-2", "waiver", RuleUse.DEAD, 0),
        ("W-3", "waiver", RuleUse.UNUSED, 0),
        ("W-4", "waiver", RuleUse.EXPIRED, 0),
        ("#5", "waiver", RuleUse.MALFORMED, 0),
    ]
    assert judged.rules[0].location == HERE
    assert judged.rules[-1].text == "waivers.yaml:9:1: it has no ticket"


def test_drift_names_the_nearest_thing_that_did_not_allow_it() -> None:
    estate = Estate()
    estate.pair("a", Change(("Size",), 3, 2))
    given = settings(expected=(rule("smaller", rule="at_most_reference"),), waivers=(waiver("W-1", "Size"),))
    (finding,) = estate.judge(given).findings
    assert (finding.verdict, finding.rule, finding.location) == (Verdict.DRIFT, "smaller", HERE)
    assert finding.reason == (
        "outside the bounds of rule smaller (at_most_reference): because; waiver W-1 was made for other values and waives nothing now"
    )


def test_a_waiver_that_accepts_one_finding_is_not_dead_because_of_another() -> None:
    estate = Estate()
    estate.pair("a", Change(("Size",), 1, 2))
    estate.pair("b", Change(("Size",), 1, 9))
    wide = Waiver("W", f"stage..prod/{QUEUE}/*/Size", "o", "p", "T-1", "r", date(2026, 12, 31), 1, 2)
    judged = estate.judge(settings(waivers=(wide,)))
    assert {f.subject.key: f.verdict for f in judged.findings} == {"a": Verdict.WAIVED, "b": Verdict.DRIFT}
    assert judged.rules[0].use is RuleUse.USED


def test_a_declared_pair_that_pairs_nothing_is_said() -> None:
    estate = Estate()
    pairs = (
        Declared(PairRule(QUEUE, "a-stage", "a-prod", HERE)),
        Declared(PairRule(QUEUE, "b-stage", "gone", HERE), "prod has no gone to pair"),
        Declared(PairRule(QUEUE, "c", "c", HERE), "c names 2 resources of stage; write its ARN", ambiguous=True),
    )
    comparison = replace(estate.comparison(), declared=pairs)
    judged = judge(comparison, settings(), load(), NoHistory(), NOW, estate.body)
    assert [(n.id, n.kind, n.use, n.times, n.location) for n in judged.rules] == [
        (f"{QUEUE} a-prod = a-stage", "pair", RuleUse.USED, 1, HERE),
        (f"{QUEUE} b-stage = gone", "pair", RuleUse.UNUSED, 0, HERE),
        (f"{QUEUE} c = c", "pair", RuleUse.AMBIGUOUS, 0, HERE),
    ]
    assert judged.rules[1].text == "the pair declares nothing: prod has no gone to pair"
    back = judge(mirror.comparison(comparison), settings(), load(), NoHistory(), NOW, estate.body)
    assert back.rules == judged.rules
