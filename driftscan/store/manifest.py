"""What one snapshot's file holds, as bytes: header, coverage, gaps, and where its records lie.

A snapshot is a container of kind `snapshot`; its digest is the snapshot's digest. Index: `header` (all of `Header` but the
tokens, which are records), counts, `types`, `run` and `plan` (who wrote it). Frame 0: the runs of its table (JSON, a zero
byte, the bitmaps one after the other); 1: listings; 2: gaps; from 3 on: the reads, run after run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from driftscan.errors import DriftscanError
from driftscan.model.snapshot import Gap, Header, Listing, Status
from driftscan.model.value import Address
from driftscan.store.backend import quote
from driftscan.store.container import Builder, Container, damaged
from driftscan.store.table import Run

LEVEL = 12
RUNS, LISTINGS, GAPS, READS = range(4)


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """One line of the list of snapshots.

    id: sortable inside its environment, safe as a file name. as_of: ISO 8601, UTC. previous: digest of the snapshot before it.
    resources, gaps: how many. run: id of the run that wrote it.
    """

    id: str
    environment: str
    as_of: str
    digest: str
    previous: str | None
    resources: int
    gaps: int
    run: str


def snapshot_id(environment: str, as_of: str, digest: str) -> str:
    """`prod-20261101T000000Z-0a1b2c3d`. Raises DriftscanError where `as_of` is no time."""
    return f"{quote(environment)}-{moment(as_of):%Y%m%dT%H%M%SZ}-{digest[:8]}"


def moment(as_of: str) -> datetime:
    """An ISO 8601 time as an aware datetime in UTC; without an offset it counts as UTC. Raises DriftscanError."""
    try:
        parsed = datetime.fromisoformat(as_of)
    except ValueError as e:
        raise DriftscanError(f"not a time: {as_of!r}", "write it as 2026-11-01T00:00:00Z") from e
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def snapshot_key(environment: str, id: str) -> str:
    """Where a snapshot's file lies."""
    return f"snapshots/{quote(environment)}/{id}"


def build(
    header: Header,
    listings: Iterable[Listing],
    gaps: Iterable[Gap],
    runs: tuple[Run, ...],
    *,
    reads: Iterable[bytes],
    types: Mapping[str, int],
    run: str,
    plan: str,
) -> tuple[SnapshotInfo, bytes]:
    """A snapshot's line and the bytes of its file. run, plan: the run that wrote it and the digest of its plan."""
    builder = Builder(LEVEL)
    described = orjson.dumps([[run.pack, run.count] for run in runs])
    builder.add(b"\0".join((described, b"".join(run.live for run in runs))))
    builder.add(orjson.dumps([[x.account, x.region, x.type, str(x.status), x.resources] for x in sorted(set(listings))]))
    sorted_gaps = sorted({orjson.dumps(gap_row(gap)) for gap in gaps})
    builder.add(b"[" + b",".join(sorted_gaps) + b"]")
    for frame in reads:
        builder.add(frame)
    fields = asdict(header)
    del fields["tokens"]
    resources = sum(types.values())
    meta = {
        "kind": "snapshot",
        "header": fields,
        "resources": resources,
        "gaps": len(sorted_gaps),
        "types": dict(types),
        "run": run,
        "plan": plan,
    }
    digest, data = builder.build(meta)
    id = snapshot_id(header.environment, header.as_of, digest)
    info = SnapshotInfo(id, header.environment, header.as_of, digest, header.previous, resources, len(sorted_gaps), run)
    return info, data


def info(container: Container) -> SnapshotInfo:
    """The line of a stored snapshot. Raises VerificationError."""
    try:
        meta = container.meta
        fields = meta["header"]
        environment, as_of = fields["environment"], fields["as_of"]
        id = snapshot_id(environment, as_of, container.digest)
        return SnapshotInfo(id, environment, as_of, container.digest, fields["previous"], meta["resources"], meta["gaps"], meta["run"])
    except (KeyError, TypeError, DriftscanError):
        raise damaged(container.key, "this is no snapshot") from None


def header(container: Container, tokens: Mapping[str, str]) -> Header:
    """The header of a stored snapshot."""
    fields = dict(container.meta["header"])
    fields["accounts"] = tuple(fields["accounts"])
    fields["regions"] = tuple((account, tuple(names)) for account, names in fields["regions"])
    fields["window"] = tuple(fields["window"])
    return Header(**fields, tokens=tokens)


def runs(container: Container) -> tuple[Run, ...]:
    """The runs of a stored snapshot's table. Raises VerificationError."""
    described, _, bits = container.frame(RUNS).partition(b"\0")
    out, at = [], 0
    for pack, count in orjson.loads(described):
        size = (count + 7) // 8
        out.append(Run(pack, count, bits[at : at + size]))
        at += size
    if at != len(bits):
        raise damaged(container.key, "its bitmaps have another length than its packs")
    return tuple(out)


def listings(container: Container) -> tuple[Listing, ...]:
    """The coverage of a stored snapshot, sorted."""
    return tuple(Listing(a, r, t, Status(s), n) for a, r, t, s, n in orjson.loads(container.frame(LISTINGS)))


def gaps(container: Container) -> tuple[Gap, ...]:
    """The gaps of a stored snapshot, sorted."""
    return tuple(gap(row) for row in orjson.loads(container.frame(GAPS)))


def gap_row(gap: Gap) -> list[Any]:
    """A gap as JSON values."""
    at = gap.address
    address = None if at is None else [at.type, at.account, at.region, at.id, at.provider]
    return [gap.account, gap.region, gap.type, gap.service, gap.operation, gap.code, gap.permission, gap.hint, address, gap.member, gap.at]


def gap(row: list[Any]) -> Gap:
    """The gap that `gap_row` was given."""
    address = None if row[8] is None else Address(*row[8])
    return Gap(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], address, tuple(row[9]), row[10])
