"""Proving offline that a store is what was written: every file against its digest, every snapshot against its chain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import orjson

from driftscan.errors import VerificationError
from driftscan.store import derived, heads, locking, manifest, parts
from driftscan.store.backend import UNFINISHED, Backend
from driftscan.store.container import Container, damaged, sha256
from driftscan.store.manifest import SnapshotInfo
from driftscan.store.packs import Pack, Packs, pack_key
from driftscan.store.reads import CHUNK, ReadsChunk


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
        self.bases: dict[str, list[str]] = {}
        self.snapshots: dict[str, SnapshotInfo] = {}

    def check(self, key: str, work: Callable[[str], None]) -> None:
        """Do one piece of work on one file and note what is broken."""
        try:
            work(key)
        except VerificationError as e:
            file, _, what = e.message.partition(": ")
            self.problems.append(Problem(file, what))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as e:
            self.problems.append(Problem(key, f"it cannot be read: {type(e).__name__}"))

    # ------------------------------------------------------------------------------------- files by kind

    def pack(self, key: str) -> None:
        container = self.whole(key)
        if key != pack_key(container.digest):
            raise damaged(key, "its name does not match its digest")
        pack = Pack(container, self.packs)
        last = b""
        for number in range(len(pack.first_keys)):
            keys, bodies = pack.frame(number)
            if keys[0] != pack.first_keys[number] or keys[0] <= last or any(a >= b for a, b in pairwise(keys)):
                raise damaged(key, f"frame {number} is not in order")
            last = keys[-1]
            self.records += len(bodies)
        pack.fingerprints()
        self.bases[container.digest] = pack.bases
        self.counts[pack.container.digest] = pack.count

    def whole(self, key: str) -> Container:
        data = self.backend.get(key)
        container = Container(self.backend, key, whole=data)
        if len(data) != container.size:
            raise damaged(key, f"{len(data)} bytes instead of {container.size}")
        return container

    def snapshot(self, key: str) -> None:
        container = self.whole(key)
        info = manifest.info(container)
        if key != manifest.snapshot_key(info.environment, info.id):
            raise damaged(key, "its name does not match its digest")
        runs = manifest.runs(container)
        manifest.header(container, {})
        manifest.listings(container)
        if len(manifest.gaps(container)) != info.gaps:
            raise damaged(key, "the number of its gaps is wrong")
        rows = sum(run.size for run in runs)
        for chunk in range(-(-rows // CHUNK)):
            ReadsChunk(container.frame(manifest.READS + chunk), min(CHUNK, rows - chunk * CHUNK))
        if len(container.frames) != manifest.READS - (-rows // CHUNK):
            raise damaged(key, "the number of its frames is wrong")
        self.snapshots[info.digest] = info
        for run in runs:
            for pack in (run.pack, *self.bases.get(run.pack, ())):
                if pack not in self.counts or (pack == run.pack and self.counts[pack] != run.count):
                    raise damaged(key, f"it cannot be read whole: {pack_key(pack)}, which it needs, is missing or damaged")

    def dictionary(self, key: str) -> None:
        if sha256(self.backend.get(key)) != key.rsplit("/", 1)[-1]:
            raise damaged(key, "the file does not match its digest")

    def unfinished(self, key: str) -> None:
        if "/parts/" in key:
            parts.check(parts.open_part(self.backend, key), len(self.backend.get(key)))
        else:
            self.sealed(key)

    def sealed(self, key: str) -> None:
        heads.unseal(key, self.backend.get(key))

    # ------------------------------------------------------------------------------------- the chain

    def chain(
        self, environment: str, files: list[SnapshotInfo], anchor: str | None, newest: dict[str, str], anchored: list[bool], key: str
    ) -> None:
        """Compare the head with the snapshots that are there; say its newest digest and whether the anchor is in the chain."""
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
        anchored.append(anchor in chained)
        if head.last:
            newest[environment] = head.last.digest


def verify(backend: Backend, anchor: str | None = None) -> VerifyResult:
    """Read and check everything. anchor: the digest of a snapshot that the store must still hold in a chain. Never raises for
    what it finds; DriftscanError where the medium itself fails."""
    v = _Verifier(backend)
    found = list(backend.list(""))
    kinds: dict[str, Callable[[str], None]] = {
        "dictionaries/": v.dictionary,
        "packs/": v.pack,
        "snapshots/": v.snapshot,
        "runs/": v.sealed,
        "derived/": lambda key: derived.check(backend, key),
        UNFINISHED: v.unfinished,
        "heads/": lambda _: None,  # below, with their chains
        FORMAT_KEY: lambda _: check_format(backend),
        locking.KEY: lambda _: locking.check(backend),
    }
    for prefix, work in kinds.items():
        for entry in found:
            if entry.key.startswith(prefix):
                v.check(entry.key, work)
    v.notes += [f"{e.key} is not a file of this store" for e in found if not e.key.startswith(tuple(kinds))]
    by_environment: dict[str, list[SnapshotInfo]] = {name: [] for name in heads.environments(backend)}
    for info in v.snapshots.values():
        by_environment.setdefault(info.environment, []).append(info)
    newest: dict[str, str] = {}
    anchored: list[bool] = []
    for environment, infos in sorted(by_environment.items()):
        v.check(heads.head_key(environment), partial(v.chain, environment, infos, anchor, newest, anchored))
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


FORMAT_KEY = "driftscan-store"
FORMAT = orjson.dumps({"format": "driftscan-store/1"}) + b"\n"


def check_format(backend: Backend) -> None:
    """Whether this store is of a format that this version reads. Raises VerificationError."""
    found = backend.get_tagged(FORMAT_KEY)
    if found is not None and found[0] != FORMAT:
        raise damaged(FORMAT_KEY, "this is no store of format 1")
