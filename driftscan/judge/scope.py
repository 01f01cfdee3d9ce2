"""A scope that vanished: an account or a region that the last report spoke for and this one does not look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from driftscan.judge.changes import waived
from driftscan.judge.ids import finding_id
from driftscan.judge.state import with_state
from driftscan.judge.values import digest
from driftscan.judge.waivers import Target, active
from driftscan.model.drift import Severity, Verdict
from driftscan.model.finding import Earlier, Finding, Kind, Subject
from driftscan.model.settings import Waiver

CODE: Final = "not in scope any more"
_EVERYWHERE: Final = "*"
_PREFIX: Final = "scope"
_NEXT: Final = "take it back into the configuration, or accept with a waiver that nobody looks at it"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """What an environment's snapshot speaks for. account: `*` is the whole environment; region: `*` is the whole account."""

    environment: str
    account: str = _EVERYWHERE
    region: str = _EVERYWHERE

    def holds(self, environment: str, account: str, region: str) -> bool:
        """Whether that place lies in this one."""
        return self.environment == environment and self.account in (_EVERYWHERE, account) and self.region in (_EVERYWHERE, region)


def finding_of(place: Place, waivers: Sequence[Waiver], today: date, previous: Mapping[str, Earlier], period: str) -> Finding:
    """The finding on a place that is not looked at any more: critical, because nothing that was known of it is watched.

    It stays until the place is read again, or a waiver accepts that it is not.
    """
    key = ":".join((_PREFIX, place.account, place.region))
    id, value = finding_id(place.environment, Kind.GAP, "*", key), digest(_PREFIX, place.environment, place.account, place.region)
    target = Target(place.environment, id, Kind.GAP, "*", (key,), digest=value, whole=value)
    decision, _ = waived(active(waivers, today), target)
    what = "the environment" if place.account == _EVERYWHERE else f"account {place.account}"
    if place.region != _EVERYWHERE:
        what = f"region {place.region} of {what}"
    finding = Finding(
        id=id,
        kind=Kind.GAP,
        verdict=Verdict.UNKNOWN if decision is None else decision.verdict,
        severity=Severity.CRITICAL,
        aspect="observability",
        comparison=place.environment,
        value_digest=value,
        group=digest("gap", place.environment, key, length=12),
        title=f"{place.environment}: {what} was read before and is not read any more",
        subject=Subject("*", key),
        reason=_NEXT if decision is None else decision.reason,
        severity_reason="a scope that vanished: what was known of it is not watched any more",
        waiver=None if decision is None else decision.waiver,
        location=None if decision is None else decision.location,
    )
    return with_state(finding, previous.get(id), period)


def place_of(before: Earlier) -> Place | None:
    """The place that an earlier finding of this kind was about; None for any other finding."""
    return place_of_subject(before.subject, before.comparison) if before.kind == Kind.GAP else None


def place_of_subject(subject: Subject, environment: str) -> Place | None:
    """The place that a finding of kind gap is about, where it says that a place vanished."""
    prefix, _, rest = subject.key.partition(":")
    if prefix != _PREFIX or subject.type != "*":
        return None
    account, _, region = rest.partition(":")
    return Place(environment, account, region)


def outside(finding: Earlier, environments: tuple[str, str], places: Sequence[Place]) -> bool:
    """Whether one of the finding's sides lies in one of the places. environments: of its candidate and its reference."""
    sides = zip(environments, (finding.subject.candidate, finding.subject.reference), strict=True)
    return any(s is not None and any(p.holds(environment, s.account, s.region) for p in places) for environment, s in sides)
