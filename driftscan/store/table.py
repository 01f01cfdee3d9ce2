"""A sorted, immutable table of records that shares its packs with the tables before it.

A table is a list of runs. A run is a pack (records in key order, written once) and a bitmap of those that are alive in this
table. The next month's table keeps the packs, clears the bits of what changed or vanished, and adds one pack of what is new:
a manifest costs about one bit per resource, every table is complete in itself, and two months are never read to know a third.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import xxhash

from driftscan.store import records
from driftscan.store.backend import Backend, ExistsError, MissingError, Readable
from driftscan.store.container import Builder, Container, Dictionary, damaged, sha256

FRAME: Final = 1 << 16
"""Raw bytes of one frame: what reading a single resource decompresses."""
PACK: Final = 16 << 20
"""Stored bytes at which a pack is full."""
MAX_RUNS: Final = 64
"""More small runs than this, and half of them are written together: reading a month must not cost a file per month of history."""
LARGE: Final = 1 << 16
"""Live records from which on a run is large, and never written again."""
LEVEL: Final = 12

_AT_ONCE: Final = 8
DICTIONARIES: Final = "dictionaries/"
"""Where compression dictionaries lie, by digest."""

T = TypeVar("T")


def pack_key(digest: str) -> str:
    """Where a pack lies."""
    return f"packs/{digest[:2]}/{digest}"


def fingerprint(key: bytes) -> bytes:
    """Two bytes of a key's hash: no proof of anything, only a reason not to look."""
    return (xxhash.xxh3_64_intdigest(key) & 0xFFFF).to_bytes(2, "big")


def _holds(prints: bytes, wanted: bytes) -> bool:
    at = prints.find(wanted)
    while at >= 0 and at % 2:
        at = prints.find(wanted, at + 1)
    return at >= 0


@dataclass(frozen=True, slots=True)
class Run:
    """One pack as one table sees it. live: bit i (least significant first) tells whether record i is alive."""

    pack: str
    count: int
    live: bytes

    def alive(self, number: int) -> bool:
        """Whether one record is alive."""
        return bool(self.live[number >> 3] >> (number & 7) & 1)

    @property
    def size(self) -> int:
        """How many records are alive."""
        return int.from_bytes(self.live, "little").bit_count()

    def rank(self, number: int) -> int:
        """How many records before `number` are alive."""
        bits = int.from_bytes(self.live[: (number >> 3) + 1], "little")
        return (bits & ((1 << number) - 1)).bit_count()


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a table. run, number: where it lies; rank: how many live records of its run come before it."""

    key: bytes
    run: int
    number: int
    rank: int
    body: bytes


class Pack:
    """One stored pack."""

    def __init__(self, container: Container, packs: Packs) -> None:
        self.container = container
        meta = container.meta
        if meta.get("kind") != "pack":
            raise damaged(self.container.key, "this is no pack")
        self.dictionary = packs.dictionary(meta["dictionary"]) if meta["dictionary"] else None
        frames = self.container.frames[:-1]
        self.first_keys = [frame[4].encode() for frame in frames]
        self.starts = [0]
        for frame in frames:
            self.starts.append(self.starts[-1] + frame[3])
        self._prints: bytes | None = None
        self._last: dict[int, tuple[list[bytes], list[bytes]]] = {}

    @property
    def count(self) -> int:
        """Number of records."""
        return self.starts[-1]

    def frame(self, number: int, *, ahead: bool = False) -> tuple[list[bytes], list[bytes]]:
        """(keys, bodies) of one frame. ahead: the next ones will be asked for too."""
        data = self.container.frame(number, self.dictionary, ahead=ahead)
        try:
            keys, bodies = records.unpack(data, self.container.frames[number][3], 2)
        except ValueError as e:
            raise damaged(self.container.key, f"frame {number} cannot be read: {e}") from None
        return keys, bodies

    def fingerprints(self) -> bytes:
        """Two bytes for every key, so that looking for one opens a frame only where the key (almost surely) lies."""
        if self._prints is None:
            prints = self.container.frame(len(self.first_keys))
            if len(prints) != 2 * self.count:
                raise damaged(self.container.key, "the fingerprints of its keys have another length")
            self._prints = prints
        return self._prints

    def find(self, key: bytes) -> tuple[int, bytes] | None:
        """(number, body) of the record under `key`, alive or not."""
        index = bisect_right(self.first_keys, key) - 1
        if index < 0:
            return None
        start, end = self.starts[index], self.starts[index + 1]
        if not _holds(self.fingerprints()[2 * start : 2 * end], fingerprint(key)):
            return None
        frame = self._last.get(index)
        if frame is None:
            frame = self.frame(index)
            self._last = {index: frame}
        keys, bodies = frame
        at = bisect_left(keys, key)
        if at == len(keys) or keys[at] != key:
            return None
        return self.starts[index] + at, bodies[at]


class Packs:
    """The packs and dictionaries of one store, each opened once."""

    def __init__(self, backend: Readable) -> None:
        self.backend = backend
        self._packs: dict[str, Pack] = {}
        self._dictionaries: dict[str, Dictionary] = {}

    def open(self, digest: str) -> Pack:
        """One pack. Raises VerificationError."""
        if digest not in self._packs:
            self._packs[digest] = Pack(Container(self.backend, pack_key(digest), digest), self)
        return self._packs[digest]

    def open_all(self, digests: Iterable[str]) -> None:
        """Open many packs at once: in an object store each costs a round trip."""
        missing = [digest for digest in digests if digest not in self._packs]
        if self.backend.remote and missing:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                for _ in pool.map(self.open, missing):
                    pass

    def dictionary(self, digest: str) -> Dictionary:
        """One dictionary. Raises VerificationError."""
        if digest not in self._dictionaries:
            key = DICTIONARIES + digest
            try:
                data = self.backend.get(key)
            except MissingError:
                raise damaged(key, "the file is missing") from None
            if sha256(data) != digest:
                raise damaged(key, "the file does not match its digest")
            self._dictionaries[digest] = Dictionary(data)
        return self._dictionaries[digest]


class Table:
    """The records of one snapshot."""

    def __init__(self, packs: Packs, runs: tuple[Run, ...]) -> None:
        self.packs = packs
        self.runs = runs

    def scan(self, start: bytes = b"", stop: bytes = b"\xff") -> Iterator[Row]:
        """The live records with start <= key < stop, in key order; holds one frame per run in memory."""
        self.packs.open_all(run.pack for run in self.runs)
        streams = [self._stream(i, start, stop) for i in range(len(self.runs))]
        merged = streams[0] if len(streams) == 1 else heapq.merge(*streams)
        for row in merged:
            yield Row(*row)

    def _stream(self, index: int, start: bytes, stop: bytes) -> Iterator[tuple[bytes, int, int, int, bytes]]:
        run = self.runs[index]
        pack = self.packs.open(run.pack)
        if pack.count != run.count:
            raise damaged(pack.container.key, f"{pack.count} records instead of {run.count}")
        first = max(0, bisect_right(pack.first_keys, start) - 1)
        last = bisect_left(pack.first_keys, stop)
        rank = run.rank(pack.starts[first])
        for frame in range(first, last):
            number, end = pack.starts[frame], pack.starts[frame + 1]
            bits = int.from_bytes(run.live[number >> 3 : (end + 7) >> 3], "little") >> (number & 7)
            if not bits & ((1 << (end - number)) - 1):
                continue
            keys, bodies = pack.frame(frame, ahead=True)
            inside = start <= keys[0] and keys[-1] < stop
            for offset, key in enumerate(keys):
                if bits >> offset & 1:
                    if inside or start <= key < stop:
                        yield key, index, number + offset, rank, bodies[offset]
                    rank += 1

    def find(self, key: bytes) -> Row | None:
        """One record, or None."""
        self.packs.open_all(run.pack for run in self.runs)
        for index, run in enumerate(self.runs):
            found = self.packs.open(run.pack).find(key)
            if found is not None and run.alive(found[0]):
                number, body = found
                return Row(key, index, number, run.rank(number), body)
        return None


@dataclass(frozen=True, slots=True)
class New(Generic[T]):
    """A record on its way into a table, with what travels beside it."""

    key: bytes
    body: bytes
    extra: T


class PackWriter:
    """Turns sorted records into packs.

    A pack is a container of kind `pack`: frames of records (index entry: ..., number of records, first key) and, last, the
    fingerprints of all keys.
    """

    def __init__(self, backend: Backend, dictionary: Dictionary | None) -> None:
        self._backend = backend
        self._dictionary = dictionary
        self._keys: list[bytes] = []
        self._bodies: list[bytes] = []
        self._raw = 0
        self._builder = self._fresh()
        self._prints: list[bytes] = []
        self.written: list[tuple[str, int]] = []

    def add(self, key: bytes, body: bytes) -> tuple[int, int]:
        """Returns (how many packs were full before, number in the pack)."""
        place = len(self.written), len(self._prints)
        self._keys.append(key)
        self._bodies.append(body)
        self._raw += len(key) + len(body) + 2
        self._prints.append(fingerprint(key))
        if self._raw >= FRAME:
            self._close_frame()
            if self._builder.size >= PACK:
                self._close_pack()
        return place

    def close(self) -> list[tuple[str, int]]:
        """Write what is left. Returns (digest, records) of every pack."""
        self._close_frame()
        self._close_pack()
        return self.written

    def _fresh(self) -> Builder:
        return Builder(LEVEL, self._dictionary)

    def _close_frame(self) -> None:
        if self._keys:
            self._builder.add(records.pack((self._keys, self._bodies)), len(self._keys), self._keys[0].decode())
            self._keys, self._bodies, self._raw = [], [], 0

    def _close_pack(self) -> None:
        if not len(self._builder):
            return
        meta = {"kind": "pack", "dictionary": self._dictionary.digest if self._dictionary else None}
        self._builder.add_plain(b"".join(self._prints))
        digest, data = self._builder.build(meta)
        put_same(self._backend, pack_key(digest), data)
        self.written.append((digest, len(self._prints)))
        self._builder, self._prints = self._fresh(), []


def put_same(backend: Backend, key: str, data: bytes) -> None:
    """Put a file that is named by its digest; one that is there already (a run that was killed wrote it) will do.

    Raises VerificationError where the file that is there is another.
    """
    try:
        backend.put(key, data)
    except ExistsError:
        if backend.get(key) != data:
            raise damaged(key, "the file does not match its digest") from None


class Merge(Generic[T]):
    """Writes the next table: what `previous` holds unchanged is kept where it lies, the rest goes into new packs.

    Iterate first: every record of `new` (in key order, no key twice) comes back with the number of its run in `runs`,
    which is complete when the iteration ends.
    """

    def __init__(self, backend: Backend, previous: Table, new: Iterable[New[T]], dictionary: Dictionary | None) -> None:
        self._previous = previous
        self._new = new
        self._kept = _keep(previous.runs)
        self._writer = PackWriter(backend, dictionary)
        self.runs: tuple[Run, ...] = ()

    def __iter__(self) -> Iterator[tuple[int, T]]:
        before = self._previous.runs
        alive = {i: bytearray(len(before[i].live)) for i in self._kept}
        old_rows = self._previous.scan()
        old = next(old_rows, None)
        for item in self._new:
            while old is not None and old.key < item.key:
                old = next(old_rows, None)
            if old is not None and old.key == item.key and old.run in alive and old.body == item.body:
                alive[old.run][old.number >> 3] |= 1 << (old.number & 7)
                yield old.run, item.extra
            else:
                full, _ = self._writer.add(item.key, item.body)
                yield len(before) + full, item.extra
        written = self._writer.close()
        runs = [Run(before[i].pack, before[i].count, bytes(alive[i])) if i in alive else None for i in range(len(before))]
        runs += [Run(digest, count, _ones(count)) for digest, count in written]
        self.numbers = [i for i, run in enumerate(runs) if run is not None and any(run.live)]
        self.runs = tuple(run for run in runs if run is not None and any(run.live))


def _keep(runs: tuple[Run, ...]) -> set[int]:
    """The runs that stay; the others' records are written again, together."""
    small = sorted((i for i, run in enumerate(runs) if run.size < LARGE), key=lambda i: (-runs[i].size, i))
    again = set(small[MAX_RUNS // 2 :]) if len(small) >= MAX_RUNS else set()
    return set(range(len(runs))) - again


def _ones(count: int) -> bytes:
    return ((1 << count) - 1).to_bytes((count + 7) // 8, "little")
