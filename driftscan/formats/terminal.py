"""The report on a terminal: verdict, coverage, the worst findings with what changed, and the next step."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from driftscan.formats.drawn import drawn, safe
from driftscan.formats.promises import LOUD, mark, said
from driftscan.formats.text import focus, printable, shorten
from driftscan.model.report import SEVERITIES, VERDICTS, Report, ReportChange, ReportComparison, ReportFinding, ReportGap, show_value
from driftscan.model.value import ABSENT
from driftscan.model.words import count, percent

MARKS = {"critical": "▲", "high": "▲", "medium": "●", "low": "○", "info": "·"}
STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan", "info": "bright_black"}
TONES = {"same": ("✓", "bold green"), "drift": ("✗", "bold red"), "unknown": ("?", "bold yellow")}
QUIET = "bright_black"
STATUS_STYLES = {"PASS": "green", "FAIL": "bold red", "UNKNOWN": "yellow"}
GAPS_SHOWN = 5
GROUPS_SHOWN = 5
CHANGES_SHOWN = 6
NOISY = 100
"""From so many differences on, the next step is to decide on heaps of them."""


def render(report: Report, *, width: int = 100, color: bool = False, top: int = 5, full: bool = False) -> str:
    """The report for `width` columns; with ANSI colours where `color`. `top`: how many findings are shown; `full`: all of everything.

    Every severity and verdict is a word and a mark as well as a colour.
    """
    return drawn(lambda columns: _blocks(report, columns, top, full), width, color)


def _blocks(report: Report, width: int, top: int, full: bool) -> Iterator[RenderableType]:
    yield Text()
    yield _verdict(report)
    yield Text()
    yield facts(report, width)
    shown = _shown(report, top, full)
    if shown:
        yield Text()
        yield _title(
            "Findings" if full else "Most important",
            f"{len(shown):,} of {count(sum(not full or f.kind != 'gap' for f in report.findings), 'finding')}",
        )
        comparisons = {c.name: c for c in report.comparisons}
        several = len(report.comparisons) + len(report.baselines) > 1
        for finding in shown:
            yield Text()
            yield _finding(finding, comparisons.get(finding.comparison), finding.comparison if several else "", width, full)
    if report.findings:
        yield Text()
        yield _counts(report)
    if report.resolved:
        yield Text(f"{count(len(report.resolved), 'finding')} of the last report resolved", QUIET)
    yield from _baselines(report)
    yield from _controls(report, width, full)
    yield from _groups(report, width, full)
    yield from gaps(report, width, full)
    yield from _rules(report, full)
    yield Text()
    yield from _next(report, shown)


def _title(text: str, aside: str = "") -> Text:
    return Text.assemble((text, "bold"), (f"  {aside}" if aside else "", QUIET))


def _verdict(report: Report) -> RenderableType:
    mark, style = TONES.get(report.summary.tone, TONES["unknown"])
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    grid.add_row(Text(mark, style), safe(report.summary.verdict, "bold", 2000))
    for note in report.summary.notes:
        grid.add_row(Text("!", "yellow"), safe(note, "", 2000))
    return grid


def _bar(part: int, whole: int, style: str) -> Text:
    cells = 20
    filled = cells if part == whole else min(cells - 1, part * cells // whole) if whole else 0
    return Text.assemble(("━" * filled, style), ("╌" * (cells - filled), QUIET))


def facts(report: Report, width: int) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style=QUIET, max_width=28, overflow="fold")
    grid.add_column(justify="right", no_wrap=True)
    if width >= 90:
        grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")

    def row(label: str, figure: str, bar: Text, text: str) -> None:
        cells: list[RenderableType] = [safe(label, QUIET, 200), Text(figure), *([bar] if width >= 90 else []), safe(text, "", 400)]
        grid.add_row(*cells)

    for c in report.comparisons:
        figure = "n/a" if c.parity is None else percent(c.agreeing, c.comparable)
        said = f"{c.agreeing:,} of {count(c.comparable, 'comparable resource')} agree, {c.missing:,} missing, {c.extra:,} extra"
        row("parity" if len(report.comparisons) == 1 else f"parity {c.name}", figure, _bar(c.agreeing, c.comparable, "green"), said)
    read = report.summary.listings
    row(
        "coverage",
        percent(read.part, read.whole) if read.whole else "n/a",
        _bar(read.part, read.whole, "blue"),
        f"{read.part:,} of {count(read.whole, 'listing')} of types in use read",
    )
    for s in report.snapshots:
        row(s.environment, f"{s.resources:,}", Text("resources"), f"{_window(s.window)}, {count(s.gaps, 'gap')}")
    return grid


def _window(window: tuple[str, str]) -> str:
    """`2026-11-30 06:00 to 06:12 UTC`."""
    first, last = (t.replace("T", " ")[:16] for t in window)
    return f"{first} to {last[11:] if last[:10] == first[:10] else last} UTC"


def _shown(report: Report, top: int, full: bool) -> list[ReportFinding]:
    if full:
        return [f for f in report.findings if f.kind != "gap"]
    order = {id: i for i, id in enumerate(report.summary.top[:top])}
    found = [f for f in report.findings if f.id in order]
    return sorted(found, key=lambda f: order[f.id])


def _finding(f: ReportFinding, comparison: ReportComparison | None, origin: str, width: int, full: bool) -> RenderableType:
    """origin: the comparison that it is of, where that has to be said."""
    style = STYLES.get(f.severity, "")
    verdict = "" if f.verdict == "drift" else f" {f.verdict}"
    limit = 10_000 if full else 2 * width
    words = [origin, f.state, f"owner {f.owner}" if f.owner else "", f.id]
    aside = "".join(f"  {shorten(printable(w), 60)}" for w in words if w)
    head = Text.assemble((f"{MARKS.get(f.severity, '?')} {f.severity}{verdict}", style), "  ", safe(f.heading, "bold", limit))
    key = "" if f.resource.key.rsplit("/", 1)[-1] in f.heading else f" {f.resource.key}"
    where = Text.assemble(safe(f.resource.type, "", 120), safe(key, "", limit), (aside, QUIET))
    lines: list[RenderableType] = [where]
    if f.severity_reason:
        lines.append(safe(f.severity_reason, "", limit))
    shown = f.changes if full else f.changes[:CHANGES_SHOWN]
    if f.one_sided:
        lines.append(_only(f, comparison, limit))
        lines += [_member(c, f, limit) for c in shown]
    elif shown:
        lines.append(_changes(shown, f, comparison, width, full))
    if f.among is not ABSENT:
        lines += among(f, comparison, limit, full)
    if f.consequences is not ABSENT:
        lines.append(consequences(f, limit, full))
    if len(shown) < len(f.changes):
        lines.append(Text(f"and {count(len(f.changes) - len(shown), 'more member' if f.one_sided else 'more change')}", QUIET))
    if f.remark:
        lines.append(safe(f.remark, QUIET, limit))
    return Group(head, Padding(Group(*lines), (0, 0, 0, 2)))


def _only(f: ReportFinding, comparison: ReportComparison | None, limit: int) -> Text:
    """Where a resource without counterpart stands."""
    side = "reference" if f.kind == "missing" else "candidate"
    label = (comparison.labels if comparison else ("candidate", "reference"))[side == "reference"]
    place = getattr(f.resource, side)
    said = "" if place is ABSENT else f"{place.id}  {place.account}/{place.region}"
    if place is not ABSENT and place.parent is not ABSENT:
        said += f"  in {place.parent.type} {place.parent.id}"
    return Text.assemble((f"only in {shorten(printable(label), 24)}  ", QUIET), safe(said, "", limit))


def _member(change: ReportChange, f: ReportFinding, limit: int) -> Text:
    """What a resource without counterpart is."""
    value = change.reference if f.kind == "missing" else change.candidate
    return Text.assemble(("  ", ""), safe(change.path, QUIET, limit), "  ", safe(show_value(value), "", limit))


def consequences(f: ReportFinding, limit: int, full: bool) -> Text:
    """What hangs on a resource without counterpart."""
    shown = f.consequences if full else f.consequences[:CHANGES_SHOWN]
    more = f", and {len(f.consequences) - len(shown):,} more" if len(shown) < len(f.consequences) else ""
    return Text.assemble(("and what hangs on it  ", QUIET), safe(", ".join(f"{c.type} {c.where}" for c in shown) + more, "", limit))


def among(f: ReportFinding, comparison: ReportComparison | None, limit: int, full: bool) -> Iterator[Text]:
    """The resources of either side that could be each other's counterparts, or are interchangeable."""
    labels = comparison.labels if comparison else ("candidate", "reference")
    for label, places in ((labels[1], f.among.reference), (labels[0], f.among.candidate)):
        shown = places if full else places[:CHANGES_SHOWN]
        more = f", and {len(places) - len(shown):,} more" if len(shown) < len(places) else ""
        yield Text.assemble((f"{shorten(printable(label), 24)}  ", QUIET), safe(", ".join(p.id for p in shown) + more, "", limit))


def _labels(f: ReportFinding, comparison: ReportComparison | None) -> tuple[str, str]:
    """What people read for (candidate, reference)."""
    if f.by_rule:
        return f.comparison.split("..")[0], "rule"
    return comparison.labels if comparison else ("candidate", "reference")


def _changes(
    changes: tuple[ReportChange, ...], f: ReportFinding, comparison: ReportComparison | None, width: int, full: bool
) -> RenderableType:
    """One line per change where it fits, else the path above the two values."""
    candidate, reference = (printable(shorten(n, 24)) for n in _labels(f, comparison))
    limit = 10_000 if full else width
    lines: list[RenderableType] = []
    for c in changes:
        path = safe(c.path or "(whole resource)", "", limit)
        wanted = c.reason if f.by_rule else show_value(c.reference)
        before, after = focus(printable(wanted), printable(show_value(c.candidate)), limit)
        old = Text.assemble((f"{reference} ", QUIET), (before, QUIET if c.reference is ABSENT else "red"))
        new = Text.assemble((f"{candidate} ", QUIET), (after, QUIET if c.candidate is ABSENT else "green"))
        aside = Text(moved(c, candidate, reference) + (f"  {c.verdict}" if c.verdict != f.verdict else ""), QUIET)
        line = Text.assemble(path, "  ", old, ("  →  ", QUIET), new, aside)
        if line.cell_len <= width - 4:
            lines.append(line)
            continue
        grid = Table.grid(padding=(0, 1))
        grid.add_column(style=QUIET, max_width=24, overflow="fold")
        grid.add_column(overflow="fold")
        grid.add_row(reference, Text(old.plain[len(reference) + 1 :], QUIET if c.reference is ABSENT else "red"))
        grid.add_row(candidate, Text(new.plain[len(candidate) + 1 :], QUIET if c.candidate is ABSENT else "green"))
        lines += [Text.assemble(path, aside), Padding(grid, (0, 0, 0, 2))]
    return Group(*lines)


def moved(change: ReportChange, candidate: str, reference: str) -> str:
    name = {"candidate": candidate, "reference": reference, "both": "both"}.get(change.moved)
    if not name:
        return ""
    since = "" if change.since is ABSENT else f" {printable(shorten(str(change.since)[:10], 30))}"
    return f"  {name} moved{since}"


def _counts(report: Report) -> RenderableType:
    """Verdicts down, severities across; nothing that is zero in every row."""
    number = {(c.verdict, c.severity): c.findings for c in report.summary.counts}
    severities = [s for s in SEVERITIES if any(number.get((v, s)) for v in VERDICTS)]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=QUIET)
    table.add_column("findings")
    for s in severities:
        table.add_column(str(s), justify="right")
    for v in VERDICTS:
        row = [number.get((v, s), 0) for s in severities]
        if any(row):
            table.add_row(
                str(v),
                *(
                    Text(f"{n:,}", STYLES[s] if v == "drift" else "") if n else Text("·", QUIET)
                    for s, n in zip(severities, row, strict=True)
                ),
            )
    return table


def _groups(report: Report, width: int, full: bool) -> Iterator[RenderableType]:
    groups = [g for g in report.summary.groups if len(g.findings) > 1 and g.verdict in ("drift", "unknown")]
    if not groups:
        return
    shown = groups if full else groups[:GROUPS_SHOWN]
    yield Text()
    yield _title("One decision each", f"{len(shown):,} of {count(len(groups), 'group')} of findings of the same shape")
    grid = Table.grid(padding=(0, 2))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    for g in shown:
        grid.add_row(
            Text(f"{len(g.findings):,} ×"), Text.assemble((f"{g.severity}  ", STYLES.get(g.severity, "")), safe(g.title, "", 3 * width))
        )
    yield Padding(grid, (0, 0, 0, 2))


def _baselines(report: Report) -> Iterator[RenderableType]:
    """How each environment keeps its rules, in one line."""
    if not report.baselines:
        return
    yield Text()
    yield _title("Baselines", "driftscan check shows them as a tree")
    for b in report.baselines:
        said = [f"{b.broken:,} of {count(len(b.rules), 'rule')} broken"]
        said += [f"{b.unsure:,} undecided"] if b.unsure else []
        said += [f"{b.idle:,} about nothing that is there"] if b.idle else []
        yield Padding(Text.assemble(safe(b.environment, "bold"), "  ", ", ".join(said)), (0, 0, 0, 2))


def _controls(report: Report, width: int, full: bool) -> Iterator[RenderableType]:
    """The promises: how many are kept, and each that is not, or of which nobody can say."""
    if not report.controls:
        return
    yield Text()
    yield _title("Promises", f"{said(report)}; see driftscan explain {shorten(printable(report.controls[0].id), 20)}")
    shown = [c for c in report.controls if full or c.status in LOUD]
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(max_width=24, overflow="fold")
    grid.add_column(overflow="fold")
    for c in shown:
        sign, word = mark(c.status)
        status = Text(f"{sign} {printable(word)}", STATUS_STYLES.get(c.status, QUIET))
        grid.add_row(status, safe(c.id, "", 40), safe(c.environment, "bold", 40), safe(c.reason, "", 3 * width))
    if shown:
        yield Padding(grid, (0, 0, 0, 2))


def gaps(report: Report, width: int, full: bool) -> Iterator[RenderableType]:
    """What was not seen, by cause, each with its next step; call by call where nobody found the causes."""
    by_id = {f.id: f for f in report.findings}
    causes = [by_id[i] for i in report.summary.unseen if i in by_id]
    rows = [(printable(f"{f.severity}  "), STYLES.get(f.severity, ""), f"{f.title}  {f.id}" if full else f.title, f.reason) for f in causes]
    if full or not rows:
        rows += [(f"{shorten(printable(g.code), 60)}  ", "yellow", _place(g), g.hint) for g in report.gaps]
    if not rows:
        return
    shown = rows if full else rows[:GAPS_SHOWN]
    limit = 10_000 if full else 4 * width
    aside = f"{len(shown):,} of {count(len(rows), 'gap')}" if not full else count(len(report.gaps), "gap")
    yield Text()
    yield _title("Not seen", aside)
    together: dict[str, list[Text]] = {}
    for label, style, what, step in shown:
        together.setdefault(step, []).append(Text.assemble((label, style), safe(what, "", limit)))
    for step, lines in together.items():  # what closes several gaps is said once, below them
        below = [Padding(safe(step, QUIET, limit), (0, 0, 0, 2))] if step else []
        yield Padding(Group(*lines, *below), (0, 0, 0, 2))


def _place(g: ReportGap) -> str:
    return f"{'the whole account' if g.type == '*' else g.type} in {g.environment} {g.account}/{g.region}"


def _rules(report: Report, full: bool) -> Iterator[RenderableType]:
    if not report.summary.rules:
        return
    shown = report.summary.rules if full else report.summary.rules[:GAPS_SHOWN]
    yield Text()
    yield _title("Rules to look at", f"{len(shown):,} of {len(report.summary.rules):,}")
    for r in shown:
        yield Padding(Text.assemble(safe(r.id, "", 80), (f"  {printable(r.use)}  ", "yellow"), safe(r.text, "", 400)), (0, 0, 0, 2))


def _next(report: Report, shown: list[ReportFinding]) -> Iterator[RenderableType]:
    first = next(iter(shown), None)
    if first:
        yield Text.assemble(
            ("next  ", QUIET),
            (f"driftscan explain {shorten(printable(first.id), 60)}", "bold"),
            ("   why, with raw values, rule and call", QUIET),
        )
        if sum(f.verdict == "drift" for f in report.findings) >= NOISY:
            yield Text.assemble(
                ("next  ", QUIET), ("driftscan report --decide triage.yaml", "bold"), ("   all of it in heaps, one decision each", QUIET)
            )
    elif report.gaps:
        yield Text.assemble(("next  ", QUIET), ("driftscan permissions aws", "bold"), ("   the policy that closes these gaps", QUIET))
    else:
        yield Text.assemble(("next  ", QUIET), ("driftscan snapshots", "bold"), ("   the evidence behind this", QUIET))
