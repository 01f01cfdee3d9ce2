"""What the catalogue's rules keep out of comparison, counted: a silent value is said, with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from driftscan.catalog import Catalog
from driftscan.catalog.spec import REASONS
from driftscan.model.report import Ignored
from driftscan.model.snapshot import Snapshot


def ignored_of(snapshots: Iterable[Snapshot], catalog: Catalog) -> tuple[Ignored, ...]:
    """One row per type and path of which at least one value was there, sorted; `values` counts them over all snapshots."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for snapshot in snapshots:
        for type in snapshot.types():
            spec = catalog.spec(type)
            rules = spec.compare.ignore if spec else ()
            if not rules:
                continue
            for resource in snapshot.resources(type):
                for rule in rules:
                    found = len(rule.path.select(resource.value))
                    if found:
                        counts[type, str(rule.path), rule.reason] += found
    return tuple(Ignored(type, path, REASONS.get(reason, reason), n) for (type, path, reason), n in sorted(counts.items()))
