"""Judge's `History` over stored snapshots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache

from driftscan.judge.values import value_at
from driftscan.model.resource import Canonical, Resource
from driftscan.model.snapshot import Snapshot, Status
from driftscan.model.value import ABSENT, Address, Path, Unknown, Value
from driftscan.normalize import Normalizer
from driftscan.store import SnapshotInfo, Store
from driftscan.store.manifest import moment

MOST = 24
"""So many snapshots back: two years of months."""


class Past:
    """What the snapshots before the compared ones showed. Each distinct state of a resource is normalised once."""

    def __init__(self, store: Store, before: dict[str, tuple[SnapshotInfo, ...]], normalizer: Callable[[Snapshot], Normalizer]) -> None:
        """before: environment -> its snapshots before the one compared, oldest first."""
        self._store = store
        self._before = {e: infos[-MOST:] for e, infos in before.items()}
        self._normalizer = normalizer
        self._environments: dict[str, str] = {}
        self._states = lru_cache(maxsize=4096)(self._read)
        self._snapshot = lru_cache(maxsize=2 * MOST)(store.snapshot)
        self._normalizers = lru_cache(maxsize=4)(lambda id: normalizer(self._snapshot(id)))
        for environment, infos in self._before.items():
            for info in infos:
                for account in self._snapshot(info.id).header.accounts:
                    self._environments[account] = environment

    def past(self, address: Address, path: Path) -> Sequence[tuple[datetime, Value]]:
        """See History.past."""
        return [
            (at, state if state is ABSENT or isinstance(state, Unknown) else value_at(state.body, path))
            for at, state in self._states(address)
        ]

    def _read(self, address: Address) -> list[tuple[datetime, Value]]:
        out: list[tuple[datetime, Value]] = []
        last: tuple[Resource, Canonical] | None = None
        for info in self._before.get(self._environments.get(address.account, ""), ()):
            snapshot = self._snapshot(info.id)
            try:
                resource = snapshot.resource(address)
            except KeyError:
                out.append((moment(info.as_of), _why_absent(snapshot, address)))
                continue
            if last is None or last[0].value != resource.value:
                last = (resource, self._normalizers(info.id).canonical(resource))
            out.append((moment(info.as_of), last[1]))
        return out


def _why_absent(snapshot: Snapshot, address: Address) -> Value:
    """ABSENT where a complete listing says so, else Unknown."""
    for listing in snapshot.listings:
        if (listing.type, listing.account, listing.region) == (address.type, address.account, address.region):
            return ABSENT if listing.status in (Status.COMPLETE, Status.OFF) else Unknown(str(listing.status))
    return Unknown("unread type")
