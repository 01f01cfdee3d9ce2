"""JUnit XML for the test page of a CI: a suite per comparison (and per environment with gaps), a case per decision.

Drift fails; what is unknown or was not read is an error; what is expected or waived is skipped with its reason; a type in which nothing
differs, and a rule of a baseline that holds, passes. Names of cases are stable over runs, so that a CI can tell since when one fails.
"""

from __future__ import annotations

from collections import Counter
from typing import Final
from xml.etree import ElementTree as ET

from driftscan.formats.decisions import Decision, decisions
from driftscan.formats.tables import changes_text
from driftscan.formats.text import printable, shorten
from driftscan.model.report import Report, ReportComparison, ReportFinding
from driftscan.model.words import count

LISTED: Final = 100
"""Findings that one case tells; the rest is counted."""
LONG: Final = 2_000


def render(report: Report) -> bytes:
    """The document in UTF-8, with an XML declaration. Equal reports give equal bytes."""
    root = ET.Element("testsuites", name=_safe(f"driftscan {report.run.organization} {report.run.period}"))
    comparisons = {c.name: c for c in report.comparisons}
    suites: dict[str, list[ReportFinding]] = {name: [] for name in (*comparisons, *(b.comparison for b in report.baselines))}
    for f in report.findings:
        suites.setdefault(f.comparison, []).append(f)
    totals: Counter[str] = Counter()
    for name, findings in suites.items():
        totals += _suite(root, report, name, comparisons.get(name), findings)
    for key in ("tests", "failures", "errors"):
        root.set(key, str(totals[key]))
    ET.indent(root, " ")
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _suite(root: ET.Element, report: Report, name: str, c: ReportComparison | None, findings: list[ReportFinding]) -> Counter[str]:
    suite = ET.SubElement(root, "testsuite", name=_safe(name))
    properties = ET.SubElement(suite, "properties")
    run = report.run
    facts = {
        "run": run.id,
        "period": run.period,
        "as_of": run.as_of,
        "catalog_digest": run.catalog_digest,
        "config_digest": run.config_digest,
    }
    if c is not None:
        facts |= {"agreeing": str(c.agreeing), "comparable": str(c.comparable)}
    for key, value in facts.items():
        ET.SubElement(properties, "property", name=key, value=_safe(value))
    totals: Counter[str] = Counter()
    differing = {f.resource.type for f in findings}
    for row in c.ledger if c is not None else ():
        if row.type not in differing and row.equal:
            totals["tests"] += 1
            ET.SubElement(suite, "testcase", classname=_safe(row.type), name=f"{count(row.equal, 'pair')} agree", time="0")
    for b in report.baselines:
        for rule in b.rules if b.comparison == name else ():
            if rule.selected and not rule.broken and not rule.unknown and not rule.incomplete:
                totals["tests"] += 1
                ET.SubElement(suite, "testcase", classname=_safe(f"{rule.layer}/{rule.baseline}"), name=_safe(rule.rule), time="0")
    for decision in decisions(report, findings):
        totals["tests"] += 1
        totals[_case(suite, decision)] += 1
    for key in ("tests", "failures", "errors", "skipped"):
        suite.set(key, str(totals[key]))
    suite.set("time", "0")
    suite.set("timestamp", _safe(run.as_of.removesuffix("Z")))
    return totals


def _case(suite: ET.Element, d: Decision) -> str:
    """Adds the case; returns which of the suite's counters it belongs to."""
    f = d.first
    case = ET.SubElement(suite, "testcase", classname=_safe(f.resource.type), name=_safe(f"{d.heading} [{d.id}]"), time="0")
    if f.is_drift:
        tag, counter = "failure", "failures"
    elif f.is_unsure:
        tag, counter = "error", "errors"
    else:
        tag, counter = "skipped", "skipped"
    kind = f.severity if tag == "failure" else f.verdict
    outcome = ET.SubElement(case, tag, type=_safe(kind), message=_safe(d.title))
    lines = [line for x in d.findings[:LISTED] for line in _lines(x, alone=len(d.findings) == 1)]
    if len(d.findings) > LISTED:
        lines.append(f"and {count(len(d.findings) - LISTED, 'more finding')}")
    outcome.text = "\n".join(lines)
    return counter


def _lines(f: ReportFinding, alone: bool) -> list[str]:
    said = [f"{f.severity} {f.verdict} {f.id}" if alone else f"{f.id} {f.title}", changes_text(f), f.severity_reason, f.remark]
    return [_safe(line) for line in said if line]


def _safe(words: str) -> str:
    """Text that XML can hold, at a length that pages of a CI bear; its rest stands in report.json."""
    return shorten(printable(words), LONG)
