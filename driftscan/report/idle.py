"""Rules and waivers that want a look before they fail: waivers that end soon, and rules that have been about nothing for months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from driftscan.model.finding import RuleNote, RuleUse
from driftscan.model.report import Place, RuleLook
from driftscan.model.settings import Waiver
from driftscan.model.value import ABSENT
from driftscan.model.words import count
from driftscan.report.periods import between

SOON: Final = 30
"""Days: a waiver that ends within so many is listed, so that the next period does not begin with a surprise."""


def ending(notes: Iterable[Sequence[RuleNote]], waivers: Sequence[Waiver], as_of: str) -> tuple[RuleLook, ...]:
    """The waivers that accept something now and end soon, the first to end first. notes: of every comparison; as_of: ISO 8601."""
    times = Counter[str]()
    for some in notes:
        times.update({n.id: n.times for n in some if n.kind == "waiver" and n.use is RuleUse.USED})
    today = datetime.fromisoformat(as_of).date()
    out = []
    for waiver in sorted(waivers, key=lambda w: (w.expires, w.id)):
        left = (waiver.expires - today).days
        if times[waiver.id] and 0 <= left <= SOON:
            what = f"accepts {count(times[waiver.id], 'difference')} until {waiver.expires.isoformat()}, {count(left, 'day')} from now"
            place = Place(waiver.location.file, waiver.location.line) if waiver.location else ABSENT
            out.append(RuleLook(waiver.id, "waiver", "ending", f"waiver {waiver.id} {what}", place))
    return tuple(out)


def idle(rules: Sequence[RuleLook], last: Mapping[str, Any] | None, period: str) -> tuple[RuleLook, ...]:
    """The same, each unused one with the first period in which it was so without a break. last: the report of an earlier period."""
    known = (last or {}).get("summary", {}).get("rules", ())
    before = {(r["kind"], r["id"]): str(r.get("since", last["run"]["period"])) for r in known if last and r["use"] == RuleUse.UNUSED}
    return tuple(_since(r, before.get((r.kind, r.id), period), period) if r.use == RuleUse.UNUSED else r for r in rules)


def _since(rule: RuleLook, since: str, period: str) -> RuleLook:
    months = between(since, period)
    return replace(rule, since=since, text=f"{rule.text}, as in every period since {since}" if months else rule.text)
