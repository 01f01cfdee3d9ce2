"""Findings about what could not be read: one per cause, so that nothing unseen is silent and nothing unseen is forty findings."""

from __future__ import annotations

from collections.abc import Sequence

from driftscan.judge.aspects import aspect_of
from driftscan.judge.case import Case, SideName
from driftscan.judge.ids import finding_id
from driftscan.judge.values import digest
from driftscan.model.drift import Severity, Verdict
from driftscan.model.finding import Finding, Kind, Subject
from driftscan.model.snapshot import Gap
from driftscan.model.value import Address

WHOLE_ACCOUNT = "*"
_GRAVE = ("iam", "network", "data-protection", "observability")


def of_gaps(case: Case, gaps: tuple[Sequence[Gap], Sequence[Gap]]) -> list[Finding]:
    """One finding per call and code of each environment (an account that cannot be reached is one), and one per type that could
    not be compared although no gap of the other side says why. gaps: of the candidate's snapshot and of the reference's.
    """
    out: list[Finding] = []
    environments = case.stage.candidate, case.stage.reference
    for i, environment in enumerate(environments):
        if i and case.stage.same:
            break
        causes: dict[tuple[str, ...], list[Gap]] = {}
        for gap in sorted({*gaps[0], *gaps[1]} if case.stage.same else set(gaps[i]), key=_by_place):
            account = gap.account if gap.type == WHOLE_ACCOUNT else ""
            causes.setdefault((gap.service, gap.operation, gap.code, account), []).append(gap)
        out += [_of_cause(case, environment, cause, those) for cause, those in sorted(causes.items())]
    return out + _unexplained(case, gaps)


def _of_cause(case: Case, environment: str, cause: tuple[str, ...], gaps: list[Gap]) -> Finding:
    service, operation, code, account = cause
    types = sorted({g.type for g in gaps})
    aspects = sorted({aspect_of(case.spec(t)) for t in types}, key=lambda a: (a not in _GRAVE, a))
    accounts = sorted({g.account for g in gaps})
    regions = sorted({g.region for g in gaps})
    key = f"{service}:{operation}:{code}" + (f":{account}" if account else "")
    if account:
        severity, why = Severity.HIGH, "nothing of a whole account was seen"
        text = f"{environment}: account {account} could not be read ({code})"
    else:
        grave = aspects[0] in _GRAVE
        severity = Severity.MEDIUM if grave else Severity.LOW
        why = f"{aspects[0]}: what could not be seen is at most medium"
        what = case.noun(types[0]) if len(types) == 1 else f"{len(types)} resource types"
        text = f"{environment}: {service} {operation} failed with {code} in {_place(accounts, regions)}, so that {what} was not read whole"
    return Finding(
        id=finding_id(environment, Kind.GAP, WHOLE_ACCOUNT, key),
        kind=Kind.GAP,
        verdict=Verdict.UNKNOWN,
        severity=severity,
        aspect=aspects[0],
        comparison=environment,
        value_digest=digest(*sorted({(g.account, g.region, g.type, g.address.id if g.address else "") for g in gaps})),
        group=digest("gap", environment, key, length=12),
        title=text,
        subject=Subject(types[0] if len(types) == 1 else WHOLE_ACCOUNT, key),
        reason=next((g.hint for g in gaps if g.hint), "") or f"the call failed with {code}",
        severity_reason=why,
        gaps=tuple(gaps),
    )


def _place(accounts: list[str], regions: list[str]) -> str:
    where = f"account {accounts[0]}" if len(accounts) == 1 else f"{len(accounts)} accounts"
    return f"{where}, {regions[0]}" if len(regions) == 1 else f"{where}, {len(regions)} regions"


def _unexplained(case: Case, gaps: tuple[Sequence[Gap], Sequence[Gap]]) -> list[Finding]:
    """Types whose resources on one side could not be compared, where the other side has no gap for them."""
    explained = [{g.type for g in side} for side in gaps]
    counts: dict[tuple[str, str, SideName], list[Address]] = {}
    for address, code in case.comparison.uncompared:
        side: SideName = "candidate" if address in case.comparison.candidate.seals else "reference"
        other = explained[1 if side == "candidate" else 0]
        if address.type not in other and WHOLE_ACCOUNT not in other:
            counts.setdefault((address.type, code, side), []).append(address)
    return [_of_type(case, *cause, addresses) for cause, addresses in sorted(counts.items())]


def _of_type(case: Case, type: str, code: str, side: SideName, addresses: list[Address]) -> Finding:
    here = case.stage.name(side)
    there = case.stage.name("reference" if side == "candidate" else "candidate")
    aspect = aspect_of(case.spec(type))
    key = f"{here}:{code}"
    return Finding(
        id=finding_id(case.name, Kind.GAP, type, key),
        kind=Kind.GAP,
        verdict=Verdict.UNKNOWN,
        severity=Severity.MEDIUM if aspect in _GRAVE else Severity.LOW,
        aspect=aspect,
        comparison=case.name,
        value_digest=digest(*sorted((a.account, a.region, a.id) for a in addresses)),
        group=digest("gap", case.name, type, key, length=12),
        title=f"{case.noun(type)}: {len(addresses)} in {here} could not be compared, {there} has no complete listing of them ({code})",
        subject=Subject(type, key),
        reason=f"{there} has no complete listing of {type} ({code})",
        severity_reason=f"{aspect}: what could not be seen is at most medium",
    )


def _by_place(gap: Gap) -> tuple[str, ...]:
    address = str(gap.address) if gap.address is not None else ""
    return gap.account, gap.region, gap.type, gap.service, gap.operation, gap.code, address, *gap.member
