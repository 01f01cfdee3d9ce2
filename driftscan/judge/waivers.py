"""Accepted findings: each bound to its two values, with an end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from driftscan.judge.globs import fits
from driftscan.judge.values import same
from driftscan.model.finding import Kind, RuleUse
from driftscan.model.settings import Waiver
from driftscan.model.value import ABSENT, Path, Value, member_path, show_path


@dataclass(frozen=True, slots=True)
class Target:
    """What a waiver could be about. names: spellings of the resource's key; values: both sides' (`ABSENT` where there is none).

    digests: of the change, and of the whole finding. On a one-sided resource `candidate` and `reference` hold what its values are:
    nothing on the one side, its id and ARN on the other (`ids`).
    """

    comparison: str
    finding: str
    kind: Kind
    type: str
    names: tuple[str, ...]
    path: Path = ()
    candidate: Value = ABSENT
    reference: Value = ABSENT
    digest: str = ""
    whole: str = ""
    ids: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


def malformed(waiver: Waiver) -> str:
    """What is wrong with it, or empty."""
    for name in ("owner", "approver", "ticket", "reason", "finding"):
        if not getattr(waiver, name).strip() and not (name == "finding" and waiver.findings):
            return f"it has no {name}"
    if waiver.owner.strip().casefold() == waiver.approver.strip().casefold():
        return "owner and approver are the same person"
    if waiver.findings:
        return "" if all(waiver.findings.values()) else "it is bound to no value"
    if waiver.value_digest is None and waiver.candidate is None and waiver.reference is None:
        return "it is bound to no value"
    return ""


def standing(waiver: Waiver, today: date) -> tuple[RuleUse, str]:
    """Whether a waiver can waive anything today: UNUSED (it can), MALFORMED or EXPIRED, with a sentence. It holds through its last day."""
    if problem := malformed(waiver):
        return RuleUse.MALFORMED, f"waiver {waiver.id} waives nothing: {problem}"
    if today > waiver.expires:
        return RuleUse.EXPIRED, f"waiver {waiver.id} expired on {waiver.expires.isoformat()}"
    return RuleUse.UNUSED, f"waiver {waiver.id} met no finding"


def active(waivers: Iterable[Waiver], today: date) -> tuple[Waiver, ...]:
    """Those that can waive something today."""
    return tuple(w for w in waivers if standing(w, today)[0] is RuleUse.UNUSED)


def names(waiver: Waiver, target: Target) -> bool:
    """Whether the waiver names the target: by the finding's id, or by `comparison/type/key/path` with globs (no path: the whole)"""
    if waiver.findings:
        return target.finding in waiver.findings
    if waiver.finding == target.finding:
        return True
    stems = tuple(f"{target.comparison}/{target.type}/{name}" for name in target.names)
    if any(fits(waiver.finding, stem) for stem in stems):
        return True
    paths = {show_path(target.path), ".".join(member_path(target.path))} - {""}
    return any(fits(waiver.finding, f"{stem}/{path}") for stem in stems for path in paths)


def binds(waiver: Waiver, target: Target) -> bool:
    """Whether the waiver was made for exactly these values."""
    if waiver.findings:
        return not {target.digest, target.whole}.isdisjoint(waiver.findings.get(target.finding, ()))
    if waiver.value_digest is not None:
        return waiver.value_digest in (target.digest, target.whole)
    if target.kind in (Kind.MISSING, Kind.EXTRA):
        written = (waiver.candidate, waiver.reference)
        return all(w in ids if ids else w is None for w, ids in zip(written, target.ids, strict=True))
    return same(target.candidate, waiver.candidate) and same(target.reference, waiver.reference)
