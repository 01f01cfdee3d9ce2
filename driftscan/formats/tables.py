"""The report's tables as pandas DataFrames: what csv, xlsx and markdown print.

Text cells have lost what steers drawing (`printable`), so that a cell is one line; numbers stay numbers; what is absent is empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from driftscan.formats.text import printable
from driftscan.model.report import SEVERITIES, EntryCommit, Place, Report, ReportFinding, ReportLocator, Share, show_value
from driftscan.model.value import ABSENT
from driftscan.model.words import percent

if TYPE_CHECKING:
    import pandas as pd

Row: TypeAlias = tuple[Any, ...]

_LIVE: Final = re.compile('(^|;)([\\s"]*)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20])')
"""Where a spreadsheet would start to compute: at the beginning of a cell, and after a semicolon, at which spreadsheets of half of the
world cut a line; whatever blanks or double quotes stand before the sign. Also the wide signs, which some take for the narrow ones."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns (name -> width in characters, as a sheet shows it) and its rows."""

    columns: Mapping[str, int]
    rows: Callable[[Report], Iterator[Row]]


def frame(report: Report, name: str) -> pd.DataFrame:
    """The table of that name, in report order. Raises KeyError where there is none."""
    import pandas as pd  # noqa: PLC0415  a third of a second, and only tables need it

    table = TABLES[name]
    rows = [tuple(map(_cell, row)) for row in table.rows(report)]
    return pd.DataFrame(rows, columns=list(table.columns), dtype=object)


def inert(text: str) -> str:
    """`text` with an apostrophe before every sign at which a spreadsheet would start to compute: that is text for all of them."""
    return _LIVE.sub(r"\1'\2", text)


def live(text: str) -> bool:
    """Whether a spreadsheet that reads `text` would start to compute."""
    return _LIVE.match(text) is not None


def _cell(value: Any) -> Any:
    if value is None or value is ABSENT:
        return ""
    return value if isinstance(value, int | float) else printable(str(value))


def changes_text(f: ReportFinding) -> str:
    """`VisibilityTimeout: 30 | 60; ...`: candidate's value first; of a one-sided resource, the members that say what it is."""
    said = []
    for c in f.changes:
        both = "" if f.one_sided else f"{show_value(c.candidate)} | {show_value(c.reference)}"
        own = show_value(c.reference if f.kind == "missing" else c.candidate) if f.one_sided else ""
        said.append(f"{c.path or '(whole resource)'}: {both or own}")
    return "; ".join(said)


def _place(place: Any) -> str:
    return f"{place.file}:{place.line}" if isinstance(place, Place) else ""


def _commit(commit: Any) -> Row:
    """Hash (or why there is none), author and day of the commit that last changed an entry; empty where the report says nothing of it."""
    if not isinstance(commit, EntryCommit):
        return "", "", ""
    return commit.hash if commit.status is ABSENT else commit.status, commit.author, commit.date


def _side(x: Any) -> Row:
    return (x.account, x.region, x.id, x.arn) if isinstance(x, ReportLocator) else ("", "", "", "")


def _summary(report: Report) -> Iterator[Row]:
    run, read = report.run, report.summary.listings
    yield "verdict", report.summary.verdict
    yield from (("note", note) for note in report.summary.notes)
    yield "organization", run.organization
    yield "period", run.period
    yield "as of", run.as_of
    for c in report.comparisons:
        share = "n/a" if c.parity is None else f"{percent(c.agreeing, c.comparable)} ({c.agreeing:,} of {c.comparable:,})"
        yield f"parity {c.name}", share
    yield "listings read", f"{percent(read.part, read.whole)} ({read.part:,} of {read.whole:,})" if read.whole else "n/a"
    yield from ((f"findings {c.verdict} {c.severity}", c.findings) for c in report.summary.counts)
    yield "resolved since the previous run", len(report.resolved)
    yield "run", run.id
    yield "previous run", run.previous_run
    yield "driftscan", run.tool_version
    yield "digest of the catalogue", run.catalog_digest
    yield "digest of the configuration", run.config_digest
    yield from ((f"digest of {s.environment}'s snapshot {s.id}", s.digest) for s in report.snapshots)


def _findings(report: Report) -> Iterator[Row]:
    for f in report.findings:
        yield (
            f.severity, f.verdict, f.kind, f.state, f.first_seen, f.owner, f.aspect, f.resource.type, f.resource.key, f.title,
            changes_text(f), f.moved, f.since, f.promotion, f.reason, f.severity_reason, f.rule, f.waiver, _place(f.location),
            *_side(f.resource.candidate), *_side(f.resource.reference), f.comparison, f.group, f.id,
        )  # fmt: skip


def _changes(report: Report) -> Iterator[Row]:
    for f in report.findings:
        for c in f.changes:
            sides = ("" if v is ABSENT and f.one_sided else show_value(v) for v in (c.candidate, c.reference))
            yield (
                c.severity, c.verdict, f.resource.type, f.resource.key, c.path, c.op, *sides, c.moved, c.since, c.reason, c.severity_reason,
                c.rule, c.waiver, c.code, c.pointer, f.comparison, f.id,
            )  # fmt: skip


def _groups(report: Report) -> Iterator[Row]:
    return ((g.severity, g.verdict, len(g.findings), g.type, g.path, g.title, g.id) for g in report.summary.groups)


def _ledger(report: Report) -> Iterator[Row]:
    for c in report.comparisons:
        for r in c.ledger:
            both = (*r.ambiguous, *r.grouped, *r.uncounted)
            yield c.name, r.type, r.candidate, r.reference, r.equal, r.expected, r.waived, r.unknown, r.drift, r.extra, r.missing, *both


def _coverage(report: Report) -> Iterator[Row]:
    return ((c.environment, c.account, c.region, c.type, c.status, c.resources) for c in report.coverage)


def _gaps(report: Report) -> Iterator[Row]:
    return ((g.environment, g.account, g.region, g.type, g.operation, g.code, g.permission, g.hint, g.id) for g in report.gaps)


def _waivers(report: Report) -> Iterator[Row]:
    for a in report.summary.accepted:
        whose = a.owner, a.approver, a.ticket, a.expires, a.days_left
        yield a.id, a.verdict, "used", len(a.findings), a.reason, *whose, _place(a.location), *_commit(a.commit)
    for r in report.summary.rules:
        kind = {"waiver": "waived", "expected": "expected"}.get(r.kind, r.kind)
        yield r.id, kind, r.use, 0, r.text, "", "", "", "", "", _place(r.location), "", "", ""


def _baselines(report: Report) -> Iterator[Row]:
    for b in report.baselines:
        for r in b.rules:
            holes = ", ".join(f"{h.type} ({h.code})" for h in r.incomplete)
            numbers = r.selected, r.held, r.broken, r.unknown, r.accepted
            yield b.environment, r.layer, r.baseline, r.rule, r.severity, *numbers, holes, r.reason, r.said, _place(r.location)


def _trend(report: Report) -> Iterator[Row]:
    """A period without a final run has a row of empty cells: nothing is known of it, and zero would be a claim."""
    for p in report.summary.trend:
        severities = p.severities or ("",) * len(SEVERITIES)
        known = (*severities, p.unknown, p.waived) if p.run else ("",) * (len(SEVERITIES) + 2)
        read = (p.listings.part, p.listings.whole) if isinstance(p.listings, Share) else ("", "")
        agreements: list[Row] = [(a.comparison, a.agreeing, a.comparable) for a in p.agreements] or [("", "", "")]
        yield from ((p.period, p.run, *agreement, *known, *read) for agreement in agreements)


def _resolved(report: Report) -> Iterator[Row]:
    return ((r.cause, r.first_seen, r.last_seen, r.title, r.id) for r in report.resolved)


_TYPE, _ID, _ACCOUNT, _TEXT, _WORD = 28, 40, 15, 60, 12

TABLES: Final[Mapping[str, Table]] = {
    "summary": Table({"what": 36, "value": 100}, _summary),
    "findings": Table(
        {
            "severity": _WORD, "verdict": _WORD, "kind": _WORD, "state": _WORD, "first_seen": _WORD, "owner": 16, "aspect": 16,
            "type": _TYPE, "key": _ID, "title": 80, "changes": _TEXT, "moved": _WORD, "since": 21, "promotion": 18, "reason": _TEXT,
            "severity_reason": _TEXT, "rule": 20, "waiver": _WORD, "location": 24, "candidate_account": _ACCOUNT,
            "candidate_region": _ACCOUNT, "candidate_id": _ID, "candidate_arn": _ID, "reference_account": _ACCOUNT,
            "reference_region": _ACCOUNT, "reference_id": _ID, "reference_arn": _ID, "comparison": 18, "group": 14, "id": 18,
        },
        _findings,
    ),
    "changes": Table(
        {
            "severity": _WORD, "verdict": _WORD, "type": _TYPE, "key": _ID, "path": _ID, "op": _WORD, "candidate": _ID, "reference": _ID,
            "moved": _WORD, "since": 21, "reason": _TEXT, "severity_reason": _TEXT, "rule": 20, "waiver": _WORD, "code": _WORD,
            "pointer": _ID, "comparison": 18, "finding": 18,
        },
        _changes,
    ),
    "groups": Table({"severity": _WORD, "verdict": _WORD, "findings": _WORD, "type": _TYPE, "path": _ID, "title": 80, "id": 14}, _groups),
    "ledger": Table(
        {
            "comparison": 18, "type": 36, "candidate": _WORD, "reference": _WORD, "equal": _WORD, "expected": _WORD, "waived": _WORD,
            "unknown": _WORD, "drift": _WORD, "extra": _WORD, "missing": _WORD, "ambiguous_candidate": 20, "ambiguous_reference": 20,
            "grouped_candidate": 20, "grouped_reference": 20, "uncounted_candidate": 20, "uncounted_reference": 20,
        },
        _ledger,
    ),
    "coverage": Table(
        {"environment": 14, "account": _ACCOUNT, "region": _ACCOUNT, "type": 36, "status": _WORD, "resources": _WORD}, _coverage
    ),
    "gaps": Table(
        {
            "environment": 14, "account": _ACCOUNT, "region": _ACCOUNT, "type": 36, "operation": 28, "code": 24, "permission": 36,
            "hint": 80, "id": _ID,
        },
        _gaps,
    ),
    "waivers": Table(
        {
            "id": 20, "verdict": _WORD, "use": _WORD, "findings": _WORD, "reason": 80, "owner": 24, "approver": 24, "ticket": _WORD,
            "expires": _WORD, "days_left": _WORD, "location": 24, "commit": 14, "author": 24, "committed": _WORD,
        },
        _waivers,
    ),
    "baselines": Table(
        {
            "environment": 14, "layer": 14, "baseline": 20, "rule": 28, "severity": _WORD, "selected": _WORD, "held": _WORD,
            "broken": _WORD, "unknown": _WORD, "accepted": _WORD, "incomplete": 36, "reason": _TEXT, "override": 24, "location": 28,
        },
        _baselines,
    ),
    "trend": Table(
        {
            "period": _WORD, "run": 28, "comparison": 18, "agreeing": _WORD, "comparable": _WORD,
            **{str(s): _WORD for s in SEVERITIES}, "unknown": _WORD, "waived": _WORD, "listings_read": 14, "listings": _WORD,
        },
        _trend,
    ),
    "resolved": Table({"cause": _WORD, "first_seen": _WORD, "last_seen": _WORD, "title": 80, "id": 18}, _resolved),
}  # fmt: skip
"""waivers: all that is accepted, waived or expected, then the rules that need a look (`use` says why).
commit: the one that last changed the entry, or why there is none."""
