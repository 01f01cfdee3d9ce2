"""Mutations of one resource: what `tests.catalog.mutate` changes and removes, and what the vendor's shape lets somebody add."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

from driftscan.catalog.spec import Spec
from tests.catalog import shapes
from tests.catalog.mutate import Mutation, excused, mutations, other
from tests.catalog.shapes import Node
from tests.catalog.twin import put

Concrete = tuple[str | int, ...]
ADDED = ("member added", "element added")
_MEMBERS = 6
"""Most members of an added structure."""


def drawn(r: random.Random, spec: Spec, document: dict[str, Any]) -> tuple[Mutation, dict[str, Any]] | None:
    """One mutation that must be found, and the document with it: of a kind drawn first, so that each kind comes as often as the others."""
    kinds: dict[str, list[Mutation]] = {}
    for mutation in (*mutations(spec, document), *added(spec, document)):
        kinds.setdefault(mutation.kind, []).append(mutation)
    order = sorted(kinds)
    r.shuffle(order)
    for kind in order:
        found = kinds[kind]
        r.shuffle(found)
        for mutation in found:
            if kind not in ADDED:
                if not excused(spec, document, mutation):
                    return mutation, mutation.apply(document)
                continue
            changed = with_it(document, mutation)  # what may be taken away without a difference may come without one
            if not excused(spec, changed, Mutation(mutation.at, kind.replace("added", "removed"))):
                return mutation, changed
    return None


def with_it(document: Any, mutation: Mutation) -> Any:
    """A copy of the document with what a mutation adds."""
    inside = document
    for step in mutation.at[:-1]:
        inside = inside[step]
    last = mutation.at[-1]
    return put(document, mutation.at[:-1], {**inside, last: mutation.value} if isinstance(last, str) else [*inside, mutation.value])


def added(spec: Spec, document: dict[str, Any]) -> Iterator[Mutation]:
    """Every member that the shape knows and the document has not, and one more element of every list."""
    for at, node, value in _walk(shapes.assembled(spec), document, ()):
        if isinstance(value, dict) and node.kind == "structure" and not node.union:
            for name, below in node.members.items():
                if name not in value and (new := _made(below)) is not None:
                    yield Mutation((*at, name), "member added", new)
        elif isinstance(value, list) and value:
            new = _altered(value[-1], node.element)
            if new not in value:
                yield Mutation((*at, len(value)), "element added", new)


def _walk(node: Node | None, value: Any, at: Concrete) -> Iterator[tuple[Concrete, Node, Any]]:
    if node is None or not isinstance(value, dict | list):
        return
    yield at, node, value
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
        below = node.members.get(step, node.element) if isinstance(step, str) and node.kind == "structure" else node.element
        yield from _walk(below, inner, (*at, step))


def _made(node: Node) -> Any:
    """A value of a shape, of every kind of leaf; None where there is none to make."""
    match node.kind:
        case "string":
            return node.enum[-1] if node.enum else "added-here"
        case "integer" | "long":
            return 17
        case "float" | "double":
            return 17.5
        case "boolean":
            return True
        case "timestamp":
            return "2027-12-24T18:00:00Z"
        case "blob":
            return "YWRkZWQK"
        case "list":
            inner = _made(node.element) if node.element is not None else None
            return None if inner is None else [inner]
        case "map":
            inner = _made(node.element) if node.element is not None else None
            return None if inner is None else {"added": inner}
        case "structure":
            found = {k: made for k, v in node.members.items() if v.leaf and (made := _made(v)) is not None}
            return dict(list(found.items())[: 1 if node.union else _MEMBERS]) or None
    return None


def _altered(value: Any, node: Node | None) -> Any:
    """A copy with every leaf another valid one."""
    match value:
        case dict():
            members = node.members if node is not None and node.kind == "structure" else {}
            return {k: _altered(v, members.get(k, node and node.element)) for k, v in value.items()}
        case list():
            return [_altered(v, node and node.element) for v in value]
    return other(copy.copy(value), node)
