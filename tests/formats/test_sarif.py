"""SARIF that the standard's own schema accepts, anchored where a person can change something."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from driftscan.formats import render
from driftscan.formats.sarif import RULES
from driftscan.model.finding import Kind
from driftscan.model.report import Place
from driftscan.model.value import ABSENT
from tests.report import sample

SCHEMA = Draft7Validator(json.loads((Path(__file__).parent / "schemas" / "sarif-schema-2.1.0.json").read_text()))


def run_of(report: Any) -> dict[str, Any]:
    document = json.loads(render("sarif", report))
    SCHEMA.validate(document)
    assert len(document["runs"]) == 1
    return dict(document["runs"][0])


def result(title: str, report: Any = None) -> dict[str, Any]:
    [found] = [r for r in run_of(report or sample.report())["results"] if r["message"]["text"].startswith(title)]
    return dict(found)


def test_the_schema_refuses_what_is_wrong() -> None:
    document = json.loads(render("sarif", sample.report()))
    document["runs"][0]["results"][0]["level"] = "critical"
    assert not SCHEMA.is_valid(document)


@pytest.mark.parametrize("report", [sample.history(), sample.two_comparisons(), replace(sample.report(), findings=(), comparisons=())])
def test_every_report_is_valid(report: Any) -> None:
    run_of(report)


def test_every_finding_is_a_result_of_a_rule_with_help() -> None:
    run = run_of(sample.report())
    rules = run["tool"]["driver"]["rules"]
    assert [r["partialFingerprints"]["driftscanFindingId/v1"] for r in run["results"]] == [f.id for f in sample.report().findings]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
    assert {r["ruleId"] for r in run["results"]} == {r["id"] for r in rules}
    assert all(r["help"]["text"] and "What to do" in r["help"]["markdown"] for r in rules)
    assert set(RULES) == {str(k) for k in Kind}


def test_levels_follow_severity_and_only_failures_have_one() -> None:
    results = run_of(sample.report())["results"]
    by_severity = {(r["properties"]["severity"], r["level"]) for r in results if r["properties"]["verdict"] == "drift"}
    assert by_severity == {("critical", "error"), ("high", "error"), ("medium", "warning"), ("low", "note")}
    assert all((r["kind"] == "fail") == (r["level"] != "none") for r in results)
    assert result("DynamoDB global tables could not be read")["level"] == "error"
    assert (result("Lambda function resize")["kind"], result("Log group /app")["kind"]) == ("open", "open")
    assert result("RDS database orders")["kind"] == "informational"


def test_what_is_accepted_is_suppressed_with_its_reason() -> None:
    waived = result("SQS queue imports")
    assert waived["suppressions"] == [{"kind": "external", "justification": "waived by W-12: load test"}]
    assert result("RDS database orders")["suppressions"][0]["justification"] == "expected by smaller-databases: stage runs smaller"
    drift = [r for r in run_of(sample.report())["results"] if r["properties"]["verdict"] in ("drift", "unknown")]
    assert not any("suppressions" in r for r in drift)


def test_the_anchor_is_the_rule_the_waiver_or_the_comparison() -> None:
    def anchor(title: str) -> tuple[str, int]:
        physical = result(title)["locations"][0]["physicalLocation"]
        return physical["artifactLocation"]["uri"], physical["region"]["startLine"]

    assert anchor("SQS queue imports") == ("waivers.yaml", 4)
    assert anchor("RDS database orders") == ("driftscan.yaml", 31)
    assert anchor("SQS queue orders-dlq") == ("driftscan.yaml", 18)
    assert anchor("stage: kms DescribeKey failed") == ("driftscan.yaml", 18)


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("baselines/prod rules.yaml", "baselines/prod%20rules.yaml"),
        ("/etc/driftscan/a:b.yaml", "file:///etc/driftscan/a%3Ab.yaml"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
    ],
)
def test_a_file_is_a_reference(file: str, uri: str) -> None:
    first = replace(sample.report().findings[0], location=Place(file, 0), title="here")
    found = result("here", replace(sample.report(), findings=(first,)))["locations"][0]["physicalLocation"]
    assert found == {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}}


def test_without_a_file_the_resource_alone_is_the_place() -> None:
    report = sample.report()
    bare = replace(report, comparisons=tuple(replace(c, location=ABSENT) for c in report.comparisons))
    [place] = result("SQS queue orders-dlq", bare)["locations"]
    assert "physicalLocation" not in place
    assert place["logicalLocations"][0]["fullyQualifiedName"].startswith("arn:aws:sqs:")


def test_a_broken_baseline_rule_has_a_rule_of_its_own() -> None:
    broken = replace(
        sample.report().findings[0], kind="baseline", rule="bucket-encrypted", location=Place("baselines/prod.yaml", 7), title="broken"
    )
    found = result("broken", replace(sample.report(), findings=(broken,)))
    assert found["ruleId"] == "baseline/bucket-encrypted"
    assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "baselines/prod.yaml"


def test_the_state_is_told_only_where_there_was_a_run_before() -> None:
    states = {r["properties"]["state"]: r["baselineState"] for r in run_of(sample.report())["results"]}
    assert states == {"new": "new", "recurring": "unchanged", "worse": "updated", "reopened": "new"}
    first = replace(sample.report(), run=replace(sample.run(), previous_run=None))
    assert not any("baselineState" in r for r in run_of(first)["results"])


def test_notes_are_notifications() -> None:
    [invocation] = run_of(sample.report())["invocations"]
    assert [n["message"]["text"] for n in invocation["toolExecutionNotifications"]] == list(sample.report().summary.notes)


def test_a_name_makes_no_link() -> None:
    first = replace(sample.report().findings[0], title="see [the console](https://example.invalid) [1](2)")
    assert "](" not in result("see", replace(sample.report(), findings=(first,)))["message"]["text"]


def test_a_result_is_a_line_whatever_names_say() -> None:
    report = sample.report()
    hostile = replace(report, summary=replace(report.summary, verdict='"@"', notes=('["@"]',)))
    lines = [line for line in render("sarif", hostile).decode().splitlines() if line.lstrip().startswith('{"ruleId"')]
    assert len(lines) == len(report.findings)
    run_of(hostile)
