"""Findings of the same type, path and shape: one decision for a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from driftscan.judge.severity import worst
from driftscan.judge.values import digest
from driftscan.model.drift import Verdict
from driftscan.model.finding import Finding, FindingChange, FindingGroup, Kind
from driftscan.model.value import Bag, Key, Keyed, Seq, Value, member_path


def group_id(comparison: str, kind: Kind, type: str, verdict: Verdict, changes: Iterable[FindingChange]) -> str:
    """The group of a finding (12 hex digits): kind, type and the paths, directions and shapes of the changes that carry the verdict."""
    shapes = sorted(
        {(".".join(member_path(c.path)), c.op, _shape(c.candidate), _shape(c.reference)) for c in changes if c.verdict is verdict}
    )
    return digest("group", comparison, str(kind), type, str(verdict), [list(s) for s in shapes], length=12)


def _shape(value: Value) -> str:
    match value:
        case dict() | Keyed(_, True):
            return "map"
        case Bag() | Seq() | Keyed() | list() | tuple():
            return "list"
        case bool():
            return "switch"
        case int() | float():
            return "number"
        case _:
            return type(value).__name__ if not isinstance(value, str) else "text"


def groups(findings: Sequence[Finding], noun: Callable[[str], str]) -> tuple[FindingGroup, ...]:
    """Every group of two or more findings, in the order of their first finding. findings: in report order."""
    members: dict[str, list[Finding]] = {}
    for finding in findings:
        members.setdefault(finding.group, []).append(finding)
    out = []
    for id, those in members.items():
        if len(those) < 2:
            continue
        first = those[0]
        path, what = _what(first)
        out.append(
            FindingGroup(
                id=id,
                title=f"{noun(first.subject.type)}: {what} on {len(those)} resources",
                type=first.subject.type,
                path=path,
                verdict=first.verdict,
                severity=worst([f.severity for f in those]),
                findings=tuple(f.id for f in those),
            )
        )
    return tuple(out)


def _what(finding: Finding) -> tuple[str, str]:
    """The path of the leading change and what happened there."""
    if finding.kind is not Kind.CHANGED:
        return "", {Kind.MISSING: "missing", Kind.EXTRA: "extra", Kind.AMBIGUOUS: "ambiguous"}.get(finding.kind, str(finding.kind))
    lead = next((c for c in finding.changes if c.verdict is finding.verdict), None)
    if lead is None:
        return "", "not read again"
    path = "".join(f"[{'' if isinstance(s, Key | int) else s}]" if not isinstance(s, str) else f".{s}" for s in lead.path).lstrip(".")
    verb = {"added": "added", "removed": "missing", "changed": "different"}[lead.op]
    others = len({member_path(c.path) for c in finding.changes if c.verdict is finding.verdict}) - 1
    return path, f"{path} {verb}" + (f" and {others} more" if others else "")
