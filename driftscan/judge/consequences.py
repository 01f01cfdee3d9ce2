"""What hangs on a resource that only one side has: one missing network is one finding, with its default parts listed under it.

A one-sided resource hangs on another of its side when its logical key names that one (a subnet's key names its network), when that one
is the stack that made it, or when everything that refers to it is one-sided too (a key pair that only a missing instance uses).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from driftscan.model.resource import STACK, Seal
from driftscan.model.value import Address, Bag, Keyed, Ref, Seq, Text, Value


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
        parent = next((t for t in (*sorted(named), *makers) if _root(parents, t) != address), None)
        if parent is not None:
            parents[address] = parent
    users = _users(seals, one_sided - parents.keys())
    for address in sorted(users):
        those = {u for u in users[address] if _root(parents, u) != address}
        if those and those <= one_sided:
            parents[address] = min(those)
    return {a: _root(parents, a) for a in sorted(parents)}


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
