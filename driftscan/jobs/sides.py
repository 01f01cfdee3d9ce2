"""What a side of `diff` names: `prod`, `prod~1`, `prod@2026-10`, `prod@{2.weeks.ago}`, a snapshot's id or its unique beginning."""

from __future__ import annotations

import re

from driftscan.config.text import nearest
from driftscan.errors import UsageError
from driftscan.jobs.context import Context
from driftscan.store import SnapshotInfo


def resolve(context: Context, text: str) -> SnapshotInfo:
    """The stored snapshot that `text` names, none newer than a pinned `as_of`; aliases name their environment too.

    Raises UsageError: no such environment, no such snapshot.
    """
    name, rest = re.match(r"([^~@]*)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]  # fits every text
    try:
        environment = context.settings.environment(name).name
    except KeyError:
        names = [e.name for e in context.settings.environments]
        if not any(c.isdigit() for c in name) and (near := nearest(name, names)):  # never the beginning of an id by accident
            raise UsageError(f"there is no environment {name!r}", f"did you mean {near!r}?") from None
        return context.store.resolve(text, context.upto(name))
    if not context.store.snapshots(environment):
        raise UsageError(f"no snapshot of {environment} is stored in {context.store.url}", f"run `driftscan scan {environment}`")
    return context.store.resolve(environment + rest, context.upto(environment))
