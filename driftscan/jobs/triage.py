"""`report --decide`: the differences of a report in heaps, each with the rule that would expect it, for a person to decide on.

A heap is what differs in the same way at the same path, across resources and across types: one cause, one decision.
"""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from driftscan.formats.text import printable, shorten
from driftscan.judge.sizes import order
from driftscan.model.report import SEVERITIES, Report, ReportChange, ReportFinding, show_value
from driftscan.model.words import count

MANY: Final = 3
"""From so many types on, what differs at one path is one heap for all types."""
FEW: Final = 3
"""So many pairs of values are written out as a mapping."""
TYPES: Final = 3
_RANK: Final = {str(s): i for i, s in enumerate(SEVERITIES)}
_ELEMENT: Final = re.compile(r'\[(?!")[^\]]*\]')

Cause: TypeAlias = tuple[str, str, str, str]
"""Comparison, kind (or what happened: added, removed, changed), type (or *), path."""


@dataclass(frozen=True)
class Heap:
    """One cause. findings: all that have it; changes: theirs; left: how many findings stay when this and those before it are decided."""

    cause: Cause
    findings: tuple[ReportFinding, ...]
    changes: tuple[ReportChange, ...]
    left: int

    @property
    def types(self) -> list[str]:
        """The types, the most frequent first."""
        n = Counter(f.resource.type for f in self.findings)
        return sorted(n, key=lambda t: (-n[t], t))

    @property
    def severity(self) -> str:
        """The worst of it."""
        found = [c.severity for c in self.changes] or [f.severity for f in self.findings]
        return min(found, key=lambda s: _RANK.get(s, 9))


def heaps(report: Report) -> list[Heap]:
    """Everything that is drift, in heaps: those first that decide most findings. `left` of the last is 0."""
    found = [f for f in report.findings if f.verdict == "drift"]
    wide = _wide(found)
    causes = {f.id: _causes(f, wide) for f in found}
    members: defaultdict[Cause, list[ReportFinding]] = defaultdict(list)
    for f in found:
        for cause in sorted(causes[f.id]):
            members[cause].append(f)
    out: list[Heap] = []
    taken: set[Cause] = set()
    for cause in sorted(members, key=lambda c: (-len(members[c]), c)):
        taken.add(cause)
        left = sum(not causes[f.id] <= taken for f in found)
        changes = tuple(c for f in members[cause] for c in f.changes if not f.one_sided and _cause(f, c, wide) == cause)
        out.append(Heap(cause, tuple(members[cause]), changes, left))
    return out


def _causes(f: ReportFinding, wide: set[tuple[str, str, str]]) -> set[Cause]:
    if f.one_sided or not f.changes:
        return {(f.comparison, f.kind, f.resource.type, "")}
    return {_cause(f, c, wide) for c in f.changes if c.verdict == "drift"}


def _cause(f: ReportFinding, c: ReportChange, wide: set[tuple[str, str, str]]) -> Cause:
    path = _ELEMENT.sub("", c.path)
    return f.comparison, c.op, "*" if (f.comparison, c.op, path) in wide else f.resource.type, path


def _wide(found: Sequence[ReportFinding]) -> set[tuple[str, str, str]]:
    """Comparison, what happened and path of what many types have in common."""
    types: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for f in found:
        if not f.one_sided:
            for c in f.changes:
                if c.verdict == "drift":
                    types[f.comparison, c.op, _ELEMENT.sub("", c.path)].add(f.resource.type)
    return {key for key, those in types.items() if len(those) >= MANY}


# ------------------------------------------------------------------------------------------------- as a file to decide in


def text(report: Report) -> str:
    """The heaps as YAML: each with its rule, commented out. Whoever stands for one takes the `# ` away and writes why and who."""
    return "\n".join(_lines(report, heaps(report))) + "\n"


def _lines(report: Report, found: Sequence[Heap]) -> Iterator[str]:
    undecided = len({f.id for h in found for f in h.findings})
    said = f"{count(undecided, 'difference')} in {count(len(found), 'heap')}"
    yield f"# Decisions on the report {printable(report.run.id)} of {report.run.period}: {said}, the largest first."
    yield "# Take the # away in front of the rules that you stand for, write why and who, and look at what they would do:"
    yield "#   driftscan report --would-hide THIS-FILE"
    yield "# A rule expects later ones too: it belongs into driftscan.yaml. A waiver accepts what is there now, until a day."
    yield "expected:"
    for n, heap in enumerate(found, 1):
        yield ""
        yield f"# {n}. {_said(heap)}; then {heap.left:,} left"
        if heap.severity in ("critical", "high"):
            yield f"#    {heap.severity}: look at each, and mend it: driftscan explain {printable(heap.findings[0].id)[:8]}"
            continue
        yield f"#  - {_rule(heap, n)}"
        yield f"#    or until a day: driftscan waive {_groups(heap)} ..."


def _said(heap: Heap) -> str:
    """`1,204 findings of 6 types, low: Tags.CostCenter only in prod`."""
    comparison, kind, _, path = heap.cause
    candidate, _, reference = comparison.partition("..")
    what = {
        "missing": f"only in {reference}", "extra": f"only in {candidate}", "removed": f"only in {reference}",
        "added": f"only in {candidate}", "changed": "differs",
    }.get(kind, kind)  # fmt: skip
    types = heap.types
    named = ", ".join(types[:TYPES]) + (f" and {len(types) - TYPES} more" if len(types) > TYPES else "")
    pairs = Counter((show_value(c.reference), show_value(c.candidate)) for c in heap.changes if c.op == "changed")
    values = ""
    if pairs:
        (old, new), _ = min(pairs.items(), key=lambda kv: (-kv[1], kv[0]))
        values = f" ({shorten(old, 40)} → {shorten(new, 40)}{f', and {len(pairs) - 1:,} other pairs' if len(pairs) > 1 else ''})"
    return printable(f"{count(len(heap.findings), 'finding')}, {heap.severity}: {path or 'the whole resource'} {what}{values}; {named}")


def _rule(heap: Heap, n: int) -> str:
    """The rule that would expect all of the heap, as narrow as its values allow; who and why are left to whoever decides."""
    comparison, kind, type, path = heap.cause
    parts = [f"id: decision-{n}", f"comparison: {_quoted(comparison)}", f"type: {_quoted(type)}"]
    if kind in ("missing", "extra"):
        parts += [f"kind: {kind}", "rule: any"]
    else:
        parts += [f"path: {_quoted(path)}", *_bounds(heap.changes)]
    return "{" + ", ".join([*parts, 'reason: ""', 'owner: ""']) + "}"


def _bounds(changes: Sequence[ReportChange]) -> list[str]:
    """`at_most_reference` where that holds for all of them, a mapping of a few plain values, else `any`."""
    if any(c.op != "changed" for c in changes):
        return ["rule: any"]
    for name, allowed in (("at_most_reference", -1), ("at_least_reference", 1)):
        if all(order(c.candidate, c.reference, tuple(c.pointer.split("/")[1:])) == allowed for c in changes):
            return [f"rule: {name}"]
    pairs = {(c.reference, c.candidate) for c in changes if isinstance(c.reference, str) and isinstance(c.candidate, str)}
    if all(isinstance(v, str) for c in changes for v in (c.reference, c.candidate)) and len({a for a, _ in pairs}) == len(pairs) <= FEW:
        return ["rule: mapped", "values: {" + ", ".join(f"{_quoted(a)}: {_quoted(b)}" for a, b in sorted(pairs)) + "}"]
    return ["rule: any"]


def _groups(heap: Heap) -> str:
    """The groups that hold its findings, as the command takes them."""
    n = Counter(f.group for f in heap.findings if f.group)
    ids = sorted(n, key=lambda g: (-n[g], g))
    return " ".join(f"--group {printable(g)}" for g in ids[:TYPES]) + (
        f"  (and {len(ids) - TYPES} groups more)" if len(ids) > TYPES else ""
    )


def _quoted(value: str) -> str:
    """A text as YAML writes it in double quotes."""
    yaml, out = YAML(), io.StringIO()
    yaml.width = 1 << 16
    yaml.dump([DoubleQuotedScalarString(value)], out)
    return out.getvalue()[2:].rstrip("\n")
