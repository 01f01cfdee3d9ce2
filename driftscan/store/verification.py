"""Proving offline that a store is what was written: every file against its digest, every snapshot against its chain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import orjson

from driftscan.errors import VerificationError
from driftscan.store import derived, heads, manifest, parts, runs
from driftscan.store.backend import UNFINISHED, Backend
from driftscan.store.container import Container, damaged, sha256
from driftscan.store.locking import KEY as LOCK
from driftscan.store.manifest import SnapshotInfo
from driftscan.store.reads import CHUNK, ReadsChunk
from driftscan.store.snapshot import StoredSnapshot
from driftscan.store.table import Pack, Packs


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is broken: the file (a key of the store) and what is wrong with it."""

    file: str
    what: str


@dataclass(frozen=True)
class VerifyResult:
    """What `verify` found. notes: what is left over and harmless. heads: environment -> newest digest, to be kept as anchor.

    anchored: None without an anchor, else whether a chain holds it.
    """

    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    heads: dict[str, str] = field(hash=False)
    anchored: bool | None
    files: int
    snapshots: int
    records: int
    bytes: int

    @property
    def ok(self) -> bool:
        """Whether nothing is broken."""
        return not self.problems

    @property
    def verdict(self) -> str:
        """`consistent, unanchored`, `consistent, anchored` or `broken`."""
        if self.problems:
            return "broken"
        return "consistent, anchored" if self.anchored else "consistent, unanchored"


class _Verifier:
    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.packs = Packs(backend)
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.records = 0
        self.counts: dict[str, int] = {}
        self.snapshots: dict[str, SnapshotInfo] = {}

    def check(self, key: str, work: Callable[[], None]) -> None:
        try:
            work()
        except VerificationError as e:
            file, _, what = e.message.partition(": ")
            self.problems.append(Problem(file, what))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as e:
            self.problems.append(Problem(key, f"it cannot be read: {type(e).__name__}"))

    # ------------------------------------------------------------------------------------- files by kind

    def pack(self, key: str) -> None:
        pack = Pack(self.backend, key.rsplit("/", 1)[-1], self.packs)
        if key != pack.container.key:
            raise damaged(key, "it lies in the wrong place")
        self.whole(pack.container)
        last = b""
        for number in range(len(pack.first_keys)):
            keys, bodies = pack.frame(number)
            if keys[0] != pack.first_keys[number] or keys[0] <= last or any(a >= b for a, b in pairwise(keys)):
                raise damaged(key, f"frame {number} is not in order")
            last = keys[-1]
            self.records += len(bodies)
        pack.fingerprints()
        self.counts[pack.container.digest] = pack.count

    def whole(self, container: Container) -> None:
        size = len(self.backend.get(container.key))
        if size != container.size:
            raise damaged(container.key, f"{size} bytes instead of {container.size}")

    def snapshot(self, key: str) -> None:
        container = Container(self.backend, key)
        info = manifest.info(container)
        if key != manifest.snapshot_key(info.environment, info.id):
            raise damaged(key, "its name does not match its digest")
        self.whole(container)
        snapshot = StoredSnapshot(self.packs, container)
        manifest.header(container, {})
        snapshot.listings  # noqa: B018
        if len(snapshot.gaps) != info.gaps:
            raise damaged(key, "the number of its gaps is wrong")
        frame = manifest.READS
        for run in snapshot.table.runs:
            if run.pack not in self.counts:
                raise damaged(key, f"the pack {run.pack} that it needs is missing or damaged")
            if run.count != self.counts[run.pack]:
                raise damaged(key, f"the pack {run.pack} has another number of records")
            for start in range(0, run.size, CHUNK):
                ReadsChunk(container.frame(frame), min(CHUNK, run.size - start))
                frame += 1
        if frame != len(container.frames):
            raise damaged(key, "the number of its frames is wrong")
        self.snapshots[info.digest] = info

    def part(self, key: str) -> None:
        part = parts.open_part(self.backend, key)
        self.whole(part.container)
        for number in range(len(part.container.frames)):
            part.container.frame(number)

    def dictionary(self, key: str) -> None:
        if sha256(self.backend.get(key)) != key.rsplit("/", 1)[-1]:
            raise damaged(key, "the file does not match its digest")

    # ------------------------------------------------------------------------------------- the chain

    def chain(self, environment: str, files: list[SnapshotInfo], anchor: str | None) -> tuple[str | None, bool]:
        """Compare the head with the snapshots that are there. Returns (newest digest, whether the anchor is in the chain)."""
        key = heads.head_key(environment)
        head = heads.read(self.backend, environment)
        for info in head.snapshots:
            found = self.snapshots.get(info.digest)
            if found is None:
                self.problems.append(Problem(manifest.snapshot_key(environment, info.id), "it is in the chain and missing or damaged"))
            elif found != info:
                self.problems.append(Problem(key, f"it says something else about {info.id} than the snapshot itself"))
        chained = {info.digest for info in head.snapshots}
        for info in files:
            if info.digest in chained:
                continue
            file = manifest.snapshot_key(environment, info.id)
            if info.previous is None or info.previous in chained:
                self.notes.append(f"{file} is not in the chain: a run was killed before it finished, or the chain was cut")
            else:
                self.problems.append(Problem(key, f"the chain was shortened: {file} follows a snapshot that is not in it"))
        return (head.last.digest if head.last else None), anchor in chained


def verify(backend: Backend, anchor: str | None = None) -> VerifyResult:
    """Read and check everything. anchor: the digest of a snapshot that the store must still hold in a chain. Never raises for
    what it finds; DriftscanError where the medium itself fails."""
    v = _Verifier(backend)
    found = list(backend.list(""))
    kinds: dict[str, Callable[[str], None]] = {
        "dictionaries": v.dictionary,
        "packs": v.pack,
        "snapshots": v.snapshot,
        "runs": lambda key: runs.check(backend, key),
        "derived": lambda key: derived.check(backend, key),
    }
    for kind, work in kinds.items():
        for entry in found:
            if entry.key.split("/", 1)[0] == kind and "/" in entry.key:
                v.check(entry.key, lambda key=entry.key, work=work: work(key))  # type: ignore[misc]
    for entry in found:
        top = entry.key.split("/", 1)[0]
        if entry.key.startswith(UNFINISHED):
            work = v.part if "/parts/" in entry.key else lambda key: _journal(backend, key)
            v.check(entry.key, lambda key=entry.key, work=work: work(key))  # type: ignore[misc]
        elif top not in kinds and top != "heads" and entry.key not in (LOCK, FORMAT_KEY):
            v.notes.append(f"{entry.key} is not a file of this store")
    v.check(FORMAT_KEY, lambda: check_format(backend))
    by_environment: dict[str, list[SnapshotInfo]] = {name: [] for name in heads.environments(backend)}
    for info in v.snapshots.values():
        by_environment.setdefault(info.environment, []).append(info)
    newest: dict[str, str] = {}
    anchored = []
    for environment, infos in sorted(by_environment.items()):

        def work_chain(environment: str = environment, infos: list[SnapshotInfo] = infos) -> None:
            last, holds = v.chain(environment, infos, anchor)
            anchored.append(holds)
            if last:
                newest[environment] = last

        v.check(heads.head_key(environment), work_chain)
    if anchor is not None and not any(anchored):
        v.problems.append(
            Problem("heads", f"no chain holds the anchor {anchor}: the chain was rewritten or shortened, or the anchor is of another store")
        )
    return VerifyResult(
        tuple(sorted(set(v.problems))),
        tuple(sorted(v.notes)),
        newest,
        None if anchor is None else any(anchored),
        len(found),
        len(v.snapshots),
        v.records,
        sum(entry.size for entry in found),
    )


def _journal(backend: Backend, key: str) -> None:
    heads.unseal(key, backend.get(key))


FORMAT_KEY = "driftscan-store"
FORMAT = orjson.dumps({"format": "driftscan-store/1"}) + b"\n"


def check_format(backend: Backend) -> None:
    """Whether this store is of a format that this version reads. Raises VerificationError."""
    found = backend.get_tagged(FORMAT_KEY)
    if found is not None and found[0] != FORMAT:
        raise damaged(FORMAT_KEY, "this is no store of format 1")
