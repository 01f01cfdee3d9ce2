"""The trend as a picture: where its columns, labels and gaps stand, in units of its view box. The numbers are the report's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from driftscan.model.report import SEVERITIES, TrendPoint
from driftscan.model.words import percent

WIDTH: Final = 720
LEFT, RIGHT, TOP, HEIGHT, FOOT = 8, 8, 26, 150, 34
LINE_TOP, LINE_HEIGHT = 30, 56
NARROW: Final = 26
"""Columns closer than this name only some of their periods."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One severity of one period."""

    severity: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """One period: its bars from the worst down, where its total stands, its label; missed: there is no run."""

    point: TrendPoint
    x: float
    middle: float
    width: float
    bars: tuple[Bar, ...]
    total: int | None
    total_y: float
    label: str
    missed: bool


@dataclass(frozen=True, slots=True)
class Dot:
    """Parity of one period."""

    x: float
    y: float
    text: str
    near: str


@dataclass(frozen=True, slots=True)
class Line:
    """Parity of one comparison: unbroken runs of dots (a gap breaks the line)."""

    comparison: str
    runs: tuple[tuple[Dot, ...], ...]

    @property
    def dots(self) -> tuple[Dot, ...]:
        return tuple(d for run in self.runs for d in run)


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns and the base line, and one line of parity for each comparison."""

    width: int
    height: int
    base: float
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    line_height: int


def chart(points: Sequence[TrendPoint]) -> Chart | None:
    """The picture of a trend; None where there are not two periods to see."""
    if len(points) < 2:
        return None
    step = (WIDTH - LEFT - RIGHT) / len(points)
    width = min(step * 0.62, 46)
    most = max((sum(p.severities) for p in points), default=0) or 1
    every = max(1, -(-NARROW * 2 // max(int(step), 1))) if step < NARROW * 2 else 1
    columns = []
    for i, p in enumerate(points):
        middle = LEFT + step * (i + 0.5)
        y, bars = float(TOP + HEIGHT), []
        for severity, n in zip(SEVERITIES, p.severities, strict=False):
            if n:
                height = n / most * HEIGHT
                y -= height
                bars.append(Bar(str(severity), round(middle - width / 2, 2), round(y, 2), round(width, 2), round(height, 2)))
        last = i == len(points) - 1
        label = p.period if last or (i % every == 0 and len(points) - 1 - i >= every) else ""
        total = sum(p.severities) if p.severities else None
        columns.append(
            Column(
                p,
                round(middle - width / 2, 2),
                round(middle, 2),
                round(width, 2),
                tuple(bars),
                total,
                round(y - 7, 2),
                label,
                p.run is None,
            )
        )
    names = list(dict.fromkeys(a.comparison for p in points for a in p.agreements))
    lines = tuple(_line(name, points, step) for name in names)
    return Chart(WIDTH, TOP + HEIGHT + FOOT, TOP + HEIGHT, tuple(columns), lines, LINE_TOP + LINE_HEIGHT + FOOT)


def _line(comparison: str, points: Sequence[TrendPoint], step: float) -> Line:
    known = [(i, next((a for a in p.agreements if a.comparison == comparison and a.comparable), None)) for i, p in enumerate(points)]
    shares = [a.agreeing / a.comparable for _, a in known if a is not None]
    low, high = min(shares, default=0.0), max(shares, default=1.0)
    spread = (high - low) or 1.0
    runs: list[list[Dot]] = [[]]
    for i, a in known:
        if a is None:
            runs.append([])
            continue
        share = a.agreeing / a.comparable
        y = LINE_TOP + (1 - (share - low) / spread) * LINE_HEIGHT if high > low else LINE_TOP + LINE_HEIGHT / 2
        runs[-1].append(Dot(round(LEFT + step * (i + 0.5), 2), round(y, 2), percent(a.agreeing, a.comparable), points[i].period))
    return Line(comparison, tuple(tuple(r) for r in runs if r))
