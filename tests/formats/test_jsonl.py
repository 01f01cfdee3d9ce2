"""Lines that stand alone."""

from __future__ import annotations

import json

from driftscan.formats import render
from driftscan.formats.json import plain
from tests.report import sample


def test_one_line_per_finding_with_all_of_it() -> None:
    report = sample.report()
    rows = [json.loads(line) for line in render("jsonl", report).decode("ascii").splitlines()]
    assert [r["finding"] for r in rows] == [json.loads(json.dumps(plain(f))) for f in report.findings]
    assert {r["schema"] for r in rows} == {"driftscan-finding/1"}
    assert {r["run"]["period"] for r in rows} == {"2026-11"}


def test_each_line_names_its_comparison_and_the_snapshots_behind_it() -> None:
    rows = [json.loads(line) for line in render("jsonl", sample.report()).splitlines()]
    first = next(r["comparison"] for r in rows if r["finding"]["kind"] == "changed")
    assert (first["name"], first["candidate"], first["reference"]) == ("stage..prod", "stage", "prod")
    assert (first["agreeing"], first["comparable"]) == (282, 295)
    assert [s["environment"] for s in first["snapshots"]] == ["prod", "stage"]
    assert all(len(s["digest"]) == 64 for s in first["snapshots"])
    assert next(r["comparison"] for r in rows if r["finding"]["kind"] == "gap") == {"name": "stage"}


def test_two_snapshots_of_one_environment_are_both_named() -> None:
    row = json.loads(render("jsonl", sample.history()).splitlines()[0])
    assert len(row["comparison"]["snapshots"]) == 2


def test_no_finding_no_line() -> None:
    from dataclasses import replace

    assert render("jsonl", replace(sample.report(), findings=())) == b""
