"""The ledger adds up, or no report is written: every resource of a snapshot stands in exactly one column."""

from __future__ import annotations

from driftscan.catalog import Catalog
from driftscan.errors import DriftscanError
from driftscan.model.finding import Judgement, LedgerRow
from driftscan.model.snapshot import Snapshot


def check(judgement: Judgement, candidate: Snapshot | None, reference: Snapshot | None, catalog: Catalog) -> None:
    """Raises DriftscanError where a row does not add up, or counts other resources than its side's snapshot holds (where it is at hand)."""
    for row in judgement.ledger:
        both = row.equal + row.expected + row.waived + row.unknown + row.drift
        sides = ("candidate", row.candidate, both + row.extra, 0), ("reference", row.reference, both + row.missing, 1)
        for side, counted, paired, i in sides:
            total = paired + row.ambiguous[i] + row.grouped[i] + row.uncounted[i]
            if counted != total:
                raise _refused(f"{row.type}: {counted} resources of the {side} stand in columns that sum up to {total}", judgement)
    rows = {row.type: row for row in judgement.ledger}
    if len(rows) != len(judgement.ledger):
        raise _refused("a type has two rows", judgement)
    for side, snapshot in (("candidate", candidate), ("reference", reference)):
        if snapshot is not None:
            _against_snapshot(rows, side, snapshot, judgement, catalog)


def _against_snapshot(rows: dict[str, LedgerRow], side: str, snapshot: Snapshot, judgement: Judgement, catalog: Catalog) -> None:
    held = snapshot.types()
    for type in sorted({*rows, *held}):
        spec = catalog.spec(type)
        if type not in rows and spec is not None and not spec.pair:
            continue
        counted = getattr(rows[type], side) if type in rows else 0
        there = held.get(type, 0)
        if counted != there:
            raise _refused(f"{type}: the snapshot of {snapshot.header.environment} holds {there}, the ledger counts {counted}", judgement)


def _refused(what: str, judgement: Judgement) -> DriftscanError:
    return DriftscanError(
        f"no report was written: the ledger of {judgement.name} does not add up ({what})",
        "this is a defect of driftscan, not of your accounts: report it with the output of `driftscan verify`; the snapshots are kept",
    )
