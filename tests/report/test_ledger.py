"""The ledger adds up, or no report is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftscan.errors import DriftscanError
from driftscan.model.finding import Judgement, LedgerRow
from driftscan.report.ledger import check
from tests.report import sample

COLUMNS = ["candidate", "reference", "equal", "expected", "waived", "unknown", "drift", "extra", "missing"]


def changed(judgement: Judgement, column: str, by: int = 1) -> Judgement:
    """The judgement with one number of its first row moved."""
    first, *rest = judgement.ledger
    old = getattr(first, column)
    new = (old[0] + by, old[1]) if isinstance(old, tuple) else old + by
    return replace(judgement, ledger=(replace(first, **{column: new}), *rest))


def test_sample_adds_up() -> None:
    snapshots, ((_, judgement),) = sample.parts()
    check(judgement, snapshots[0], snapshots[1], sample.catalog())


@pytest.mark.parametrize("column", [*COLUMNS, "ambiguous", "grouped", "uncounted"])
def test_any_number_that_is_off_by_one_refuses_the_report(column: str) -> None:
    snapshots, ((comparison, judgement),) = sample.parts()
    with pytest.raises(DriftscanError) as e:
        sample.build(sample.run(), snapshots, [(comparison, changed(judgement, column))], sample.catalog(), sample.settings())
    assert "does not add up" in e.value.message
    assert judgement.ledger[0].type in e.value.message
    assert e.value.hint


def test_a_row_that_adds_up_but_counts_other_than_the_snapshot_is_refused() -> None:
    snapshots, ((_, judgement),) = sample.parts()
    both = changed(changed(judgement, "candidate"), "uncounted")
    with pytest.raises(DriftscanError, match="the snapshot of stage holds"):
        check(both, snapshots[0], snapshots[1], sample.catalog())
    check(both, None, snapshots[1], sample.catalog())


def test_a_lost_type_is_refused_unless_it_is_never_compared() -> None:
    snapshots, ((_, judgement),) = sample.parts()
    lost = replace(judgement, ledger=tuple(r for r in judgement.ledger if r.type != "AWS::SQS::Queue"))
    with pytest.raises(DriftscanError, match="AWS::SQS::Queue"):
        check(lost, *snapshots, sample.catalog())
    catalog = sample.catalog()
    specs = dict(catalog.specs) | {"AWS::SQS::Queue": replace(catalog.specs["AWS::SQS::Queue"], pair=False)}
    check(lost, *snapshots, replace(catalog, specs=specs))


def test_two_rows_of_one_type_are_refused() -> None:
    _, ((_, judgement),) = sample.parts()
    twice = replace(judgement, ledger=(*judgement.ledger, LedgerRow(judgement.ledger[0].type, 0, 0)))
    with pytest.raises(DriftscanError, match="two rows"):
        check(twice, None, None, sample.catalog())
