"""The names of findings: stable over runs, free of addresses and values."""

from __future__ import annotations

from driftscan.judge.values import digest
from driftscan.model.finding import Kind


def finding_id(origin: str, kind: Kind, type: str, key: str, path: tuple[str, ...] = ()) -> str:
    """The id (16 hex digits) of a finding. origin: comparison, rule or environment; path: without element selectors.

    A finding about a whole pair or resource has the empty path: it stays the same finding while other members of it come to differ.
    """
    return digest("finding", origin, str(kind), type, key, list(path), length=16)


def unique(id: str, place: int) -> str:
    """The id of the findings that would share one: the first keeps it, the others are numbered by `place` (from 1), in address order."""
    return id if place == 0 else digest("again", id, place, length=16)
