"""Workflow commands of GitHub Actions: drift as annotations at the line that decides it, ten per level, for that is what GitHub shows.

Critical and high are errors, medium is a warning, low and info are notices, and so counts what was not read; what is undecided is a
warning. A group is one annotation. What is expected or waived has none. Meant for stdout: `-o github=-` in a step.
"""

from __future__ import annotations

from typing import Final

from driftscan.formats.decisions import Decision, decisions, place_of
from driftscan.formats.text import printable, shorten
from driftscan.model.report import Report
from driftscan.model.words import count

LIMIT: Final = 10
"""Annotations of one level that GitHub takes from one step."""
LEVELS: Final = {"critical": "error", "high": "error", "medium": "warning", "low": "notice", "info": "notice"}
LONG: Final = 1_000


def render(report: Report) -> str:
    """The commands, worst level first, then the verdict as a plain line, and what was left out. Equal reports give equal text."""
    by_level: dict[str, list[Decision]] = {"error": [], "warning": [], "notice": []}
    for d in decisions(report, (f for f in report.findings if f.is_drift or f.is_unsure)):
        certain = d.first.is_drift or d.first.kind == "gap"
        by_level[LEVELS.get(d.first.severity, "warning") if certain else "warning"].append(d)
    lines = [_command(report, level, d) for level, those in by_level.items() for d in those[:LIMIT]]
    lines.append(_plain(f"driftscan: {report.summary.verdict}"))
    left = [count(len(those) - LIMIT, f"more {level}") for level, those in by_level.items() if len(those) > LIMIT]
    if left:
        lines.append(f"driftscan: {', '.join(left)} not annotated: GitHub shows {LIMIT} of each level per step; the report has them all")
    return "".join(f"{line}\n" for line in lines)


def _command(report: Report, level: str, d: Decision) -> str:
    f = d.first
    place = place_of(report, f)
    where = {"file": place.file, "line": str(max(place.line, 1))} if place else {}
    properties = {**where, "title": shorten(f"driftscan {f.severity}{'' if f.is_drift else ' unknown'}: {d.heading}", 200)}
    said = [d.title, f.severity_reason, f.remark, f"driftscan explain {f.id}"]
    message = ". ".join(shorten(x.rstrip("."), LONG) for x in said if x)
    return f"::{level} {','.join(f'{k}={_property(v)}' for k, v in properties.items())}::{_data(message)}"


def _data(words: str) -> str:
    """The runner's own escaping of a message (`@actions/core`); line breaks are gone already."""
    return printable(words).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    """The runner's own escaping of a property."""
    return _data(words).replace(":", "%3A").replace(",", "%2C")


def _plain(words: str) -> str:
    """A line of the log that is no command: the runner's older form (`##[error]`) is one wherever it stands."""
    return printable(words).replace("##[", "## [")
