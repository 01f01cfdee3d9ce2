"""What of an environment was not read: who looks at everything has to know."""

from __future__ import annotations

from dataclasses import dataclass

from driftscan.judge.facts.seen import Seen
from driftscan.model.snapshot import Status


@dataclass(frozen=True, slots=True)
class Blind:
    """One type (`*`: a whole account) and why it was not read whole. places: how many listings or details of it."""

    type: str
    code: str
    account: str
    places: int

    @property
    def text(self) -> str:
        """One sentence."""
        what = f"account {self.account}" if self.type == "*" else self.type
        return f"{what} was not read whole"


def blind(seen: Seen) -> tuple[Blind, ...]:
    """Everything that the snapshot's gaps and unfinished listings leave open, by type and code."""
    places: dict[tuple[str, str], list[str]] = {}
    explained = set()
    for g in seen.gaps:
        explained.add((g.account, g.region, g.type))
        places.setdefault((g.type, g.code), []).append(g.account)
    whole = {account for account, _, type in explained if type == "*"}
    for row in seen.listings:
        unread = row.status not in (Status.COMPLETE, Status.OFF)
        if unread and (row.account, row.region, row.type) not in explained and row.account not in whole:
            places.setdefault((row.type, str(row.status)), []).append(row.account)
    return tuple(Blind(type, code, sorted(where)[0], len(where)) for (type, code), where in sorted(places.items()))
