"""Parts of a snapshot that is not finished: one file per unit of work, durable before the unit counts as done.

A part is a container of kind `part`, named by its unit and its digest. Each frame but the last holds resources of one group, a
type in one account and region (index entry: ..., number of records, [type, account, region]), as three columns: keys, bodies,
reads. The last frame is `{"listings": [...], "gaps": [...]}`. Groups let `finish` sort the whole snapshot while it holds one
group in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import orjson

from driftscan.model.resource import Read, Resource
from driftscan.model.snapshot import Gap, Listing, Status
from driftscan.store import manifest, records
from driftscan.store.backend import Backend
from driftscan.store.container import Builder, Container, damaged
from driftscan.store.table import New

_LEVEL = 3
_BUFFER = 4 << 20  # raw bytes held before they are compressed


def build(unit: str, resources: Iterable[Resource], listings: Iterable[Listing], gaps: Iterable[Gap]) -> tuple[str, bytes]:
    """(digest, bytes) of one part. `listings` and `gaps` are read after the last resource: a caller may fill them meanwhile."""
    builder = Builder(_LEVEL)
    groups: dict[tuple[str, str, str], list[tuple[bytes, bytes, bytes]]] = {}
    held = 0
    for resource in resources:
        at = resource.address
        row = records.address_key(at), records.body(resource), orjson.dumps([[r.call, r.at] for r in resource.reads])
        groups.setdefault((at.type, at.account, at.region), []).append(row)
        held += sum(map(len, row))
        if held >= _BUFFER:
            _flush(builder, groups)
            held = 0
    _flush(builder, groups)
    rows = [[x.account, x.region, x.type, str(x.status), x.resources] for x in listings]
    builder.add(orjson.dumps({"listings": rows, "gaps": [manifest.gap_row(gap) for gap in gaps]}))
    return builder.build({"kind": "part", "unit": unit})


def _flush(builder: Builder, groups: dict[tuple[str, str, str], list[tuple[bytes, bytes, bytes]]]) -> None:
    for group, rows in sorted(groups.items()):
        builder.add(records.pack(zip(*rows, strict=True)), len(rows), group)
    groups.clear()


@dataclass(frozen=True, slots=True)
class Part:
    """One stored part."""

    unit: str
    container: Container

    @property
    def raw(self) -> int:
        """Bytes of its resources, uncompressed."""
        return sum(frame[1] for frame in self.container.frames[:-1])

    def coverage(self) -> tuple[list[Listing], list[Gap]]:
        """Its listings and gaps."""
        data = orjson.loads(self.container.frame(len(self.container.frames) - 1))
        listings = [Listing(a, r, t, Status(s), n) for a, r, t, s, n in data["listings"]]
        return listings, [manifest.gap(row) for row in data["gaps"]]


def open_part(backend: Backend, key: str) -> Part:
    """A stored part. Raises VerificationError."""
    container = Container(backend, key, key.rsplit("-", 1)[-1])
    if container.meta.get("kind") != "part" or not container.frames:
        raise damaged(key, "this is no part of a snapshot")
    return Part(container.meta["unit"], container)


def check(part: Part, size: int) -> None:
    """Read all of a part. size: of its file. Raises VerificationError."""
    if size != part.container.size:
        raise damaged(part.container.key, f"{size} bytes instead of {part.container.size}")
    for number in range(len(part.container.frames)):
        part.container.frame(number)


def merged(parts: Iterable[Part]) -> Iterator[New[tuple[Read, ...]]]:
    """The resources of all parts in address order. Of two that share an address the one read later counts (a resource in flux
    is read again), of two read at the same time the one of the later unit (by name)."""
    groups: dict[bytes, list[tuple[Part, int]]] = {}
    for part in sorted(parts, key=lambda p: p.unit):
        for number, frame in enumerate(part.container.frames[:-1]):
            groups.setdefault(records.group_prefix(*frame[4]), []).append((part, number))
    for prefix in sorted(groups):
        found: dict[bytes, tuple[bytes, bytes]] = {}
        for part, number in groups[prefix]:
            for key, body, reads in _rows(part.container, number):
                if key not in found or _latest(reads) >= _latest(found[key][1]):
                    found[key] = body, reads
        for key in sorted(found):
            body, reads = found[key]
            yield New(key, body, tuple(Read(call, at) for call, at in orjson.loads(reads)))


def samples(parts: Iterable[Part], step: int) -> Sequence[bytes]:
    """The bodies of every `step`-th record, by unit."""
    bodies = (
        row[1]
        for part in sorted(parts, key=lambda p: p.unit)
        for n in range(len(part.container.frames) - 1)
        for row in _rows(part.container, n)
    )
    return list(islice(bodies, 0, None, step))


def _latest(reads: bytes) -> str:
    return max((at for _, at in orjson.loads(reads)), default="")


def _rows(container: Container, number: int) -> Iterator[tuple[bytes, bytes, bytes]]:
    try:
        return zip(*records.unpack(container.frame(number), container.frames[number][3], 3), strict=True)
    except ValueError as e:
        raise damaged(container.key, f"frame {number} cannot be read: {e}") from None
