"""What policies, firewall rules and routes mean together, as a judgement's clauses."""

from __future__ import annotations

from typing import Final

from driftscan.judge.severity import Stage
from driftscan.judge.strictness import Weaker, Weight
from driftscan.model.drift import Meaning, Relation

_WIDER: Final = {Relation.CANDIDATE_WIDER: "candidate", Relation.REFERENCE_WIDER: "reference"}
_THINGS: Final = {
    "policy": "policies allow",
    "ingress": "sets of rules let in",
    "egress": "sets of rules let out",
    "acl": "lists of entries let through",
    "routes": "tables lead to",
    "bindings": "policies grant",
    "denials": "policies deny",
    "firewall": "rules are about",
}
_MORE: Final = {
    "policy": "allows", "ingress": "lets in", "egress": "lets out", "acl": "lets through", "routes": "routes",
    "bindings": "grants", "denials": "does not deny", "firewall": "lets through",
}  # fmt: skip
_SHOWN: Final = 2
"""How many of the things that only one side allows a sentence names."""


def same(meaning: Meaning) -> str:
    """Why a difference in spelling is none."""
    return f"both {_THINGS[meaning.kind]} the same, written in two ways"


def covered(meaning: Meaning) -> str:
    """Why an addition changes nothing."""
    return f"it changes nothing today: both {_THINGS[meaning.kind]} the same, because another entry covers this one"


def weaker(meaning: Meaning, found: Weaker | None) -> Weaker | None:
    """The side that is less strict, by what the wholes mean; `found`, from names and values, where they don't tell."""
    side = _WIDER.get(meaning.relation)
    if side is None:
        return found
    index = 0 if side == "candidate" else 1
    more = _listed(meaning.more[index])
    if meaning.exposed[index]:
        return Weaker(side, Weight.EXPOSED, f"is open to everybody: {more}")
    if found is not None and found.side == side and found.weight is Weight.EXPOSED:
        return found
    return Weaker(side, Weight.WIDER, f"{_MORE[meaning.kind]} more: {more}")


def told(why: str, meaning: Meaning, stage: Stage) -> str:
    """A severity's reason with what each side alone allows, where it does not say so yet."""
    if meaning.relation is not Relation.INCOMPARABLE or not any(meaning.more):
        return why
    said = [
        f"only {stage.name(side)} {_MORE[meaning.kind]} {_listed(more)}"
        for side, more in zip(("candidate", "reference"), meaning.more, strict=True)
        if more
    ]
    return f"{why}; {', '.join(said)}"


def _listed(more: tuple[str, ...]) -> str:
    shown = "; ".join(more[:_SHOWN])
    return f"{shown} and {len(more) - _SHOWN} more" if len(more) > _SHOWN else shown
