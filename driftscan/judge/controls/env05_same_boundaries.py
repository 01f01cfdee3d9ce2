"""ENV-05: stage has the IAM boundaries of prod.

What it judges: Each role, policy, user and permission of prod has its counterpart in stage and the other way round, and no pair differs in
who may do what. What a rule expects or a waiver accepts is named and does not break the promise.

Why it matters: What stage may do and prod may not fails on the day of the release. What prod may do and stage may not was never tested,
and nobody would notice that it is too much.

Evidence: The findings of the comparisons in which the environment takes part, in aspect iam: policies, trust, permission boundaries,
resource policies, and what of them could not be read.

What to do: Start with the findings that it names. Change the permissions in the template that both environments share, and let the
pipeline carry them; what is meant to differ stands under `expected:`.
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
    return compared(facts, environment, lambda t: t.boundaries, "who may do what")


CONTROL = Control(
    id="ENV-05",
    version=1,
    title="Same IAM boundaries",
    severity=Severity.HIGH,
    aspect="iam",
    holds="the same may do the same",
    docstring=__doc__ or "",
    judge=judge,
)
