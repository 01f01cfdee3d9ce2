"""The report as a comment on a pull request: verdict, numbers, the most important, groups, gaps; bounded, and it says what it leaves out.

What came from a cloud stands in code spans or escaped: it makes no markup, no HTML, no link, no picture, and mentions no person or issue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from driftscan.formats.decisions import Decision, to_decide
from driftscan.formats.promises import environments, lines, mark, said
from driftscan.formats.tables import frame, inert
from driftscan.formats.text import focus, printable, shorten
from driftscan.model.report import SEVERITIES, VERDICTS, Report, ReportChange, ReportFinding, show_value
from driftscan.model.value import ABSENT
from driftscan.model.words import count, percent

MARKER: Final = "<!-- driftscan -->"
"""The first line, by which a bot finds its comment again."""
LIMIT: Final = 60_000
"""Characters of the whole; GitHub takes 65,536 in a comment, GitLab more."""
TOP, CHANGES, GROUPS, GAPS, NOTES = 5, 6, 10, 10, 8
TITLE, VALUE = 300, 160
MARKS: Final = {"same": "✅", "drift": "❌", "unknown": "❔"}

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>#!|~$])")
_REFERENCE: Final = re.compile(r"(@|:(?=//|[a-z0-9_+-]+:)|\b(?i:mailto|xmpp):|\b(?i:www)(?=\.)|\b(?i:gh)(?=-)|\\#|\\!|&|%|\\~|\\\$)(?=\S)")
"""Where a forge would see a person, a link, an emoji, an issue, an entity, a milestone or a snippet."""


def render(report: Report) -> str:
    """The comment, at most LIMIT characters. Equal reports give equal text."""
    head = [MARKER, *_head(report)]
    sections = [s for s in (_counts(report), _top(report), _controls(report), _groups(report), _gaps(report)) if s]
    foot = _foot(report)
    left_out = 0
    while sections and sum(len(line) + 1 for line in (*head, *(x for s in sections for x in s), *foot)) > LIMIT - 200:
        sections.pop()
        left_out += 1
    note = ["", f"_{count(left_out, 'section')} left out: this comment would have been too long._"] if left_out else []
    return "\n".join([*head, *(line for s in sections for line in s), *note, *foot]) + "\n"


def text(words: str, limit: int = TITLE) -> str:
    """Words of a cloud as plain text of a line of markdown."""
    escaped = _SPECIAL.sub(r"\\\1", shorten(printable(words), limit))
    # An empty comment between the sign and what follows: the only break that neither shows nor gets copied.
    broken = _REFERENCE.sub(lambda m: f"{'&amp;' if m[1] == '&' else m[1]}<!-- -->", escaped)
    return re.sub(r"&(?!amp;)", "&amp;", broken)


def code(words: str, limit: int = VALUE) -> str:
    """Words of a cloud as a code span."""
    shown = shorten(printable(words), limit) or " "
    fence = "`" * (max((len(run) for run in re.findall(r"`+", shown)), default=0) + 1)
    edge = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{edge}{shown}{edge}{fence}"


def cell(words: str, limit: int = VALUE) -> str:
    """Words of a cloud as a code span in a cell of a table: a bar does not end it, and pasted into a spreadsheet it computes nothing."""
    return code(inert(words), limit).replace("|", "\\|")


def _head(report: Report) -> Iterator[str]:
    claims, summary = report.summary.claims, report.summary
    mark = MARKS.get(summary.tone, "❔")
    yield f"## {mark} {text(claims[0].headline if len(claims) == 1 else summary.verdict, 2 * TITLE)}"
    if len(claims) == 1:
        yield from ("", f"**{text('; '.join(x for x in (claims[0].numbers, summary.reach) if x), 2 * TITLE)}**")
    for note in summary.notes[:NOTES]:
        yield from ("", f"> {text(note)}")
    yield from ("", "| | | |", "|---|---:|---|")
    for c in report.comparisons[:NOTES]:
        share = "n/a" if c.parity is None else percent(c.agreeing, c.comparable)
        said = f"{c.agreeing:,} of {count(c.comparable, 'comparable resource')} agree, {c.missing:,} missing, {c.extra:,} extra"
        yield f"| parity {cell(c.name, 60)} | {share} | {said} |"
    if len(report.comparisons) > NOTES:
        yield f"| {count(len(report.comparisons) - NOTES, 'more comparison')} | | |"
    for b in report.baselines[:NOTES]:
        said = f"of {count(len(b.rules), 'rule')}, {b.unsure:,} not judged everywhere"
        yield f"| baseline {cell(b.environment, 60)} | {b.broken:,} broken | {said} |"
    read = summary.listings
    share = percent(read.part, read.whole) if read.whole else "n/a"
    yield f"| coverage | {share} | {read.part:,} of {count(read.whole, 'listing')} of types in use read |"


def _top(report: Report) -> list[str]:
    wanted = to_decide(report)
    if not wanted:
        return []
    shown = wanted[:TOP]
    out = ["", f"### Most important ({len(shown):,} of {count(len(wanted), 'decision')})"]
    for decision in shown:
        out += _decision(report, decision)
    return out


def _decision(report: Report, d: Decision) -> Iterator[str]:
    f = d.first
    verdict = "" if f.verdict == "drift" else f" {f.verdict}"
    alone = len(d.findings) == 1
    yield from ("", f"**{text(f.severity + verdict, 40)}** · {text(f.heading if alone else d.title)}")
    aside = [f.state, f"owner {f.owner}" if f.owner else "", f.severity_reason, f.remark, f"finding {f.id}" if alone else f"group {d.id}"]
    yield from ("", f"{code(f.resource.type, 80)} {code(f.resource.key)} · {text(', '.join(filter(None, aside)))}")
    if alone:
        yield from _changes(report, f)
    else:
        more = f" and {len(d.findings) - CHANGES:,} more" if len(d.findings) > CHANGES else ""
        yield from ("", ", ".join(code(x.resource.key, 80) for x in d.findings[:CHANGES]) + more)


def _changes(report: Report, f: ReportFinding) -> Iterator[str]:
    if not f.changes:
        return
    labels = next((c.labels for c in report.comparisons if c.name == f.comparison), ("candidate", "reference"))
    shown = f.changes[:CHANGES]
    if f.one_sided:
        yield from ("", f"| path | {cell(labels[f.kind == 'missing'], 40)} |", "|---|---|")
        yield from (f"| {cell(c.path)} | {cell(show_value(c.reference if f.kind == 'missing' else c.candidate))} |" for c in shown)
    else:
        yield from ("", f"| path | {cell(labels[1], 40)} | {cell(labels[0], 40)} |", "|---|---|---|")
        for c in shown:
            aside = "" if c.verdict == f.verdict else f" {text(c.verdict, 40)}"
            yield f"| {cell(c.path or '(whole resource)')}{aside} | {' | '.join(_values(c))} |"
    if len(shown) < len(f.changes):
        yield from ("", f"and {count(len(f.changes) - len(shown), 'more change')}")


def _values(c: ReportChange) -> Iterable[str]:
    """Reference, then candidate: what was, then what is judged."""
    shown = focus(printable(show_value(c.reference)), printable(show_value(c.candidate)), VALUE)
    return ["_not set_" if v is ABSENT else cell(t) for v, t in zip((c.reference, c.candidate), shown, strict=True)]


def _groups(report: Report) -> list[str]:
    data = frame(report, "groups")
    data = data[data["verdict"].isin(["drift", "unknown"]) & (data["findings"] > 1)]
    if data.empty:
        return []
    shown = data.head(GROUPS)
    out = [
        "",
        f"### One decision each ({len(shown):,} of {count(len(data), 'group')})",
        "",
        "| findings | severity | what |",
        "|---:|---|---|",
    ]
    return out + [
        f"| {n:,} | {text(s, 40)} | {text(inert(t))} |" for n, s, t in zip(shown.findings, shown.severity, shown.title, strict=True)
    ]


def _gaps(report: Report) -> list[str]:
    by_id = {f.id: f for f in report.findings}
    rows = [by_id[i] for i in report.summary.unseen if i in by_id]
    if not rows:
        return []
    shown = rows[:GAPS]
    out = ["", f"### Not seen ({len(shown):,} of {count(len(rows), 'gap')})", "", "| severity | what | next step |", "|---|---|---|"]
    return out + [f"| {text(f.severity, 40)} | {text(inert(f.title))} | {text(inert(f.reason)) or ' '} |" for f in shown]


def _controls(report: Report) -> list[str]:
    """The promises down, the environments across, and why each is broken or unknown."""
    if not report.controls:
        return []
    across = environments(report)
    out = ["", f"### Promises ({said(report)})", "", f"| | {' | '.join(text(e, 40) for e in across)} |", f"|---|{'---|' * len(across)}"]
    for line in lines(report):
        cells = (" ".join(text(x, 40) for x in mark(c.status)) if c else "not judged" for c in line.cells)
        out.append(f"| {text(line.id, 40)} {text(line.title, 60)} | {' | '.join(cells)} |")
    broken = [c for c in report.controls if c.status == "FAIL"]
    out += ["", *(f"- {text(c.id, 40)} in {text(c.environment, 40)}: {text(inert(c.reason))}" for c in broken[:GAPS])] if broken else []
    return out


def _counts(report: Report) -> list[str]:
    number = {(c.verdict, c.severity): c.findings for c in report.summary.counts}
    severities = [s for s in SEVERITIES if any(number.get((v, s)) for v in VERDICTS)]
    if not severities:
        return []
    out = ["", "### All findings", "", f"| | {' | '.join(severities)} |", f"|---|{'---:|' * len(severities)}"]
    for v in VERDICTS:
        row = [number.get((v, s), 0) for s in severities]
        if any(row):
            out.append(f"| {v} | {' | '.join(f'{n:,}' if n else '·' for n in row)} |")
    return out


def _foot(report: Report) -> list[str]:
    run = report.run
    said = f"driftscan {run.tool_version}, run {run.id}, period {run.period}, as of {run.as_of}, configuration {run.config_digest[:12]}"
    resolved = [f"{count(len(report.resolved), 'finding')} of the previous report resolved."] if report.resolved else []
    return ["", *resolved, *([""] if resolved else []), f"<sub>{text(said)}</sub>"]
