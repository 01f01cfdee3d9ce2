"""Comparison -> judgement: verdicts, severities, owners, groups, state and the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from driftscan.catalog import Catalog
from driftscan.judge import mirror
from driftscan.judge.case import Bodies, Case, SideName
from driftscan.judge.consequences import hanging
from driftscan.judge.findings import Found, gathered, of_ambiguous, of_pair, of_resource, order
from driftscan.judge.gaps import Cause, Gaps, explain, of_gaps
from driftscan.judge.groups import groups
from driftscan.judge.history import History
from driftscan.judge.ids import told_apart
from driftscan.judge.ledger import ledger
from driftscan.judge.notes import notes
from driftscan.judge.stages import backwards, stage_of
from driftscan.judge.state import gone, with_state
from driftscan.model.drift import Comparison, Verdict
from driftscan.model.finding import Earlier, Judgement, Kind
from driftscan.model.resource import Canonical
from driftscan.model.settings import Settings
from driftscan.model.value import Address


def judge(
    comparison: Comparison,
    settings: Settings,
    catalog: Catalog,
    history: History,
    as_of: datetime,
    body: Bodies,
    *,
    previous: Mapping[str, Earlier] | None = None,
    period: str | None = None,
    gaps: Gaps | None = None,
    seen: datetime | None = None,
) -> Judgement:
    """What a comparison means under this configuration, at this moment.

    as_of: aware, UTC. body: the canonical form of a resource of one side, made when asked for.
    previous: findings of the last final report of an earlier period (`judge.earlier`); period: what this report answers for
    (`2026-11`; without one the month of `as_of`). gaps: of the candidate's snapshot and of the
    reference's; without them nothing is said about gaps.
    A comparison against the order of promotion is judged in that order and mirrored.
    Raises DriftscanError where the ledger does not add up.
    """
    period = period or f"{as_of:%Y-%m}"
    before = previous if previous is not None else {}
    names = comparison.candidate.environment, comparison.reference.environment
    if not backwards(*names, settings):
        return _judge(
            Case(comparison, settings, catalog, history, as_of, body, stage_of(*names, settings), seen or as_of), before, period, gaps
        )

    def swapped(side: SideName, address: Address) -> Canonical:
        return body("reference" if side == "candidate" else "candidate", address)

    stage = stage_of(names[1], names[0], settings)
    case = Case(mirror.comparison(comparison), settings, catalog, history, as_of, swapped, stage, seen or as_of)
    judged = mirror.judgement(_judge(case, before, period, (gaps[1], gaps[0]) if gaps else None))
    return replace(judged, groups=groups(judged.findings, case.noun))


def _judge(case: Case, previous: Mapping[str, Earlier], period: str, gaps: Gaps | None) -> Judgement:
    comparison = case.comparison
    pairs: list[Found] = []
    verdicts: dict[int, Verdict] = {}
    undecided: Counter[tuple[int, Cause]] = Counter()
    for i, compared in enumerate(comparison.compared):
        if (one := of_pair(case, compared)) is None:
            continue
        verdicts[i] = one.finding.verdict
        pair = (compared.pair.candidate, compared.pair.reference)
        causes = explain(one.finding.changes, pair, gaps) if gaps is not None and one.finding.id not in previous else None
        if causes is None:
            pairs.append(one)
        else:
            undecided.update(causes)
    found: list[Found] = []
    one_sided: list[Verdict] = []
    hidden: set[str] = set()
    for kind, side, addresses in (
        (Kind.EXTRA, comparison.candidate, comparison.extra),
        (Kind.MISSING, comparison.reference, comparison.missing),
    ):
        alone = {address: of_resource(case, kind, address) for address in addresses}
        roots = hanging(side.seals, alone)
        shown, ids = gathered(alone, roots, pairs)
        found += shown
        hidden |= ids
        one_sided += [alone[roots.get(a, a) if f.finding.id in ids else a].finding.verdict for a, f in alone.items()]
    found[:0] = [one for one in pairs if one.finding.id not in hidden]
    found += [of_ambiguous(case, group) for group in comparison.ambiguous]
    named = [*told_apart(one.finding for one in found), *(of_gaps(case, gaps, undecided) if gaps is not None else ())]
    findings = [with_state(f, previous.get(f.id), period) for f in named]
    carried, resolved = gone(case, {f.id for f in findings} | hidden, previous, period, gaps is not None)
    rows = ledger(comparison, verdicts)
    equal = len(comparison.compared) - len(verdicts)
    expected = [v for v in (*verdicts.values(), *one_sided) if v is Verdict.EXPECTED]
    unknown = [v for v in (*verdicts.values(), *one_sided) if v is Verdict.UNKNOWN]
    ordered = tuple(sorted([*findings, *carried], key=order))
    return Judgement(
        candidate=case.stage.candidate,
        reference=case.stage.reference,
        findings=ordered,
        ledger=rows,
        groups=groups(ordered, case.noun),
        rules=notes(case, findings, {w for f in (*pairs, *found) for w in f.dead}),
        resolved=tuple(resolved),
        paired=len(comparison.compared),
        equal=equal,
        agreeing=equal + len(expected),
        comparable=len(comparison.compared) + len(one_sided) - len(unknown),
        extra=len(comparison.extra),
        missing=len(comparison.missing),
    )
