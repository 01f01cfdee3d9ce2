"""Judge's `History` over stored snapshots."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial

from driftscan.jobs.seals import sealed
from driftscan.judge.values import digest, neutral, value_at
from driftscan.model.resource import Canonical, Resource, Seal
from driftscan.model.snapshot import Snapshot, Status
from driftscan.model.value import ABSENT, Address, Path, Unknown, Value
from driftscan.normalize import Normalizer
from driftscan.store import SnapshotInfo, Store
from driftscan.store.manifest import moment

MOST = 24
"""So many snapshots back: two years of months."""
BY_KEY = 3
"""So many of them are searched by logical key: it takes the seals of a whole snapshot."""
_DEPTH = 3
"""How far references inside keys are followed."""


class Past:
    """What the snapshots before the compared ones showed. Each distinct state of a resource is normalised once.

    No cache here holds what holds it: stored seals are read without looking for garbage (`jobs/seals.decode`), and a cycle made
    before would stay, with everything that it holds.
    """

    def __init__(
        self,
        store: Store,
        before: dict[str, tuple[SnapshotInfo, ...]],
        normalizer: Callable[[Snapshot], Normalizer],
        now: Mapping[str, Mapping[Address, Seal]],
    ) -> None:
        """before: environment -> its snapshots before the one compared, oldest first. now: environment -> seals of the one compared."""
        self._before = {e: infos[-MOST:] for e, infos in before.items()}
        self._now = now
        self._environments = {a.account: environment for environment, held in now.items() for a in held}
        self._states = lru_cache(maxsize=4096)(partial(Past._read, weakref.proxy(self)))
        self._snapshot = snapshot = lru_cache(maxsize=2 * MOST)(store.snapshot)
        self._normalizers = normalizers = lru_cache(maxsize=4)(lambda id: normalizer(snapshot(id)))
        self._named = lru_cache(maxsize=2 * BY_KEY)(
            lambda id, environment: _by_key(sealed(store, snapshot(id), normalizers(id)).seals, environment)
        )

    def past(self, address: Address, path: Path) -> Sequence[tuple[datetime, Value]]:
        """See History.past."""
        return [(at, value_at(state.body, path) if isinstance(state, Canonical) else state) for at, state in self._states(address)]

    def counterpart(self, address: Address, environment: str) -> Sequence[tuple[datetime, Value]]:
        """See History.counterpart."""
        own = self._environments.get(address.account, "")
        out: list[tuple[datetime, Value]] = []
        for info in self._before.get(environment, ())[-BY_KEY:]:
            found = self._look(address, own, info, environment)
            out.append((moment(info.as_of), _why_unlisted(self._snapshot(info.id), address.type) if found is None else True))
        return out

    def _read(self, address: Address) -> list[tuple[datetime, Canonical | Value]]:
        """A resource in each snapshot of its environment, oldest first: its canonical form, or `ABSENT` or `Unknown`."""
        out: list[tuple[datetime, Canonical | Value]] = []
        last: tuple[Resource, Canonical] | None = None
        environment = self._environments.get(address.account, "")
        infos = self._before.get(environment, ())
        for n, info in enumerate(infos):
            snapshot = self._snapshot(info.id)
            resource = _held(snapshot, address)
            if resource is None and n >= len(infos) - BY_KEY:
                earlier = self._look(address, environment, info, environment)
                resource = _held(snapshot, earlier) if earlier is not None else None
            if resource is None:
                out.append((moment(info.as_of), _why_absent(snapshot, address)))
                continue
            if last is None or last[0].value != resource.value:
                last = (resource, self._normalizers(info.id).canonical(resource))
            out.append((moment(info.as_of), last[1]))
        return out

    def _look(self, address: Address, own: str, info: SnapshotInfo, environment: str) -> Address | None:
        """The resource of a past snapshot that goes by a logical key of a resource of now; None where none or several do."""
        held = self._now.get(own, {})
        if address not in held:
            return None
        index = self._named(info.id, environment)
        return next((found for token in _tokens(held[address], held, own) if (found := index.get((address.type, token))) is not None), None)


def _held(snapshot: Snapshot, address: Address) -> Resource | None:
    try:
        return snapshot.resource(address)
    except KeyError:
        return None


def _by_key(held: Mapping[Address, Seal], environment: str) -> dict[tuple[str, str], Address | None]:
    """(type, token of a logical key) -> the one resource that goes by it; None where several do."""
    out: dict[tuple[str, str], Address | None] = {}
    for address, seal in held.items():
        for token in _tokens(seal, held, environment):
            key = (address.type, token)
            out[key] = None if key in out and out[key] != address else address
    return out


def _tokens(seal: Seal, held: Mapping[Address, Seal], environment: str, depth: int = 0) -> Iterator[str]:
    """The logical keys of a resource as tokens that two environments and two months share."""

    def key_of(target: Address) -> str | None:
        other = held.get(target)
        return next(_tokens(other, held, environment, depth + 1), None) if other is not None and depth < _DEPTH else None

    for key in seal.keys:
        yield digest(key.reason, neutral(list(key.parts), key_of, environment))


def _why_absent(snapshot: Snapshot, address: Address) -> Value:
    """ABSENT where a complete listing says so, else Unknown."""
    for listing in snapshot.listings:
        if (listing.type, listing.account, listing.region) == (address.type, address.account, address.region):
            return ABSENT if listing.status in (Status.COMPLETE, Status.OFF) else Unknown(str(listing.status))
    return Unknown("unread type")


def _why_unlisted(snapshot: Snapshot, type: str) -> Value:
    """ABSENT where every listing of the type is complete, else Unknown."""
    found = [listing.status for listing in snapshot.listings if listing.type == type]
    bad = next((str(s) for s in found if s not in (Status.COMPLETE, Status.OFF)), "")
    return Unknown(bad or "unread type") if bad or not found else ABSENT
