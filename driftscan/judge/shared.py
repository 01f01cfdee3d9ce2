"""One secret in two environments: whoever holds stage's holds prod's, so the boundary between them is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from driftscan.judge.case import Case
from driftscan.model.drift import Change, Compared, Severity
from driftscan.model.value import Redacted, walk

SHARED_SECRET: Final = "shared-secret"
"""The built-in rule that two environments hold no secret in common."""
REASON: Final = "both environments hold the same secret: who has it in one has it in the other"
SEVERITY: Final = Severity.HIGH
SEVERITY_REASON: Final = "one secret opens both environments"


def shared(case: Case, compared: Compared) -> Iterator[Change]:
    """The places of a pair that hold a secret which its counterpart holds too, the same value on both sides; none over time.

    Only what redaction calls a secret counts, never a setting or a person, and never what is empty. The seals say whether there is one,
    so that bodies are read for those pairs alone.
    """
    pair = compared.pair
    ours, theirs = case.seal("candidate", pair.candidate), case.seal("reference", pair.reference)
    if case.stage.same or ours is None or theirs is None:
        return
    both = {*ours.secrets}.intersection(theirs.secrets)
    if not both:
        return
    for path, value in walk(case.body("candidate", pair.candidate).body):
        if isinstance(value, Redacted) and value.kind == "secret" and f"{value.key_id}:{value.parts[0]}" in both:
            yield Change(path, value, value)
