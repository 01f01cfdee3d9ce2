"""JUnit XML that Jenkins' own schema accepts; names of cases stay over runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import xmlschema

from driftscan.formats import render
from driftscan.formats.junit import LISTED
from driftscan.model.drift import Severity
from tests.report import sample

SCHEMA = xmlschema.XMLSchema(str(Path(__file__).parent / "schemas" / "junit-10.xsd"))


def suites(report: Any) -> ET.Element:
    data = render("junit", report)
    SCHEMA.validate(data.decode())
    return ET.fromstring(data)


def test_the_schema_refuses_what_is_wrong() -> None:
    root = suites(sample.report())
    root[0].attrib.pop("tests")
    assert not SCHEMA.is_valid(ET.tostring(root, encoding="unicode"))


@pytest.mark.parametrize("report", [sample.history(), sample.two_comparisons(), replace(sample.report(), findings=(), comparisons=())])
def test_every_report_is_valid(report: Any) -> None:
    suites(report)


def test_a_suite_per_comparison_and_per_environment_with_gaps() -> None:
    root = suites(sample.report())
    assert [s.get("name") for s in root] == ["stage..prod", "stage", "prod"]
    for suite in root:
        cases = suite.findall("testcase")
        for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(key, "")) == sum(case.find(tag) is not None for case in cases)
        assert int(suite.get("tests", "")) == len(cases)
    assert root.get("tests") == str(sum(int(s.get("tests", "")) for s in root))
    assert suite.get("timestamp") == "2026-11-30T06:00:00"


def test_verdicts_become_outcomes() -> None:
    outcomes = {c.get("name", "").split(" [")[0]: [x.tag for x in c] for s in suites(sample.report()) for c in s.findall("testcase")}
    assert outcomes["Security group payments-db"] == ["failure"]
    assert outcomes["SQS queue imports"] == ["skipped"]
    assert outcomes["SQS queue audit"] == ["error"]
    assert outcomes["17 pairs agree"] == []


def test_a_group_is_one_case_that_lists_its_findings() -> None:
    [case] = [c for c in suites(sample.report())[0].findall("testcase") if "Tags.CostCenter" in c.get("name", "")]
    lines = (case[0].text or "").splitlines()
    group = sample.report().summary.groups[0]
    assert [line.split()[0] for line in lines[::2]] == list(group.findings)
    assert case.get("name") == f"AWS::DynamoDB::Table Tags.CostCenter [{group.id}]"


def test_a_large_group_says_how_many_more() -> None:
    from driftscan.report import build

    snapshots, judged = sample.parts(sample.drift(LISTED + 3, Severity.LOW))
    root = suites(build(sample.run(), snapshots, judged, sample.catalog(), sample.settings()))
    [case] = [c for c in root[0].findall("testcase") if c.find("failure") is not None]
    assert (case[0].text or "").splitlines()[-1] == "and 3 more findings"


def test_a_name_does_not_follow_the_values() -> None:
    report = sample.report()
    changed = tuple(
        replace(f, title=f.title.replace("30 in stage", "45 in stage"), changes=tuple(replace(c, candidate=45) for c in f.changes))
        for f in report.findings
    )
    names = [[c.get("name") for s in suites(r) for c in s.findall("testcase")] for r in (report, replace(report, findings=changed))]
    assert names[0] == names[1]


def test_a_rule_of_a_baseline_that_holds_passes() -> None:
    from tests.formats.test_tables import with_baseline

    [suite] = [s for s in suites(with_baseline()) if s.get("name") == "prod..baseline"]
    assert [(c.get("classname"), c.get("name"), len(c)) for c in suite.findall("testcase")] == [
        ("organization/acme", "bucket-encrypted", 0)
    ]
