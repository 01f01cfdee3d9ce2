"""What the catalogue reads, and what of it is not compared, as tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Final

from driftscan.catalog import Catalog, derived, ignored
from driftscan.catalog.decisions import decisions
from driftscan.catalog.permissions import calls
from driftscan.catalog.spec import REASONS, Spec
from driftscan.config.text import nearest
from driftscan.errors import UsageError

GENERATED: Final = (
    "A text that is generated as a whole (a UUID behind a prefix, a date and a serial number): one is as good as another, whether it is "
    "there counts. Ids of a known form are references."
)
Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


def narrowed(catalog: Catalog, globs: Iterable[str]) -> Catalog:
    """The catalogue with only the types that fit one of the globs (all, where there are none). A whole name of one of Google's types
    that nobody wrote a spec for stands for its general spec. Raises UsageError where a glob fits none.
    """
    wanted = tuple(globs)
    asked = {t: s for t in wanted if t not in catalog.specs and (s := catalog.spec(t)) is not None}
    for glob in wanted:
        if glob not in asked and not any(fnmatchcase(t, glob) for t in catalog.specs):
            near = nearest(glob, catalog.specs)
            raise UsageError(f"no type fits {glob!r}", f"did you mean {near}?" if near else "see `driftscan types`")
    if not wanted:
        return catalog
    found = {t: s for t, s in catalog.specs.items() if any(fnmatchcase(t, g) for g in wanted)}
    return replace(catalog, specs=dict(sorted((found | asked).items())))


def read(catalog: Catalog, only: Iterable[str] = ()) -> Table:
    """Every type with its scope, how it is compared, and the calls that read it."""
    rows: list[tuple[str, ...]] = []
    for spec in narrowed(catalog, only).specs.values():
        compared = "counted" if not spec.pair else "population" if spec.population else "compared"
        rows.append((spec.type, spec.scope, compared, spec.aspect, spec.title, ", ".join(_calls(spec))))
    return ("type", "scope", "how", "aspect", "title", "calls"), rows


def dropped(catalog: Catalog, only: Iterable[str] = ()) -> Table:
    """Every leaf of the vendor's documents that is not compared, with the reason in words.

    Where all types are asked for, at the end what holds for each.
    """
    wanted = tuple(only)
    rows: list[tuple[str, ...]] = [
        (spec.type, path, reason, REASONS.get(reason, ""))
        for spec in narrowed(catalog, wanted).specs.values()
        for path, reason in _dropped(spec)
    ]
    if not wanted:
        rows.append(("*", "**", "identity", GENERATED))
    return ("type", "path", "reason", "why"), rows


def _dropped(spec: Spec) -> list[tuple[str, str]]:
    """(path, reason). Of a general spec the rule's own paths: what its documents hold beside them nobody has written down."""
    if spec.file:
        return [(d.path, d.reason) for d in decisions(spec) if d.outcome == "dropped"]
    return [(i.path.text, i.reason) for i in (*ignored(spec), *derived(spec.type).by_name)]


def _calls(spec: Spec) -> list[str]:
    """`service:Operation`; of Google's types what Cloud Asset Inventory is asked for."""
    return [f"{s}:{o}" for s, o in calls(spec)] or [f"cloudasset:ListAssets({c})" for c in spec.content]
