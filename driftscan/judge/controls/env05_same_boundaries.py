"""ENV-05: stage has the IAM boundaries of prod.

What it judges: Each role, policy, user and permission of prod has its counterpart in stage and the other way round, and no pair differs in
who may do what. What a rule expects or a waiver accepts is named and does not break the promise.

Why it matters: What stage may do and prod may not fails on the day of the release. What prod may do and stage may not was never tested,
and nobody would notice that it is too much.

Evidence: The findings of the comparisons in which the environment takes part, in aspect iam: policies, trust, permission boundaries,
resource policies, and what of them could not be read. For each principal whose policies differ, what it may do altogether: its own
documents, what is attached to it and to its groups, within its boundary, as sets. Policies that AWS manages go by their names.

What to do: Start with the findings that it names. Change the permissions in the template that both environments share, and let the
pipeline carry them; what is meant to differ stands under `expected:`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from driftscan.judge.controls.control import Control
from driftscan.judge.controls.parity import STANDING, compared, rehearsed
from driftscan.judge.facts import Facts
from driftscan.judge.facts.twins import Twins
from driftscan.model.control import Evidence, Standing
from driftscan.model.drift import Meaning, Relation, Severity, Verdict
from driftscan.model.words import count

_SHOWN: Final = 2
"""Of what only one side may do, so much is named; the finding has all of it."""


def judge(facts: Facts, environment: str) -> Iterator[Evidence]:
    """See control.Judge."""
    yield from compared(facts, environment, lambda t: t.boundaries, _summary)
    for t in rehearsed(facts, environment):
        for e in t.entitlements:
            worst = min(e.findings, key=lambda m: tuple(Verdict).index(m.verdict))
            same = e.meaning.relation is Relation.EQUAL
            standing = Standing.HOLDS if same else STANDING[worst.verdict]
            code = "undecided" if standing is Standing.UNKNOWN else ""
            text = f"{e.called} altogether: {_said(e.meaning, t)}"
            yield Evidence(standing, text, e.type, e.key, e.at, code=code, finding="" if same else worst.finding.id)


def _summary(t: Twins) -> str:
    return f"{count(t.compared, 'pair')} compared, {count(len(t.boundaries), 'finding')} about who may do what"


def _said(meaning: Meaning, t: Twins) -> str:
    """Who may do more, with what."""
    sides = zip((t.candidate, t.reference), meaning.more, strict=True)
    more = [f"only {name} may do {'; '.join(some[:_SHOWN])}{' and more' if len(some) > _SHOWN else ''}" for name, some in sides if some]
    return ", ".join(more) or "other policies, and both may do the same"


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
