"""Mutations of a document, generated from the vendor's shape and never from the spec: a path wrongly ignored would hide its own test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from driftscan.catalog import ignored
from driftscan.catalog.spec import Spec
from tests.catalog import shapes
from tests.catalog.shapes import Node
from tests.catalog.twin import put

Concrete = tuple[str | int, ...]


@dataclass(frozen=True)
class Mutation:
    """One change of a document. kind: `changed`, `element removed`, `member removed`. members: the names on the way, elements left out."""

    at: Concrete
    kind: str
    value: dict[str, Any]

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(s for s in self.at if isinstance(s, str))

    def __str__(self) -> str:
        return f"{self.kind} at {'.'.join(str(s) if isinstance(s, str) else f'[{s}]' for s in self.at)}"


def mutations(spec: Spec, document: dict[str, Any]) -> Iterator[Mutation]:
    """Every scalar changed, every element and every member removed."""
    for at, node, value, removable in _walk(shapes.assembled(spec), document, ()):
        if at and removable:
            yield Mutation(at, removable, put(document, at, None, remove=True))
        if not isinstance(value, dict | list):
            yield Mutation(at, "changed", put(document, at, other(value, node, _document(spec, at))))


def _walk(node: Node | None, value: Any, at: Concrete, removable: str = "") -> Iterator[tuple[Concrete, Node | None, Any, str]]:
    yield at, node, value, removable
    if isinstance(value, dict):
        for name, inner in value.items():
            below = None if node is None else node.members.get(name, node.element) if node.kind == "structure" else node.element
            yield from _walk(below, inner, (*at, name), "member removed")
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _walk(node.element if node is not None else None, inner, (*at, i), "element removed")


def _document(spec: Spec, at: Concrete) -> str:
    names = tuple(s for s in at if isinstance(s, str))
    return next((kind for pattern, kind in spec.compare.documents.items() if pattern.matches(names)), "")


def other(value: Any, node: Node | None, document: str = "") -> Any:
    """Another valid value for the same place."""
    if node is not None and node.enum:
        return next((e for e in node.enum if e != value), "OTHER")
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case float():
            return value + 1.5
        case None:
            return "altered"
        case str():
            if node is not None and node.kind == "timestamp":
                return "2027-12-24T18:00:00Z"
            match document:
                case "json" | "policy":
                    return json.dumps({"altered": ["yes"]})
                case "number":
                    return str(int(value) + 1) if value.lstrip("-").isdigit() else "17"
                case "csv":
                    return value + ",altered"
                case "base64":
                    return "YWx0ZXJlZAo="
            if value in ("true", "false"):
                return "false" if value == "true" else "true"
            if value.isdigit() and len(value) != 12:
                return str(int(value) + 1)
            return "altered " + value if " " in value else "altered-" + value
    return value


def excused(spec: Spec, document: dict[str, Any], mutation: Mutation) -> str:
    """The reason why the spec says nothing of the mutated place may count, or "" where it must be found."""
    places = [(at, entry.reason) for entry in ignored(spec) for at, _ in entry.path.select(document)]
    kept = [at for p in spec.compare.config for at, _ in p.select(document)]

    def dropped(at: Concrete) -> str:
        if any(at[: len(k)] == k for k in kept):
            return ""
        return next((reason for place, reason in places if at[: len(place)] == place), "")

    if reason := dropped(mutation.at):
        return reason
    if mutation.kind == "changed":
        return ""
    value: Any = document
    for step in mutation.at:
        value = value[step]
    below = [dropped((*mutation.at, *at)) for at in _leaves(value, ())]
    if not below or all(below):
        return below[0] if below else "empty"
    return ""


def _leaves(value: Any, at: Concrete) -> Iterator[Concrete]:
    match value:
        case dict() | list() if value:
            for k, v in value.items() if isinstance(value, dict) else enumerate(value):
                yield from _leaves(v, (*at, k))
        case dict() | list():
            return
        case _:
            yield at
