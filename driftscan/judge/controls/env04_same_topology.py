"""ENV-04: stage has the topology of prod.

What it judges: Each resource of prod has its counterpart in stage and the other way round, those that hold permissions aside, and pairs do
not differ in their network. What a rule expects or a waiver accepts is named and does not break the promise.

Why it matters: A release is rehearsed only where it meets the same parts in the same places. What prod has and stage lacks is used for the
first time on the day that counts.

Evidence: The findings of the comparisons in which the environment takes part: missing, extra and ambiguous resources, differences in
aspect network, and what could not be read.

What to do: Start with the findings that it names; each says what differs and since when. Bring what is missing through the pipeline, and
declare under `expected:` what is meant to differ, with its bounds.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftscan.judge.controls.control import Control
from driftscan.judge.controls.parity import compared
from driftscan.judge.facts import Facts
from driftscan.model.control import Evidence
from driftscan.model.drift import Severity


def judge(facts: Facts, environment: str) -> Iterator[Evidence]:
    """See control.Judge."""
    return compared(facts, environment, lambda t: t.topology, "topology")


CONTROL = Control(
    id="ENV-04",
    version=1,
    title="Same topology",
    severity=Severity.HIGH,
    aspect="network",
    holds="the same parts are in the same places",
    docstring=__doc__ or "",
    judge=judge,
)
