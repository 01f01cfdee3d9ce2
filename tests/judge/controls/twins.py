"""Comparisons with one finding, made by hand."""

from __future__ import annotations

from driftscan.judge.facts.shape import Shape
from driftscan.judge.facts.twins import Met, Twins
from driftscan.model.drift import Severity, Verdict
from driftscan.model.finding import Finding, Kind, Subject


def met(verdict: Verdict) -> Met:
    about = Subject("Role", "reader")
    f = Finding("f1", Kind.CHANGED, verdict, Severity.HIGH, "iam", "stage..prod", "d", "g", "role reader differs", about)
    return Met(f, verdict)


def twins(
    *, topology: tuple[Met, ...] = (), boundaries: tuple[Met, ...] = (), compared: int = 3, shape: Shape | None = None
) -> tuple[Twins, ...]:
    return (Twins("stage", "prod", compared, topology, boundaries, shape=shape or Shape()),)
