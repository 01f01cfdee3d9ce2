"""What is open by owner and age, what changed, what is waived: everything adds up to the findings."""

from __future__ import annotations

from dataclasses import replace

from driftscan.model.report import CauseCount, Share
from driftscan.report import open as open_findings
from tests.report import sample

FINDINGS = sample.report().findings
OPEN = [f for f in FINDINGS if f.verdict in ("drift", "unknown")]


def test_owners_and_ages_hold_each_open_finding_once() -> None:
    for rows in (sample.report().summary.owners, sample.report().summary.ages):
        assert sum(r.findings for r in rows) == len(OPEN)
        assert all(sum(r.severities) == r.findings for r in rows)
        assert len({r.label for r in rows}) == len(rows)


def test_owner_with_the_worst_stands_first_and_nobody_last() -> None:
    owners = sample.report().summary.owners
    assert {r.label for r in owners[:2]} == {"finance", "payments"}
    assert owners[0].severities[0] == owners[1].severities[0] == 1
    assert owners[-1].label == ""


def test_ages_count_periods_since_the_first_report() -> None:
    made = {r.label: r for r in sample.report().summary.ages}
    assert list(made) == ["this period", "one period", "two or three periods"]
    assert made["two or three periods"].oldest == "2026-08"
    old = [replace(f, first_seen="2020-01") for f in OPEN]
    assert [r.label for r in open_findings.ages(old, "2026-11")] == ["more than six periods"]


def test_states_add_up_to_the_findings() -> None:
    made = sample.report().summary.states
    assert sum(s.findings for s in made) == len(FINDINGS)
    assert next(s.findings for s in made if (s.verdict, s.state) == ("drift", "worse")) == 1


def test_causes_of_what_is_gone() -> None:
    assert sample.report().summary.causes == (CauseCount("cloud", 1), CauseCount("rule", 1), CauseCount("unknown", 1))


def test_waived_is_a_share_of_what_no_rule_expects() -> None:
    drift = sum(f.verdict == "drift" for f in FINDINGS)
    assert sample.report().summary.waived == Share(1, drift + 1)
    assert open_findings.waived([]) == Share(0, 0)
