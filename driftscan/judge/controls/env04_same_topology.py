"""ENV-04: stage has the topology of prod.

What it judges: Both environments are one graph: each resource of prod has its counterpart in stage and the other way round, and pairs
refer to each other's counterparts, what holds permissions aside; and pairs do not differ in their network. What a rule expects or a
waiver accepts is named and does not break the promise.

Why it matters: A release is rehearsed only where it meets the same parts in the same places. What prod has and stage lacks is used for the
first time on the day that counts.

Evidence: How many resources and references each environment has and how many differ; each place where a pair refers to something else,
also where a finding names it already; the findings of the comparisons in which the environment takes part: missing, extra and ambiguous
resources, differences in aspect network, and what could not be read. Where something unread makes a reference untellable, nobody knows.

What to do: Start with the findings that it names; each says what differs and since when. Bring what is missing through the pipeline, and
declare under `expected:` what is meant to differ, with its bounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from driftscan.judge.controls.control import Control
from driftscan.judge.controls.parity import STANDING, compared, rehearsed
from driftscan.judge.facts import Facts
from driftscan.judge.facts.shape import Bend, Uneven
from driftscan.judge.facts.twins import Twins
from driftscan.model.control import Evidence, Standing
from driftscan.model.drift import Severity
from driftscan.model.words import count

_SHOWN: Final = 3
"""Of what one place refers to, so much is named; the finding has all of it."""


def judge(facts: Facts, environment: str) -> Iterator[Evidence]:
    """See control.Judge."""
    yield from compared(facts, environment, lambda t: t.topology, _summary)
    for t in rehearsed(facts, environment):
        yield from (_bend(b, t) for b in t.shape.bends)
        yield from (_uneven(u, t) for u in t.shape.uneven)


def _summary(t: Twins) -> str:
    """`12 resources and 30 references in stage, 13 and 33 in prod; 1 resource and 3 references differ`."""
    s = t.shape
    (c, r), (ours, theirs), (nodes, edges) = s.nodes, s.edges, s.differ
    sizes = f"{count(c, 'resource')} and {count(ours, 'reference')} in {t.candidate}, {r} and {theirs} in {t.reference}"
    differ = f"{count(nodes, 'resource')} and {count(edges, 'reference')} differ" if nodes or edges else "none differs"
    return f"{sizes}; {differ}"


def _bend(b: Bend, t: Twins) -> Evidence:
    """A reference that leads elsewhere, or of which nobody can say so."""
    place = ".".join(b.path)
    if b.code:
        text = f"{b.called}: whether {place} refers to the same could not be told ({b.code})"
    else:
        sides = [f"{_some(only)} in {name}" for name, only in zip((t.candidate, t.reference), b.only, strict=True) if only]
        text = f"{b.called}: {place} refers to {', to '.join(sides)}{' alone' if len(sides) == 1 else ''}"
    f = b.finding
    owner, id = (f.owner, f.id) if f is not None else (None, "")
    return Evidence(STANDING[b.verdict], text, b.type, b.key, b.at, b.path, code=b.code, finding=id, owner=owner)


def _some(said: tuple[str, ...]) -> str:
    more = len(said) - _SHOWN
    return ", ".join(said[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _uneven(u: Uneven, t: Twins) -> Evidence:
    """What nobody could pair, and what surely is no one graph whichever belongs to which."""
    c, r = u.numbers
    said = f"{c} in {t.candidate} against {r} in {t.reference}"
    if c == r:
        said = "whichever belongs to which, they hang together in another way"
    at = (u.finding.subject.candidate or u.finding.subject.reference) if u.finding is not None else None
    return Evidence(Standing.FAILS, f"{u.called}: {said}", u.type, u.key, at, finding=u.finding.id if u.finding is not None else "")


CONTROL = Control(
    id="ENV-04",
    version=2,
    title="Same topology",
    severity=Severity.HIGH,
    aspect="network",
    holds="the same parts are in the same places",
    docstring=__doc__ or "",
    judge=judge,
)
