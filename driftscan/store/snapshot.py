"""A stored snapshot, read lazily: one frame per run in memory, whatever its size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import accumulate

import orjson

from driftscan.model.resource import Read, Resource
from driftscan.model.snapshot import Gap, Header, Listing
from driftscan.model.value import Address
from driftscan.store import manifest, records
from driftscan.store.container import Container, damaged
from driftscan.store.manifest import SnapshotInfo
from driftscan.store.packs import Packs
from driftscan.store.reads import CHUNK, ReadsChunk
from driftscan.store.table import Row, Table


class StoredSnapshot:
    """See `driftscan.model.snapshot.Snapshot`. Every read raises VerificationError where a digest does not match."""

    def __init__(self, packs: Packs, container: Container) -> None:
        self._packs = packs
        self._container = container
        self._reads: dict[int, ReadsChunk] = {}

    @cached_property
    def info(self) -> SnapshotInfo:
        """Its line in the list of snapshots."""
        return manifest.info(self._container)

    @property
    def key(self) -> str:
        """Where its file lies in the store."""
        return self._container.key

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
        chunk, number = divmod(self._offsets[row.run] + row.rank, CHUNK)
        held = self._reads.get(chunk)
        if held is None:
            frame = manifest.READS + chunk
            try:
                held = ReadsChunk(self._container.frame(frame), min(CHUNK, self._offsets[-1] - chunk * CHUNK))
            except (ValueError, KeyError, IndexError) as e:
                raise damaged(self._container.key, f"frame {frame} cannot be read: {e}") from None
            most = len(self.table.runs)  # each run is in a chunk of its own while resources flow
            self._reads = {**dict(list(self._reads.items())[-most:]), chunk: held}
        return held.row(number)

    @cached_property
    def _offsets(self) -> list[int]:
        """Of each run, how many live records come before it; last, how many there are."""
        return [0, *accumulate(run.size for run in self.table.runs)]
