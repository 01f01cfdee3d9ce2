"""Snapshots and judgements -> `Report`: every number, table and sentence, computed once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from driftscan.catalog import Catalog
from driftscan.model.baseline import BaselineJudgement
from driftscan.model.control import ControlsJudgement
from driftscan.model.drift import Comparison, Meaning, Severity, Side, Verdict
from driftscan.model.finding import Consequence as Hanging
from driftscan.model.finding import Finding, FindingChange, FindingGroup, Judgement, Kind, Locator, RuleNote, RuleUse, Subject
from driftscan.model.finding import Resolved as Gone
from driftscan.model.report import (
    Acceptance,
    Among,
    Consequence,
    Hole,
    Identity,
    Match,
    Place,
    Report,
    ReportBaseline,
    ReportChange,
    ReportComparison,
    ReportFinding,
    ReportGap,
    ReportLocator,
    ReportMeaning,
    ReportParent,
    ReportResource,
    ReportSnapshot,
    Resolved,
    RuleLook,
    RuleRow,
    Run,
    Summary,
    TrendPoint,
)
from driftscan.model.settings import Location, Settings
from driftscan.model.snapshot import Snapshot, Status
from driftscan.model.value import ABSENT, pointer, show_path
from driftscan.report import controls, coverage, ledger, sentences
from driftscan.report import open as open_findings
from driftscan.report.idle import ending
from driftscan.report.ignored import ignored_of
from driftscan.report.matrix import matrix
from driftscan.report.trend import figures, point, trend
from driftscan.report.values import wire

_RANK = {s: i for i, s in enumerate(Severity)}
_LOOK = set(RuleUse) - {RuleUse.USED}


def build(
    run: Run,
    snapshots: Sequence[Snapshot],
    judged: Sequence[tuple[Comparison, Judgement]],
    catalog: Catalog,
    settings: Settings,
    baselines: Sequence[BaselineJudgement] = (),
    past: Sequence[TrendPoint] | None = None,
    promised: ControlsJudgement | None = None,
) -> Report:
    """The report of one run over these snapshots, judged comparisons and environments judged by their baselines.

    promised: the controls, where they were judged.
    past: the final runs of earlier periods; None where the run is no period's, so that there is no trend.
    Raises DriftscanError where a ledger does not add up, or does not count what its snapshots hold.
    """
    held = {(s.header.environment, s.id): s for s in snapshots}
    judged = [(c, _named(c, j, held)) for c, j in judged]
    for comparison, judgement in judged:
        candidate, reference = (held.get((s.environment, s.snapshot_id)) for s in (comparison.candidate, comparison.reference))
        ledger.check(judgement, candidate, reference, catalog)
    promised = promised or ControlsJudgement()
    findings = _findings(judged, baselines, promised)
    comparisons = tuple(_comparison(c, j, settings) for c, j in judged)
    gaps = _gaps(snapshots)
    listings = coverage.coverage_of(row for s in snapshots for row in s.listings)
    looks = [j.rules for _, j in judged] + [b.rules for b in baselines] + [promised.rules]
    rules = (*_rules(looks), *ending(looks, settings.waivers, run.as_of))
    kept = tuple(_baseline(b) for b in baselines)
    shown = tuple(_finding(f, run.period) for f in findings)
    rows = controls.rows(promised)
    facts = sentences.Facts(run, tuple(snapshots), comparisons, shown, gaps, listings, rules, settings.min_coverage, kept, rows)
    resolved = _resolved([*(j.resolved for _, j in judged), *(b.resolved for b in baselines), promised.resolved])
    summary = Summary(
        verdict=sentences.verdict(facts),
        claims=sentences.claims(facts),
        reach=sentences.reach(facts),
        tone=sentences.tone(facts),
        notes=sentences.notes(facts),
        listings=listings,
        readings=coverage.readings(snapshots),
        counts=open_findings.counts(shown),
        groups=_groups([*(j.groups for _, j in judged), *(b.groups for b in baselines), promised.groups]),
        top=open_findings.top(shown),
        promotion=tuple(f.id for f in findings if f.promotion == "in promotion"),
        unseen=_unseen(findings, snapshots),
        accepted=_accepted(findings, settings, run.as_of),
        rules=rules,
        waived=open_findings.waived(shown),
        states=open_findings.states(shown),
        causes=open_findings.causes(resolved),
        owners=open_findings.owners(shown),
        ages=open_findings.ages(shown, run.period),
        matrices=tuple(matrix(j, (f for f in findings if f.comparison == j.name), catalog) for _, j in judged),
        controls=controls.counts(rows),
        promises=controls.promises(promised),
    )
    report = Report(
        run=run,
        snapshots=tuple(_snapshot(s) for s in sorted(snapshots, key=lambda s: (s.header.environment, s.header.window, s.id))),
        coverage=coverage.rows(snapshots),
        comparisons=comparisons,
        findings=shown,
        resolved=resolved,
        controls=rows,
        gaps=gaps,
        ignored=ignored_of(snapshots, catalog),
        summary=summary,
        baselines=kept,
    )
    if past is None:
        return report
    return replace(report, summary=replace(summary, trend=trend([*past, point(run.period, run.id, figures(report))])))


# --------------------------------------------------------------------------------------------- parts


def _snapshot(s: Snapshot) -> ReportSnapshot:
    h = s.header
    resources, calls = sum(s.types().values()), sum(h.calls.values())
    regions = tuple(sorted({region for _, some in h.regions for region in some}))
    identities = tuple(Identity(account, arn) for account, arn in sorted(h.identities.items()))
    accounts = tuple(sorted(h.accounts))
    return ReportSnapshot(h.environment, s.id, s.digest, h.window, resources, len(s.gaps), h.previous, accounts, calls, regions, identities)


def _named(comparison: Comparison, j: Judgement, held: dict[tuple[str, str], Snapshot]) -> Judgement:
    """Of one environment over time, the judgement under names that tell its moments apart: `prod@2026-11-30..prod@2026-10-31`."""
    sides = comparison.candidate, comparison.reference
    if j.candidate != j.reference:
        return j
    names = [f"{s.environment}@{moment}" for s, moment in zip(sides, _moments(sides, held), strict=True)]
    findings = tuple(replace(f, comparison="..".join(names)) if f.comparison == j.name else f for f in j.findings)
    return replace(j, candidate=names[0], reference=names[1], findings=findings)


def _moments(sides: tuple[Side, Side], held: dict[tuple[str, str], Snapshot]) -> tuple[str, str]:
    """What tells two snapshots apart: the days that they answer for, else the minutes, else when they were read, else their ids."""
    found = [held.get((s.environment, s.snapshot_id)) for s in sides]
    if found[0] is not None and found[1] is not None:
        for moments in ((found[0].header.as_of, found[1].header.as_of), (found[0].header.window[0], found[1].header.window[0])):
            for length in (10, 16, len(moments[0])):
                if moments[0][:length] != moments[1][:length]:
                    return moments[0][:length], moments[1][:length]
    return sides[0].snapshot_id, sides[1].snapshot_id


def _comparison(comparison: Comparison, j: Judgement, settings: Settings) -> ReportComparison:
    names = comparison.candidate.environment, comparison.reference.environment
    declared = next((r.location for r in settings.comparisons if (r.candidate, r.reference) == names and r.location), None)
    same = comparison.candidate.environment == comparison.reference.environment
    return ReportComparison(
        candidate=j.candidate,
        reference=j.reference,
        kind="history" if same else "parity",
        parity=None if j.parity is None else round(j.parity, 6),
        paired=j.paired,
        equal=j.equal,
        extra=j.extra,
        missing=j.missing,
        ledger=tuple(sorted(j.ledger, key=lambda row: row.type)),
        agreeing=j.agreeing,
        comparable=j.comparable,
        labels=(j.candidate, j.reference),
        location=_place(declared or (Location(settings.files[0], 1) if settings.files else None)),
    )


def _gaps(snapshots: Sequence[Snapshot]) -> tuple[ReportGap, ...]:
    found = {
        (s.header.environment, g.account, g.region, g.type, g.operation, g.code, g.permission, g.hint, g.address.id if g.address else "")
        for s in snapshots
        for g in s.gaps
    }
    return tuple(ReportGap(*row[:-1], id=row[-1] or ABSENT) for row in sorted(found))


def _baseline(b: BaselineJudgement) -> ReportBaseline:
    rows = (
        RuleRow(
            rule=c.rule,
            baseline=c.baseline,
            layer=str(c.layer),
            severity=str(c.severity),
            reason=c.reason,
            location=Place(c.location.file, c.location.line),
            selected=c.selected,
            held=c.held,
            broken=c.broken,
            unknown=c.unknown,
            accepted=c.accepted,
            incomplete=tuple(Hole(*hole) for hole in c.incomplete),
            said=c.said or ABSENT,
        )
        for c in b.coverage
    )
    return ReportBaseline(b.environment, b.snapshot, b.name, tuple(rows))


def _findings(
    judged: Sequence[tuple[Comparison, Judgement]], baselines: Sequence[BaselineJudgement], promised: ControlsJudgement
) -> list[Finding]:
    """All of them, each once (a gap of prod belongs to every comparison with prod), sorted by severity, type, key, path."""
    unique = {f.id: f for _, j in reversed(judged) for f in reversed(j.findings)} | {f.id: f for b in baselines for f in b.findings}
    return sorted({**unique, **{f.id: f for f in promised.findings}}.values(), key=_order)


def _resolved(gone: Iterable[tuple[Gone, ...]]) -> tuple[Resolved, ...]:
    found = {(r.id, r.cause or "unknown", r.last_seen, r.first_seen or r.last_seen, r.title) for some in gone for r in some}
    return tuple(Resolved(*row) for row in sorted(found))


def _order(f: Finding) -> tuple[int, str, str, tuple[str, ...], str, str]:
    return (_RANK[f.severity], f.subject.type, f.subject.key, tuple(show_path(c.path) for c in f.changes), f.comparison, f.id)


def _finding(f: Finding, period: str) -> ReportFinding:
    s = f.subject
    return ReportFinding(
        id=f.id,
        kind=str(f.kind),
        verdict=str(f.verdict),
        severity=str(f.severity),
        aspect=f.aspect,
        state=str(f.state),
        first_seen=f.first_seen or period,
        value_digest=f.value_digest,
        comparison=f.comparison,
        rule=f.rule,
        waiver=f.waiver,
        location=_place(f.location),
        group=f.group,
        owner=f.owner,
        title=f.title,
        resource=_resource(s),
        changes=tuple(_change(c) for c in f.changes),
        moved=str(f.moved),
        reason=f.reason,
        severity_reason=f.severity_reason,
        since=_moment(f.since),
        promotion=f.promotion or ABSENT,
        among=Among(*(tuple(map(_locator, side)) for side in s.among)) if any(s.among) else ABSENT,
        consequences=tuple(map(_consequence, f.consequences)) or ABSENT,
    )


def _consequence(c: Hanging) -> Consequence:
    x = c.at
    return Consequence(c.type, x.account, x.region, x.ref or x.id, x.arn or ABSENT, tuple(map(show_path, c.paths)) or ABSENT)


def _resource(s: Subject) -> ReportResource:
    return ReportResource(
        type=s.type,
        key=s.key,
        match=Match(s.match, s.confidence) if s.match else ABSENT,
        candidate=_locator(s.candidate) if s.candidate else ABSENT,
        reference=_locator(s.reference) if s.reference else ABSENT,
    )


def _locator(x: Locator) -> ReportLocator:
    parent = ReportParent(x.parent.type, x.parent.id, x.parent.arn or ABSENT) if x.parent else ABSENT
    return ReportLocator(x.account, x.region, x.ref or x.id, x.arn or ABSENT, parent, x.id if x.ref else ABSENT)


def _change(c: FindingChange) -> ReportChange:
    return ReportChange(
        path=show_path(c.path),
        pointer=pointer(c.path),
        op=c.op,
        verdict=str(c.verdict),
        moved=str(c.moved),
        candidate=wire(c.candidate),
        reference=wire(c.reference),
        severity=str(c.severity),
        aspect=c.aspect,
        value_digest=c.value_digest,
        reason=c.reason,
        severity_reason=c.severity_reason,
        rule=c.rule or ABSENT,
        waiver=c.waiver or ABSENT,
        code=c.code or ABSENT,
        since=_moment(c.since),
        meaning=_meaning(c.meaning) if c.meaning else ABSENT,
    )


def _meaning(m: Meaning) -> ReportMeaning:
    return ReportMeaning(m.kind, str(m.relation), m.more[0], m.more[1])


def _place(location: Location | None) -> object:
    return Place(location.file, location.line) if location else ABSENT


def _moment(moment: datetime | None) -> object:
    """UTC, ISO 8601 with `Z`, seconds; ABSENT where there is none."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ABSENT


# --------------------------------------------------------------------------------------------- summary


def _groups(groups: Iterable[tuple[FindingGroup, ...]]) -> tuple[FindingGroup, ...]:
    """Worst and largest first."""
    unique = {g.id: g for some in groups for g in some}
    return tuple(sorted(unique.values(), key=lambda g: (_RANK[g.severity], -len(g.findings), g.type, g.path, g.id)))


def _unseen(findings: Sequence[Finding], snapshots: Sequence[Snapshot]) -> tuple[str, ...]:
    """Gap findings: lost scopes and whole accounts, denied listings, other unfinished ones, details; inside, as findings stand."""
    weight = {Status.DENIED: 1, Status.PARTIAL: 2, Status.NOT_READ: 2}
    listed = {(row.account, row.region, row.type): weight.get(row.status, 3) for s in snapshots for row in s.listings}

    def rank(f: Finding) -> int:
        lost = 0 if f.severity is Severity.CRITICAL else 3  # of a scope that vanished nothing at all was seen
        return min((0 if g.type == "*" else listed.get((g.account, g.region, g.type), 3) for g in f.gaps), default=lost)

    return tuple(f.id for f in sorted((f for f in findings if f.kind == Kind.GAP), key=rank))


def _accepted(findings: Sequence[Finding], settings: Settings, as_of: str) -> tuple[Acceptance, ...]:
    """Expected and waived findings by what accepts them, waivers first; what is in promotion has its own list."""
    expected = {r.id: r for r in settings.expected}
    waivers = {w.id: w for w in settings.waivers}
    ids: dict[tuple[bool, str], list[Finding]] = {}
    for f in findings:
        if f.verdict in (Verdict.EXPECTED, Verdict.WAIVED) and f.promotion != "in promotion":
            waived = f.verdict == Verdict.WAIVED
            by = f.changes[0].rule if f.kind == Kind.BASELINE and f.changes else f.rule  # the finding's own is the rule that is broken
            ids.setdefault((not waived, (f.waiver if waived else by) or ""), []).append(f)
    out = []
    for (by_rule, id), members in sorted(ids.items()):
        first = members[0]
        waiver, rule = waivers.get(id), expected.get(id)
        mine = tuple(f.id for f in members)
        if not by_rule and waiver:
            w = waiver
            until, left = w.expires.isoformat(), (w.expires - datetime.fromisoformat(as_of).date()).days
            out.append(Acceptance(id, "waived", w.reason, w.owner, w.approver, w.ticket, until, _place(w.location), mine, left))
        elif by_rule and rule:
            out.append(Acceptance(id, "expected", rule.reason, rule.owner, "", "", "", _place(rule.location), mine))
        else:
            out.append(Acceptance(id, str(first.verdict), first.reason, "", "", "", "", _place(first.location), mine))
    return tuple(out)


def _rules(judged: Sequence[tuple[RuleNote, ...]]) -> tuple[RuleLook, ...]:
    """Rules and waivers that did nothing in any comparison, or can't: in the order of the configuration."""
    notes: dict[tuple[str, str], RuleLook] = {}
    useful = {(n.kind, n.id) for some in judged for n in some if n.use == RuleUse.USED}
    for some in judged:
        for n in some:
            if n.use in _LOOK and (n.kind, n.id) not in useful:
                notes.setdefault((n.kind, n.id), RuleLook(n.id, n.kind, str(n.use), n.text, _place(n.location)))
    return tuple(notes.values())
