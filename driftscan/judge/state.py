"""Findings over time: against an earlier report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from driftscan.judge.case import Case, SideName
from driftscan.judge.groups import group_id
from driftscan.model.drift import Severity, Verdict
from driftscan.model.finding import Earlier, Finding, Kind, Locator, Parent, Resolved, State, Subject
from driftscan.model.value import Address

_WORST: Final = [str(s) for s in Severity]


def earlier(report: Mapping[str, Any]) -> dict[str, Earlier]:
    """The findings of an earlier `report.json` by their ids, and those it lists as resolved (not `open`)."""
    period = str(report["run"]["period"])
    out: dict[str, Earlier] = {}
    for r in report.get("resolved", ()):
        out[r["id"]] = Earlier(
            r["id"], "", "", "", "", "", "", r.get("first_seen", r["last_seen"]), r["last_seen"], "", Subject("", ""), open=False
        )
    for f in report["findings"]:
        resource = f.get("resource") or {}
        match = resource.get("match") or {}
        out[f["id"]] = Earlier(
            id=f["id"],
            kind=f["kind"],
            verdict=f["verdict"],
            severity=f["severity"],
            aspect=f["aspect"],
            comparison=f["comparison"] or "",
            value_digest=f["value_digest"],
            first_seen=f["first_seen"],
            last_seen=period,
            title=f["title"],
            subject=Subject(
                resource.get("type", ""),
                resource.get("key", ""),
                match.get("reason", ""),
                match.get("confidence", 0.0),
                _locator(resource.get("candidate")),
                _locator(resource.get("reference")),
            ),
            changes=tuple(c["value_digest"] for c in f.get("changes", ()) if "value_digest" in c),
            group=f.get("group", ""),
            owner=f.get("owner"),
        )
    return out


def _locator(side: Mapping[str, Any] | None) -> Locator | None:
    if not side:
        return None
    above = side.get("parent")
    parent = Parent(above["type"], above["id"], above.get("arn")) if above else None
    own = side.get("address", side["id"])
    return Locator(side["account"], side["region"], own, side.get("arn"), parent, side["id"] if own != side["id"] else "")


def with_state(finding: Finding, before: Earlier | None, period: str) -> Finding:
    """The finding with its state and the period in which it was first seen."""
    if before is None:
        return replace(finding, state=State.NEW, first_seen=period)
    if not before.open:
        return replace(finding, state=State.REOPENED, first_seen=before.first_seen)
    return replace(finding, state=State.WORSE if _worse(finding, before) else State.RECURRING, first_seen=before.first_seen)


def _worse(finding: Finding, before: Earlier) -> bool:
    """Whether it differs from what it was, and not only by having less of it."""
    if finding.value_digest == before.value_digest or finding.kind is Kind.GAP:
        return False
    if before.severity in _WORST and _WORST.index(finding.severity) < _WORST.index(before.severity):
        return True
    more = Counter(c.value_digest for c in finding.changes if c.verdict is not Verdict.EXPECTED) - Counter(before.changes)
    return not before.changes or bool(more)  # the same in one more place is more of it


def gone(case: Case, found: set[str], previous: Mapping[str, Earlier], period: str, gaps: bool) -> tuple[list[Finding], list[Resolved]]:
    """What became of earlier findings of this comparison that are not found again: still open as unknown, or resolved.

    A finding whose resource cannot be read any more stays open; it never resolves by silence. The cause is `cloud` where the resource
    was read again and equals its counterpart, or is gone from a complete listing; otherwise nobody knows it yet (None).
    gaps: whether gaps were looked at; one that is not there any more was closed in the cloud.
    """
    carried: list[Finding] = []
    resolved: list[Resolved] = []
    equal = {(c.pair.candidate.type, c.pair.key) for c in case.comparison.compared if not c.changes}
    paired = {(c.pair.candidate.type, c.pair.key) for c in case.comparison.compared}
    blind = _blind(case)
    for id, before in sorted(previous.items()):
        if id in found or not before.open or before.kind in (Kind.BASELINE, Kind.CONTROL):
            continue
        if before.kind == Kind.GAP:
            if gaps and before.comparison in (case.name, case.stage.candidate, case.stage.reference):
                resolved.append(Resolved(id, "cloud", before.last_seen, before.first_seen, before.title))
            continue
        if before.comparison != case.name:
            continue
        name = (before.subject.type, before.subject.key)
        if name in paired:
            resolved.append(Resolved(id, "cloud" if name in equal else None, before.last_seen, before.first_seen, before.title))
        elif code := _unreadable(case, before, blind):
            carried.append(unreadable(before, code, period))
        else:
            resolved.append(Resolved(id, "cloud" if _left(case, before) else None, before.last_seen, before.first_seen, before.title))
    return carried, resolved


def _blind(case: Case) -> Mapping[tuple[str, str, str, str], str]:
    """(type, account, region, id) -> why its counterpart could not be looked for."""
    c = case.comparison
    out = {(a.type, a.account, a.region, a.id): code for a, code in c.uncompared}
    for group in c.ambiguous:
        for a in (*group.candidates, *group.references):
            out[a.type, a.account, a.region, a.id] = "ambiguous counterpart"
    return out


def _unreadable(case: Case, before: Earlier, blind: Mapping[tuple[str, str, str, str], str]) -> str:
    """Why nobody can say what became of it, or empty."""
    for locator in (before.subject.candidate, before.subject.reference):
        if locator is not None and (code := blind.get((before.subject.type, locator.account, locator.region, locator.id))):
            return code
    for side in (case.comparison.candidate, case.comparison.reference):
        if code := side.why(before.subject.type):
            return code
    return ""


def _left(case: Case, before: Earlier) -> bool:
    """Whether everything that the finding was about is gone from complete listings, though its accounts are still read."""
    sides: tuple[tuple[SideName, Locator | None], ...] = (("candidate", before.subject.candidate), ("reference", before.subject.reference))
    for side, locator in sides:
        if locator is None:
            continue
        seals = case.comparison.candidate.seals if side == "candidate" else case.comparison.reference.seals
        address = Address.of(before.subject.type, locator.account, locator.region, locator.id)
        if address in seals or not any(a.account == locator.account for a in seals):
            return False
    return before.subject.candidate is not None or before.subject.reference is not None


def unreadable(before: Earlier, code: str, period: str) -> Finding:
    """An earlier finding whose resource nobody can look at now: it stays open, as unknown. code: why."""
    title = (
        before.title
        if before.title.endswith(")") and "could not be read again" in before.title
        else f"{before.title} (could not be read again: {code})"
    )
    return Finding(
        id=before.id,
        kind=Kind(before.kind),
        verdict=Verdict.UNKNOWN,
        severity=Severity(before.severity),
        aspect=before.aspect,
        comparison=before.comparison,
        value_digest=before.value_digest,
        group=group_id(before.comparison, Kind(before.kind), before.subject.type, Verdict.UNKNOWN, ()),
        title=title,
        subject=before.subject,
        state=State.RECURRING,
        first_seen=before.first_seen or period,
        owner=before.owner,
        reason=f"it could not be read again ({code}); it stays open until it can",
        severity_reason="as when it was last seen",
    )
