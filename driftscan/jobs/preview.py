"""What rules and waivers would hide of a stored run, by judging its snapshots with and without them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from driftscan.config.proposal import proposed
from driftscan.formats.text import printable, shorten
from driftscan.jobs.context import Context
from driftscan.jobs.stored import again
from driftscan.model.report import SEVERITIES, Report, ReportFinding
from driftscan.model.settings import Settings
from driftscan.model.words import count

SHOWN: Final = 5
"""So many heaps are told, of what would be hidden and of what would stay."""
_RANK: Final = {str(s): i for i, s in enumerate(SEVERITIES)}


@dataclass(frozen=True)
class Preview:
    """A run judged as the policy is, and as it would be. Both reports stand on the same snapshots."""

    now: Report
    then: Report

    @property
    def hidden(self) -> tuple[ReportFinding, ...]:
        """Differences that would not be drift any more."""
        left = {f.id for f in _drift(self.then)}
        return tuple(f for f in _drift(self.now) if f.id not in left)

    @property
    def partly(self) -> tuple[ReportFinding, ...]:
        """Differences that would stay, with fewer of their changes."""
        left = {f.id: f for f in _drift(self.then)}
        return tuple(f for f in _drift(self.now) if f.id in left and _open(left[f.id]) < _open(f))

    @property
    def stays(self) -> tuple[ReportFinding, ...]:
        """Differences that are there still, as they would be."""
        return tuple(_drift(self.then))

    @property
    def text(self) -> str:
        """For people."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        hidden, stays = self.hidden, self.stays
        yield f"would hide {_numbers(hidden)}" + (f", and a part of {count(len(self.partly), 'other')}" if self.partly else "")
        yield from heaps(hidden)
        worst = [f for f in hidden if f.severity in ("critical", "high")]
        if worst:
            yield f"! {_numbers(worst)} among them: look at each, `driftscan explain {worst[0].id}`"
        yield f"would stay {_numbers(stays)}"
        yield from heaps(stays)


def preview(context: Context, record: Mapping[str, Any], settings: Settings, now: Report | None = None) -> Preview:
    """The run under the policy of now and under `settings`. now: the first, where it was made already.

    What is compared is compared once, where the two differ in nothing but expected differences and waivers.
    Raises DriftscanError where the run's snapshots are not in the store.
    """
    context = context if context.compared is not None else replace(context, compared={})
    alike = replace(settings, expected=context.settings.expected, waivers=context.settings.waivers) == context.settings
    other = replace(context, settings=settings, compared=context.compared if alike else None)
    return Preview(now or again(context, record)[0], again(other, record)[0])


def rules(context: Context, record: Mapping[str, Any], file: Path) -> Preview:
    """The run under the policy of now, and with the rules and waivers of a file."""
    return preview(context, record, proposed(file, context.settings))


def heaps(findings: Sequence[ReportFinding]) -> Iterator[str]:
    """The biggest of them, those of one group together: worst severity first, then by number."""
    members: dict[str, list[ReportFinding]] = {}
    for f in findings:
        members.setdefault(f.group or f.id, []).append(f)
    ranked = sorted(members.values(), key=lambda those: (min(_RANK.get(f.severity, 9) for f in those), -len(those), those[0].id))
    for those in ranked[:SHOWN]:
        worst = min(those, key=lambda f: _RANK.get(f.severity, 9))
        more = f" and {len(those) - 1:,} alike" if len(those) > 1 else ""
        yield f"  {len(those):>5,} × {worst.severity:<8}  {shorten(printable(worst.title), 150)}{more}"
    if len(ranked) > SHOWN:
        yield f"          and {_numbers([f for those in ranked[SHOWN:] for f in those])} in {len(ranked) - SHOWN:,} more"


def _numbers(findings: Sequence[ReportFinding]) -> str:
    """`412 findings: 2 high, 410 low`."""
    by = Counter(f.severity for f in findings)
    said = ", ".join(f"{by[str(s)]:,} {s}" for s in SEVERITIES if by[str(s)])
    return count(len(findings), "finding") + (f": {said}" if said else "")


def _drift(report: Report) -> list[ReportFinding]:
    return [f for f in report.findings if f.verdict == "drift"]


def _open(f: ReportFinding) -> int:
    return sum(c.verdict == "drift" for c in f.changes)
