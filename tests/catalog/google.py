"""Documents of Google's types in the vendor's shape: made from the discovery documents, never from a spec."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from driftscan.catalog import load
from driftscan.catalog.spec import Spec
from driftscan.model.resource import Resource
from driftscan.model.value import Address
from tests.catalog import discovery
from tests.catalog.harness import AT, World
from tests.catalog.mutate import Mutation, changes, excused
from tests.catalog.shapes import Node

PROJECT = "acme-shop-stage-4f3a"
REGION = "europe-west1"
SOME = "alpha-key"


def value(place: Node, name: str) -> Any:
    """Something that may stand at a place: every member there, one element, one entry; None where the shape holds itself."""
    if place.kind == "structure":
        return {k: v for k, m in place.members.items() if (v := value(m, k)) is not None}
    if place.kind in ("list", "map"):
        inner = value(place.element, name) if place.element is not None else None
        return None if inner is None else [inner] if place.kind == "list" else {SOME: inner}
    said: Any = place.shape
    if place.kind == "recursive":
        return None
    if place.kind == "timestamp":
        return "2026-03-04T05:06:07Z"
    if place.kind == "boolean":
        return True
    if place.enum:
        return place.enum[0]
    if place.kind == "integer" or said.format in ("int64", "uint64"):
        return "4711" if place.kind == "string" else 4711
    if place.kind == "float":
        return 1.5
    if said.format == "google-duration":
        return "3600s"
    return f"{name} of people"


def whole(spec: Spec) -> dict[str, Any]:
    """A document that has every leaf of the vendor's shape."""
    made = value(discovery.assembled(spec), "")
    assert isinstance(made, dict)
    return made


def resource(spec: Spec, document: dict[str, Any], name: str = "thing-a") -> Resource:
    """An asset of a project as the reader makes it."""
    full = f"//{spec.type.partition('/')[0]}/projects/{PROJECT}/locations/{REGION}/things/{name}"
    return Resource(Address(spec.type, PROJECT, REGION, full), document, full)


def mutations(spec: Spec, document: dict[str, Any]) -> Iterator[Mutation]:
    """Every scalar of a document changed, one by one."""
    yield from changes(spec, document)


def silent(spec: Spec) -> tuple[int, dict[str, int], list[str]]:
    """Every leaf of the vendor's shape changed alone: how many show at their places, how many are excused by reason, and which do neither.

    A leaf shows where the canonical form at its place, or at what holds it, is another one.
    """
    raw = resource(spec, whole(spec))
    world = World("stage", [raw], REGION)
    found, reasons, lost = 0, dict[str, int](), list[str]()
    for mutation in mutations(spec, raw.value):
        if reason := excused(spec, raw.value, mutation):
            reasons[reason] = reasons.get(reason, 0) + 1
        elif shown(world, raw, mutation):
            found += 1
        else:
            lost.append(str(mutation))
    return found, reasons, lost


def shown(world: World, raw: Resource, mutation: Mutation) -> bool:
    """Whether a comparison of the mutated with the untouched world shows the mutation at its place."""
    from tests.catalog.harness import missed

    return not missed(world, raw, [mutation])


def written() -> list[Spec]:
    """Google's types with a written spec."""
    return list(load().of("gcp").values())


__all__ = ["AT", "mutations", "resource", "shown", "silent", "value", "whole", "written"]
