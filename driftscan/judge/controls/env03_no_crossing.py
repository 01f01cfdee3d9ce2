"""ENV-03: nothing in one environment points into another.

What it judges: No configuration, policy, trust, peering, endpoint or variable of an environment names an account of another environment,
something that only the other one holds, or an address with its word; and no secret of it is another environment's, too. What the
configuration declares as shared may be pointed at, and may hold one secret.

Why it matters: A stage that reads from prod is no rehearsal but a second way into prod, and what fails in a test then fails there. A prod
that depends on stage is as reliable as stage.

Evidence: Every value in each snapshot, with the accounts, ids, names and words of all environments. Redacted settings are compared token by
token; a secret is one digest, and nobody can look into it. Equal digests are one secret: passwords inside of settings are not seen.

What to do: Point the value at the environment's own resource, and give each environment a secret of its own. If the other one is a service
that all environments use, declare it under `controls: {shared: [...]}` with a reason, or move it into an account that is no environment's.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftscan.judge.controls.control import Control
from driftscan.judge.controls.unseen import unseen
from driftscan.judge.facts import Facts
from driftscan.model.control import Evidence, Standing
from driftscan.model.drift import Severity
from driftscan.model.value import show_path


def judge(facts: Facts, environment: str) -> Iterator[Evidence]:
    """See control.Judge."""
    found = facts.crossings.get(environment)
    if found is None:
        yield Evidence(Standing.UNKNOWN, f"the values in {environment} were not looked at", code="not read")
        return
    for c in found:
        text = f"{c.called}: {show_path(c.path)} points into {c.into} ({c.how}): {c.target}"
        standing = Standing.ACCEPTED if c.shared else Standing.FAILS
        said = f"{text}; shared: {c.shared}" if c.shared else text
        why = f"{environment} points into {c.into}: {c.how}"
        yield Evidence(standing, said, c.type, c.key, c.at, c.path, c.value, finding=c.finding, owner=c.owner, why=why)
    secrets = facts.secrets.get(environment, ())
    for s in secrets:
        text = f"{s.called}: {show_path(s.path)} is the same secret as in {s.into} ({s.there})"
        standing = Standing.ACCEPTED if s.shared else Standing.FAILS
        said = f"{text}; shared: {s.shared}" if s.shared else text
        why = f"one secret opens {environment} and {s.into}"
        yield Evidence(standing, said, s.type, s.key, s.at, s.path, s.value, owner=s.owner, why=why)
    yield from unseen(facts, environment)
    if not found and not secrets:
        yield Evidence(Standing.HOLDS, f"no value in {environment} names another environment's account, resource or address")


CONTROL = Control(
    id="ENV-03",
    version=1,
    title="No crossing",
    severity=Severity.HIGH,
    aspect="iam",
    holds="nothing points into another environment",
    docstring=__doc__ or "",
    judge=judge,
)
