from __future__ import annotations

from datetime import date

from driftscan.model.finding import RuleNote, RuleUse
from driftscan.model.report import RuleLook
from driftscan.model.settings import Waiver
from driftscan.model.value import ABSENT
from driftscan.report.idle import ending, idle


def waiver(id: str, expires: date) -> Waiver:
    return Waiver(id, "f", "a@example.org", "b@example.org", "OPS-7", "load test", expires, value_digest="0")


def used(id: str, times: int = 1, use: RuleUse = RuleUse.USED) -> RuleNote:
    return RuleNote(id, "waiver", use, times, "")


def test_waivers_that_end_soon_and_accept_something() -> None:
    days = {"today": date(2026, 11, 30), "soon": date(2026, 12, 30), "later": date(2026, 12, 31), "over": date(2026, 11, 29)}
    waivers = [waiver(id, day) for id, day in days.items()] + [waiver("idle", date(2026, 12, 1))]
    notes = [[used(id) for id in days], [used("soon", 2), used("idle", 0, RuleUse.UNUSED)]]
    found = ending(notes, waivers, "2026-11-30T06:00:00Z")
    assert [(r.id, r.use) for r in found] == [("today", "ending"), ("soon", "ending")]
    assert found[0].text == "waiver today accepts 1 difference until 2026-11-30, 0 days from now"
    assert found[1].text == "waiver soon accepts 3 differences until 2026-12-30, 30 days from now"


def last(*rules: dict[str, str]) -> dict[str, object]:
    return {"run": {"period": "2026-10"}, "summary": {"rules": list(rules)}}


def test_since_when_a_rule_is_about_nothing() -> None:
    now = (RuleLook("a", "expected", "unused", "rule a is about no difference", ABSENT), RuleLook("b", "waiver", "expired", "x", ABSENT))
    assert [r.since for r in idle(now, None, "2026-11")] == ["2026-11", ABSENT]
    assert idle(now, None, "2026-11")[0].text == "rule a is about no difference"
    known = {"kind": "expected", "id": "a", "use": "unused", "text": "x", "since": "2026-08"}
    (first, _) = idle(now, last(known), "2026-11")
    assert (first.since, first.text) == ("2026-08", "rule a is about no difference, as in every period since 2026-08")
    older = {k: v for k, v in known.items() if k != "since"}  # a report of a version that did not say it
    assert idle(now, last(older), "2026-11")[0].since == "2026-10"
    other = known | {"kind": "waiver"}
    assert idle(now, last(other, known | {"use": "dead"}), "2026-11")[0].since == "2026-11"
