"""Which of the pairs that belong together driftscan found: right, wrong, ambiguous, one-sided or apart, each with its ids."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

SIDES: Final = {"stage": "candidate", "prod": "reference"}
OUTCOMES: Final = ("right", "wrong", "ambiguous", "unpaired", "apart")
"""`unpaired`: shown as missing or extra. `apart`: no resource of this name is shown at all: it is read with another one (a policy with its
bucket), nobody could read it, or the bench holds no id that a tool could know it by."""


@dataclass(frozen=True)
class Outcome:
    """What became of one pair of `twins.json`. found: the ids with which driftscan paired each side instead (of `wrong`)."""

    type: str
    template: str
    logical_id: str
    stage: str
    prod: str
    outcome: str
    found: tuple[str, ...] = ()


def outcomes(twins: Mapping[str, Any], pairs: Iterable[Mapping[str, Any]], report: Mapping[str, Any]) -> Iterator[Outcome]:
    """Every pair of the truth. pairs: the lines of `--output pairs=`; report: the report.json of the same comparison."""
    paired = _Index()
    for number, row in enumerate(pairs):
        for side in SIDES.values():
            paired.add(side, row["type"], row[side], (number, row))
    ambiguous, single = _Index(), _Index()
    for finding in report["findings"]:
        among = finding.get("among") or {}
        for side in SIDES.values():
            for locator in among.get(side) or []:
                ambiguous.add(side, finding["resource"]["type"], locator, (0, finding))
            if finding["kind"] in ("missing", "extra") and (locator := finding["resource"].get(side)):
                single.add(side, finding["resource"]["type"], locator, (0, finding))
    for twin in twins["twins"]:
        regions = {env: twin["sides"][env]["region"] for env in SIDES}
        for pair in twin["pairs"]:
            held = {env: paired.get(side, pair["type"], pair[env], regions[env]) for env, side in SIDES.items()}
            numbers = {env: {n for n, _ in found} for env, found in held.items()}
            others: tuple[str, ...] = ()
            if numbers["stage"] & numbers["prod"]:
                outcome = "right"
            elif numbers["stage"] or numbers["prod"]:
                outcome = "wrong"
                others = (*(r["reference"]["id"] for _, r in held["stage"]), *(r["candidate"]["id"] for _, r in held["prod"]))
            elif _any(ambiguous, pair, regions):
                outcome = "ambiguous"
            elif _any(single, pair, regions):
                outcome = "unpaired"
            else:
                outcome = "apart"
            yield Outcome(pair["type"], twin["slug"], pair["logical_id"], str(pair["stage"]), str(pair["prod"]), outcome, others)


def _any(index: _Index, pair: Mapping[str, Any], regions: Mapping[str, str]) -> bool:
    return any(index.get(side, pair["type"], pair[env], regions[env]) for env, side in SIDES.items())


class _Index:
    """What driftscan says about resources, by every name under which CloudFormation may know them."""

    def __init__(self) -> None:
        self._whole: dict[tuple[str, str, str], list[tuple[str, Any]]] = defaultdict(list)
        self._tail: dict[tuple[str, str, str], list[tuple[str, Any]]] = defaultdict(list)

    def add(self, side: str, type: str, locator: Mapping[str, Any], said: Any) -> None:
        names = {_name(locator[k]) for k in ("id", "address", "arn") if locator.get(k)}
        for name in names:
            self._whole[side, type, name].append((locator["region"], said))
        for tail in {_tail(n) for n in names}:
            self._tail[side, type, tail].append((locator["region"], said))

    def get(self, side: str, type: str, id: str | None, region: str) -> list[Any]:
        """By the whole id, else by its last part; of several regions, the region's own."""
        if not id:
            return []
        found = self._whole.get((side, type, _name(id))) or self._tail.get((side, type, _tail(_name(id))), [])
        near = [said for at, said in found if at == region]
        return near or [said for _, said in found]


def _name(id: str) -> str:
    """An id without the host of a URL, which is the bench's server."""
    return re.sub(r"^https?://[^/]+", "", str(id))


def _tail(name: str) -> str:
    """The last part of an ARN, a path or a composite id; all of it where that is only a number, as of a revision."""
    last = re.split(r"[/:|]", name)[-1]
    return name if last.isdigit() else last
