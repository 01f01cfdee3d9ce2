"""A sorted, immutable table of records that shares its packs with the tables before it.

A table is a list of runs. A run is a pack (records in key order, written once) and a bitmap of those that are alive in this
table. The next month's table keeps the packs, clears the bits of what changed or vanished, and adds one pack of what is new:
a manifest costs about one bit per resource, every table is complete in itself, and two months are never read to know a third.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from driftscan.store.backend import Backend
from driftscan.store.container import Dictionary, damaged
from driftscan.store.packs import Base, Packs, PackWriter

MAX_RUNS: Final = 64
"""More small runs than this, and half of them are written together: reading a month must not cost a file per month of history."""
LARGE: Final = 1 << 16
"""Live records from which on a run is large, and never written again."""

T = TypeVar("T")


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
    """One record of a table.

    run, number: where it lies; rank: how many live records of its run come before it. base: what it was stored as a patch of.
    """

    key: bytes
    run: int
    number: int
    rank: int
    body: bytes
    base: Base | None


class Table:
    """The records of one snapshot."""

    def __init__(self, packs: Packs, runs: tuple[Run, ...]) -> None:
        self.packs = packs
        self.runs = runs

    def scan(self, start: bytes = b"", stop: bytes = b"\xff") -> Iterator[Row]:
        """The live records with start <= key < stop, in key order; holds a few frames per run in memory."""
        self.packs.open_all(run.pack for run in self.runs)
        streams = [self._stream(i, start, stop) for i in range(len(self.runs))]
        merged = streams[0] if len(streams) == 1 else heapq.merge(*streams)
        for row in merged:  # patches are resolved here, in key order, so that all runs ask for the same frames of their bases
            yield self._row(*row)

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
                number, stored = found
                return self._row(key, index, number, run.rank(number), stored)
        return None

    def _row(self, key: bytes, run: int, number: int, rank: int, stored: bytes) -> Row:
        body, base = self.packs.open(self.runs[run].pack).whole(number, stored)
        return Row(key, run, number, rank, body, base)


@dataclass(frozen=True, slots=True)
class New(Generic[T]):
    """A record on its way into a table, with what travels beside it."""

    key: bytes
    body: bytes
    extra: T


class Merge(Generic[T]):
    """Writes the next table: what `previous` holds unchanged is kept where it lies, the rest goes into new packs.

    Iterate first: every record of `new` (in key order, no key twice) comes back with a number for its run. Then `runs` holds
    the next table's runs and `numbers` the number of each.
    """

    def __init__(self, backend: Backend, previous: Table, new: Iterable[New[T]], dictionary: Dictionary | None) -> None:
        self._previous = previous
        self._new = new
        self._kept = _keep(previous.runs)
        self._writer = PackWriter(backend, dictionary)
        self.runs: tuple[Run, ...] = ()
        self.numbers: tuple[int, ...] = ()

    def __iter__(self) -> Iterator[tuple[int, T]]:
        before = self._previous.runs
        alive = {i: bytearray(len(before[i].live)) for i in self._kept}
        staying = {before[i].pack for i in self._kept}
        old_rows = self._previous.scan()
        old = next(old_rows, None)
        for item in self._new:
            while old is not None and old.key < item.key:
                old = next(old_rows, None)
            same = old if old is not None and old.key == item.key else None
            if same and same.run in alive and same.body == item.body:
                alive[same.run][same.number >> 3] |= 1 << (same.number & 7)
                yield same.run, item.extra
            else:
                base = (same.base or Base(before[same.run].pack, same.number, same.body)) if same else None
                if base and base.pack not in staying:
                    base = None
                yield len(before) + self._writer.add(item.key, item.body, base), item.extra
        runs = {i: Run(before[i].pack, before[i].count, bytes(bits)) for i, bits in alive.items() if any(bits)}
        for place, (digest, count) in enumerate(self._writer.close(), len(before)):
            runs[place] = Run(digest, count, _ones(count))
        self.numbers = tuple(sorted(runs))
        self.runs = tuple(runs[number] for number in self.numbers)


def _keep(runs: tuple[Run, ...]) -> set[int]:
    """The runs that stay; the others' records are written again, together."""
    small = sorted((i for i, run in enumerate(runs) if run.size < LARGE), key=lambda i: (-runs[i].size, i))
    again = set(small[MAX_RUNS // 2 :]) if len(small) >= MAX_RUNS else set()
    return set(range(len(runs))) - again


def _ones(count: int) -> bytes:
    return ((1 << count) - 1).to_bytes((count + 7) // 8, "little")
