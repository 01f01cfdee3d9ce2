"""How much was seen: of the listings of types in use, those that say for sure what is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from driftscan.model.report import Coverage, Reading, Share
from driftscan.model.snapshot import Listing, Snapshot, Status

_SEEN = frozenset({Status.COMPLETE, Status.OFF})


def types_in_use(listings: Iterable[Listing]) -> frozenset[str]:
    """Types of which a resource was seen, and those of which no listing at all says that there is none: silence is not absence.

    Where nothing is in use at all (empty accounts), every listed type counts: that they are empty was read, too.
    """
    seen, used = set[str](), set[str]()
    every = set[str]()
    for listing in listings:
        every.add(listing.type)
        if listing.status in _SEEN:
            seen.add(listing.type)
        if listing.resources:
            used.add(listing.type)
    return frozenset((used | (every - seen)) or every)


def coverage_of(listings: Iterable[Listing]) -> Share:
    """Listings of types in use that were read to their end (or whose service is off), of all listings of types in use."""
    rows = list(listings)
    used = types_in_use(rows)
    mine = [row for row in rows if row.type in used]
    return Share(sum(row.status in _SEEN for row in mine), len(mine))


def readings(snapshots: Sequence[Snapshot]) -> tuple[Reading, ...]:
    """One row per environment and account, over the listings of types in use in any of the snapshots; sorted."""
    used = types_in_use(listing for s in snapshots for listing in s.listings)
    counts: dict[tuple[str, str], Counter[Status]] = {}
    for s in snapshots:
        for account in s.header.accounts:
            counts.setdefault((s.header.environment, account), Counter())
        for row in s.listings:
            if row.type in used:
                counts.setdefault((s.header.environment, row.account), Counter())[row.status] += 1
    return tuple(
        Reading(environment, account, c.total(), c[Status.COMPLETE], c[Status.OFF], c[Status.PARTIAL], c[Status.DENIED], c[Status.NOT_READ])
        for (environment, account), c in sorted(counts.items())
    )


def rows(snapshots: Sequence[Snapshot]) -> tuple[Coverage, ...]:
    """Every listing of every snapshot, sorted."""
    found = {
        (s.header.environment, row.account, row.region, row.type, str(row.status), row.resources)
        for s in snapshots
        for row in s.listings
    }  # fmt: skip
    return tuple(Coverage(*row) for row in sorted(found))
