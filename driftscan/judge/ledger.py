"""The ledger: every resource of both sides is in exactly one column, or there is no report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from typing import Final

from driftscan.errors import DriftscanError
from driftscan.model.drift import Comparison, Verdict
from driftscan.model.finding import LedgerRow
from driftscan.model.value import Address

_EQUAL: Final = "equal"
_COLUMNS: Final = (_EQUAL, *map(str, Verdict), "extra", "missing", "ambiguous", "grouped", "uncounted")
_SIDES: Final = ("candidate", "reference")
_NEXT: Final = "no report was written; report this as a defect of driftscan"


def ledger(comparison: Comparison, verdicts: Mapping[int, Verdict]) -> tuple[LedgerRow, ...]:
    """One row per type, by name.

    verdicts: index in `comparison.compared` -> verdict of that pair's finding; a pair that is not there is equal.
    Raises DriftscanError where a resource is in no column or in two.
    """
    columns = _columns(comparison, verdicts)
    for side, seals in ((0, comparison.candidate.seals), (1, comparison.reference.seals)):
        _partition(side, seals.keys(), columns[side])
    counts: tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]] = (
        Counter((address.type, column) for address, column in columns[0].items()),
        Counter((address.type, column) for address, column in columns[1].items()),
    )
    types = sorted({type for side in counts for type, _ in side})
    rows = tuple(_row(type, counts) for type in types)
    for row in rows:
        check(row)
    return rows


def check(row: LedgerRow) -> None:
    """Raises DriftscanError where a row does not add up."""
    shared = row.equal + row.expected + row.waived + row.unknown + row.drift
    for side, total, one_sided in ((0, row.candidate, row.extra), (1, row.reference, row.missing)):
        if total != shared + one_sided + row.ambiguous[side] + row.grouped[side] + row.uncounted[side]:
            raise DriftscanError(
                f"the ledger of {row.type} does not add up on the {_SIDES[side]}'s side",
                _NEXT,
            )


def _columns(comparison: Comparison, verdicts: Mapping[int, Verdict]) -> tuple[dict[Address, str], dict[Address, str]]:
    columns: tuple[dict[Address, str], dict[Address, str]] = ({}, {})
    for i, compared in enumerate(comparison.compared):
        column = str(verdicts[i]) if i in verdicts else _EQUAL
        _put(0, columns[0], compared.pair.candidate, column)
        _put(1, columns[1], compared.pair.reference, column)
    for address in comparison.extra:
        _put(0, columns[0], address, "extra")
    for address in comparison.missing:
        _put(1, columns[1], address, "missing")
    for group in comparison.ambiguous:
        for side, addresses in ((0, group.candidates), (1, group.references)):
            for address in addresses:
                _put(side, columns[side], address, "ambiguous")
    for name, both in (("grouped", comparison.grouped), ("uncounted", comparison.uncounted)):
        for side in (0, 1):
            for address in both[side]:
                _put(side, columns[side], address, name)
    for address, _ in comparison.uncompared:
        side = 0 if address in comparison.candidate.seals and address not in columns[0] else 1
        _put(side, columns[side], address, "uncounted")
    return columns


def _put(side: int, column_of: dict[Address, str], address: Address, column: str) -> None:
    if address in column_of:
        raise DriftscanError(
            f"one resource of type {address.type} on the {_SIDES[side]}'s side is both {column_of[address]} and {column}",
            _NEXT,
        )
    column_of[address] = column


def _partition(side: int, there: Set[Address], column_of: Mapping[Address, str]) -> None:
    lost, invented = sorted(there - column_of.keys()), sorted(column_of.keys() - there)
    if lost or invented:
        what = "in no column" if lost else "not in the snapshot"
        raise DriftscanError(
            f"the ledger does not add up: {len(lost or invented)} resources of the {_SIDES[side]} are {what}"
            f" (the first is of type {(lost or invented)[0].type})",
            _NEXT,
        )


def _row(type: str, counts: tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]) -> LedgerRow:
    def both(column: str) -> tuple[int, int]:
        return counts[0][type, column], counts[1][type, column]

    return LedgerRow(
        type=type,
        candidate=sum(counts[0][type, column] for column in _COLUMNS),
        reference=sum(counts[1][type, column] for column in _COLUMNS),
        equal=both(_EQUAL)[0],
        expected=both(Verdict.EXPECTED)[0],
        waived=both(Verdict.WAIVED)[0],
        unknown=both(Verdict.UNKNOWN)[0],
        drift=both(Verdict.DRIFT)[0],
        extra=both("extra")[0],
        missing=both("missing")[1],
        ambiguous=both("ambiguous"),
        grouped=both("grouped"),
        uncounted=both("uncounted"),
    )
