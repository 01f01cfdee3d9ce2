"""A group is one decision, where its first finding stands."""

from __future__ import annotations

from dataclasses import replace

from driftscan.formats.decisions import decisions, place_of
from driftscan.model.report import Place
from driftscan.model.value import ABSENT
from tests.report import sample


def test_members_of_a_group_are_together_and_nothing_is_lost() -> None:
    report = sample.report()
    found = decisions(report, report.findings)
    assert sorted(f.id for d in found for f in d.findings) == sorted(f.id for f in report.findings)
    [group] = [d for d in found if len(d.findings) > 1]
    assert (group.heading, len(group.findings)) == ("AWS::DynamoDB::Table Tags.CostCenter", 4)
    assert [d.first.id for d in found] == [f.id for f in report.findings if f.group != group.id or f.id == group.first.id]


def test_one_member_alone_is_a_finding_of_its_own() -> None:
    report = sample.report()
    group = report.summary.groups[0]
    [one] = decisions(report, [f for f in report.findings if f.id == group.findings[1]])
    assert one.id == group.findings[1]
    assert one.title != group.title


def test_a_finding_is_drift_or_open_or_accepted() -> None:
    findings = sample.report().findings
    assert not any(f.is_drift and f.is_unsure for f in findings)
    assert {f.verdict for f in findings if not f.is_drift and not f.is_unsure} == {"expected", "waived"}


def test_a_finding_stands_at_its_rule_else_at_its_comparison() -> None:
    report = sample.report()
    places = {f.title.split(":")[0]: place_of(report, f) for f in report.findings}
    assert places["SQS queue imports"] == Place("waivers.yaml", 4)
    assert places["RDS database orders"] == Place("driftscan.yaml", 31)
    assert places["SQS queue orders-dlq is missing in stage"] == Place("driftscan.yaml", 18)
    gap = next(f for f in report.findings if f.kind == "gap")
    assert place_of(report, gap) == Place("driftscan.yaml", 18)


def test_without_a_configuration_there_is_no_place() -> None:
    report = sample.report()
    report = replace(report, comparisons=tuple(replace(c, location=ABSENT) for c in report.comparisons))
    assert place_of(report, next(f for f in report.findings if f.location is ABSENT)) is None
