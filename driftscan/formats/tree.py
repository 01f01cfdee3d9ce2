"""What is broken, as a tree for a terminal: owner, service, resource, and under each the rule with its file and line."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text
from rich.tree import Tree

from driftscan.formats.drawn import drawn, safe
from driftscan.formats.terminal import MARKS, QUIET, STYLES, TONES
from driftscan.formats.text import printable, shorten
from driftscan.model.report import Place, Report, ReportChange, ReportFinding, RuleRow, show_value
from driftscan.model.value import ABSENT
from driftscan.model.words import count, service_of

NOBODY = "no owner"
CHANGES_SHOWN = 6
SHOWN = ("drift", "unknown")
"""What a person has to look at; what is expected or waived is counted."""


def render(report: Report, *, width: int = 100, color: bool = False, full: bool = False) -> str:
    """The baseline findings of a report for `width` columns; with ANSI colours where `color`.

    full: every place, nothing cut, and what is expected or waived too.

    Every severity and verdict is a word and a mark as well as a colour.
    """
    return drawn(lambda columns: _blocks(report, columns, full), width, color)


def _blocks(report: Report, width: int, full: bool) -> Iterator[RenderableType]:
    mark, style = TONES.get(report.summary.tone, TONES["unknown"])
    yield Text()
    for claim in report.summary.claims:
        yield Text.assemble((f"{mark} ", style), safe(claim.headline, "bold"), safe(f": {claim.numbers}" if claim.numbers else ""))
    for note in report.summary.notes:
        yield Text.assemble(("! ", "yellow"), safe(note))
    found = [f for f in report.findings if f.kind == "baseline" and (full or f.verdict in SHOWN)]
    several = len(report.baselines) > 1
    for owner, of_owner in by(found, lambda f: f.owner or NOBODY):
        yield Text()
        tree = Tree(Text.assemble(safe(owner, "bold"), (f"  {count(len(of_owner), 'finding')}", QUIET)), guide_style=QUIET)
        for service, of_service in by(of_owner, lambda f: service_of(f.resource.type)):
            branch = tree.add(safe(service, "bold"))
            for _, those in by(of_service, _resource):
                leaf = branch.add(_where(those[0], several, width))
                for f in those:
                    leaf.add(_finding(f, width, full))
        yield tree
    accepted = sum(f.kind == "baseline" and f.verdict not in SHOWN for f in report.findings)
    yield Text()
    if accepted and not full:
        yield Text(f"{count(accepted, 'finding')} expected or waived: --full shows what", QUIET)
    yield from _rules(report, width)
    first = next((f.resource.candidate for f in found if f.resource.candidate is not ABSENT), None)
    if first:
        name = shlex.quote(shorten(printable(first.arn if first.arn is not ABSENT else first.id), 100))
        yield Text.assemble(("next  ", QUIET), (f"driftscan show {name} --canonical", "bold"), ("   what rules see of it", QUIET))


def by(findings: Iterable[ReportFinding], key: Callable[[ReportFinding], str]) -> list[tuple[str, list[ReportFinding]]]:
    """Findings under a text each, in the order of the texts; nobody's last."""
    out: dict[str, list[ReportFinding]] = {}
    for f in findings:
        out.setdefault(key(f), []).append(f)
    return sorted(out.items(), key=lambda kv: (kv[0] == NOBODY, kv[0]))


def _resource(f: ReportFinding) -> str:
    r = f.resource.candidate
    place = "" if r is ABSENT else f"{r.account} {r.region} {r.id}"
    return f"{f.resource.type} {f.resource.key} {place} {f.comparison}"


def _where(f: ReportFinding, several: bool, width: int) -> Text:
    r = f.resource.candidate
    aside = f.resource.type + ("" if r is ABSENT else f" {r.account}/{r.region}")
    if several:
        aside = f"{f.comparison.split('..')[0]}  {aside}"
    return Text.assemble(safe(f.resource.key, "", width), "  ", safe(aside, QUIET, width))


def _finding(f: ReportFinding, width: int, full: bool) -> Text:
    verdict = "" if f.verdict == "drift" else f" {f.verdict}"
    mark = MARKS.get(f.severity, "?") if f.verdict == "drift" else "?"
    place = f"{f.location.file}:{f.location.line}" if isinstance(f.location, Place) else ""
    state = "" if f.state == "new" else f"  {f.state} since {f.first_seen}"
    head = Text.assemble(
        (f"{mark} {f.severity}{verdict}", STYLES.get(f.severity, "")), "  ", safe(f.rule or "", "bold"), "  ", safe(place, QUIET, width),
        (printable(state), QUIET),
    )  # fmt: skip
    lines = [head]
    shown = f.changes if full else f.changes[:CHANGES_SHOWN]
    limit = 10_000 if full else width
    lines += [_change(c, limit) for c in shown]
    if len(shown) < len(f.changes):
        lines.append(Text(f"  and {count(len(f.changes) - len(shown), 'more place')}", QUIET))
    lines.append(safe(f"  {f.reason}", QUIET, 3 * limit))
    return Text("\n").join(lines)


def _change(c: ReportChange, width: int) -> Text:
    """`Path  is AES256, must be aws:kms`."""
    is_there = "" if c.reason == "must not exist" else f"is {show_value(c.candidate)}, "
    path = Text() if not c.path else Text.assemble(safe(c.path, "", width), "  ")
    return Text.assemble("  ", path, safe(is_there, "red", width), safe(c.reason, "green" if c.verdict == "drift" else QUIET, 2 * width))


def _rules(report: Report, width: int) -> Iterator[RenderableType]:
    """What the rules could not say, and which of them said nothing."""
    for b in report.baselines:
        held = sum(not r.broken and not r.unknown and not r.incomplete and r.selected > 0 for r in b.rules)
        said = [f"{held:,} of {count(len(b.rules), 'rule')} held"]
        if b.broken:
            said.append(f"{b.broken:,} broken")
        if b.unsure:
            said.append(f"{b.unsure:,} undecided")
        if b.idle:
            said.append(f"{b.idle:,} about nothing that is there")
        yield Text.assemble(safe(b.environment, "bold"), "  ", ", ".join(said))
        for r in _blind(b.rules):
            holes = ", ".join(f"{h.type} ({h.code})" for h in r.incomplete[:3])
            more = f" and {len(r.incomplete) - 3} more" if len(r.incomplete) > 3 else ""
            yield Text.assemble(("  ? ", "yellow"), safe(r.rule), ("  not seen whole: ", QUIET), safe(holes + more, "", width))


def _blind(rules: Sequence[RuleRow]) -> list[RuleRow]:
    return [r for r in rules if r.incomplete]
