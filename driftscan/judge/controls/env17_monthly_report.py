"""ENV-17: a report is made each month, whole.

What it judges: The store holds a final report of the month before this one, it spoke for the environment, and at least `min_coverage` of
its listings were read. Whether somebody signed it off is not judged: reports carry no signature yet.

Why it matters: The strategy promises monthly drift reports. Who skips a month cannot say when something changed, and a report that read
half of an environment looks like one that found half as much.

Evidence: The records of the final runs in the store, each with its period, its snapshots and its coverage.

What to do: Let a schedule run it (`driftscan schedule`), with one store that outlives the machine. For a report that was not whole, close
the gaps that `driftscan doctor` names and run again.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftscan.judge.controls.control import Control
from driftscan.judge.facts import Facts
from driftscan.model.control import Evidence, Standing
from driftscan.model.drift import Severity
from driftscan.model.words import percent


def judge(facts: Facts, environment: str) -> Iterator[Evidence]:
    """See control.Judge."""
    reports = facts.reports
    if not reports.past:
        yield Evidence(Standing.UNKNOWN, "the store holds no final report of an earlier month", key=environment, code="first report")
        return
    last = reports.past[-1]
    named = f"the final report of {last.period} (run {last.run})"
    if last.period != reports.before:
        yield Evidence(Standing.FAILS, f"there is no final report of {reports.before}; the last is of {last.period}", "*", environment)
        return
    if environment not in last.environments:
        yield Evidence(Standing.FAILS, f"{named} did not speak for {environment}", "*", environment)
        return
    if last.read is None or not last.listings:
        yield Evidence(Standing.UNKNOWN, f"the record of {named} does not say how much it read", key=environment, code="no figures")
    elif last.read < reports.min_coverage * last.listings:
        share, least = percent(last.read, last.listings), f"{reports.min_coverage * 100:g} %"
        yield Evidence(Standing.FAILS, f"{named} read {share} of its listings, less than {least}", "*", environment)
    else:
        yield Evidence(Standing.HOLDS, f"{named} read {percent(last.read, last.listings)} of its listings", key=environment)


CONTROL = Control(
    id="ENV-17",
    version=1,
    title="Monthly report",
    severity=Severity.MEDIUM,
    aspect="observability",
    holds="the month before this one has its final report",
    docstring=__doc__ or "",
    judge=judge,
)
