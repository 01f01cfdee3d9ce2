"""A table after any number of months is the last month, and nothing is written twice."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.store import packs as packing
from driftscan.store import table
from driftscan.store.memory import MemoryBackend
from driftscan.store.packs import Packs
from driftscan.store.table import Merge, New, Run, Table

Month = dict[bytes, bytes]
keys = st.sampled_from([f"r\x01{name}".encode() for name in "abcdefghijklmnop"])
LONG = [",".join(["x" * 20] * 10 + [str(n)] + [str(m)] * n).encode() for n in range(3) for m in range(2)]
bodies = st.sampled_from([b"1", b"2", *LONG])
months = st.lists(st.dictionaries(keys, bodies, max_size=16), max_size=6)


def after(backend: MemoryBackend, packs: Packs, previous: Table, month: Month) -> tuple[Table, list[tuple[bytes, bytes]]]:
    """The next table, and (pack, key) of every record as `Merge` said it."""
    merge = Merge(backend, previous, [New(key, body, key) for key, body in sorted(month.items())], None)
    said = list(merge)
    assert [key for _, key in said] == sorted(month)
    order = {number: place for place, number in enumerate(merge.numbers)}
    return Table(packs, merge.runs), [(merge.runs[order[number]].pack.encode(), key) for number, key in said]


def contents(current: Table, start: bytes = b"", stop: bytes = b"\xff") -> Month:
    rows = list(current.scan(start, stop))
    assert [row.key for row in rows] == sorted(row.key for row in rows)
    for row in rows:
        assert current.runs[row.run].alive(row.number)
        assert current.runs[row.run].rank(row.number) == row.rank
        assert current.find(row.key) == row
    return {row.key: row.body for row in rows}


@settings(max_examples=40)
@given(months, keys, keys)
def test_any_months(months: list[Month], start: bytes, stop: bytes) -> None:
    backend = MemoryBackend()
    packs = Packs(backend)
    tables = [Table(packs, ())]
    for month in months:
        current, places = after(backend, packs, tables[-1], month)
        tables.append(current)
        assert contents(current) == month
        assert places == [(current.runs[row.run].pack.encode(), row.key) for row in current.scan()]
    for current, month in zip(tables[1:], months, strict=True):  # none of them was changed by those that followed
        assert contents(Table(Packs(backend), current.runs)) == month
        assert contents(current, start, stop) == {k: v for k, v in month.items() if start <= k < stop}
        assert all(current.find(key) is None for key in [b"", b"r\x01zz", *set().union(*months) - set(month)])


def test_what_did_not_change_is_not_written_again() -> None:
    backend = MemoryBackend()
    packs = Packs(backend)
    first, _ = after(backend, packs, Table(packs, ()), {b"a": b"1", b"b": b"1", b"c": b"1"})
    same, _ = after(backend, packs, first, {b"a": b"1", b"b": b"1", b"c": b"1"})
    assert same.runs == first.runs
    second, _ = after(backend, packs, first, {b"a": b"1", b"b": b"2", b"d": b"1"})
    assert len(list(backend.list(""))) == 2
    assert [(run.count, run.live) for run in second.runs] == [(3, b"\x01"), (2, b"\x03")]


def test_a_pack_of_which_nothing_lives_is_left_out() -> None:
    backend = MemoryBackend()
    packs = Packs(backend)
    first, _ = after(backend, packs, Table(packs, ()), {b"a": b"1"})
    second, _ = after(backend, packs, first, {b"a": b"2"})
    third, _ = after(backend, packs, second, {b"a": b"1"})
    assert [len(t.runs) for t in (first, second, third)] == [1, 1, 1]
    assert third.runs == first.runs


def test_frames_and_packs_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "FRAME", 200)
    monkeypatch.setattr(packing, "PACK", 2000)
    import random

    month = {f"r\x01{i:05}".encode(): random.Random(i).randbytes(30).hex().encode() for i in range(500)}
    backend = MemoryBackend()
    packs = Packs(backend)
    first, _ = after(backend, packs, Table(packs, ()), month)
    assert len(first.runs) > 5
    assert contents(first) == month
    changed = {key: body if i % 50 else b"new" for i, (key, body) in enumerate(month.items()) if i % 33}
    second, _ = after(backend, packs, first, changed)
    assert contents(second) == changed
    for start, stop in ((b"r\x0100100", b"r\x0100200"), (b"r\x0100499", b"z"), (b"s", b"t"), (b"", b"a")):
        assert contents(second, start, stop) == {k: v for k, v in changed.items() if start <= k < stop}


def test_many_small_packs_become_one() -> None:
    backend = MemoryBackend()
    packs = Packs(backend)
    current = Table(packs, ())
    month: Month = {f"k{i:04}".encode(): b"0" for i in range(400)}
    most = 0
    for number in range(table.MAX_RUNS + 40):
        month = {**month, f"k{number:04}".encode(): str(number).encode() + b"!"}
        current, _ = after(backend, packs, current, month)
        most = max(most, len(current.runs))
        if number % 16 == 0 or len(current.runs) < table.MAX_RUNS / 2 + 2:
            assert contents(current) == month
    assert most <= table.MAX_RUNS


def test_large_packs_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "LARGE", 50)
    monkeypatch.setattr(table, "MAX_RUNS", 4)
    monkeypatch.setattr(packing, "PACK", 1)
    monkeypatch.setattr(packing, "FRAME", 600)
    backend = MemoryBackend()
    packs = Packs(backend)
    month: Month = {f"k{i:04}".encode(): b"0" for i in range(1000)}
    first, _ = after(backend, packs, Table(packs, ()), month)
    assert len(first.runs) > 8
    current = first
    for number in range(12):
        month = {**month, f"k{number:04}".encode(): b"1"}
        current, _ = after(backend, packs, current, month)
        assert contents(current) == month
    assert {run.pack for run in first.runs[1:-1]} < {run.pack for run in current.runs}
    assert len(current.runs) <= len(first.runs) + 4


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_bits_are_counted(bits: list[bool]) -> None:
    live = sum(bit << i for i, bit in enumerate(bits)).to_bytes((len(bits) + 7) // 8, "little")
    run = Run("p", len(bits), live)
    assert [run.alive(i) for i in range(len(bits))] == bits
    assert run.size == sum(bits)
    assert [run.rank(i) for i in range(len(bits))] == [sum(bits[:i]) for i in range(len(bits))]


@pytest.mark.parametrize(
    ("prints", "wanted", "found"),
    [(b"aabb", b"ab", False), (b"aabb", b"bb", True), (b"", b"aa", False), (b"xaabaa", b"aa", True), (b"xaab", b"aa", False)],
)
def test_fingerprints_are_found_at_even_places_only(prints: bytes, wanted: bytes, found: bool) -> None:
    assert packing._holds(prints, wanted) is found
