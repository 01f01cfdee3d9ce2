"""Calls and times come back, row by row, whatever they look like."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.model.resource import Read
from driftscan.store.reads import CHUNK, ReadsChunk, ReadsWriter
from tests.store.making import reads

Rows = list[tuple[int, tuple[Read, ...]]]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 2), reads), max_size=20))
def test_rows_come_back(rows: Rows) -> None:
    writer = ReadsWriter()
    for run, calls in rows:
        writer.add(run, calls)
    order = (2, 0, 3, 1)
    mine = [calls for run in order for at, calls in rows if at == run]
    frames = list(writer.chunks(order))
    assert len(frames) == (1 if mine else 0)
    for frame in frames:
        chunk = ReadsChunk(frame, len(mine))
        assert [chunk.row(i) for i in range(len(mine))] == mine
        assert [ReadsChunk(frame, len(mine)).row(i) for i in range(len(mine))] == mine


def test_a_row_asked_for_alone_is_the_same_row_however_many_shapes_and_times_there_are() -> None:
    writer = ReadsWriter()
    rows = [tuple(Read(f"s3:Call{i % 300}", f"{i}/{n}") for n in range(i % 3)) for i in range(900)]
    for calls in rows:
        writer.add(0, calls)
    (frame,) = writer.chunks([0])
    assert [ReadsChunk(frame, 900).row(i) for i in (0, 1, 299, 300, 899)] == [rows[i] for i in (0, 1, 299, 300, 899)]


@pytest.mark.parametrize("rows", [0, 1, 3, 5])
def test_a_frame_of_another_length_is_refused(rows: int) -> None:
    writer = ReadsWriter()
    for calls in ((Read("a:B", "1"),), (), (Read("a:B", "2"), Read("a:C", "2")), ()):
        writer.add(0, calls)
    (frame,) = writer.chunks([0])
    with pytest.raises(ValueError, match="another length"):
        ReadsChunk(frame, rows)


def test_many_rows_are_cut_into_chunks() -> None:
    writer = ReadsWriter()
    rows = [(Read("s3:ListBuckets", str(i)),) * (i % 3) for i in range(2 * CHUNK + 5)]
    for calls in rows:
        writer.add(7, calls)
    frames = list(writer.chunks([7]))
    back = [
        chunk.row(i)
        for n, frame in enumerate(frames)
        for size in [min(CHUNK, len(rows) - n * CHUNK)]
        for chunk in [ReadsChunk(frame, size)]
        for i in range(size)
    ]
    assert back == rows


def test_the_same_times_cost_nearly_nothing() -> None:
    import zstandard

    writer = ReadsWriter()
    for i in range(CHUNK):
        writer.add(0, (Read("ec2:DescribeInstances", f"2026-11-01T02:00:{i // 1000:02}Z"),))
    (frame,) = writer.chunks([0])
    assert len(zstandard.compress(frame)) < CHUNK / 10


@pytest.mark.parametrize("rows", [0, 2, 4])
def test_another_number_of_rows_is_an_error(rows: int) -> None:
    writer = ReadsWriter()
    for at in "abc":
        writer.add(0, (Read("s3:ListBuckets", at),))
    (frame,) = writer.chunks([0])
    with pytest.raises((ValueError, IndexError)):
        ReadsChunk(frame, rows)
