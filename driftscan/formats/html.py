"""One self-contained page: no script, no request, nothing that a name in a cloud account could make run."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from driftscan.formats.text import printable
from driftscan.model.report import SEVERITIES, Report, ReportFinding, show_value
from driftscan.model.value import ABSENT
from driftscan.model.words import count, percent

LONG = 400
"""A value of more characters than this is folded; the fold's title shows its beginning."""


@dataclass(frozen=True, slots=True)
class Card:
    """Findings that are one decision: a finding alone, or a group. rest: what follows the title in a lighter voice."""

    title: str
    rest: str
    findings: tuple[ReportFinding, ...]

    @property
    def first(self) -> ReportFinding:
        return self.findings[0]


def render(report: Report) -> str:
    """The report as an HTML page. Equal reports give equal text."""
    css = _source("report.css")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    drift = [f for f in report.findings if f.verdict == "drift" and f.kind != "ambiguous"]
    unsure = [f for f in report.findings if f.kind == "ambiguous" or (f.verdict == "unknown" and f.kind != "gap")]
    by_id = {f.id: f for f in report.findings}
    sides = {c.name: c.labels for c in report.comparisons}
    steps: dict[str, list[ReportFinding]] = {}
    for f in (by_id[i] for i in report.summary.unseen if i in by_id):
        steps.setdefault(f.reason, []).append(f)
    accepted = [(a, [by_id[i] for i in a.findings if i in by_id]) for a in report.summary.accepted]
    page: str = _template().render(
        report=report,
        run=report.run,
        summary=report.summary,
        css=Markup(css),  # our own file, whose digest stands in the policy
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        severities=[(str(s), _cards(report, (f for f in drift if f.severity == s))) for s in SEVERITIES],
        totals=Counter(f.severity for f in drift),
        drift_count=len(drift),
        unsure=_cards(report, unsure),
        unsure_count=len(unsure),
        gap_count=sum(map(len, steps.values())) or len(report.gaps),
        gap_steps=list(steps.items()),
        promotion=[by_id[i] for i in report.summary.promotion if i in by_id],
        accepted=accepted,
        accepted_count=sum(len(findings) for _, findings in accepted),
        labels=lambda f: sides.get(f.comparison, ("candidate", "reference")),
        single=_single,
    )
    return page


def _cards(report: Report, findings: Iterable[ReportFinding]) -> list[Card]:
    """Findings in report order, members of a group together where its first one stands."""
    known = {g.id: g for g in report.summary.groups}
    members: dict[tuple[str, str], list[ReportFinding]] = {}
    for f in findings:
        members.setdefault(("group", f.group) if f.group in known else ("finding", f.id), []).append(f)
    cards = []
    for (_, key), those in members.items():
        if len(those) == 1:
            cards.append(_single(those[0]))
        else:
            whole = len(known[key].findings)
            cards.append(Card(known[key].title, f"{len(those):,} of them here" if len(those) < whole else "", tuple(those)))
    return cards


def _single(f: ReportFinding) -> Card:
    return Card(f.heading, f.title[len(f.heading) :].removeprefix(": "), (f,))


# --------------------------------------------------------------------------------------------- the template's words


def _finalize(value: Any) -> Any:
    """Every expression of the template: text loses what steers drawing; only `Markup`, which is ours, passes."""
    if type(value) is str:
        return printable(value)
    return value


def _value(value: Any) -> Markup:
    """A value as an element: line breaks kept, long ones folded."""
    if value is ABSENT:
        return Markup('<span class="none">not set</span>')
    text = show_value(value)
    kind = "masked" if isinstance(value, dict) and "redacted" in value else "none" if isinstance(value, dict) and "unknown" in value else ""
    shown = escape(printable(text, keep="\n\t"))
    body = Markup('<code class="{}">{}</code>').format(kind, shown) if kind else Markup("<code>{}</code>").format(shown)
    if len(text) <= LONG:
        return body
    fold = Markup('<details class="long"><summary><code>{}…</code> <small>{}</small></summary>{}</details>')
    return fold.format(printable(text[:80]), count(len(text), "character"), body)


def _path(text: str) -> Markup:
    """A path or type that may break after its dots and colons, and before its brackets."""
    return Markup("<wbr>").join(escape(printable(part)) for part in re.split(r"(?<=\.)(?=[^\W\d])|(?<=::)|(?=\[)", text))


def _paired(reason: str) -> str:
    """Why two resources are a pair, in words."""
    known = {"address": "its address", "iac": "stack address", "declared": "declared pair"}
    return known.get(reason, reason)


def _when(text: str) -> str:
    """`2026-11-30T06:00:12Z` as `2026-11-30 06:00 UTC`; anything else as it is."""
    return f"{text[:10]} {text[11:16]} UTC" if len(text) >= 17 and text[10] == "T" and text.endswith("Z") else text


@cache
def _template() -> Any:
    # autoescape is True and not select_autoescape(): that one leaves `report.html.j2` unescaped, because of its ending.
    environment = Environment(
        loader=FunctionLoader(_source), autoescape=True, undefined=StrictUndefined, finalize=_finalize, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(value=_value, when=_when, path=_path, paired=_paired)
    environment.globals.update(count=count, percent=percent, ABSENT=ABSENT)
    return environment.get_template("report.html.j2")


@cache
def _source(name: str) -> str:
    return files("driftscan.formats").joinpath("templates", name).read_text(encoding="utf-8")
