"""What differs, as a tree for a terminal: owner, service, resource, and under each the changed fields alone."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from driftscan.formats.drawn import drawn, safe
from driftscan.formats.terminal import MARKS, QUIET, STYLES, TONES, among, consequences, facts, gaps, moved
from driftscan.formats.text import focus, printable, shorten
from driftscan.formats.tree import NOBODY, SHOWN, by
from driftscan.model.report import SEVERITIES, Report, ReportChange, ReportComparison, ReportFinding, Wire, show_value
from driftscan.model.value import ABSENT
from driftscan.model.words import count, service_of

Around: TypeAlias = Mapping[str, Sequence[tuple[str, Wire]]]
"""A finding's id -> path and value of what is the same on both sides, beside what differs."""

FIELDS: Final = 8
"""So many changes of one resource are shown."""
RESOURCES: Final = 12
"""So many resources of one service are shown."""
ALIKE: Final = 3
"""From so many on, resources that differ in the same way are told once."""
NAMES: Final = 3
_DEPTH: Final = 8
"""Columns that the branches of the tree take."""
_RANK: Final = {str(s): i for i, s in enumerate(SEVERITIES)}
_OPS: Final = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}


def render(report: Report, *, width: int = 100, color: bool = False, full: bool = False, around: Around | None = None) -> str:
    """The differences of a report for `width` columns; with ANSI colours where `color`.

    full: every resource by itself, every field, nothing cut, and what is expected or waived too. around: shown between the changed fields.
    Whatever a colour says, a mark or a word says too.
    """
    return drawn(lambda columns: _Drawing(report, columns, full, around or {}).blocks(), width, color)


class _Drawing:
    """One report on a screen of one width."""

    def __init__(self, report: Report, width: int, full: bool, around: Around) -> None:
        self.report, self.full, self.around, self.width = report, full, around, width
        self.room = width - _DEPTH
        self.comparisons = {c.name: c for c in report.comparisons}

    def blocks(self) -> Iterator[RenderableType]:
        report = self.report
        yield Text()
        yield from self._head()
        found = [f for f in report.findings if f.kind != "gap" and (self.full or f.verdict in SHOWN)]
        for owner, mine in by(found, lambda f: f.owner or NOBODY):
            yield Text()
            yield self._owner(owner, mine)
        accepted = [f for f in report.findings if f.kind != "gap" and f.verdict not in SHOWN]
        if accepted and not self.full:
            said = Counter(f.verdict for f in accepted)
            yield Text()
            yield Text(f"✓ {', '.join(f'{n:,} {printable(v)}' for v, n in sorted(said.items()))}: --full shows them", QUIET)
        yield from gaps(report, self.width, self.full)
        if found:
            yield Text()
            yield self._next(min(found, key=lambda f: (f.verdict != "drift", _RANK.get(f.severity, 9))))

    def _head(self) -> Iterator[RenderableType]:
        mark, style = TONES.get(self.report.summary.tone, TONES["unknown"])
        for claim in self.report.summary.claims:
            yield Text.assemble((f"{mark} ", style), safe(claim.headline, "bold"), safe(f": {claim.numbers}" if claim.numbers else ""))
        for note in self.report.summary.notes:
            yield Text.assemble(("! ", "yellow"), safe(note))
        yield Text()
        yield facts(self.report, self.width)
        if not any(f.kind != "gap" for f in self.report.findings):
            return
        for c in self.report.comparisons:
            candidate, reference = (printable(shorten(n, 24)) for n in c.labels)
            yield Text()
            yield Text.assemble(
                ("-", "red"), (f" only in {reference}   ", QUIET), ("+", "green"), (f" only in {candidate}   ", QUIET),
                ("~", "yellow"), (f" {reference} → {candidate}", QUIET),
                *((("   = the same in both", QUIET),) if self.around else ()),
            )  # fmt: skip

    def _next(self, worst: ReportFinding) -> Text:
        """What to type next: of a comparison over time the months of a resource, else all that is behind the worst finding."""
        comparison = self.comparisons.get(worst.comparison)
        place = worst.resource.candidate if worst.resource.candidate is not ABSENT else worst.resource.reference
        if comparison is not None and comparison.kind == "history" and place is not ABSENT:
            typed, why = f"driftscan history {shlex.quote(shorten(printable(place.id), 100))}", "its months"
        else:
            typed, why = f"driftscan explain {printable(worst.id)[:8]}", "why, with raw values, rule and call"
        return Text.assemble(("next  ", QUIET), (typed, "bold"), (f"   {why}", QUIET))

    # --------------------------------------------------------------------------------------------- branches

    def _owner(self, owner: str, mine: list[ReportFinding]) -> Tree:
        tree = Tree(Text.assemble(safe(owner, "bold"), (f"  {_numbers(mine)}", QUIET)), guide_style=QUIET)
        for service, of_service in by(mine, lambda f: service_of(f.resource.type)):
            branch = tree.add(Text.assemble(safe(service, "bold"), (f"  {len(of_service):,}", QUIET)))
            heaps = self._heaps(of_service)
            shown = heaps if self.full else heaps[:RESOURCES]
            for those in shown:
                branch.add(self._resources(those))
            if len(shown) < len(heaps):
                rest = [f for those in heaps[RESOURCES:] for f in those]
                branch.add(Text(f"… and {_numbers(rest)} more: --full shows them", QUIET))
        return tree

    def _heaps(self, findings: list[ReportFinding]) -> list[list[ReportFinding]]:
        """Those that differ in the very same way together, the worst first."""
        alike: dict[object, list[ReportFinding]] = {}
        for f in findings:
            alike.setdefault(f.id if self.full else _shape(f), []).append(f)
        out: list[list[ReportFinding]] = []
        for those in alike.values():
            out += [those] if len(those) >= ALIKE else [[f] for f in those]
        return sorted(out, key=lambda those: (those[0].verdict != "drift", _RANK.get(those[0].severity, 9), -len(those)))

    def _resources(self, those: list[ReportFinding]) -> RenderableType:
        f = those[0]
        lines: list[RenderableType] = []
        if f.severity_reason and f.verdict == "drift" and (self.full or f.severity in ("critical", "high")):
            lines.append(self._text(f.severity_reason))
        if len(those) > 1:
            names = ", ".join(printable(_name(one)) for one in those[:NAMES])
            more = f" and {len(those) - NAMES:,} more" if len(those) > NAMES else ""
            lines.append(Text(shorten(names, self.room) + more, QUIET))
        comparison = self.comparisons.get(f.comparison)
        lines += self._one_sided(f, comparison) if f.one_sided else self._fields(f, comparison)
        limit = 10_000 if self.full else self.room
        if f.among is not ABSENT and len(those) == 1:
            lines += among(f, comparison, limit, self.full)
        if f.consequences is not ABSENT:
            lines.append(consequences(f, limit, self.full))
        if f.remark and (self.full or f.verdict != "drift"):
            lines.append(self._text(f.remark))
        return Group(*self._title(f, those), Padding(Group(*lines), (0, 0, 0, 2)))

    def _text(self, text: str) -> Text:
        return safe(text, QUIET, 0 if self.full else 2 * self.room)

    def _title(self, f: ReportFinding, those: Sequence[ReportFinding]) -> Iterator[RenderableType]:
        """Severity, name and id on one line, or the id below them."""
        verdict = "" if f.verdict == "drift" else f" {f.verdict}"
        mark = "✓" if f.verdict not in SHOWN else "?" if f.verdict == "unknown" else MARKS.get(f.severity, "?")
        style = STYLES.get(f.severity, "") if f.verdict in SHOWN else QUIET
        many = f"{len(those):,} × " if len(those) > 1 else ""
        name = many + (f.heading if len(those) == 1 else f"{f.resource.type}{_what(f)}")
        state = "" if f.state == "new" else f"  {f.state} since {f.first_seen}"
        aside = f"{printable(f.id)[:8]}{printable(state)}" if len(those) == 1 else ""
        head = Text.assemble(
            (printable(f"{mark} {f.severity}{verdict}"), style), "  ", safe(name, "bold", 0 if self.full else 2 * self.room)
        )
        if head.cell_len + len(aside) + 2 <= self.room:
            yield Text.assemble(head, "  ", (aside, QUIET))
            return
        yield head
        if aside:
            yield Padding(Text(aside, QUIET), (0, 0, 0, 2))

    # --------------------------------------------------------------------------------------------- fields

    def _one_sided(self, f: ReportFinding, comparison: ReportComparison | None) -> Iterator[RenderableType]:
        """What a resource is that only one side has."""
        side = "reference" if f.kind == "missing" else "candidate"
        mark, style = _OPS["removed" if f.kind == "missing" else "added"]
        label = (comparison.labels if comparison else ("candidate", "reference"))[side == "reference"]
        place = getattr(f.resource, side)
        head = Text.assemble((mark, style), f" only in {printable(shorten(label, 24))}")
        yield from self._beside(head, [("", "" if place is ABSENT else f"{place.id}  {place.account}/{place.region}", QUIET)])
        shown = f.changes if self.full else f.changes[:FIELDS]
        for c in shown:
            value = show_value(c.reference if side == "reference" else c.candidate)
            yield from self._beside(Text.assemble("  ", safe(c.path, QUIET)), [("", value, "")])
        yield from _more(len(f.changes) - len(shown), "member")

    def _fields(self, f: ReportFinding, comparison: ReportComparison | None) -> Iterator[RenderableType]:
        """The changed fields, and what stands around them."""
        shown = f.changes if self.full else f.changes[:FIELDS]
        drawn = [(c.path, list(self._field(c, f, comparison))) for c in shown]
        for path, value in self.around.get(f.id, ()):
            drawn.append((path, list(self._beside(Text.assemble(("= ", QUIET), safe(path, QUIET)), [("", show_value(value), QUIET)]))))
        if self.around:
            drawn.sort(key=lambda d: d[0])
        for _, lines in drawn:
            yield from lines
        yield from _more(len(f.changes) - len(shown), "change")

    def _field(self, c: ReportChange, f: ReportFinding, comparison: ReportComparison | None) -> Iterator[RenderableType]:
        mark, style = (
            ("?", "yellow") if c.verdict == "unknown" else ("✓", QUIET) if c.verdict not in SHOWN else _OPS.get(c.op, _OPS["changed"])
        )
        labels = comparison.labels if comparison else ("candidate", "reference")
        who = "" if comparison and comparison.kind == "history" else moved(c, *(printable(shorten(n, 24)) for n in labels))
        aside = who + (f"  {printable(c.verdict)}" if c.verdict != f.verdict else "")
        head = Text.assemble((mark, style), " ", safe(c.path or "(whole resource)"))
        old, new = ("- ", show_value(c.reference), "red"), ("+ ", show_value(c.candidate), "green")
        yield from self._beside(head, {"added": [new], "removed": [old]}.get(c.op, [old, new]), aside)

    def _beside(self, head: Text, values: list[tuple[str, str, str]], aside: str = "") -> Iterator[RenderableType]:
        """One or two values, each with a mark and a style, behind what they are of; below it where they don't fit."""
        texts = [printable(text) for _, text, _ in values]
        line = Text.assemble(head, "  ", (texts[0], values[0][2]))
        if len(values) > 1:
            line = Text.assemble(line, (" → ", QUIET), (texts[1], values[1][2]))
        line = Text.assemble(line, (aside, QUIET))
        if line.cell_len <= self.room - 2:
            yield line
            return
        yield Text.assemble(head, (aside, QUIET))
        if not self.full:
            texts = list(focus(texts[0], texts[-1], 2 * (self.room - 10)))
        for (mark, _, style), text in zip(values, texts, strict=False):
            grid = Table.grid()
            grid.add_column(width=len(mark))
            grid.add_column(overflow="fold")
            grid.add_row(Text(mark, style), Text(text, style))
            yield Padding(grid, (0, 0, 0, 4))


def _more(n: int, what: str) -> Iterator[RenderableType]:
    if n > 0:
        yield Text(f"… and {count(n, f'{what} more', f'{what}s more')}: --full shows them", QUIET)


def _shape(f: ReportFinding) -> object:
    """What is the same of findings that differ in the very same way."""
    if f.one_sided:
        return f.kind, f.resource.type, f.verdict, f.severity, f.comparison, f.consequences is ABSENT or f.id
    changes = tuple((c.path, c.op, c.verdict, show_value(c.candidate), show_value(c.reference)) for c in f.changes)
    return f.kind, f.resource.type, f.verdict, f.severity, f.comparison, changes or f.id


def _what(f: ReportFinding) -> str:
    return {"missing": " missing", "extra": " extra"}.get(f.kind, "")


def _name(f: ReportFinding) -> str:
    """The resource's name: the last part of its key."""
    return f.resource.key.rsplit("/", 1)[-1].rsplit(":", 1)[-1] or f.resource.key


def _numbers(findings: Sequence[ReportFinding]) -> str:
    """`12 findings, 2 critical, 1 high`."""
    by_severity = Counter(f.severity for f in findings if f.verdict == "drift")
    worst = "".join(f", {by_severity[s]:,} {s}" for s in ("critical", "high") if by_severity[s])
    return count(len(findings), "finding") + worst
