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
_FEW: Final = 3
"""More rows than this, and a chunk is read whole."""
_BYTES: Final = bytes(range(256))
_BYTE: Final = len(_BYTES)


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
    """One frame, read back. Who asks for a row or two (a history, month after month) does not pay for all of them."""

    def __init__(self, data: bytes, rows: int) -> None:
        """Raises ValueError where the frame does not hold `rows` rows."""
        head, _, self._columns = data.partition(b"\0")
        names = orjson.loads(head)
        self._names: list[list[str]] = names["shapes"]
        self._moments: list[str] = names["times"]
        self._rows = rows
        self._widths = [len(calls) for calls in self._names]
        self._made: dict[tuple[int, tuple[int, ...]], tuple[Read, ...]] = {}
        self._asked = 0
        self._whole: tuple[array[int], list[int], array[int]] | None = None
        """The shape of each row, where its times begin, all times; once many rows were asked for."""
        if len(self._names) > _BYTE or self._columns.count(0, rows, 4 * rows) != 3 * rows:
            self._whole = self._open()
        elif len(self._columns) != 4 * (rows + self._before(rows)) or self._columns[:rows].translate(None, _BYTES[: len(self._names)]):
            raise ValueError("the columns have another length")

    def _open(self) -> tuple[array[int], list[int], array[int]]:
        shapes = _numbers(self._columns[: 4 * self._rows])
        if max(shapes, default=-1) >= len(self._names):
            raise ValueError("the columns have another length")
        starts = [0, *accumulate(map(self._widths.__getitem__, shapes))]
        times = _numbers(self._columns[4 * self._rows :])
        if len(shapes) != self._rows or len(times) != starts[-1]:
            raise ValueError("the columns have another length")
        return shapes, starts, times

    def _before(self, number: int) -> int:
        """How many times stand before those of a row; the lowest bytes of the shapes, which come first, tell all of them."""
        return sum(width * self._columns.count(shape, 0, number) for shape, width in enumerate(self._widths))

    def row(self, number: int) -> tuple[Read, ...]:
        """The reads of one row; rows that were read alike share them."""
        self._asked += 1
        if self._whole is None and self._asked > _FEW:
            self._whole = self._open()
        if self._whole is not None:
            shapes, starts, all_times = self._whole
            shape = shapes[number]
            times = tuple(all_times[starts[number] : starts[number + 1]])
        else:
            shape = self._columns[: self._rows][number]
            start, count = 4 * self._rows + self._before(number), len(self._columns) // 4 - self._rows
            places = range(start, start + self._widths[shape])
            times = tuple(sum(self._columns[at + plane * count] << 8 * plane for plane in range(4)) for at in places)
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
