"""The dead man's switch: is there a final run that is young enough, complete, and still what was written?

It asks the store alone: it works where no cloud, no key and no configuration is, and it is what tells of a schedule that stopped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from driftscan.errors import VerificationError
from driftscan.jobs.record import report_of
from driftscan.model.words import count
from driftscan.report.coverage import coverage_of
from driftscan.store import Store
from driftscan.store.manifest import moment

AHEAD: Final = timedelta(days=1)
"""A run may answer for the end of its day. One that claims to be later would silence the switch for as long as it likes."""

State = Literal["ok", "none", "overdue", "incomplete", "unverified"]


@dataclass(frozen=True)
class Standing:
    """How the last final run stands. text: one line. age: since the moment that it answers for. listings: read, of types in use."""

    state: State
    text: str
    run: str | None = None
    period: str | None = None
    as_of: str | None = None
    age: timedelta | None = None
    listings: tuple[int, int] | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing is to be done."""
        return self.state == "ok"

    def as_json(self) -> dict[str, Any]:
        """As `status --json` prints it; age in seconds."""
        return {
            "state": self.state,
            "text": self.text,
            "run": self.run,
            "period": self.period,
            "as_of": self.as_of,
            "age_seconds": None if self.age is None else int(self.age.total_seconds()),
            "listings": None if self.listings is None else {"read": self.listings[0], "whole": self.listings[1]},
        }


def status(
    store: Store, now: datetime, max_age: timedelta, min_coverage: float, environments: Iterable[str] = (), *, whole: bool = False
) -> Standing:
    """The standing of the last final run at `now`. environments: those that it must have read.

    What it stands on is checked against its digests: records, chains, what its snapshots say of themselves, its report; with
    `whole`, every stored byte.
    """
    try:
        found = _standing(store, now, max_age, min_coverage, tuple(environments))
        problems = store.verify().problems if whole and found.run is not None else ()
    except VerificationError as e:
        return Standing("unverified", f"unverified: {e.message}")
    if not problems:
        return found
    more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
    text = f"unverified: {store.url} is broken: {problems[0].file}: {problems[0].what}{more}"
    return replace(found, state="unverified", text=text)


def _standing(store: Store, now: datetime, max_age: timedelta, min_coverage: float, environments: tuple[str, ...]) -> Standing:
    runs = [r for r in store.final_runs() if moment(str(r["as_of"])) <= now + AHEAD]
    if not runs:
        return Standing("none", f"no final run in {store.url}: nothing was ever reported, or the store is another one")
    run = runs[-1]
    as_of = str(run["as_of"])
    age = max(now - moment(as_of), timedelta())
    who = f"the last final run is {run['id']} of {run['period']}, as of {as_of}, {_days(age)} ago"
    base = Standing("ok", who, str(run["id"]), str(run["period"]), as_of, age)

    def but(state: State, why: str, **more: Any) -> Standing:
        return replace(base, state=state, text=f"{state}: {who}{why}", **more)

    if age > max_age:
        return but("overdue", f", more than {_days(max_age)}")
    named: dict[str, str] = run.get("snapshots", {})
    chained = {s.id for s in store.snapshots()}
    lost = sorted(id for id in named.values() if id not in chained)
    if lost or not named:
        return but("unverified", f"; its snapshot {lost[0]} is not in the store" if lost else "; it names no snapshot")
    if report_of(store, run) is None:
        return but("unverified", "; its report is gone, or is not the one that was written")
    snapshots = [store.snapshot(id) for id in named.values()]
    share = coverage_of(listing for s in snapshots for listing in s.listings)
    unread = sorted({g.account for s in snapshots for g in s.gaps if g.type == "*"})
    missing = [e for e in environments if e not in named]
    why = ""
    if missing:
        why = f"; it did not read {missing[0]}"
    elif unread:
        why = f"; it could not read account {unread[0]}" + (f" and {len(unread) - 1} more" if len(unread) > 1 else "")
    elif share.value < min_coverage:
        why = f"; it read {share.part} of {share.whole} listings of types in use, below {min_coverage:.0%}"
    read = f"; {share.part} of {share.whole} listings of types in use read"
    return but("incomplete" if why else "ok", why or read, listings=(share.part, share.whole))


def _days(span: timedelta) -> str:
    hours = int(span.total_seconds()) // 3600
    if hours < 48:
        return count(hours, "hour")
    return f"{hours // 24} days"
