"""ENV-02: names and tags carry their own environment's word, never another's.

What it judges: No resource of an environment has a name or a tag with another environment's word in it, unless its own word stands there
too. Words count where they stand alone between separators, and in names that people gave; prose and names of the vendor do not count.

Why it matters: Who reads a name under pressure believes it. A queue called prod in the stage account gets the wrong messages, the wrong
alarm and the wrong bill, and a rule that selects by tag acts on the wrong environment.

Evidence: The names and tags in each snapshot, with the words that the configuration lists for each environment under `aliases:`.

What to do: Rename the resource or correct the tag where it was made, in its template. If the word means something else there, accept the
finding with a waiver; if it names no environment at all, take it out of `aliases:`.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftscan.judge.controls.control import Control
from driftscan.judge.controls.unseen import unseen
from driftscan.judge.facts import Facts
from driftscan.judge.facts.names import NAME
from driftscan.model.control import Evidence, Standing
from driftscan.model.drift import Severity
from driftscan.model.value import show_path


def judge(facts: Facts, environment: str) -> Iterator[Evidence]:
    """See control.Judge."""
    found = facts.names.get(environment)
    if found is None:
        yield Evidence(Standing.UNKNOWN, f"the names in {environment} were not looked at", code="not read")
        return
    for f in found.foreign:
        what = "its name" if f.path == (NAME,) else show_path(f.path)
        text = f"{f.called}: {what} {f.text} carries the word of {f.whose}"
        yield Evidence(Standing.FAILS, text, f.type, f.key, f.at, f.path, f.value, owner=f.owner, why=f"the word of {f.whose}")
    yield from unseen(facts, environment)
    yield Evidence(Standing.HOLDS, f"of the names, {found.own:,} with the word of {environment} and {found.plain:,} without any")


CONTROL = Control(
    id="ENV-02",
    version=1,
    title="Distinct namespaces",
    severity=Severity.MEDIUM,
    aspect="metadata",
    holds="no name and no tag carries another environment's word",
    docstring=__doc__ or "",
    judge=judge,
)
