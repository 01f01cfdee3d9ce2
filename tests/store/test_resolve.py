"""Every way to name a snapshot, and what is said where there is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from driftscan.errors import DriftscanError, UsageError
from driftscan.store.manifest import SnapshotInfo, moment, snapshot_id
from driftscan.store.resolve import resolve

NOW = datetime(2026, 11, 15, 12, tzinfo=UTC)


def info(environment: str, as_of: str, digest: str) -> SnapshotInfo:
    return SnapshotInfo(snapshot_id(environment, as_of, digest), environment, as_of, digest, None, 1, 0, "run")


PROD = [
    info("prod", "2025-11-10T00:00:00Z", "a0a0a0a0ff"),
    info("prod", "2026-09-30T22:00:00Z", "b0b0b0b0ff"),
    info("prod", "2026-10-01T00:00:00Z", "c0c0c0c0ff"),
    info("prod", "2026-10-31T23:59:59Z", "d0d0d0d0ff"),
    info("prod", "2026-11-01T00:00:00Z", "e0e0e0e0ff"),
]
STAGE = [info("stage", "2026-11-02T00:00:00Z", "f0f0f0f0ff")]
ALL = [*PROD, *STAGE]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("prod", PROD[4]),
        ("stage", STAGE[0]),
        ("prod~0", PROD[4]),
        ("prod~1", PROD[3]),
        ("prod~4", PROD[0]),
        ("prod@2026-10", PROD[3]),
        ("prod@2026-09", PROD[1]),
        ("prod@2026-10-01", PROD[2]),
        ("prod@2026-W40", PROD[2]),
        ("prod@2026-W44", PROD[4]),
        ("prod@{2.weeks.ago}", PROD[4]),
        ("prod@{15.days.ago}", PROD[2]),
        ("prod@{1.month.ago}", PROD[2]),
        ("prod@{1.months.ago}", PROD[2]),
        ("prod@{1.year.ago}", PROD[0]),
        ("prod@{348.hours.ago}", PROD[4]),
        ("prod@{349.hours.ago}", PROD[2]),
        (PROD[1].id, PROD[1]),
        ("prod-20260930", PROD[1]),
        ("prod-20261001T000000Z-c0", PROD[2]),
        ("stage-2", STAGE[0]),
    ],
)
def test_names(spec: str, expected: SnapshotInfo) -> None:
    assert resolve(spec, ALL, NOW) == expected


@pytest.mark.parametrize(
    ("spec", "message", "hint"),
    [
        ("prdo", "no snapshot prdo", "did you mean prod"),
        ("stag~1", "no snapshot stag~1", "did you mean stage"),
        ("nothing-like-it", "no snapshot", "prod, stage"),
        ("prod~5", "there are 5", PROD[4].id),
        ("prod@2026-08", "none was taken in 2026-08", PROD[0].id),
        ("prod@{2.years.ago}", "none is that old", PROD[0].id),
        ("prod@{2.moons.ago}", "unknown unit moon", "months"),
        ("prod@{99999999.weeks.ago}", "no such time", "prod@2026-10"),
        ("prod@{99999999.years.ago}", "no such time", "prod@2026-10"),
        ("prod-2026", "the beginning of 4 snapshots", PROD[1].id),
        ("prod@yesterday", "no snapshot prod@yesterday", "prod"),
        ("", "no snapshot", "prod, stage"),
    ],
)
def test_what_is_said_where_there_is_none(spec: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as raised:
        resolve(spec, ALL, NOW)
    assert message in raised.value.message
    assert hint in raised.value.hint
    assert raised.value.exit_code == 2


def test_an_empty_store_names_the_command() -> None:
    with pytest.raises(UsageError, match=r"the store is empty.*driftscan scan"):
        resolve("prod", [], NOW)


def test_what_is_later_than_the_clock_does_not_count() -> None:
    assert resolve("prod", ALL, datetime(2026, 10, 15, tzinfo=UTC)) == PROD[2]
    assert resolve("prod~1", ALL, datetime(2026, 10, 15, tzinfo=UTC)) == PROD[1]
    assert resolve(PROD[4].id, ALL, datetime(2026, 10, 15, tzinfo=UTC)) == PROD[4]
    with pytest.raises(UsageError, match="none of prod is that old"):
        resolve("prod", ALL, datetime(2020, 1, 1, tzinfo=UTC))


def test_without_a_clock_ago_counts_from_the_newest() -> None:
    assert resolve("prod@{1.days.ago}", ALL) == PROD[2]


def test_months_end_where_months_end() -> None:
    snapshots = [info("prod", "2026-02-28T00:00:00Z", "a" * 8), info("prod", "2026-03-01T00:00:00Z", "b" * 8)]
    assert resolve("prod@{1.month.ago}", snapshots, datetime(2026, 3, 31, tzinfo=UTC)) == snapshots[0]


def test_a_name_with_signs_in_it() -> None:
    strange = [
        info("eu~1", "2026-01-01T00:00:00Z", "a" * 8),
        info("eu", "2026-01-01T00:00:00Z", "b" * 8),
        info("eu", "2026-01-02T00:00:00Z", "c" * 8),
    ]
    assert resolve("eu~1", strange) == strange[0]
    assert resolve("eu~1~0", strange) == strange[0]


def test_times() -> None:
    assert moment("2026-11-01T02:00:00+02:00") == datetime(2026, 11, 1, tzinfo=UTC)
    assert moment("2026-11-01") == datetime(2026, 11, 1, tzinfo=UTC)
    with pytest.raises(DriftscanError, match="not a time: 'soon'"):
        moment("soon")
