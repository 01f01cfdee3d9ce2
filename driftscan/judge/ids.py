"""The names of findings: stable over runs, free of addresses and values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from driftscan.judge.values import digest
from driftscan.model.finding import Finding, Kind, Locator

_NOWHERE = Locator("", "", "")


def finding_id(origin: str, kind: Kind, type: str, key: str, path: tuple[str, ...] = ()) -> str:
    """The id (16 hex digits) of a finding. origin: comparison, rule or environment; path: without element selectors.

    A finding about a whole pair or resource has the empty path: it stays the same finding while other members of it come to differ.
    """
    return digest("finding", origin, str(kind), type, key, list(path), length=16)


def unique(id: str, place: int) -> str:
    """The id of the findings that would share one: the first keeps it, the others are numbered by `place` (from 1), in address order."""
    return id if place == 0 else digest("again", id, place, length=16)


def told_apart(findings: Iterable[Finding]) -> list[Finding]:
    """The findings with ids of their own: resources that share a logical key are told apart by the order of their addresses."""
    by_id: dict[str, list[Finding]] = {}
    for finding in findings:
        by_id.setdefault(finding.id, []).append(finding)
    out: list[Finding] = []
    for id, those in by_id.items():
        those.sort(key=_address)
        out += [replace(f, id=unique(id, place)) for place, f in enumerate(those)]
    return out


def _address(finding: Finding) -> tuple[tuple[str, str, str], ...]:
    sides = (finding.subject.reference, finding.subject.candidate)
    return tuple((s.account, s.region, s.id) for s in (side or _NOWHERE for side in sides))
