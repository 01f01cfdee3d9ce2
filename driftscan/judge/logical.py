"""The logical keys of one environment's resources, without another to compare with: free of the environment, as people know them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from driftscan.model.resource import MatchKey, Seal
from driftscan.model.value import Address, Bag, Keyed, Ref, Seq, Text, Value, Word, show_scalar

_ORDER: Final = {"name": 0, "iac": 2, "tags": 3}
"""Which kind of key people recognise best; others stand with the names. As in comparisons."""
_DEPTH: Final = 3
"""How far references inside keys are followed."""


def logical_keys(seals: Mapping[Address, Seal], environment: str) -> dict[Address, str]:
    """Address -> key; resources that share one are not told apart here."""

    @cache
    def of(address: Address, depth: int) -> str:
        seal = seals[address]
        for key in sorted(seal.keys, key=lambda k: _ORDER.get(k.reason, 1)):
            return of_key(seal, key, depth)
        if seal.name:
            return seal.name
        owner = seal.owner
        return f"{of(owner, depth + 1)}/" if owner in seals and owner != address and depth < _DEPTH else address.id

    def of_key(seal: Seal, key: MatchKey, depth: int) -> str:
        parts = [text(p, depth) for p in key.parts if p is not None]
        return "/".join(parts) if key.parts else seal.address.region

    def text(value: Value, depth: int) -> str:
        match value:
            case str():
                return value
            case Text(parts):
                return "".join(text(p, depth) for p in parts)
            case Word(env, spelled, shape):
                return shape if env == environment else spelled
            case Ref(target, _, spelled, _):
                return of(target, depth + 1) if target is not None and target in seals and depth < _DEPTH else spelled
            case Seq(items) | Bag(items) | tuple(items):
                return ",".join(text(v, depth) for v in items)
            case Keyed(items):
                return ",".join("/".join(text(k, depth) for k in key) for key, _ in items)
            case dict():
                return ",".join(f"{k}={text(v, depth)}" for k, v in sorted(value.items()))
            case _:
                return show_scalar(value)

    return {address: of(address, 0) for address in seals}
