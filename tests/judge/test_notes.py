from __future__ import annotations

from datetime import date

from driftscan.model.drift import Change, Verdict
from driftscan.model.finding import RuleUse
from driftscan.model.settings import Expected, Location, VoidWaiver, Waiver
from tests.judge.estate import QUEUE, Estate, settings

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
