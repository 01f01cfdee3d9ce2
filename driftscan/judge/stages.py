"""The order of promotion: which side of a comparison is the later environment."""

from __future__ import annotations

from driftscan.judge.severity import Stage
from driftscan.model.settings import Settings


def backwards(candidate: str, reference: str, settings: Settings) -> bool:
    """Whether a comparison is asked for against the order of promotion (`diff prod stage`).

    The configured comparisons say what the order is; where none is about the two, the order of the environments in the file does.
    """
    configured = {(c.candidate, c.reference) for c in settings.comparisons}
    if candidate == reference or (candidate, reference) in configured:
        return False
    if (reference, candidate) in configured:
        return True
    places = [_place(name, settings) for name in (candidate, reference)]
    return places[0] is not None and places[1] is not None and places[0] > places[1]


def stage_of(candidate: str, reference: str, settings: Settings) -> Stage:
    """Where a comparison stands. The last environments are those that others are compared with and that are no candidate themselves."""
    candidates = {c.candidate for c in settings.comparisons}
    last = {c.reference for c in settings.comparisons} - candidates
    if not last and settings.environments:
        last = {settings.environments[-1].name}
    known = {e.name for e in settings.environments}
    is_last = bool({candidate, reference} & last) or not {candidate, reference} <= known
    return Stage(candidate, reference, is_last, candidate == reference)


def _place(name: str, settings: Settings) -> int | None:
    return next((i for i, e in enumerate(settings.environments) if e.name == name), None)
