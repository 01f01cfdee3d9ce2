"""What was not read, as evidence: who did not see it cannot say that nothing is wrong there."""

from __future__ import annotations

from collections.abc import Iterator

from driftscan.judge.facts import Facts
from driftscan.model.control import Evidence, Standing


def unseen(facts: Facts, environment: str) -> Iterator[Evidence]:
    """One item per type and reason."""
    for b in facts.blind.get(environment, ()):
        yield Evidence(Standing.UNKNOWN, b.text, b.type, b.type, code=b.code)
