"""Every scalar leaf of what was read, changed one by one on one side: found at its place, or silent with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from driftscan.catalog import load
from driftscan.catalog.spec import REASONS, Spec
from driftscan.model.resource import Provenance, Resource
from driftscan.normalize import names
from tests.catalog.harness import World, missed
from tests.catalog.mutate import Mutation, changes, excused


@dataclass
class Outcome:
    """What became of the leaves of one type. found, ignored (by reason): how many; lost: those that nothing showed and nobody explains."""

    found: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)

    @property
    def leaves(self) -> int:
        return self.found + self.ignored.total() + len(self.lost)


def examined(spec: Spec, world: World, resources: Iterable[Resource], most: int | None = None) -> Outcome:
    """Each scalar leaf of each declared resource of the type, changed alone. most: resources to take; None means all."""
    out = Outcome()
    for raw in list(declared(spec, world, resources))[:most]:
        for mutation in changes(spec, raw.value):
            reason = excused(spec, raw.value, mutation) or vendors(spec, raw.value, mutation)
            if reason:
                assert reason in REASONS
                out.ignored[reason] += 1
            elif missed(world, raw, [mutation]):
                if generated(raw.value, mutation):
                    out.ignored["identity"] += 1
                    continue
                out.lost.append(f"{raw.address.id}: {mutation}")
            else:
                out.found += 1
    return out


def declared(spec: Spec, world: World, resources: Iterable[Resource]) -> Iterator[Resource]:
    """The resources that a comparison looks into: what nobody declared is counted."""
    for raw in resources:
        if raw.address.type == spec.type:
            seal = world.canonicals[world.redactor.address(raw.address)].seal
            if seal.provenance is Provenance.DECLARED:
                yield raw


def generated(document: Any, mutation: Mutation) -> bool:
    """Whether one text that nobody chose was put in the place of another; `types --ignored` says that of all types."""
    value = document
    for step in mutation.at:
        value = value[step]
    return all(isinstance(text, str) and names.generated(text) for text in (value, mutation.value))


def vendors(spec: Spec, document: Any, mutation: Mutation) -> str:
    """`noise` for the value of a tag that the vendor reserves for itself (`aws:...`), which says nothing that anybody chose; else ""."""
    value = document
    for step in mutation.at:
        if isinstance(value, dict):
            key = value.get("Key", value.get("key", value.get("TagKey")))
            if isinstance(key, str) and key.startswith("aws:"):
                return "noise"
            if isinstance(step, str) and step.startswith("aws:"):
                return "noise"
        value = value[step]
    return ""


def paired() -> list[Spec]:
    """The types that are compared."""
    return [s for s in load().of("aws").values() if s.pair]
