"""Answers as plain values: one spelling for each moment."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.sources.aws.answers import iso, plain, timestamp


@pytest.mark.parametrize(
    ("spelling", "text"),
    [
        ("2026-11-02T10:00:00Z", "2026-11-02T10:00:00Z"),
        ("2026-11-02T10:00:00.000Z", "2026-11-02T10:00:00Z"),
        ("2026-11-02T10:00:00.120Z", "2026-11-02T10:00:00.12Z"),
        ("2026-11-02T10:00:00+00:00", "2026-11-02T10:00:00Z"),
        ("2026-11-02T12:00:00+02:00", "2026-11-02T10:00:00Z"),
        ("Mon, 02 Nov 2026 10:00:00 GMT", "2026-11-02T10:00:00Z"),
        (1793613600, "2026-11-02T10:00:00Z"),
        (1793613600.5, "2026-11-02T10:00:00.5Z"),
        ("1793613600", "2026-11-02T10:00:00Z"),
        ("whenever", "whenever"),
    ],
)
def test_each_spelling_of_a_moment_is_one(spelling: object, text: str) -> None:
    assert timestamp(spelling) == text


@given(st.integers(0, 7_000_000_000_000_000), st.integers(-14, 14))
def test_iso_is_utc_and_reads_back(microseconds: int, hours: int) -> None:
    aware = datetime.fromtimestamp(0, timezone(timedelta(hours=hours))) + timedelta(microseconds=microseconds)
    assert datetime.fromisoformat(iso(aware)) == aware
    assert iso(aware).endswith("Z")
    assert timestamp(iso(aware)) == iso(aware)


def test_plain_turns_what_is_no_json_and_copies_nothing_else() -> None:
    same = {"a": [1, {"b": None}], "c": "x", "d": 1.5, "e": True}
    assert plain(same) is same
    odd = {
        "t": datetime(2026, 11, 2, tzinfo=UTC),
        "b": b"\xff",
        "s": io.BytesIO(b"hi"),
        "l": [{"t": datetime(2026, 11, 2, tzinfo=UTC).replace(tzinfo=None)}],
        "k": same,
    }
    assert plain(odd) == {"t": "2026-11-02T00:00:00Z", "b": "/w==", "s": "aGk=", "l": [{"t": "2026-11-02T00:00:00Z"}], "k": same}
