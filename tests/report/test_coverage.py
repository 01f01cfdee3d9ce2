"""How much was seen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from driftscan.model.report import Share
from driftscan.model.snapshot import Listing, Status
from driftscan.report.coverage import coverage_of, readings, rows, types_in_use
from tests.report import sample


def listing(type: str, status: Status, resources: int = 0, account: str = "1", region: str = "r") -> Listing:
    return Listing(account, region, type, status, resources)


def test_a_type_nobody_uses_does_not_count() -> None:
    assert coverage_of([listing("A", Status.COMPLETE, 3), listing("B", Status.COMPLETE), listing("B", Status.DENIED, region="s")]) == Share(
        1, 1
    )


def test_a_type_in_use_counts_in_every_scope() -> None:
    seen = [listing("A", Status.COMPLETE, 3), listing("A", Status.DENIED, region="s"), listing("A", Status.COMPLETE, region="t")]
    assert coverage_of(seen) == Share(2, 3)


def test_a_type_that_nothing_says_is_absent_counts_as_in_use() -> None:
    assert coverage_of([listing("A", Status.DENIED)]) == Share(0, 1)
    assert types_in_use([listing("A", Status.DENIED), listing("A", Status.OFF, region="s"), listing("B", Status.COMPLETE, 1)]) == {"B"}


def test_partial_and_not_read_are_unread_and_off_is_known() -> None:
    seen = [
        listing("A", Status.COMPLETE, 3),
        listing("A", Status.PARTIAL, 1, region="s"),
        listing("A", Status.NOT_READ, region="t"),
        listing("A", Status.OFF, region="u"),
    ]
    assert coverage_of(seen) == Share(2, 4)


def test_nothing_listed_is_nothing_of_nothing() -> None:
    assert coverage_of([]) == Share(0, 0)
    assert coverage_of([]).value == 0.0


def test_empty_accounts_that_were_read_are_covered() -> None:
    empty = [listing("A", Status.COMPLETE), listing("B", Status.OFF), listing("B", Status.COMPLETE, region="s")]
    assert coverage_of(empty) == Share(3, 3)
    assert coverage_of([*empty, listing("A", Status.DENIED, region="s")]) == Share(3, 4)


LISTINGS = st.lists(
    st.builds(
        Listing,
        st.sampled_from(["1", "2"]),
        st.sampled_from(["r", "s"]),
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from(list(Status)),
        st.integers(0, 2),
    ),
    max_size=20,
)


@given(LISTINGS)
def test_share_is_within_bounds_and_order_does_not_matter(listings: list[Listing]) -> None:
    share = coverage_of(listings)
    assert 0 <= share.part <= share.whole <= len(listings)
    assert coverage_of(list(reversed(listings))) == share


def test_readings_add_up_to_the_share() -> None:
    snapshots, _ = sample.parts()
    table = readings(snapshots)
    share = coverage_of(row for s in snapshots for row in s.listings)
    assert sum(r.complete + r.off for r in table) == share.part
    assert sum(r.listings for r in table) == share.whole
    for r in table:
        assert r.listings == r.complete + r.off + r.partial + r.denied + r.not_read
    assert [(r.environment, r.denied) for r in table] == [("prod", 1), ("stage", 0)]


def test_rows_hold_every_listing_sorted() -> None:
    snapshots, _ = sample.parts()
    table = rows(snapshots)
    assert len(table) == sum(len(s.listings) for s in snapshots)
    keys = [(r.environment, r.account, r.region, r.type) for r in table]
    assert keys == sorted(keys)
