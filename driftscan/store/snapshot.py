"""A stored snapshot, read lazily: one frame per run in memory, whatever its size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import orjson

from driftscan.model.resource import Read, Resource
from driftscan.model.snapshot import Gap, Header, Listing
from driftscan.model.value import Address
from driftscan.store import manifest, records
from driftscan.store.container import Container, damaged
from driftscan.store.manifest import SnapshotInfo
from driftscan.store.reads import CHUNK, ReadsChunk
from driftscan.store.table import Packs, Row, Table


class StoredSnapshot:
    """See `driftscan.model.snapshot.Snapshot`. Every read raises VerificationError where a digest does not match."""

    def __init__(self, packs: Packs, container: Container) -> None:
        self._packs = packs
        self._container = container
        self._reads: dict[int, tuple[int, ReadsChunk]] = {}

    @cached_property
    def info(self) -> SnapshotInfo:
        """Its line in the list of snapshots."""
        return manifest.info(self._container)

    @property
    def id(self) -> str:
        return self.info.id

    @property
    def digest(self) -> str:
        return self._container.digest

    @cached_property
    def header(self) -> Header:
        rows = self.table.scan(records.TOKENS, records.after(records.TOKENS))
        return manifest.header(self._container, {records.key_token(row.key): orjson.loads(row.body) for row in rows})

    @cached_property
    def listings(self) -> tuple[Listing, ...]:
        return manifest.listings(self._container)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        return manifest.gaps(self._container)

    @cached_property
    def table(self) -> Table:
        """Where its records lie."""
        return Table(self._packs, manifest.runs(self._container))

    def types(self) -> Mapping[str, int]:
        return dict(sorted(self._container.meta["types"].items()))

    def resources(self, type: str | None = None) -> Iterator[Resource]:
        prefix = records.RESOURCES if type is None else records.group_prefix(type)
        for row in self.table.scan(prefix, records.after(prefix)):
            yield self._resource(row)

    def resource(self, address: Address) -> Resource:
        row = self.table.find(records.address_key(address))
        if row is None:
            raise KeyError(address)
        return self._resource(row)

    def _resource(self, row: Row) -> Resource:
        return records.resource(row.key, row.body, self._row_reads(row))

    def _row_reads(self, row: Row) -> tuple[Read, ...]:
        rank = self._ranks.of(row)
        frame = self._first_frames[row.run] + rank // CHUNK
        held = self._reads.get(row.run)
        if held is None or held[0] != frame:
            size = min(CHUNK, self.table.runs[row.run].size - rank // CHUNK * CHUNK)
            try:
                held = frame, ReadsChunk(self._container.frame(frame), size)
            except (ValueError, KeyError, orjson.JSONDecodeError) as e:
                raise damaged(self._container.key, f"frame {frame} cannot be read: {e}") from None
            self._reads[row.run] = held
        return held[1].row(rank % CHUNK)

    @cached_property
    def _first_frames(self) -> list[int]:
        out = [manifest.READS]
        for run in self.table.runs:
            out.append(out[-1] + -(-run.size // CHUNK))
        return out

    @cached_property
    def _ranks(self) -> _Ranks:
        return _Ranks(self.table)


class _Ranks:
    """How many live records of its run come before a row; rows mostly come in order, so one step is remembered per block."""

    _BLOCK = 1024

    def __init__(self, table: Table) -> None:
        self._runs = table.runs
        self._blocks: dict[int, list[int]] = {}

    def of(self, row: Row) -> int:
        run = self._runs[row.run]
        if row.run not in self._blocks:
            size = self._BLOCK // 8
            counts = [0]
            for start in range(0, len(run.live), size):
                counts.append(counts[-1] + int.from_bytes(run.live[start : start + size], "little").bit_count())
            self._blocks[row.run] = counts
        block, offset = divmod(row.number, self._BLOCK)
        start = block * self._BLOCK // 8
        bits = int.from_bytes(run.live[start : start + (offset + 7) // 8], "little") & ((1 << offset) - 1)
        return self._blocks[row.run][block] + bits.bit_count()
