"""Which calls a resource came from, and when: the part of a resource that is new every month, kept apart and in columns.

One frame holds up to `CHUNK` resources: `{"shapes": [[call, ...], ...], "times": [time, ...]}`, a zero byte, and two
columns of numbers as byte planes (all lowest bytes first, then all second bytes, ...): the shape of each resource, and the
time of each of its reads.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final

import orjson

from driftscan.model.resource import Read

CHUNK: Final = 4096


class ReadsWriter:
    """Collects the reads of one table, row after row; small in memory because calls and times repeat."""

    def __init__(self) -> None:
        self._shapes: dict[tuple[str, ...], int] = {}
        self._times: dict[str, int] = {}
        self._rows: dict[int, tuple[array[int], array[int]]] = {}

    def add(self, run: int, reads: tuple[Read, ...]) -> None:
        """The reads of the next live row of one run."""
        shapes, times = self._rows.setdefault(run, (array("I"), array("I")))
        shapes.append(self._shapes.setdefault(tuple(r.call for r in reads), len(self._shapes)))
        for read in reads:
            times.append(self._times.setdefault(read.at, len(self._times)))

    def chunks(self, runs: Iterable[int]) -> Iterator[bytes]:
        """The frames of the rows of these runs, one run after the other."""
        shapes, times = list(self._shapes), list(self._times)
        rows, moments = array("I"), array("I")
        for run in runs:
            mine = self._rows.get(run, (array("I"), array("I")))
            rows += mine[0]
            moments += mine[1]
        at = 0
        for start in range(0, len(rows), CHUNK):
            calls = [shapes[i] for i in rows[start : start + CHUNK]]
            width = sum(map(len, calls))
            yield _frame(calls, [times[i] for i in moments[at : at + width]])
            at += width


def _frame(shapes: list[tuple[str, ...]], times: list[str]) -> bytes:
    names, moments = sorted(set(shapes)), sorted(set(times))
    by_name = {name: i for i, name in enumerate(names)}
    by_moment = {moment: i for i, moment in enumerate(moments)}
    head = orjson.dumps({"shapes": names, "times": moments})
    return b"\0".join((head, _planes([by_name[s] for s in shapes]) + _planes([by_moment[t] for t in times])))


class ReadsChunk:
    """One frame, read back."""

    def __init__(self, data: bytes, rows: int) -> None:
        """Raises ValueError where the frame does not hold `rows` rows."""
        head, _, columns = data.partition(b"\0")
        names = orjson.loads(head)
        self._names: list[list[str]] = names["shapes"]
        self._moments: list[str] = names["times"]
        self._shapes = _numbers(columns[: 4 * rows])
        widths = [len(calls) for calls in self._names]
        self._starts = [0, *accumulate(map(widths.__getitem__, self._shapes))]
        self._times = _numbers(columns[4 * rows :])
        self._made: dict[tuple[int, tuple[int, ...]], tuple[Read, ...]] = {}
        if len(self._shapes) != rows or len(self._times) != self._starts[-1]:
            raise ValueError("the columns have another length")

    def row(self, number: int) -> tuple[Read, ...]:
        """The reads of one row; rows that were read alike share them."""
        shape = self._shapes[number]
        times = tuple(self._times[self._starts[number] : self._starts[number + 1]])
        found = self._made.get((shape, times))
        if found is None:
            found = tuple(Read(call, self._moments[at]) for call, at in zip(self._names[shape], times, strict=True))
            self._made[shape, times] = found
        return found


def _planes(numbers: list[int]) -> bytes:
    column = array("I", numbers)
    if sys.byteorder == "big":
        column.byteswap()
    data = column.tobytes()
    return b"".join(data[i::4] for i in range(4))


def _numbers(planes: bytes) -> array[int]:
    count = len(planes) // 4
    data = bytearray(4 * count)
    for i in range(4):
        data[i::4] = planes[i * count : (i + 1) * count]
    column = array("I", bytes(data))
    if sys.byteorder == "big":
        column.byteswap()
    return column
