"""Findings about what could not be read: one per cause, so that nothing unseen is silent and nothing unseen is forty findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from driftscan.judge.aspects import aspect_of
from driftscan.judge.case import Case, SideName
from driftscan.judge.ids import finding_id
from driftscan.judge.values import digest
from driftscan.model.drift import Severity, Verdict
from driftscan.model.finding import Finding, FindingChange, Kind, Subject
from driftscan.model.snapshot import Gap
from driftscan.model.value import Address, Unknown

Gaps: TypeAlias = tuple[Sequence[Gap], Sequence[Gap]]
"""Of the candidate's snapshot and of the reference's."""
Cause: TypeAlias = tuple[str, str, str]
"""Service, code, and the account where a whole account could not be read (else empty)."""

WHOLE_ACCOUNT: Final = "*"
_SIDES: Final[tuple[SideName, SideName]] = ("candidate", "reference")
_GRAVE: Final = ("iam", "network", "data-protection", "observability")
_HINTS: Final = 3


def cause_of(gap: Gap) -> Cause:
    """What calls have in common that fail for one reason."""
    return gap.service, gap.code, gap.account if gap.type == WHOLE_ACCOUNT else ""


def explain(changes: Sequence[FindingChange], pair: tuple[Address, Address], gaps: Gaps) -> frozenset[tuple[int, Cause]] | None:
    """The gaps (side, cause) that are all there is to say about a pair, or None.

    Every change is a value that one side or both could not read, and a gap of that side says why: then the gap is what a person
    acts on, and a finding for each of its resources would only repeat it.
    """
    causes: set[tuple[int, Cause]] = set()
    for change in changes:
        values = (change.candidate, change.reference)
        unread = [side for side in (0, 1) if isinstance(values[side], Unknown)]
        if change.verdict is not Verdict.UNKNOWN or not unread:
            return None
        for side in unread:
            gap = next((g for g in gaps[side] if _says_why(g, pair[side], str(change.path[0]), values[side].code)), None)
            if gap is None:
                return None
            causes.add((side, cause_of(gap)))
    return frozenset(causes)


def _says_why(gap: Gap, address: Address, member: str, code: str) -> bool:
    if gap.code != code or gap.type != address.type or gap.account != address.account:
        return False
    return gap.address == address if gap.address is not None and not gap.member else member in gap.member


def of_gaps(case: Case, gaps: Gaps, undecided: Mapping[tuple[int, Cause], int] | None = None) -> list[Finding]:
    """One finding per service and code of each environment (an account that cannot be reached is one), and one per type that could
    not be compared although no gap of the other side says why. undecided: how many pairs each cause leaves undecided (`explain`).
    """
    counts = Counter(undecided or {})
    if case.stage.same:
        both = sorted({*gaps[0], *gaps[1]}, key=_by_place)
        totals = Counter({cause: max(counts[0, cause], counts[1, cause]) for _, cause in counts})
        out = _of_side(case, case.stage.candidate, both, totals)
    else:
        out = []
        for side, environment in enumerate((case.stage.candidate, case.stage.reference)):
            mine = Counter({cause: n for (where, cause), n in counts.items() if where == side})
            out += _of_side(case, environment, sorted(set(gaps[side]), key=_by_place), mine)
    return out + _unexplained(case, gaps)


def _of_side(case: Case, environment: str, gaps: Sequence[Gap], undecided: Counter[Cause]) -> list[Finding]:
    causes: dict[Cause, list[Gap]] = {}
    for gap in gaps:
        causes.setdefault(cause_of(gap), []).append(gap)
    return [_of_cause(case, environment, cause, those, undecided[cause]) for cause, those in sorted(causes.items())]


def _of_cause(case: Case, environment: str, cause: Cause, gaps: list[Gap], undecided: int) -> Finding:
    service, code, account = cause
    types = sorted({g.type for g in gaps})
    aspect = min({aspect_of(case.spec(t)) for t in types}, key=lambda a: (a not in _GRAVE, a))
    key = f"{service}:{code}" + (f":{account}" if account else "")
    if account:
        severity, why = Severity.HIGH, "nothing of a whole account was seen"
        title = f"{environment}: account {account} could not be read ({code})"
    else:
        severity = Severity.MEDIUM if aspect in _GRAVE else Severity.LOW
        why = f"{aspect}: what could not be seen is at most medium"
        title = f"{environment}: {_calls(gaps)} failed with {code} in {_place(gaps)}, so that {_what(case, types)} could not be read whole"
    if undecided:
        title += f"; {undecided} pair{'s are' if undecided > 1 else ' is'} undecided"
    return Finding(
        id=finding_id(environment, Kind.GAP, WHOLE_ACCOUNT, key),
        kind=Kind.GAP,
        verdict=Verdict.UNKNOWN,
        severity=severity,
        aspect=aspect,
        comparison=environment,
        value_digest=digest(*sorted({(g.account, g.region, g.type, g.operation, g.address.id if g.address else "") for g in gaps})),
        group=digest("gap", environment, key, length=12),
        title=title,
        subject=Subject(types[0] if len(types) == 1 else WHOLE_ACCOUNT, key),
        reason=_hints(gaps) or f"the call failed with {code}",
        severity_reason=why,
        gaps=tuple(gaps),
    )


def _calls(gaps: list[Gap]) -> str:
    operations = sorted({g.operation for g in gaps})
    return f"{gaps[0].service} {operations[0]}" if len(operations) == 1 else f"{len(operations)} {gaps[0].service} calls"


def _place(gaps: list[Gap]) -> str:
    accounts, regions = sorted({g.account for g in gaps}), sorted({g.region for g in gaps})
    where = f"account {accounts[0]}" if len(accounts) == 1 else f"{len(accounts)} accounts"
    return f"{where}, {regions[0]}" if len(regions) == 1 else f"{where}, {len(regions)} regions"


def _what(case: Case, types: list[str]) -> str:
    nouns = [case.noun(t) for t in types]
    return " and ".join(nouns) if len(nouns) < 3 else f"{nouns[0]} and {len(nouns) - 1} other types"


def _hints(gaps: list[Gap]) -> str:
    """The next steps, each once, the first few."""
    hints = list(dict.fromkeys(g.hint for g in gaps if g.hint))
    rest = len(hints) - _HINTS
    return "; ".join(hints[:_HINTS]) + (f"; and {rest} more" if rest > 0 else "")


def _unexplained(case: Case, gaps: Gaps) -> list[Finding]:
    """Types whose resources on one side could not be compared, where the other side has no gap for them."""
    explained = [{g.type for g in side} for side in gaps]
    counts: dict[tuple[str, str, int], list[Address]] = {}
    for address, code in case.comparison.uncompared:
        side = 0 if address in case.comparison.candidate.seals else 1
        if not {address.type, WHOLE_ACCOUNT} & explained[1 - side]:
            counts.setdefault((address.type, code, side), []).append(address)
    return [_of_type(case, type, code, side, addresses) for (type, code, side), addresses in sorted(counts.items())]


def _of_type(case: Case, type: str, code: str, side: int, addresses: list[Address]) -> Finding:
    here, there = case.stage.name(_SIDES[side]), case.stage.name(_SIDES[1 - side])
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
