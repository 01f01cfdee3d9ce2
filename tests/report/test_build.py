"""Every number once: what `build` makes of snapshots and judgements."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from driftscan.catalog import load
from driftscan.judge.baselines import judge_baselines
from driftscan.model.drift import Severity
from driftscan.model.finding import RuleNote, RuleUse
from driftscan.model.report import SEVERITIES, Report
from driftscan.model.settings import Expected
from driftscan.model.value import ABSENT
from driftscan.report import build
from tests.judge import ground
from tests.report import sample


def test_parity_is_agreeing_over_comparable() -> None:
    (c,) = sample.report().comparisons
    assert (c.agreeing, c.comparable) == (282, 295)
    assert c.parity == pytest.approx(282 / 295, abs=1e-6)
    assert (c.paired, c.equal, c.extra, c.missing) == (295, 279, 1, 1)


def test_findings_are_sorted_by_severity_type_key_path() -> None:
    keys = [(SEVERITIES.index(Severity(f.severity)), f.resource.type, f.resource.key) for f in sample.report().findings]
    assert keys == sorted(keys)


def test_order_of_the_input_does_not_matter() -> None:
    snapshots, ((comparison, judgement),) = sample.parts()
    mixed = random.Random(7)
    findings, ledger = list(judgement.findings), list(judgement.ledger)
    mixed.shuffle(findings)
    mixed.shuffle(ledger)
    other = replace(judgement, findings=tuple(findings), ledger=tuple(ledger), groups=tuple(reversed(judgement.groups)))
    snapshots = list(reversed(snapshots))
    made = sample.build(sample.run(), snapshots, [(comparison, other)], sample.catalog(), sample.settings(), past=sample.PAST)
    made = sample.committed(made)
    assert made == sample.report()


def test_a_resource_is_called_what_ref_returns_and_its_address_is_kept() -> None:
    snapshots, ((comparison, judgement),) = sample.parts()
    named = next(f for f in judgement.findings if f.subject.candidate is not None)
    place = named.subject.candidate
    assert place is not None
    renamed = replace(named, subject=replace(named.subject, candidate=replace(place, id="api|live", ref="live")))
    other = replace(judgement, findings=tuple(renamed if f.id == named.id else f for f in judgement.findings))
    made = sample.build(sample.run(), snapshots, [(comparison, other)], sample.catalog(), sample.settings())
    shown = next(f for f in made.findings if f.id == named.id).resource.candidate
    assert (shown.id, shown.address) == ("live", "api|live")
    plain = next(f.resource.candidate for f in sample.report().findings if f.id == named.id)
    assert (plain.id, plain.address) == (place.id, ABSENT)


def test_a_finding_that_two_comparisons_share_stands_once() -> None:
    made = sample.two_comparisons()
    gaps = [f for f in made.findings if f.kind == "gap" and f.comparison == "prod"]
    assert len(gaps) == 1
    assert [c.name for c in made.comparisons] == ["stage..prod", "test..prod"]
    assert len(made.summary.claims) == 2


def test_counts_add_up_to_the_findings() -> None:
    report = sample.report()
    assert sum(c.findings for c in report.summary.counts) == len(report.findings)


def test_top_is_worst_first_and_one_per_group() -> None:
    report = sample.report()
    by_id = {f.id: f for f in report.findings}
    top = [by_id[i] for i in report.summary.top]
    assert [f.severity for f in top[:2]] == ["critical", "critical"]
    assert len({f.group for f in top}) == len(top)
    verdicts = [f.verdict for f in top]
    assert verdicts == sorted(verdicts, key=["drift", "unknown"].index)


def test_accepted_says_who_why_until_when() -> None:
    report = sample.report()
    accepted = {a.id: a for a in report.summary.accepted}
    w = accepted["W-12"]
    assert (w.verdict, w.owner, w.approver, w.ticket, w.expires) == ("waived", "a@example.org", "b@example.org", "OPS-7", "2026-12-31")
    assert accepted["smaller-databases"].owner == "platform"
    assert accepted["order"].reason == "the two lists differ in nothing but order"
    shown = {i for a in report.summary.accepted for i in a.findings} | set(report.summary.promotion)
    assert shown == {f.id for f in report.findings if f.verdict in ("expected", "waived")}


def test_rules_to_look_at_leave_out_what_was_used_anywhere() -> None:
    snapshots, ((comparison, judgement),) = sample.parts()
    assert [(r.id, r.use) for r in sample.report().summary.rules] == [("own-networks", "unused"), ("W-03", "expired")]
    used = replace(judgement, candidate="test", findings=(), groups=(), resolved=(), rules=(replace(judgement.rules[1], use="used"),))
    made = sample.build(sample.run(), snapshots, [(comparison, judgement), (comparison, used)], sample.catalog(), sample.settings())
    assert [r.id for r in made.summary.rules] == ["W-03"]


def test_a_declared_pair_that_pairs_nothing_is_a_rule_to_look_at_and_a_note() -> None:
    snapshots, ((comparison, judgement),) = sample.parts()
    idle = RuleNote("AWS::SQS::Queue a = b", "pair", RuleUse.AMBIGUOUS, 0, "the pair declares nothing: a names 2 resources")
    made = sample.build(sample.run(), snapshots, [(comparison, replace(judgement, rules=(idle,)))], sample.catalog(), sample.settings())
    assert [(r.id, r.kind, r.use) for r in made.summary.rules] == [(idle.id, "pair", "ambiguous")]
    assert "1 declared pair pairs nothing: see the rules to look at." in made.summary.notes


def test_ignored_values_are_counted_with_their_reason() -> None:
    ignored = {(i.type, i.path): i for i in sample.report().ignored}
    row = ignored["AWS::SQS::Queue", "CreatedTimestamp"]
    assert row.values == 44 + 45
    assert "moment" in row.reason
    assert ("AWS::SQS::Queue", "LastModifiedTimestamp") not in ignored


def test_unknown_cause_of_what_is_gone_is_said() -> None:
    assert sorted(r.cause for r in sample.report().resolved) == ["cloud", "rule", "unknown"]


def test_gap_of_one_resource_names_it() -> None:
    gaps = {g.operation: g for g in sample.report().gaps}
    assert gaps["DescribeKey"].id == "audit-stage"
    assert gaps["DescribeKey"].environment == "stage"


def test_gap_findings_stand_widest_first() -> None:
    report = sample.report()
    by_id = {f.id: f for f in report.findings}
    unseen = [by_id[i] for i in report.summary.unseen]
    assert [f.comparison for f in unseen] == ["prod", "stage"], "a denied listing before the detail of one resource"
    assert len(unseen) == sum(f.kind == "gap" for f in report.findings)


class TestBaselines:
    RULE = """\
  - id: versioned
    select: {type: "AWS::S3::Bucket"}
    expect: {VersioningConfiguration.Status: Enabled}
    severity: high
    reason: because
  - id: idle
    select: {type: "AWS::SQS::Queue"}
    absent: true
    reason: because
"""

    def made(self, folder: Path, *expected: Expected) -> Report:
        settings = replace(ground.SETTINGS, expected=expected)
        held = [ground.bucket("a-prod"), ground.bucket("b-prod", VersioningConfiguration={"Status": "Enabled"})]
        judged = judge_baselines(ground.ground(held, settings=settings), ground.rules(folder, self.RULE))
        return build(sample.run(), [], [], load(), settings, [judged])

    def test_every_rule_has_its_row(self, tmp_path: Path) -> None:
        (kept,) = self.made(tmp_path).baselines
        assert (kept.environment, kept.comparison, kept.broken, kept.unsure, kept.idle) == ("prod", "prod..baseline", 1, 0, 1)
        assert [(r.rule, r.layer, r.location.line, r.selected, r.held, r.broken) for r in kept.rules] == [
            ("versioned", "role", 2, 2, 1, 1),
            ("idle", "role", 7, 0, 0, 0),
        ]

    def test_findings_and_the_verdict_are_part_of_the_report(self, tmp_path: Path) -> None:
        report = self.made(tmp_path)
        assert [(f.kind, f.comparison, f.rule) for f in report.findings] == [("baseline", "prod..baseline", "versioned")]
        assert report.summary.top == (report.findings[0].id,)
        assert report.summary.tone == "drift"
        assert report.summary.claims[0].headline == "prod breaks its baseline"
        assert report.summary.claims[0].numbers == "1 of 2 rules broken, 1 finding, 1 high"

    def test_what_is_expected_is_told_by_what_expects_it(self, tmp_path: Path) -> None:
        rule = Expected("soon", "AWS::S3::Bucket", "VersioningConfiguration", "any", "next month", "storage", comparison="prod..baseline")
        report = self.made(tmp_path, rule)
        (accepted,) = report.summary.accepted
        assert (accepted.id, accepted.reason, accepted.owner) == ("soon", "next month", "storage")
        assert report.summary.claims[0].headline == "prod keeps its baseline"
