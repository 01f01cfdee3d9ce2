"""What a part of the measurement found, by resource type, with its totals and the goals they are held to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

COLUMNS = ("right", "wrong", "ambiguous", "unpaired", "apart", "false drift", "injected", "found", "right path")


@dataclass(frozen=True)
class Goal:
    """One promise. value None: there was nothing to measure it on, which does not meet it."""

    name: str
    value: float | None
    bound: float
    least: bool

    @property
    def met(self) -> bool:
        return self.value is not None and (self.value >= self.bound if self.least else self.value <= self.bound)

    def line(self) -> str:
        """`met     recall 0.99, goal at least 0.97`."""
        shown = "nothing to measure" if self.value is None else f"{self.value:.4g}"
        return f"{'met' if self.met else 'MISSED':7} {self.name} {shown}, goal {'at least' if self.least else 'at most'} {self.bound:g}"


@dataclass(frozen=True)
class Part:
    """One part: `twins`, `hidden`, `recorded`, `generated`. rows: type -> column -> number. notes: what is behind a number, by name."""

    name: str
    rows: Mapping[str, Counter[str]]
    goals: tuple[Goal, ...]
    notes: Mapping[str, Any] = field(default_factory=dict)

    def total(self) -> Counter[str]:
        """The columns over all types."""
        return sum(self.rows.values(), Counter())

    def document(self) -> dict[str, Any]:
        """The part as `--output` writes it."""
        goals = [{**asdict(g), "met": g.met} for g in self.goals]
        rows = {t: dict(row) for t, row in sorted(self.rows.items())}
        return {"rows": rows, "total": dict(self.total()), "goals": goals, "notes": self.notes}

    def table(self) -> str:
        """A line per type, one for the total, one per goal."""
        width = max((len(t) for t in self.rows), default=0) + 2
        head = f"{self.name:{width}}" + "".join(f"{c:>12}" for c in COLUMNS)
        body = [_line(t, row, width) for t, row in sorted(self.rows.items())]
        return "\n".join((head, *body, _line("total", self.total(), width), *(g.line() for g in self.goals)))


def at_least(name: str, value: float | None, bound: float) -> Goal:
    return Goal(name, value, bound, True)


def at_most(name: str, value: float | None, bound: float) -> Goal:
    return Goal(name, value, bound, False)


def share(part: float, whole: float) -> float | None:
    """part / whole; None of nothing."""
    return part / whole if whole else None


def counted(rows: Mapping[str, Counter[str]], names: Iterable[str], column: str) -> None:
    """One more in a column for each name."""
    for name in names:
        rows[name][column] += 1


def _line(name: str, row: Mapping[str, int], width: int) -> str:
    return f"{name:{width}}" + "".join(f"{row.get(c) or '':>12}" for c in COLUMNS)
