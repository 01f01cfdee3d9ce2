"""Annotations as the runner of GitHub Actions reads them."""

from __future__ import annotations

import re
from dataclasses import replace

from driftscan.formats import render
from driftscan.formats.github import LIMIT
from driftscan.model.drift import Severity
from driftscan.model.report import Place, Report
from driftscan.report import build
from tests.report import sample


def commands(report: Report) -> list[tuple[str, dict[str, str], str]]:
    """As `ActionCommand.TryParseV2` takes a line apart."""
    out = []
    for line in render("github", report).decode().splitlines():
        if not line.lstrip().startswith("::"):
            assert "##[" not in line
            continue
        head, _, data = line.lstrip()[2:].partition("::")
        name, _, properties = head.partition(" ")
        pairs = dict(p.split("=", 1) for p in properties.split(",") if p)
        out.append((name, {k: unescape(v) for k, v in pairs.items()}, unescape(data)))
    return out


def unescape(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")


def test_levels_and_places() -> None:
    found = commands(sample.report())
    assert [name for name, _, _ in found] == sorted((name for name, _, _ in found), key=["error", "warning", "notice"].index)
    name, properties, message = found[0]
    assert (name, properties) == (
        "error",
        {"file": "driftscan.yaml", "line": "18", "title": "driftscan critical: Security group payments-db"},
    )
    assert message.startswith("Security group payments-db: IpPermissions[tcp/22/22]")
    assert "opens a port to the internet" in message
    assert f"driftscan explain {sample.report().findings[0].id}" in message


def test_what_is_accepted_is_not_annotated_and_a_group_is_once() -> None:
    text = render("github", sample.report()).decode()
    assert "imports" not in text
    assert "smaller-databases" not in text
    assert text.count("Tags.CostCenter") == 2  # title and message of one annotation


def test_what_was_not_read_counts_by_its_severity() -> None:
    assert any(name == "error" and "could not be read in prod" in message for name, _, message in commands(sample.report()))


def test_ten_of_each_level_and_a_note() -> None:
    items = [replace(f, group=f.id) for s in (Severity.HIGH, Severity.MEDIUM) for f in sample.drift(LIMIT + 3, s)]
    items = [replace(f, id=f"{i:016x}", group=f"{i}") for i, f in enumerate(items)]
    snapshots, judged = sample.parts(items)
    report = build(sample.run(), snapshots, judged, sample.catalog(), sample.settings())
    names = [name for name, _, _ in commands(report)]
    assert (names.count("error"), names.count("warning")) == (LIMIT, LIMIT)
    last = render("github", report).decode().splitlines()[-1]
    assert last.startswith("driftscan: 3 more errors, 3 more warnings not annotated")


def test_the_verdict_is_a_plain_line() -> None:
    lines = render("github", sample.report()).decode().splitlines()
    assert lines[-1] == f"driftscan: {sample.report().summary.verdict}"


def test_escaping_is_the_runners_own() -> None:
    first = replace(sample.report().findings[0], title="100 %, a::b\n::set-output name=x::y", location=Place("a,b:c%.yaml", 3), changes=())
    report = replace(sample.report(), findings=(first,))
    [(name, properties, message)] = commands(report)
    assert (name, properties["file"], properties["line"]) == ("error", "a,b:c%.yaml", "3")
    assert message.startswith("100 %, a::b\\n::set-output name=x::y")
    assert len(re.findall("^::", render("github", report).decode(), re.MULTILINE)) == 1
