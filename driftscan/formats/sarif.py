"""SARIF 2.1.0 (OASIS): findings as results, anchored where a person can change something.

A finding stands at the line of the baseline rule, expected rule or waiver that decides it, else at its comparison's line in the
configuration. Drift fails with a level by severity; a gap fails too, for what was not seen may be there; what else is unknown is `open`;
what is expected is `informational`; expected and waived results are suppressed with their reason. `partialFingerprints` carry the
finding's id, so that viewers know a finding again next month.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from driftscan.formats.decisions import place_of
from driftscan.formats.json import plain
from driftscan.formats.text import printable
from driftscan.model.report import Place, Report, ReportFinding, ReportLocator, show_value
from driftscan.model.value import ABSENT

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Final = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
BASELINE: Final = {"new": "new", "recurring": "unchanged", "worse": "updated", "reopened": "new"}
RESULTS: Final = "@"
"""Stands for the results while the rest is written."""
CHANGES: Final = 20
"""Changes told in a message; all of them stand in the result's properties."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a kind of finding means and what to do about it."""

    title: str
    meaning: str
    steps: str


RULES: Final = {
    "changed": Rule(
        "Environments differ",
        "A resource has its counterpart in the other environment, and the two differ in what should be alike.",
        "Run `driftscan explain ID` to see both values, the rule and the calls behind them. Then make the environments alike, declare the "
        "difference as expected with bounds, or waive it with an owner and an end.",
    ),
    "missing": Rule(
        "Resource is missing in the candidate",
        "The reference has a resource that the candidate lacks, and the candidate's listing was read to its end: a rehearsal without it "
        "rehearses something else.",
        "Create it in the candidate by the same pipeline, remove it from the reference, or declare that it is expected to be missing.",
    ),
    "extra": Rule(
        "Resource is only in the candidate",
        "The candidate has a resource that the reference lacks: a promotion that is under way or stalled, or a leftover.",
        "Promote it, remove it, or declare that it is expected to be extra.",
    ),
    "ambiguous": Rule(
        "Counterparts cannot be told apart",
        "Several resources could be each other's counterparts; driftscan pairs nothing by guessing.",
        "Declare the pairs under `comparisons: pairs:`, or give the resources names or tags that tell them apart.",
    ),
    "baseline": Rule(
        "Baseline rule is broken",
        "A resource does not hold what a declared baseline says about it.",
        "Mend the resource, or change the rule by pull request: file and line of the rule are the location of this result.",
    ),
    "control": Rule(
        "Promise is not kept",
        "A control of the environment strategy was judged and failed.",
        "Read the evidence in the report, and mend what it names.",
    ),
    "gap": Rule(
        "Not everything could be read",
        "A call was denied or did not finish: nobody knows what is there, and nothing here speaks for it.",
        "Grant the permission that the result names (`driftscan permissions` prints the whole policy), or exclude the type with a reason.",
    ),
}


def render(report: Report) -> bytes:
    """The log as JSON in ASCII; equal reports give equal bytes."""
    rules = sorted({_rule_id(f): f for f in reversed(report.findings)}.items())
    index = {id: i for i, (id, _) in enumerate(rules)}
    run = report.run
    names = "+".join(c.name for c in report.comparisons)
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "driftscan",
                        "version": printable(run.tool_version),
                        "rules": [_descriptor(id, f) for id, f in rules],
                    }
                },
                "automationDetails": {"id": printable(f"driftscan/{names}/{run.id}"), "description": _text(report.summary.verdict)},
                "invocations": [_invocation(report)],
                "columnKind": "unicodeCodePoints",
                "properties": {
                    "run": plain(run),
                    "verdict": report.summary.verdict,
                    "snapshots": [{"environment": s.environment, "id": s.id, "digest": s.digest} for s in report.snapshots],
                },
                "results": [RESULTS],
            }
        ],
    }
    # One result per line: quick to write in great number, and a line of a diff each. What stands last is ours, whatever names say before.
    head, _, tail = json.dumps(document, ensure_ascii=True, allow_nan=False, indent=1).rpartition(f'"{RESULTS}"')
    results = (json.dumps(_result(report, f, index[_rule_id(f)]), ensure_ascii=True, allow_nan=False) for f in report.findings)
    return "".join((head, ",\n    ".join(results), tail, "\n")).encode("ascii")


def _rule_id(f: ReportFinding) -> str:
    """`changed/network`; a declared rule by its name: `baseline/bucket-encrypted`."""
    named = f.kind in ("baseline", "control") and f.rule
    return printable(f"{f.kind}/{f.rule if named else f.aspect}")


def _descriptor(id: str, f: ReportFinding) -> dict[str, Any]:
    rule = RULES.get(f.kind, Rule(f.kind, "A finding of this kind.", "Run `driftscan explain ID`."))
    named = f.kind in ("baseline", "control") and f.rule
    title = f"{rule.title}: {f.rule if named else f.aspect}"
    return {
        "id": id,
        "shortDescription": _text(title),
        "fullDescription": _text(rule.meaning),
        "help": _text(f"{rule.meaning} {rule.steps}") | {"markdown": f"{rule.meaning}\n\n**What to do:** {rule.steps}"},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["drift", printable(f.kind), printable(f.aspect)]},
    }


def _invocation(report: Report) -> dict[str, Any]:
    moments = {"startTimeUtc": report.run.started, "endTimeUtc": report.run.finished}
    notes = [{"level": "warning", "message": _text(note)} for note in report.summary.notes]
    return {"executionSuccessful": True, **{k: printable(v) for k, v in moments.items()}, "toolExecutionNotifications": notes}


def _result(report: Report, f: ReportFinding, rule: int) -> dict[str, Any]:
    kind = {"expected": "informational", "unknown": "open"}.get(f.verdict, "fail")
    if f.kind == "gap" and f.verdict == "unknown":
        kind = "fail"
    elif f.kind == "ambiguous":
        kind = "open"
    out: dict[str, Any] = {
        "ruleId": _rule_id(f),
        "ruleIndex": rule,
        "kind": kind,
        "level": LEVELS.get(f.severity, "warning") if kind == "fail" else "none",
        "message": _text(_message(f)),
        "locations": [_location(place_of(report, f), f)],
        "partialFingerprints": {"driftscanFindingId/v1": printable(f.id), "primaryLocationLineHash": printable(f"{f.id}:1")},
    }
    if f.verdict in ("waived", "expected"):
        said = f"{f.verdict} by {f.waiver or f.rule or 'a rule'}: {f.reason}" if f.reason else f"{f.verdict} by {f.waiver or f.rule}"
        # Without a `status`: an absent one means suppressed, and published schemas of 2.1.0 disagree on the property's name.
        out["suppressions"] = [{"kind": "external", "justification": printable(said)}]
    if report.run.previous_run and f.state in BASELINE:
        out["baselineState"] = BASELINE[f.state]
    out["properties"] = {k: v for k, v in plain(f).items() if k not in ("title", "location")}
    return out


def _message(f: ReportFinding) -> str:
    """The title, its changes where the title does not tell the only one, and the reasons."""
    said = [f.title.rstrip(".") + "."]
    if len(f.changes) > 1 and not f.one_sided:
        shown = (
            f"{c.path or '(whole resource)'}: {show_value(c.candidate)}, reference {show_value(c.reference)}" for c in f.changes[:CHANGES]
        )
        said.append("; ".join(shown) + ("; and more." if len(f.changes) > CHANGES else "."))
    said += [f"{x[:1].upper()}{x[1:]}." for x in (f.severity_reason.rstrip("."), f.remark.rstrip(".")) if x]
    return " ".join(said)


def _location(place: Place | None, f: ReportFinding) -> dict[str, Any]:
    """Line of the file that decides, and the resource by its name. Without a configuration file the name alone."""
    sides = [x for x in (f.resource.candidate, f.resource.reference) if isinstance(x, ReportLocator)]
    full = [printable(str(x.id if x.arn is ABSENT else x.arn)) for x in sides] or [printable(f"{f.resource.type}/{f.resource.key}")]
    out: dict[str, Any] = {
        "logicalLocations": [{"name": printable(f.resource.key), "fullyQualifiedName": name, "kind": "resource"} for name in full]
    }
    if place is not None:
        region = {"startLine": max(place.line, 1)}
        out = {"physicalLocation": {"artifactLocation": {"uri": _uri(place.file)}, "region": region}} | out
    return out


def _uri(file: str) -> str:
    """A relative reference as the file was named, or a `file:` URI."""
    path = quote(file.replace("\\", "/"), safe="/", errors="surrogatepass")
    return f"file:///{path.lstrip('/')}" if path.startswith("/") else path


def _text(words: str) -> dict[str, str]:
    """A message of plain text: what would be a link in one (`[text](target)`) is none."""
    return {"text": printable(words).replace("](", "]\\(")}
