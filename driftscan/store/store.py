"""The store: every snapshot of every environment, immutable, at rest in one place.

driftscan-store                       which format this is
packs/ab/<digest>                     records, written once, shared by all snapshots that hold them
dictionaries/<digest>                 what packs are compressed with
snapshots/<environment>/<id>          one file per snapshot
heads/<environment>                   the chain: the one file that moves
runs/<id>                             records of runs
derived/<name>                        what can be computed again
unfinished/<environment>/...          parts of a snapshot that is being read
lock                                  who writes
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

from driftscan.errors import UsageError
from driftscan.model.resource import Resource
from driftscan.model.value import Address
from driftscan.store import derived, heads, locking, runs, verification, writer
from driftscan.store.backend import Backend, ExistsError
from driftscan.store.local import LocalBackend
from driftscan.store.manifest import SnapshotInfo
from driftscan.store.memory import MemoryBackend
from driftscan.store.packs import Packs
from driftscan.store.resolve import resolve
from driftscan.store.snapshot import StoredSnapshot
from driftscan.store.verification import VerifyResult
from driftscan.store.writer import Writer


class Store:
    """Snapshots at rest. Every read checks digests and raises VerificationError, with file and next step, where one fails."""

    def __init__(self, backend: Backend) -> None:
        verification.check_format(backend)
        self.backend = backend
        self._packs = Packs(backend)

    @classmethod
    def open(cls, url: str) -> Store:
        """A path, `s3://bucket/prefix`, `gs://bucket/prefix`, or `memory:`. Nothing is created before the first write."""
        return cls(open_backend(url))

    @property
    def url(self) -> str:
        """How a person names this store."""
        return self.backend.url

    def lock(self, wait: bool = False) -> AbstractContextManager[None]:
        """Hold the store for writing. Raises LockedError, naming the holder, where another run has it (unless `wait`)."""
        return locking.lock(self.backend, wait=wait)

    # ------------------------------------------------------------------------------------------- snapshots

    def snapshots(self, environment: str | None = None) -> list[SnapshotInfo]:
        """Every snapshot, by environment and, in each, oldest first."""
        names = list(heads.environments(self.backend)) if environment is None else [environment]
        return [info for name in names for info in heads.read(self.backend, name).snapshots]

    def snapshot(self, id: str) -> StoredSnapshot:
        """One snapshot. Raises UsageError where there is none."""
        for info in self.snapshots():
            if info.id == id:
                return writer.open_snapshot(self._packs, info)
        raise UsageError(f"no snapshot {id} in {self.url}", "`driftscan snapshots` lists them")

    def resolve(self, spec: str, as_of: datetime | None = None) -> SnapshotInfo:
        """See `driftscan.store.resolve`."""
        return resolve(spec, self.snapshots(), as_of)

    def begin(self, environment: str, run_id: str, plan_digest: str = "") -> Writer:
        """Start a snapshot, or go on with the unfinished one of the same environment and plan (its units are in `done`).

        One of another plan is discarded, with a warning in the log. Hold `lock` while the writer lives.
        """
        self.backend.sweep()
        with contextlib.suppress(ExistsError):
            self.backend.put(verification.FORMAT_KEY, verification.FORMAT)
        return writer.begin(self.backend, self._packs, environment, run_id, plan_digest)

    def history(self, address: Address, environment: str | None = None) -> Iterator[tuple[SnapshotInfo, Resource | None]]:
        """One resource in every snapshot, oldest first, None where it was not there; of all environments that ever held it,
        or of one. Whether its type was readable then, the snapshot's listings say."""
        names = list(heads.environments(self.backend)) if environment is None else [environment]
        for name in names:
            found: list[tuple[SnapshotInfo, Resource | None]] = []
            for info in heads.read(self.backend, name).snapshots:
                try:
                    found.append((info, writer.open_snapshot(self._packs, info).resource(address)))
                except KeyError:
                    found.append((info, None))
            if any(resource is not None for _, resource in found):
                yield from found

    def verify(self, anchor: str | None = None) -> VerifyResult:
        """See `driftscan.store.verification`."""
        return verification.verify(self.backend, anchor)

    # ------------------------------------------------------------------------------------------- beside them

    def get_derived(self, name: str) -> bytes | None:
        """A value that can be computed again (seals), or None where there is none or it is damaged."""
        return derived.get(self.backend, name)

    def put_derived(self, name: str, data: bytes) -> None:
        """Keep such a value; `name` may have segments divided by `/`."""
        derived.put(self.backend, name, data)

    def put_run(self, run: dict[str, Any]) -> None:
        """Keep the record of one run: `id`, `period`, `as_of`, `final`, `snapshots`, report digest, ..."""
        runs.put(self.backend, run)

    def runs(self) -> list[dict[str, Any]]:
        """Every record, oldest first."""
        return runs.all(self.backend)

    def final_runs(self) -> list[dict[str, Any]]:
        """Of each period the last final record, oldest period first."""
        return runs.final(self.runs())


def open_backend(url: str) -> Backend:
    """See `Store.open`."""
    if url == "memory:":
        return MemoryBackend()
    if "://" in url and not url.startswith("file://"):
        from driftscan.store.objects import ObjectBackend  # noqa: PLC0415  (its library costs start-up time that a path need not pay)

        return ObjectBackend(url)
    root = Path(url.removeprefix("file://")).expanduser()
    if root.exists() and not root.is_dir():
        raise UsageError(f"the store {root} is no folder", "name a folder, s3://bucket/prefix or gs://bucket/prefix in `store`")
    return LocalBackend(root)
