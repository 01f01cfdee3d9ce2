"""The controls, as their docstrings say."""

from __future__ import annotations

from driftscan.judge.controls import CONTROLS
from driftscan.judge.controls.control import PARTS
from driftscan.judge.held import BY_ROLE, EVERYWHERE


def controls() -> str:
    """One section per control."""
    out = []
    for c in CONTROLS:
        t = c.text
        out += [f"### {c.id} {c.title}", "", f"Version {c.version}; {c.severity} where it is broken; held to it: {_who(c.id)}.", ""]
        for heading, part in zip(PARTS, (t.judges, t.matters, t.evidence, t.do), strict=True):
            out += [f"**{heading}.** {part}", ""]
    return "\n".join(out).rstrip()


def _who(id: str) -> str:
    """Which roles are held to it where the configuration does not say."""
    if id in EVERYWHERE:
        return "every environment"
    return ", ".join(role or "environments without a role" for role, ids in BY_ROLE.items() if id in ids)
