"""Mutations of a document, generated from the vendor's shape and never from the spec: a path wrongly ignored would hide its own test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from driftscan.catalog import derived, ignored
from driftscan.catalog.decisions import decide
from driftscan.catalog.derived import by_name
from driftscan.catalog.paths import Pattern
from driftscan.catalog.spec import Spec
from tests.catalog import shapes
from tests.catalog.shapes import Node
from tests.catalog.twin import put

Concrete = tuple[str | int, ...]


@dataclass(frozen=True)
class Mutation:
    """One change of a document. kind: `changed`, `element removed`, `member removed`; value: the new one, of `changed`."""

    at: Concrete
    kind: str
    value: Any = None

    @property
    def members(self) -> tuple[str, ...]:
        """The names on the way, elements left out."""
        return tuple(s for s in self.at if isinstance(s, str))

    @property
    def zone(self) -> tuple[str, ...]:
        """The names up to the first list: mutations of zones that don't hold each other cannot hide each other."""
        first = next((i for i, s in enumerate(self.at) if isinstance(s, int)), len(self.at))
        return tuple(s for s in self.at[:first] if isinstance(s, str))

    def __str__(self) -> str:
        return f"{self.kind} at {'.'.join(str(s) if isinstance(s, str) else f'[{s}]' for s in self.at)}"

    def apply(self, document: Any) -> Any:
        """A copy of the document with the mutation."""
        return put(document, self.at, self.value, remove=self.kind != "changed")


def mutations(spec: Spec, document: dict[str, Any], seen: set[tuple[str, tuple[str, ...]]] | None = None) -> Iterator[Mutation]:
    """Every scalar changed, every element and every member removed; once for each path of members (`seen` holds those done before)."""
    seen = set() if seen is None else seen
    for at, node, value, removable in _walk(shapes.assembled(spec), document, ()):
        found = [Mutation(at, removable)] if at and removable else []
        if not isinstance(value, dict | list):
            found.append(Mutation(at, "changed", other(value, node, _document(spec, at))))
        for mutation in found:
            if (mutation.kind, mutation.members) not in seen:
                seen.add((mutation.kind, mutation.members))
                yield mutation


def changes(spec: Spec, document: dict[str, Any]) -> Iterator[Mutation]:
    """Every scalar changed, each wherever it stands: of ten elements of a list, the leaves of all ten."""
    for at, node, value, _ in _walk(shapes.assembled(spec), document, ()):
        if not isinstance(value, dict | list):
            yield Mutation(at, "changed", other(value, node, _document(spec, at)))


def rounds(pending: list[Mutation]) -> Iterator[list[Mutation]]:
    """The mutations in rounds: those of one round stand apart, so that one comparison shows each of them at its own place."""
    while pending:
        taken: list[Mutation] = []
        left: list[Mutation] = []
        for mutation in pending:
            if any(mutation.zone[: len(t.zone)] == t.zone or t.zone[: len(mutation.zone)] == mutation.zone for t in taken):
                left.append(mutation)
            else:
                taken.append(mutation)
        yield taken
        pending = left


def _below(node: Node | None, step: str | int) -> Node | None:
    if node is None:
        return None
    return node.members.get(step, node.element) if isinstance(step, str) and node.kind == "structure" else node.element


def _walk(node: Node | None, value: Any, at: Concrete, removable: str = "") -> Iterator[tuple[Concrete, Node | None, Any, str]]:
    yield at, node, value, removable
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _walk(_below(node, name), inner, (*at, name), "member removed")
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _walk(_below(node, i), inner, (*at, i), "element removed")


def moments(spec: Spec) -> list[Pattern]:
    """Times of which only that they are set is compared."""
    said = {p.text for p in (*spec.compare.config, *spec.compare.documents)}
    out = [p for p, kind in spec.compare.documents.items() if kind == "moment"]
    return out + [p for p in derived(spec.type).moments if p.text not in said]


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
        names = [s for s in at if isinstance(s, str)]
        if names and names[-1] in ("Quantity", "ResourceId", "ResourceType") and decide(spec, ".".join(names)).outcome == "dropped":
            return "derived"
        if reason := by_name(spec, tuple(names)):
            return reason
        back = max((len(k) for k in kept if at[: len(k)] == k), default=0)
        depth, reason = max(((len(place), reason) for place, reason in places if at[: len(place)] == place), default=(0, ""))
        return reason if depth > back else ""

    if reason := dropped(mutation.at):
        return reason
    if mutation.kind == "changed":
        return "time" if any(p.matches(mutation.members) for p in moments(spec)) else ""
    value: Any = document
    node: Node | None = shapes.assembled(spec)
    for step in mutation.at:
        value = value[step]
        above, node = node, _below(node, step)
    if mutation.kind == "member removed" and value in ("", [], {}):
        if any(p.matches(mutation.members) for p in spec.compare.empty):
            return ""
        # what people name is content, even when it is empty; so is a structure that has been chosen, and what is set for a name
        chosen = above is None or above.kind == "map" or (value == {} and (node is None or node.kind != "map"))
        return "" if chosen or (value == "" and mutation.members[-1].endswith(("Value", "value"))) else "empty"

    def default(at: Concrete) -> str:
        names = [s for s in at if isinstance(s, str)]
        found: Any = document
        for step in at:
            found = found[step]
        return "default" if any(found == v and p.matches(names) for p, v in spec.compare.defaults.items()) else ""

    removed = mutation.kind == "member removed"
    if removed and default(mutation.at):
        return "default"
    below = [dropped(at) or (default(at) if removed else "") for at in ((*mutation.at, *leaf) for leaf in _leaves(value, ()))]
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
