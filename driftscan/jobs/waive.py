"""`waive`: findings of a report that somebody accepts, for a reason and until a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import orjson

from driftscan.config.load import WAIVERS
from driftscan.config.text import nearest
from driftscan.config.waivers import appended, shown
from driftscan.errors import UsageError
from driftscan.formats.text import printable, shorten
from driftscan.jobs.context import Context
from driftscan.jobs.output import write
from driftscan.jobs.preview import Preview, heaps
from driftscan.jobs.preview import preview as judged
from driftscan.jobs.record import report_of
from driftscan.jobs.stored import again, stored
from driftscan.judge.values import digest
from driftscan.judge.waivers import malformed
from driftscan.model.report import Report, ReportFinding
from driftscan.model.settings import Waiver
from driftscan.model.words import count
from driftscan.report import load

AT_MOST: Final = timedelta(days=30)
"""How long waivers hold that are made from a report, many at once."""
_SHORTEST: Final = 4
_TITLE: Final = 110


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who accepts what is chosen, why and until when. id: of the waiver; empty: one is made."""

    owner: str
    approver: str
    ticket: str
    reason: str
    expires: date
    id: str = ""


def from_file(file: Path) -> Report:
    """The report of a report.json. Raises UsageError where it is none."""
    try:
        data = file.read_bytes()
    except OSError as e:
        raise UsageError(f"{file} cannot be read: {e.strerror}", "name a report.json") from None
    try:
        document = orjson.loads(data)
        if str(document["schema"]).startswith("driftscan-report/1"):
            return load(data)
    except (ValueError, TypeError, KeyError, AttributeError):
        pass
    raise UsageError(f"{file} is no report.json of driftscan", "`driftscan report -o json=report.json` writes one")


def waive(
    context: Context, beside: Path, findings: Sequence[str], groups: Sequence[str], wanted: Wanted, *, report: Report | None, dry: bool
) -> str:
    """Accept findings and whole groups: one entry more in the waivers.yaml beside the configuration. Returns what is to be said.

    report: the one that somebody went through (then with its limits: `AT_MOST` long, nothing critical); default: the last run, judged by
    the policy of now.
    dry: write nothing. Raises UsageError where something of it may not be accepted, or would not be hidden by accepting it.
    """
    bulk = report is not None
    context = replace(context, compared={})  # judged with the waiver and without it
    record = _record(context, report)
    now = again(context, record)[0] if record is not None else None
    if report is None:
        report = now if now is not None else stored(context.store).report
    chosen = chosen_of(report, findings, groups, _as_written(context, record) if not bulk else ())
    _limits(context.as_of.date(), wanted, chosen, bulk=bulk)
    waiver = waiver_of(chosen, wanted, context.as_of.date())
    titles = {f.id: shorten(printable(f.title), _TITLE) for f in chosen}
    file = beside / WAIVERS
    if problem := malformed(waiver):
        raise UsageError(f"this waiver would waive nothing: {problem}", "see `driftscan waive --help`")
    seen = _seen(context, record, now, waiver, chosen) if record is not None and now is not None else None
    if waiver.id in {w.id for w in context.settings.waivers}:
        raise UsageError(f"there is a waiver {waiver.id} already", "give it an id of its own: --id")
    data = appended(file, waiver, titles)
    said = seen.text if seen is not None else _unseen(report, chosen)
    if dry:
        return f"{said}\n{file} would hold one entry more:\n{shown(waiver, titles)}"
    write(file, data)
    return f"{said}\n{file}: {waiver.id} accepts {count(len(chosen), 'finding')} until {waiver.expires.isoformat()}\n"


# ------------------------------------------------------------------------------------------------- which findings


def _as_written(context: Context, record: Mapping[str, Any] | None) -> tuple[ReportFinding, ...]:
    """The findings as the report of the run shows them, which is where a person reads the ids of groups."""
    data = report_of(context.store, record) if record is not None else None
    return () if data is None else load(data).findings


def chosen_of(report: Report, findings: Sequence[str], groups: Sequence[str], written: Sequence[ReportFinding] = ()) -> list[ReportFinding]:
    """The named findings of the report. written: as it was written, where groups went by other names if rules came since."""
    out: dict[str, ReportFinding] = {}
    for text in findings:
        f = _finding(report, text)
        out[f.id] = f
    for text in groups:
        out |= {f.id: f for f in _group(report, text, written)}
    if not out:
        raise UsageError("no finding is named", "write ids of findings, or --group ID; `driftscan report` shows both")
    for f in out.values():
        if f.verdict != "drift":
            raise UsageError(f"{f.id} needs no waiver: {_why_not(f)}", "only drift can be accepted")
    return list(out.values())


def _why_not(f: ReportFinding) -> str:
    match f.verdict:
        case "waived":
            return f"it is waived already, by {f.waiver}"
        case "expected":
            return f"it is expected already ({f.reason})"
        case _:
            return f"it is {f.verdict}, so that nobody knows what would be accepted ({f.reason})"


def _finding(report: Report, text: str) -> ReportFinding:
    found = [f for f in report.findings if f.id == text] or [f for f in report.findings if len(text) >= _SHORTEST and f.id.startswith(text)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{len(found)} findings begin with {text!r}", f"write more of it: {', '.join(f.id for f in found[:5])}")
    if any(text in (g.id, g.id[: len(text)]) for g in report.summary.groups):
        raise UsageError(f"{text!r} is a group", f"write --group {text}")
    open_ones = [f.id for f in report.findings if f.verdict == "drift"]
    raise UsageError(f"the report {report.run.id} has no finding {text!r}", _suggest(text, open_ones, "finding"))


def _group(report: Report, text: str, written: Sequence[ReportFinding]) -> list[ReportFinding]:
    found = _groups(report.findings, text)
    if len(found) == 1:
        return [f for f in report.findings if f.group == found[0]]
    if not found and len(before := _groups(written, text)) == 1:
        members = {f.id for f in written if f.group == before[0]}
        return [f for f in report.findings if f.id in members]
    if found:
        raise UsageError(f"{len(found)} groups begin with {text!r}", f"write more of it: {', '.join(found[:5])}")
    known = [g.id for g in report.summary.groups if g.verdict == "drift"]
    raise UsageError(f"the report {report.run.id} has no group {text!r}", _suggest(text, known, "group"))


def _groups(findings: Iterable[ReportFinding], text: str) -> list[str]:
    """The groups that go by this id, or whose ids begin so."""
    ids = sorted({f.group for f in findings if f.group})
    return [g for g in ids if g == text] or [g for g in ids if len(text) >= _SHORTEST and g.startswith(text)]


def _suggest(text: str, known: Sequence[str], what: str) -> str:
    near = nearest(text, known)
    if near:
        return f"did you mean {near}?"
    return f"write the id of a {what}, such as {known[0]}" if known else f"the report has no {what} that could be accepted"


# ------------------------------------------------------------------------------------------------- may it be accepted


def _limits(today: date, wanted: Wanted, chosen: Iterable[ReportFinding], *, bulk: bool) -> None:
    if wanted.owner.strip().casefold() == wanted.approver.strip().casefold():
        raise UsageError("owner and approver are the same person", "let someone else approve it")
    if wanted.expires < today:
        raise UsageError(
            f"{wanted.expires.isoformat()} is over: the waiver would waive nothing", f"write a day from {today.isoformat()} on"
        )
    if not bulk:
        return
    last = today + AT_MOST
    if wanted.expires > last:
        raise UsageError(
            f"what is waived from a report ends after {AT_MOST.days} days, {last.isoformat()} at the latest",
            "write an earlier day, or waive the finding by itself: `driftscan waive ID`",
        )
    critical = [f.id for f in chosen if f.severity == "critical"]
    if critical:
        raise UsageError(
            f"{count(len(critical), 'critical finding')} among them, such as {critical[0]}: none is waived from a report",
            f"look at each: `driftscan explain {critical[0]}`, then `driftscan waive {critical[0]}`",
        )


def waiver_of(chosen: Sequence[ReportFinding], wanted: Wanted, today: date) -> Waiver:
    """One waiver for all of them, each bound to what it is now."""
    bound = {f.id: _values(f) for f in chosen}
    id = wanted.id or f"W-{today:%Y%m%d}-{digest('waiver', sorted(bound), length=6)}"
    return Waiver(id, "", wanted.owner, wanted.approver, wanted.ticket, wanted.reason, wanted.expires, findings=bound)


def _values(f: ReportFinding) -> tuple[str, ...]:
    """What is accepted of a finding: each of its differences that count, or all of a resource that only one side has."""
    if f.one_sided:
        return (f.value_digest,)
    return tuple(sorted({c.value_digest for c in f.changes if c.verdict == "drift"})) or (f.value_digest,)


# ------------------------------------------------------------------------------------------------- what it would do


def _record(context: Context, report: Report | None) -> Mapping[str, Any] | None:
    """The record of the report's run (default: of the last one); None where the store does not have it, or not its snapshots."""
    runs = context.store.runs()
    record = next((r for r in reversed(runs) if report is None or r["id"] == report.run.id), None)
    held = {i.id for i in context.store.snapshots()}
    return record if record is not None and held.issuperset(record["snapshots"].values()) else None


def _seen(context: Context, record: Mapping[str, Any], now: Report, waiver: Waiver, chosen: Sequence[ReportFinding]) -> Preview:
    """The run judged with the waiver. Raises UsageError where one of the chosen needs none, or would not be hidden by it."""
    made = judged(context, record, replace(context.settings, waivers=(*context.settings.waivers, waiver)), now)
    known = {f.id: f for f in now.findings}
    hidden = {f.id for f in made.hidden}
    for f in chosen:
        today = known.get(f.id)
        if today is None:
            raise UsageError(f"{f.id} is no finding any more under the configuration of now", "leave it out")
        if today.verdict != "drift":
            raise UsageError(f"{f.id} needs no waiver: {_why_not(today)}", "leave it out")
        if f.id not in hidden:
            raise UsageError(
                f"accepting {f.id} would not hide it: its values are others by now, or resources that look alike share its key",
                "run again and take its new id, or write a waiver by hand: finding: comparison/type/key/path",
            )
    return made


def _unseen(report: Report, chosen: Sequence[ReportFinding]) -> str:
    """The same by the report alone."""
    ids = {f.id for f in chosen}
    stays = [f for f in report.findings if f.verdict == "drift" and f.id not in ids]
    lines = [
        f"would hide {count(len(chosen), 'finding')} (by the report alone: the store has no snapshots of the run {report.run.id})",
        *heaps(chosen),
        f"would stay {count(len(stays), 'finding')}",
        *heaps(stays),
    ]
    return "\n".join(lines) + "\n"
