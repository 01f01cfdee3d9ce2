from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.errors import DriftscanError
from driftscan.judge.ledger import check, ledger
from driftscan.model.drift import Ambiguous, Change, Compared, Pair, Verdict
from driftscan.model.finding import LedgerRow
from driftscan.model.value import Unknown
from tests.judge.estate import QUEUE, ROLE, Estate

FATES = (
    "equal",
    "drift",
    "unknown",
    "order",
    "extra",
    "missing",
    "ambiguous",
    "grouped-c",
    "grouped-r",
    "vendor-c",
    "vendor-r",
    "blind-c",
    "blind-r",
)


def estate_of(fates: list[tuple[str, str]]) -> Estate:
    estate = Estate()
    for n, (fate, type) in enumerate(fates):
        key = f"r{n}"
        match fate:
            case "equal":
                estate.pair(key, type=type)
            case "drift":
                estate.pair(key, Change(("A",), 1, 2), type=type)
            case "unknown":
                estate.pair(key, Change(("A",), Unknown("x"), 2, "x"), type=type)
            case "order":
                estate.pair(key, Change(("A",), 1, 2, order_only=True), type=type)
            case "extra" | "missing":
                estate.alone(fate == "missing", key, type)
            case "ambiguous":
                estate.ambiguous.append(
                    Ambiguous(type, (estate.add(0, key, type),), (estate.add(1, key, type), estate.add(1, key + "b", type)), key)
                )
            case "grouped-c" | "grouped-r":
                estate.grouped[fate[-1] == "r"].append(estate.add(fate[-1] == "r", key, type))
            case "vendor-c" | "vendor-r":
                estate.uncounted[fate[-1] == "r"].append(estate.add(fate[-1] == "r", key, type))
            case "blind-c" | "blind-r":
                estate.uncompared.append((estate.add(fate[-1] == "r", key, type), "AccessDenied"))
    return estate


@given(st.lists(st.tuples(st.sampled_from(FATES), st.sampled_from([QUEUE, ROLE])), max_size=25))
def test_the_ledger_always_adds_up(fates: list[tuple[str, str]]) -> None:
    estate = estate_of(fates)
    judged = estate.judge()
    for row in judged.ledger:
        check(row)
    assert sum(row.candidate for row in judged.ledger) == len(estate.seals[0])
    assert sum(row.reference for row in judged.ledger) == len(estate.seals[1])
    assert [row.type for row in judged.ledger] == sorted({type for _, type in fates})
    for column, fate in (("equal", "equal"), ("drift", "drift"), ("unknown", "unknown"), ("expected", "order"), ("extra", "extra")):
        assert sum(getattr(row, column) for row in judged.ledger) == sum(f == fate for f, _ in fates)


def test_every_column() -> None:
    row = estate_of([(fate, QUEUE) for fate in FATES]).judge().ledger[0]
    assert row == LedgerRow(
        type=QUEUE,
        candidate=9,
        reference=10,
        equal=1,
        expected=1,
        waived=0,
        unknown=1,
        drift=1,
        extra=1,
        missing=1,
        ambiguous=(1, 2),
        grouped=(1, 1),
        uncounted=(2, 2),
    )


def test_a_resource_in_no_column_stops_the_report() -> None:
    estate = estate_of([("equal", QUEUE)])
    estate.add(0, "lost")
    with pytest.raises(DriftscanError, match="1 resources of the candidate are in no column") as caught:
        estate.judge()
    assert caught.value.hint


def test_a_resource_in_two_columns_stops_the_report() -> None:
    estate = estate_of([("equal", QUEUE), ("extra", QUEUE)])
    estate.one_sided[0].append(estate.compared[0].pair.candidate)
    with pytest.raises(DriftscanError, match="both equal and extra"):
        estate.judge()
    twice = estate_of([("equal", QUEUE)])
    twice.compared.append(twice.compared[0])
    with pytest.raises(DriftscanError, match="both equal and equal"):
        twice.judge()


def test_a_resource_that_no_snapshot_holds_stops_the_report() -> None:
    estate = estate_of([("missing", QUEUE)])
    estate.seals[1].clear()
    with pytest.raises(DriftscanError, match="not in the snapshot"):
        ledger(estate.comparison(), {})


@pytest.mark.parametrize("column", ["equal", "drift", "extra", "candidate", "reference", "missing"])
def test_a_row_that_is_off_by_one_is_refused(column: str) -> None:
    row = estate_of([(fate, QUEUE) for fate in FATES]).judge().ledger[0]
    with pytest.raises(DriftscanError, match="does not add up"):
        check(replace(row, **{column: getattr(row, column) + 1}))


def test_one_environment_over_time_counts_one_address_on_both_sides() -> None:
    estate = Estate("prod", "prod")
    both = [estate.add(side, "blind") for side in (0, 1)]
    estate.uncompared.extend((a, "AccessDenied") for a in both)
    a = estate.add(0, "kept")
    estate.add(1, "kept")
    estate.compared.append(Compared(Pair(a, a, "name", 1.0, "kept")))
    row = estate.judge().ledger[0]
    assert (row.candidate, row.reference, row.equal, row.uncounted) == (2, 2, 1, (1, 1))


def test_verdicts_decide_the_column() -> None:
    estate = estate_of([("drift", QUEUE), ("equal", QUEUE)])
    for verdict in Verdict:
        (row,) = ledger(estate.comparison(), {0: verdict})
        assert getattr(row, verdict) == row.equal == 1
