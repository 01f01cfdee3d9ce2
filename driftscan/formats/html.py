"""One self-contained page: the summary and the first rows as HTML, every finding as compressed data that a small script pages through.

Nothing is fetched, nothing that a name in a cloud account says can run: everything is escaped, the script writes text and elements only,
and the page's policy allows this style and this script by their digests, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from driftscan.formats import json, promises
from driftscan.formats.chart import chart
from driftscan.formats.decisions import Decision, decisions
from driftscan.formats.payload import payload
from driftscan.formats.sides import lines, sides, whole
from driftscan.formats.text import printable
from driftscan.model.report import SEVERITIES, Cell, Matrix, MatrixRow, Report, ReportBaseline, ReportComparison, ReportFinding
from driftscan.model.value import ABSENT
from driftscan.model.words import count, percent

LONG: Final = 400
"""A text of more characters than this is folded; the fold's title shows its beginning."""
CARDS: Final = 60
"""So many decisions of a comparison stand in the page itself, worst first; the rest is in its data."""
MEMBERS: Final = 5
"""So many findings of one decision, likewise."""
ROWS: Final = 200
"""So many rows of a long table, likewise."""
MARKS: Final = {"critical": "■", "high": "▲", "medium": "◆", "low": "●", "info": "○"}
"""Severities as marks, so that no meaning is by colour alone."""
CAUSES: Final = {"cloud": "the cloud changed", "rule": "the rules changed", "scope": "the scope changed"}

Labels = Callable[[ReportFinding], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Card:
    """Findings that are one decision: a finding alone, or a group. rest: what follows the title in a lighter voice.

    count: how many findings; findings: those that stand in the page.
    """

    title: str
    rest: str
    count: int
    findings: tuple[ReportFinding, ...]

    @property
    def first(self) -> ReportFinding:
        return self.findings[0]


@dataclass(frozen=True, slots=True)
class Cards:
    """Decisions of one kind. findings, decisions: all of them; more: findings of decisions that are not among the cards."""

    severity: str
    findings: int
    decisions: int
    cards: tuple[Card, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Line:
    """One service of the matrix, with a cell for each aspect of it; None where the service has no such aspect."""

    row: MatrixRow
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class ComparisonPart:
    """The section of one comparison. rows: services with something to look at, a cell (or None) for each aspect; quiet_rows: the others."""

    id: str
    comparison: ReportComparison
    matrix: Matrix | None
    rows: tuple[Line, ...]
    quiet_rows: tuple[MatrixRow, ...]
    drift: int
    severities: tuple[Cards, ...]
    unsure: Cards


@dataclass(frozen=True, slots=True)
class BaselinePart:
    """The findings of one environment against its rules."""

    baseline: ReportBaseline
    cards: tuple[Card, ...]
    more: int


def render(report: Report) -> str:
    """The report as an HTML page. Equal reports give equal text."""
    digest = json.digest(report)
    names = {c.name: c.labels for c in report.comparisons}
    environments = {b.comparison: b.environment for b in report.baselines}

    def labels(f: ReportFinding) -> tuple[str, str]:
        """What candidate and reference are called."""
        if f.by_rule:
            return environments.get(f.comparison, f.comparison.partition("..")[0]), "the rule"
        return names.get(f.comparison, ("candidate", "reference"))

    by_id = {f.id: f for f in report.findings}
    judged = tuple(_comparison(i, c, report) for i, c in enumerate(report.comparisons, 1))
    kept = tuple(_baseline(b, report) for b in report.baselines)
    steps: dict[str, list[ReportFinding]] = {}
    for f in (by_id[i] for i in report.summary.unseen if i in by_id):
        steps.setdefault(f.reason, []).append(f)
    elsewhere = {c.comparison.name for c in judged} | set(environments)
    promised = _cards("", decisions(report, (f for f in report.findings if f.kind == "control" and f.is_open)))
    others = _cards(
        "",
        decisions(report, (f for f in report.findings if f.kind not in ("gap", "control") and f.comparison not in elsewhere and f.is_open)),
    )
    promotion = _cards("", decisions(report, (by_id[i] for i in report.summary.promotion if i in by_id)))
    accepted = [(a, _accepted([by_id[i] for i in a.findings if i in by_id])) for a in report.summary.accepted]
    unread = [c for c in report.coverage if c.status in ("partial", "denied", "not_read")]
    gap_steps = [(step, found[:MEMBERS], len(found)) for step, found in list(steps.items())[:ROWS]]
    here = {
        f.id
        for cards in (
            *(c for p in judged for s in (*p.severities, p.unsure) for c in s.cards),
            *(c for p in kept for c in p.cards),
            *others.cards,
            *promised.cards,
            *promotion.cards,
            *(c for _, c in accepted),
        )
        for f in cards.findings
    } | {f.id for _, found, _ in gap_steps for f in found}
    drift = [f for f in report.findings if f.is_drift]
    unsure = [f for f in report.findings if f.kind == "ambiguous" or (f.verdict == "unknown" and f.kind != "gap")]
    states = {(s.verdict, s.state): s.findings for s in report.summary.states}
    css, js = _source("report.css"), _source("report.js")
    paper = _paper(report, digest)
    page: str = _template().render(
        report=report,
        run=report.run,
        summary=report.summary,
        digest=digest,
        css=Markup(css),  # our own files, whose digests stand in the policy
        paper=Markup(paper),
        js=Markup(js),
        policy=(
            f"default-src 'none'; style-src {_hash(css)} {_hash(paper)}; script-src {_hash(js)}; base-uri 'none'; form-action 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        ),
        data=payload(report, labels, _tables(report, unread)),
        contents=_contents(report, judged, kept, promotion, accepted),
        sections=[f"page/{name}.html.j2" for name in SECTIONS],
        comparisons=judged,
        baselines=kept,
        promises=promises.lines(report),
        promised=promises.said(report),
        promise_cards=promised,
        across=promises.environments(report),
        mark_of=promises.mark,
        moves=_moves(report),
        state_of=lambda verdict, state: states.get((verdict, state), 0),
        others=others,
        promotion=promotion,
        accepted=accepted,
        unread=unread,
        gap_steps=gap_steps,
        chart=chart(report.summary.trend),
        drift_count=len(drift),
        unsure_count=len(unsure),
        labels=labels,
        link=lambda f: _link(f, f.id in here),
        rows=ROWS,
    )
    return page


SECTIONS: Final = (
    "coverage", "integrity", "changes", "comparisons", "baselines", "controls", "promotion", "open", "exceptions", "unassessed", "ignored",
    "trend", "method", "signoff",
)  # fmt: skip


def _contents(
    report: Report,
    judged: Sequence[ComparisonPart],
    kept: Sequence[BaselinePart],
    promotion: Cards,
    accepted: Sequence[tuple[Any, Card]],
) -> list[tuple[str, str, int | None]]:
    """(id of a section, its title, how much is in it), in the order of the page."""
    against: list[tuple[str, str, int | None]] = [
        (p.id, f"{p.comparison.labels[0]} against {p.comparison.labels[1]}", p.drift) for p in judged
    ]
    return [
        ("coverage", "Coverage", None),
        ("integrity", "Integrity", None),
        ("changes", "Since the last report", None),
        *against,
        *([] if against else [("comparisons", "Comparisons", None)]),
        ("baselines", "Against the baselines", sum(p.baseline.broken for p in kept)),
        ("controls", "Promises", sum(c.status == "FAIL" for c in report.controls)),
        ("promotion", "In promotion", promotion.findings),
        ("open", "Open findings", sum(r.findings for r in report.summary.ages)),
        ("exceptions", "Exceptions", sum(c.count for _, c in accepted)),
        ("unassessed", "Not assessed", len(report.summary.unseen) or len(report.gaps)),
        ("ignored", "Ignored by rule", None),
        ("trend", "Trend", None),
        ("method", "Method and limits", None),
        ("signoff", "Sign-off", None),
    ]


# --------------------------------------------------------------------------------------------- decisions


def _comparison(number: int, c: ReportComparison, report: Report) -> ComparisonPart:
    mine = [f for f in report.findings if f.comparison == c.name and f.kind != "gap"]
    drift = [f for f in mine if f.is_drift]
    left, made = CARDS, []
    for s in SEVERITIES:
        cards = _cards(str(s), decisions(report, (f for f in drift if f.severity == s)), left)
        left -= len(cards.cards)
        if cards.findings:
            made.append(cards)
    unsure = [f for f in mine if f.is_unsure]
    table = next((m for m in report.summary.matrices if m.comparison == c.name), None)
    loud = [r for r in (table.rows if table else ()) if any(x.drift or x.unknown for x in r.cells)]
    quiet = tuple(r for r in (table.rows if table else ()) if r not in loud)
    aspects = table.aspects if table else ()
    rows = tuple(Line(r, tuple(next((x for x in r.cells if x.aspect == a), None) for a in aspects)) for r in loud)
    rest = _cards("", decisions(report, unsure), max(left, 10))
    return ComparisonPart(f"comparison-{number}", c, table, rows, quiet, len(drift), tuple(made), rest)


def _baseline(b: ReportBaseline, report: Report) -> BaselinePart:
    mine = [f for f in report.findings if f.comparison == b.comparison and f.is_open]
    cards = _cards("", decisions(report, mine))
    return BaselinePart(b, cards.cards, cards.more)


def _cards(severity: str, found: Sequence[Decision], limit: int = CARDS) -> Cards:
    """Decisions in report order, the first of them as cards."""
    shown = [_card(d) for d in found[: max(limit, 0)]]
    whole = sum(len(d.findings) for d in found)
    return Cards(severity, whole, len(found), tuple(shown), whole - sum(c.count for c in shown))


def _card(d: Decision) -> Card:
    f = d.first
    if len(d.findings) == 1:
        return Card(f.heading, f.title[len(f.heading) :].removeprefix(": "), 1, (f,))
    return Card(d.title, "", len(d.findings), d.findings[:MEMBERS])


def _accepted(those: Sequence[ReportFinding]) -> Card:
    return Card("", "", len(those), tuple(those[:MEMBERS]))


def _moves(report: Report) -> list[tuple[str, str, list[ReportFinding], int]]:
    """(state, title, the first open findings in it, how many there are): what is worse first."""
    out = []
    for state, title in (("worse", "Worse"), ("reopened", "Reopened"), ("new", "New")):
        found = [f for f in report.findings if f.state == state and f.is_open]
        out.append((state, title, found[:20], len(found)))
    return out


def _link(f: ReportFinding, here: bool) -> Markup:
    """A finding's title as a link to where it stands in the page, or to where the script shows it."""
    target = f"finding-{f.id}" if here else "findings"
    more = Markup("") if here else Markup(' data-filter="id={}"').format(_query(f.id))
    return Markup('<a href="#{}"{}>{}</a>').format(printable(target), more, _path(f.title))


def _tables(report: Report, unread: Sequence[Any]) -> dict[str, list[list[str]]]:
    """The rows of long tables that do not stand in the page, as text."""
    return {
        "unread": [[c.type, c.environment, c.account, c.region, c.status.replace("_", " ")] for c in unread[ROWS:]],
        "gaps": [
            [
                "the whole account" if g.type == "*" else g.type,
                f"{g.environment} {g.account} / {g.region}",
                f"{g.code} {g.operation}",
                g.hint,
            ]
            for g in report.gaps[ROWS:]
        ],
        "resolved": [
            [f"{r.title} {r.id}".strip(), CAUSES.get(r.cause, "not known"), r.first_seen, r.last_seen] for r in report.resolved[ROWS:]
        ],
        "ignored": [[i.type, i.path, f"{i.values:,}", i.reason] for i in report.ignored[ROWS:]],
    }


# --------------------------------------------------------------------------------------------- style and policy


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _paper(report: Report, digest: str) -> str:
    """What stands in the margins of every printed page: whose report it is, its digest, the page's number."""
    name = _css(" · ".join(x for x in (report.run.organization, "parity report", report.run.period) if x))
    return (
        "@page{"
        f'@top-left{{content:"{name}"}}'
        f'@bottom-left{{content:"sha256 {_css(digest)}"}}'
        '@bottom-right{content:counter(page) " / " counter(pages)}'
        "}"
        '@page :first{@top-left{content:""}}'  # the page itself begins with it
    )


def _css(text: str) -> str:
    """Text inside a string of a style sheet: every character that is no letter, digit or blank as its number."""
    shown = printable(text)[:120]
    return "".join(c if c.isascii() and (c.isalnum() or c == " ") else f"\\{ord(c):x} " for c in shown)


# --------------------------------------------------------------------------------------------- the template's words


def _finalize(value: Any) -> Any:
    """Every expression of the template: text loses what steers drawing; only `Markup`, which is ours, passes."""
    if type(value) is str:
        return printable(value)
    return value


def _long(text: str) -> Markup:
    """A piece of a value: line breaks kept, a long one folded."""
    shown = escape(printable(text, keep="\n\t"))
    if len(text) <= LONG:
        return shown
    fold = Markup('<details class="long"><summary>{}… <small>{}</small></summary>{}</details>')
    return fold.format(printable(text[:80]), count(len(text), "character"), shown)


def _keep(text: str) -> Markup:
    """A piece of a value with its line breaks."""
    return escape(printable(text, keep="\n\t"))


def _path(text: str) -> Markup:
    """A path or type that may break after its dots and colons, and before its brackets."""
    return Markup("<wbr>").join(escape(printable(part)) for part in re.split(r"(?<=\.)(?=[^\W\d])|(?<=::)|(?=\[)", text))


def _code(text: str) -> Markup:
    """Prose whose `words` are code."""
    parts = text.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(printable(p)) if i % 2 else escape(printable(p)) for i, p in enumerate(parts))


def _query(text: str) -> str:
    """A text as the value of a filter: as the page's data has it."""
    return quote(printable(text), safe="")


def _paired(reason: str) -> str:
    """Why two resources are a pair, in words."""
    known = {"address": "its address", "iac": "stack address", "declared": "declared pair"}
    return known.get(reason, reason)


def _when(text: str) -> str:
    """`2026-11-30T06:00:12Z` as `2026-11-30 06:00`; anything else as it is."""
    return f"{text[:10]} {text[11:16]}" if len(text) >= 17 and text[10] == "T" and text.endswith("Z") else text


def _clock(text: str, start: str) -> str:
    """The end of a window: the clock alone where the day is that of its start."""
    shown = _when(text)
    return shown[11:] if shown != text and text[:10] == start[:10] else shown


@cache
def _template() -> Any:
    # autoescape is True and not select_autoescape(): that one leaves `report.html.j2` unescaped, because of its ending.
    environment = Environment(
        loader=FunctionLoader(_source), autoescape=True, undefined=StrictUndefined, finalize=_finalize, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(long=_long, keep=_keep, when=_when, clock=_clock, path=_path, code=_code, paired=_paired, query=_query)
    environment.globals.update(
        count=count, percent=percent, ABSENT=ABSENT, marks=MARKS, severities=[str(s) for s in SEVERITIES], causes=CAUSES,
        sides=sides, whole=whole, alike=lines,
    )  # fmt: skip
    return environment.get_template("report.html.j2")


@cache
def _source(name: str) -> str:
    return files("driftscan.formats").joinpath("templates", name).read_text(encoding="utf-8")
