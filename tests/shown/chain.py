"""A store written anew by somebody who holds its files: every digest fits, and it is another past."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from driftscan.model.resource import Resource
from driftscan.store import Store


def rewrite(source: Path, target: Path, *, keep: int, change: Callable[[Resource], Resource] = lambda r: r) -> None:
    """The first `keep` snapshots of every environment, with `change` made to each resource, chained anew; the run records too."""
    old, new = Store.open(str(source)), Store.open(str(target))
    for environment in sorted({i.environment for i in old.snapshots()}):
        for number, info in enumerate(old.snapshots(environment)[:keep]):
            snapshot = old.snapshot(info.id)
            with new.lock():
                writer = new.begin(environment, f"run-{number}")
                writer.add("all", map(change, snapshot.resources()), snapshot.listings, snapshot.gaps)
                writer.finish(snapshot.header)
    for run in old.runs()[:keep]:
        new.put_run(run)
