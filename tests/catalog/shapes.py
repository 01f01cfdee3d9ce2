"""The vendor's model as trees: botocore's output shapes, and the shape of the document that a spec makes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape

from driftscan.catalog.paths import Deep, Member, Pattern, Star, Where
from driftscan.catalog.spec import Detail, ListCall, Spec
from driftscan.normalize.symbols import REGION as REGION_NAME

LOADER = Loader(include_default_search_paths=True)


@dataclass(frozen=True)
class Node:
    """A place in a document. kind: `structure`, `list`, `map`, a botocore scalar type, or `recursive` (a shape inside itself, cut).

    members: of a structure. element: of a list or map; of a structure, what members that the model does not name are.
    shape: botocore's, None where a spec made the place. origin: `service:Operation`.
    """

    kind: str
    members: dict[str, Node] = field(default_factory=dict)
    element: Node | None = None
    shape: Shape | None = None
    origin: str = ""

    @property
    def enum(self) -> list[str]:
        return list(getattr(self.shape, "enum", []) or [])

    @property
    def union(self) -> bool:
        return bool(getattr(self.shape, "is_tagged_union", False))

    @property
    def sensitive(self) -> bool:
        return bool(self.shape is not None and self.shape.metadata.get("sensitive"))

    @property
    def leaf(self) -> bool:
        return self.kind not in ("structure", "list", "map") or (self.kind == "structure" and not self.members and self.element is None)


@cache
def service(name: str) -> ServiceModel:
    """The model of a service by its botocore name. Raises UnknownServiceError."""
    return ServiceModel(LOADER.load_service_model(name, "service-2"), service_name=name)


def operation(name: str, op: str) -> OperationModel:
    """Raises KeyError where the service has no such operation."""
    model = service(name)
    if op not in model.operation_names:
        raise KeyError(op)
    return model.operation_model(op)


@cache
def tokens(name: str, op: str) -> frozenset[str]:
    """Members of the answer that belong to paging: tokens, markers, flags."""
    try:
        pages = LOADER.load_service_model(name, "paginators-1")["pagination"]
    except UnknownServiceError:
        pages = {}
    config = pages.get(op, {})
    found: set[str] = set()
    for key in ("output_token", "more_results", "limit_key"):
        value = config.get(key, [])
        for text in [value] if isinstance(value, str) else value:
            found.update(part.strip() for part in text.split("||") if "." not in part and "[" not in part)
    return frozenset(found | {"NextToken", "nextToken", "NextMarker", "ResponseMetadata"})


def tree(shape: Shape | None, origin: str = "", above: tuple[str, ...] = ()) -> Node:
    """A botocore shape as a Node; a shape inside itself is cut there."""
    if shape is None:
        return Node("structure", origin=origin)
    if shape.name in above:
        return Node("recursive", shape=shape, origin=origin)
    below = (*above, shape.name)
    if shape.type_name == "structure":
        return Node("structure", {k: tree(v, origin, below) for k, v in shape.members.items()}, None, shape, origin)
    if shape.type_name == "list":
        return Node("list", {}, tree(shape.member, origin, below), shape, origin)
    if shape.type_name == "map":
        return Node("map", {}, tree(shape.value, origin, below), shape, origin)
    return Node(shape.type_name, {}, None, shape, origin)


@cache
def output(name: str, op: str) -> Node:
    """The answer of an operation, paging members left out."""
    node = tree(operation(name, op).output_shape, f"{name}:{op}")
    return replace(node, members={k: v for k, v in node.members.items() if k not in tokens(name, op)})


def descend(node: Node | None, pattern: Pattern) -> Node | None:
    """The place that a path means below `node`; None where there is none."""
    for step in pattern.steps:
        if node is None:
            return None
        match step:
            case Member(name):
                node = node.members.get(name, node.element) if node.kind == "structure" else node.element if node.kind == "map" else None
            case Where(key):
                if node.kind != "list" or (key is not None and (node.element is None or key not in node.element.members)):
                    return None
                node = node.element
            case Star():
                node = node.element if node.kind == "map" else None
            case Deep():
                rest = Pattern(pattern.text, pattern.steps[pattern.steps.index(step) + 1 :], (), False)
                inner = sorted((below for _, below in places(node)), key=lambda n: n.kind == "map")  # any name is a map's, so maps last
                return next((found for below in inner if (found := descend(below, rest)) is not None), None)
    return node


def places(node: Node, at: str = "") -> Iterator[tuple[str, Node]]:
    """Every place at and below a node with its path in the catalogue's spelling."""
    yield at, node
    for name, member in node.members.items():
        quoted = f"'{name}'" if any(c in name for c in ".[]'\"*") else name
        yield from places(member, f"{at}.{quoted}" if at else quoted)
    if node.element is not None:
        star = f"{at}.*" if at else "*"
        yield from places(node.element, f"{at}[]" if node.kind == "list" else star)


def leaves(node: Node) -> dict[str, Node]:
    """Every leaf below a node by path."""
    return {at: n for at, n in places(node) if n.leaf and at}


def taken(call: Detail) -> Node | None:
    """What a detail call gives, before it is put into the document: a list where `take` ends in elements and no join picks one."""
    node: Node | None = output(call.service, call.operation)
    many = False
    if call.take is not None:
        node = descend(node, call.take)
        many = bool(call.take.steps) and isinstance(call.take.steps[-1], Where)
    if node is None:
        return None
    node = _only(node, call.only)
    if many and (not call.join or call.into):
        node = Node("list", {}, node, None, f"{call.service}:{call.operation}")
    if call.append:
        node = Node("list", {}, node, None, f"{call.service}:{call.operation}")
    return node


def items(call: ListCall) -> Node | None:
    """One item of a listing."""
    node = descend(output(call.service, call.operation), call.items)
    if node is not None and call.as_:
        node = Node("structure", {call.as_: node}, None, None, f"{call.service}:{call.operation}")
    return node and _only(node, call.only)


def _only(node: Node, only: tuple[str, ...]) -> Node:
    return replace(node, members={k: v for k, v in node.members.items() if k in only}) if only else node


@cache
def _assembled(key: str, lists: tuple[ListCall, ...], details: tuple[Detail, ...], bulk_tags: bool) -> Node:
    members: dict[str, Node] = {}
    rest: Node | None = None
    for call in lists:
        node = items(call)
        members |= node.members if node is not None else {}
    for detail in details:
        node = taken(detail)
        if node is None:
            continue
        if detail.into:
            members[detail.into] = node
        elif node.kind == "map" and node.element is not None:
            known = getattr(getattr(node.shape, "key", None), "enum", None) or []
            members |= {k: node.element for k in known if k != "All"}
            rest = None if known else node.element
        else:
            members |= {k: v for k, v in node.members.items() if k not in members or members[k].leaf or not v.leaf}
    if bulk_tags:
        shape = tree(service("resourcegroupstaggingapi").shape_for("TagList"), "resourcegroupstaggingapi:GetResources")
        members["Tags"] = shape
    return Node("structure", members, rest)


def assembled(spec: Spec) -> Node:
    """The shape of a type's document, as its listing and details make it; of Google's types, what Cloud Asset Inventory gives."""
    if spec.provider == "gcp":
        from tests.catalog import discovery  # it builds on this module

        return discovery.assembled(spec)
    return _assembled(spec.type + spec.file, spec.lists, spec.details, spec.compare.tags == "tagging-api")


def argument(name: str, op: str, arg: str) -> Any:
    """The shape of one argument, or None."""
    shape = operation(name, op).input_shape
    return shape.members.get(arg) if shape is not None else None


@cache
def paging_arguments(name: str, op: str) -> frozenset[str]:
    """Arguments that only page: tokens and page sizes."""
    found = {"NextToken", "nextToken", "Marker", "NextMarker", "PageToken", "StartingToken"}
    try:
        config = LOADER.load_service_model(name, "paginators-1")["pagination"].get(op, {})
    except UnknownServiceError:
        config = {}
    for key in ("input_token", "limit_key"):
        value = config.get(key, [])
        found.update([value] if isinstance(value, str) else value)
    return frozenset(found)


ENVIRONMENTS = frozenset({
    "alpha", "beta", "blue", "canary", "ci", "demo", "dev", "develop", "developer", "development", "dr", "eu", "experimental", "gamma",
    "green", "int", "integration", "live", "load", "performance", "pre", "preprod", "preview", "primary", "prod", "production", "qa",
    "red", "sandbox", "secondary", "stage", "staging", "test", "testing", "training", "trial", "uat", "us",
})  # fmt: skip
"""What people call environments."""
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def enums(node: Node) -> list[str]:
    """Leaves of which the model lists the values, where one of them holds a word that may name an environment; regions are none."""
    return [
        at
        for at, leaf in leaves(node).items()
        if any(w.lower() in ENVIRONMENTS for v in leaf.enum for w in WORD.findall(v)) and not any(map(REGION_NAME.search, leaf.enum))
    ]
