"""Facts -> every promise in every environment, and findings of what breaks one and no other finding says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from driftscan.judge.changes import Decision, waived, whole_digest
from driftscan.judge.controls import CONTROLS
from driftscan.judge.controls.control import Control, NotApplicable
from driftscan.judge.facts import Facts
from driftscan.judge.findings import order
from driftscan.judge.held import held
from driftscan.judge.ids import finding_id, told_apart
from driftscan.judge.severity import worst
from driftscan.judge.state import unreadable, with_state
from driftscan.judge.values import digest
from driftscan.judge.waivers import Target, active
from driftscan.model.control import ControlJudgement, ControlsJudgement, Evidence, Standing, Status, promised
from driftscan.model.drift import Verdict
from driftscan.model.finding import Earlier, Finding, FindingChange, FindingGroup, Kind, Resolved, RuleNote, RuleUse, Subject
from driftscan.model.settings import Environment, Settings, Waiver
from driftscan.model.value import member_path, show_path, show_scalar

_ORDER: Final = tuple(Standing)


def judge_controls(
    facts: Facts,
    settings: Settings,
    today: date,
    *,
    previous: Mapping[str, Earlier] | None = None,
    period: str,
    controls: Sequence[Control] = CONTROLS,
) -> ControlsJudgement:
    """Every control in every environment of the facts. today: for waivers. previous, period: as of `judge`."""
    work = _Work(active(settings.waivers, today), previous or {}, period)
    for control in controls:
        for name in facts.environments:
            work.judge(control, facts, settings.environment(name), settings)
    carried, resolved = work.gone()
    findings = tuple(sorted([*work.findings, *carried], key=order))
    return ControlsJudgement(
        rows=tuple(work.rows),
        findings=findings,
        groups=tuple(_groups(findings, {c.id: c for c in controls})),
        rules=tuple(work.notes(findings)),
        resolved=resolved,
    )


class _Work:
    """Judging grows: rows, findings, the waivers that died."""

    def __init__(self, waivers: tuple[Waiver, ...], previous: Mapping[str, Earlier], period: str) -> None:
        self.waivers, self.previous, self.period = waivers, previous, period
        self.rows: list[ControlJudgement] = []
        self.findings: list[Finding] = []
        self.dead: set[str] = set()

    def judge(self, control: Control, facts: Facts, environment: Environment, settings: Settings) -> None:
        """One promise in one environment."""
        evidence: list[Evidence] = []
        exempt = ""
        if control.id not in held(environment, settings):
            role = f" (role {environment.role})" if environment.role and environment.name not in settings.controls.hold else ""
            exempt = f"the configuration does not hold {environment.name} to it{role}"
        else:
            try:
                evidence = list(control.judge(facts, environment.name))
            except NotApplicable as e:
                exempt = str(e)
        evidence = self._told(control, environment.name, evidence)
        evidence.sort(key=lambda e: (_ORDER.index(e.standing), e.type, e.key, show_path(e.path), e.text))
        status = Status.NOT_APPLICABLE if exempt else _status(evidence)
        self.rows.append(
            ControlJudgement(
                control=control.id,
                version=control.version,
                title=control.title,
                environment=environment.name,
                severity=control.severity,
                status=status,
                reason=exempt or _reason(control, status, evidence),
                text=control.text,
                evidence=tuple(evidence),
            )
        )

    # ----------------------------------------------------------------------------------------- findings

    def _told(self, control: Control, environment: str, evidence: list[Evidence]) -> list[Evidence]:
        """The evidence, each that fails with the finding that says it; what a waiver accepts does not fail."""
        subjects: dict[tuple[str, str, str, str], list[Evidence]] = {}
        rest = []
        for e in evidence:
            if e.standing is Standing.FAILS and not e.finding:
                at = e.at
                subjects.setdefault((e.type, e.key, at.account if at else "", at.id if at else ""), []).append(e)
            else:
                rest.append(e)
        made = [self._finding(control, environment, items) for items in subjects.values()]
        named = {(f.subject, f.value_digest): f for f in told_apart(f for f, _ in made)}
        for f, items in made:
            final = named[f.subject, f.value_digest]
            self.findings.append(with_state(final, self.previous.get(final.id), self.period))
            rest += [replace(e, finding=final.id) for e in items]
        return rest

    def _finding(self, control: Control, environment: str, items: list[Evidence]) -> tuple[Finding, list[Evidence]]:
        """The finding on one resource (or account) that breaks a promise, in one place or several, and its evidence as waivers leave it.

        What is about the whole of it is no change at a path.
        """
        first = items[0]
        name = promised(environment, control.id)
        id = finding_id(name, Kind.CONTROL, first.type, first.key)
        digests = [_digest(e) for e in items]
        whole = whole_digest(digests)
        changes: list[FindingChange] = []
        left: list[Evidence] = []
        for e, own in zip(items, digests, strict=True):
            names = tuple(dict.fromkeys([e.key, *([e.at.id, e.at.arn or e.at.id] if e.at else [])]))
            target = Target(name, id, Kind.CONTROL, e.type, names, e.path, e.value, digest=own, whole=whole)
            decision, dead = waived(self.waivers, target)
            self.dead |= {w.id for w in dead}
            if decision is None:
                decision = Decision(Verdict.DRIFT, f"{control.id}, {control.title.lower()}", control.id)
                left.append(e)
            else:
                left.append(replace(e, standing=Standing.ACCEPTED, text=f"{e.text}; {decision.reason}"))
            changes.append(
                FindingChange(
                    path=e.path,
                    verdict=decision.verdict,
                    severity=control.severity,
                    aspect=control.aspect,
                    value_digest=own,
                    candidate=e.value,
                    rule=decision.rule or control.id,
                    waiver=decision.waiver,
                    location=decision.location,
                    reason=decision.reason,
                    severity_reason=e.why or f"as {control.id} says",
                )
            )
        changes.sort(key=lambda c: (c.verdict is not Verdict.DRIFT, show_path(c.path)))
        lead = changes[0]
        more = f", and {len(items) - 1} more" if len(items) > 1 else ""
        finding = Finding(
            id=id,
            kind=Kind.CONTROL,
            verdict=lead.verdict,
            severity=control.severity,
            aspect=control.aspect,
            comparison=name,
            value_digest=whole,
            group=_group(name),
            title=f"{environment}: {first.text}{more} ({control.id})",
            subject=Subject(first.type, first.key, candidate=first.at),
            changes=tuple(c for c in changes if c.path),
            owner=first.owner,
            rule=control.id,
            waiver=lead.waiver,
            location=lead.location,
            reason=lead.reason
            if lead.verdict is Verdict.WAIVED
            else f"{control.id}, {control.title.lower()}: {control.text.do.split('. ')[0].rstrip('.')}",
            severity_reason=lead.severity_reason,
        )
        return finding, left

    # ----------------------------------------------------------------------------------------- over time

    def gone(self) -> tuple[list[Finding], tuple[Resolved, ...]]:
        """Earlier findings that are not found again: open as unknown where the control cannot say, or resolved."""
        found = {f.id for f in self.findings}
        status = {promised(r.environment, r.control): r for r in self.rows}
        carried: list[Finding] = []
        resolved: list[Resolved] = []
        for id, before in sorted(self.previous.items()):
            if id in found or not before.open or before.kind != Kind.CONTROL:
                continue
            row = status.get(before.comparison)
            unseen = next((e.code or e.text for e in row.evidence if e.standing is Standing.UNKNOWN), "") if row else ""
            if unseen:
                carried.append(replace(unreadable(before, unseen, self.period), group=_group(before.comparison)))
            else:
                cause = "scope" if row is None else "rule" if row.status is Status.NOT_APPLICABLE else None
                resolved.append(Resolved(id, cause, before.last_seen, before.first_seen, before.title))
        return carried, tuple(resolved)

    def notes(self, findings: Iterable[Finding]) -> Iterable[RuleNote]:
        """Of waivers that met something here."""
        times = Counter(w for f in findings for w in ([c.waiver for c in f.changes] or [f.waiver]) if w)
        for w in self.waivers:
            if n := times[w.id]:
                yield RuleNote(w.id, "waiver", RuleUse.USED, n, f"waiver {w.id} accepted {n} differences", w.location)
            elif w.id in self.dead:
                text = f"waiver {w.id} was made for other values and waives nothing now"
                yield RuleNote(w.id, "waiver", RuleUse.DEAD, 0, text, w.location)


def _status(evidence: Iterable[Evidence]) -> Status:
    """What breaks it breaks it, whatever was not seen; who did not see all, or saw nothing at all, says no PASS."""
    standings = {e.standing for e in evidence}
    if Standing.FAILS in standings:
        return Status.FAIL
    return Status.UNKNOWN if Standing.UNKNOWN in standings or not standings else Status.PASS


def _reason(control: Control, status: Status, evidence: Sequence[Evidence]) -> str:
    """One sentence: the first item that decides, and how many more there are."""
    if status is Status.PASS:
        accepted = sum(e.standing is Standing.ACCEPTED for e in evidence)
        return control.holds + (f"; {accepted} accepted by a person" if accepted else "")
    wanted = Standing.FAILS if status is Status.FAIL else Standing.UNKNOWN
    those = [e for e in evidence if e.standing is wanted]
    if not those:
        return "nothing was seen that it is about"
    code = f" ({those[0].code})" if those[0].code else ""
    return those[0].text + code + (f", and {len(those) - 1} more" if len(those) > 1 else "")


def _first(text: str) -> str:
    """The first sentence: the rest stands with the promise."""
    return text.split(". ", maxsplit=1)[0].rstrip(".")


def _digest(e: Evidence) -> str:
    """Of what stands there; waivers bind to it."""
    return digest("control", list(member_path(e.path)), show_scalar(e.value) if e.path else e.text)


def _group(name: str) -> str:
    return digest("control group", name, length=12)


def _groups(findings: Sequence[Finding], controls: Mapping[str, Control]) -> Iterable[FindingGroup]:
    """What breaks one promise in one environment, with one verdict: one decision."""
    members: dict[tuple[str, Verdict], list[Finding]] = {}
    for f in findings:
        members.setdefault((f.group, f.verdict), []).append(f)
    for (id, verdict), those in members.items():
        if len(those) > 1:
            environment, _, id_of = those[0].comparison.partition("..")
            what = f"{id_of}, {controls[id_of].title.lower()}" if id_of in controls else id_of
            severity, ids = worst([f.severity for f in those]), tuple(f.id for f in those)
            yield FindingGroup(id, f"{what}: {len(those)} findings in {environment}", those[0].subject.type, "", verdict, severity, ids)
