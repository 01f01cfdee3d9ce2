"""Settings that the configuration reveals, in snapshots that were read before it did: what is stored as a digest stays one."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from driftscan.judge.globs import covers
from driftscan.model.report import Report, ReportFinding, Wire
from driftscan.model.settings import Settings


def unrevealed(report: Report, settings: Settings) -> list[str]:
    """What a person has to do to see what `reveal` names: a sentence per environment whose snapshot still holds digests of it."""
    hidden: dict[str, set[str]] = {}
    for f in report.findings:
        for environment, name in _hidden(f, settings):
            hidden.setdefault(environment, set()).add(name)
    return [_said(environment, ", ".join(sorted(names))) for environment, names in sorted(hidden.items())]


def _said(environment: str, names: str) -> str:
    why = "was stored as a digest before the configuration revealed it, and nobody can turn that back"
    return f"{names} of {environment} {why}: `driftscan scan {environment}` reads it again"


def _hidden(f: ReportFinding, settings: Settings) -> Iterator[tuple[str, str]]:
    """Environment and name of the settings that are digests and should not be."""
    candidate, _, reference = f.comparison.partition("..")
    for c in f.changes:
        path = tuple(s.replace("~1", "/").replace("~0", "~") for s in c.pointer.split("/")[1:])
        if path and any(_reveals(rule, f.resource.type, path) for rule in settings.reveal):
            for side, value in ((candidate, c.candidate), (reference, c.reference)):
                if _is_setting(value):
                    yield side.partition("@")[0], path[-1]


def _reveals(rule: str, type: str, path: tuple[str, ...]) -> bool:
    named, colon, where = rule.rpartition(":")
    return named == type and covers(where, path) if colon else fnmatchcase(path[-1], rule)


def _is_setting(value: Wire) -> bool:
    return isinstance(value, dict) and isinstance(inner := value.get("redacted"), dict) and inner.get("kind") == "setting"
