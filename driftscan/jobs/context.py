"""What every job works in."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from driftscan.catalog import Catalog
from driftscan.model.settings import Settings
from driftscan.store import Store
from driftscan.store.manifest import moment


@dataclass(frozen=True)
class Context:
    """as_of: the moment that is answered for; now: the clock, for when a read or a run took place; note: a sentence for the person.

    pinned: a person named `as_of`: then nothing that is newer counts. Otherwise it is the clock, and the newest is the newest.

    key: gives the redaction key; asked only by jobs that read a cloud.
    compared: comparisons made so far, by the ids of their snapshots, where several judgements stand on the same ones: contexts that share
    it differ in expected differences and waivers alone. None: each is made when it is asked for.
    """

    settings: Settings
    catalog: Catalog
    store: Store
    key: Callable[[], bytes]
    as_of: datetime
    now: Callable[[], datetime]
    run_id: str
    note: Callable[[str], None]
    pinned: bool = False
    compared: MutableMapping[tuple[str, str], Any] | None = field(default=None, compare=False, repr=False)

    def upto(self, environment: str) -> datetime:
        """The moment up to which the environment's snapshots count."""
        if self.pinned:
            return self.as_of
        return max([self.as_of, *(moment(i.as_of) for i in self.store.snapshots(environment))])

    @property
    def period(self) -> str:
        """The month that a run answers for."""
        return f"{self.as_of:%Y-%m}"


def stamp(moment: datetime) -> str:
    """UTC, ISO 8601 to the second, with `Z`."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
