"""What hangs on a resource that only one side has: one missing network is one finding, with its default parts listed under it.

A one-sided resource hangs on another of its side when its logical key names that one (a subnet's key names its network), when that one
is the stack that made it, when it lies in nothing but one-sided networks (an instance in a missing subnet), or when everything that
refers to it is one-sided too (a key pair that only a missing instance uses). A pair hangs on it when all that tells its sides apart is
that one side speaks of it (the routes to a missing gateway).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from driftscan.judge.strictness import exposures
from driftscan.model.drift import Verdict
from driftscan.model.finding import Finding
from driftscan.model.resource import STACK, Seal
from driftscan.model.value import ABSENT, Address, Bag, Key, Keyed, Ref, Seq, Text, Value

_NETWORKS: Final = ("AWS::EC2::Subnet", "AWS::EC2::VPC")
"""What others lie in, the narrowest first."""
_RIGHTS: Final = "iam"


def hanging(seals: Mapping[Address, Seal], alone: Iterable[Address]) -> dict[Address, Address]:
    """One-sided resource -> the one-sided resource at the root of what it hangs on. seals: of that side, all; alone: the one-sided.

    Roots are not in the result. Where resources name each other in a circle, the first by address is the root.
    """
    one_sided = {a for a in alone if a in seals}
    stacks = [a for a in sorted(one_sided) if a.type == STACK]
    parents: dict[Address, Address] = {}
    for address in sorted(one_sided):
        named = [t for t in _named(seals[address]) if t in one_sided and t != address]
        makers = [s for s in stacks if s != address and _made_by(seals[address], seals[s])]
        parent = next((t for t in (*sorted(named), *makers, *_around(seals[address], one_sided)) if _root(parents, t) != address), None)
        if parent is not None:
            parents[address] = parent
    users = _users(seals, {a for a in one_sided - parents.keys() if a.type not in _NETWORKS})  # nobody is what a network is there for
    for address in sorted(users):
        those = {u for u in users[address] if _root(parents, u) != address}
        if those and those <= one_sided:
            parents[address] = min(those)
    return {a: _root(parents, a) for a in sorted(parents)}


def spoken_of(f: Finding, alone: Mapping[Address, Address]) -> Address | None:
    """The one-sided resource that is all that tells a pair apart; None where there is more, or several. alone: one-sided -> its root.

    Each change must be a text or an element of a list that one side has and the other lacks. Who may do what, and what is open to
    everybody, speaks for itself.
    """
    roots: set[Address] = set()
    for c in f.changes:
        value = c.reference if c.candidate is ABSENT else c.candidate
        whole = isinstance(value, Ref | Text) or (bool(c.path) and isinstance(c.path[-1], Key))
        if c.op == "changed" or c.verdict is not Verdict.DRIFT or c.aspect == _RIGHTS or not whole or exposures(value):
            return None
        named = {alone[t] for t in _targets(value) if t in alone}
        if not named:
            return None
        roots |= named
    return roots.pop() if len(roots) == 1 else None


def _around(seal: Seal, one_sided: set[Address]) -> list[Address]:
    """The networks in which a resource lies, the narrowest kind that it names, where all of them are one-sided."""
    for kind in _NETWORKS:
        there = sorted({t for t in _targets(seal.refs) if t.type == kind and t != seal.address})
        if there:
            return there if one_sided.issuperset(there) else []
    return []


def _made_by(seal: Seal, stack: Seal) -> bool:
    """Whether a stack holds the resource: its key in the code is the stack's and one part more."""
    here, home = seal.address, stack.address
    if here.account != home.account or here.region not in (home.region, "global"):
        return False
    names = {k.parts for k in stack.keys}
    return any(k.reason == "iac" and k.parts[:-1] in names for k in seal.keys)


def _root(parents: Mapping[Address, Address], address: Address) -> Address:
    while address in parents:
        address = parents[address]
    return address


def _named(seal: Seal) -> Iterator[Address]:
    for key in seal.keys:
        for part in key.parts:
            yield from _targets(part)


def _targets(value: Value) -> Iterator[Address]:
    match value:
        case Ref(target) if target is not None:
            yield target
        case Text(parts):
            for part in parts:
                yield from _targets(part)
        case Bag(items) | Seq(items) | tuple(items):
            for item in items:
                yield from _targets(item)
        case Keyed(items):
            for key, item in items:
                yield from _targets((*key, item))
        case dict():
            yield from _targets(tuple(value.values()))


def _users(seals: Mapping[Address, Seal], wanted: set[Address]) -> dict[Address, set[Address]]:
    """Wanted resource -> everything of its side that refers to it."""
    out: dict[Address, set[Address]] = {}
    if not wanted:
        return out
    for address, seal in seals.items():
        for target in _targets(seal.refs):
            if target in wanted and target != address:
                out.setdefault(target, set()).add(address)
    return out
