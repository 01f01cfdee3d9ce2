"""Google's types on their whole way in one process: assets in the vendor's shape -> redaction -> canonical form -> comparison.

An example is one asset as Cloud Asset Inventory gives it, `examples/gcp/<api>/<noun>/asset.json`. Its clean twin is the same thing in the
other environment. Documents with every leaf of the vendor's shape are made from the discovery documents, never from a spec.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from driftscan.catalog import load
from driftscan.catalog.spec import Spec
from driftscan.model.drift import Comparison
from driftscan.model.resource import Provenance, Resource
from driftscan.model.settings import Account, ComparisonRule, Environment, Settings
from driftscan.model.snapshot import Header, Listing, MemorySnapshot, Status
from driftscan.model.value import Address
from driftscan.normalize import Normalizer, Redactor, literals, vocabulary, words
from tests.catalog import discovery
from tests.catalog.answers import EXAMPLES
from tests.catalog.harness import AT, KEY, World, compared, missed
from tests.catalog.mutate import Mutation, changes, excused
from tests.catalog.shapes import Node, places
from tests.catalog.twin import another

PROJECTS = {"stage": ("acme-shop-stage", "100000000042"), "prod": ("acme-shop-prod", "200000000017")}
REGIONS = {"stage": "europe-west1", "prod": "europe-west4"}
ENVIRONMENTS = (
    Environment("stage", ("staging",), (Account("gcp", PROJECTS["stage"][0]),)),
    Environment("prod", ("production",), (Account("gcp", PROJECTS["prod"][0]),)),
)
SETTINGS = Settings("acme", "memory", ENVIRONMENTS, (ComparisonRule("stage", "prod"),))
SOME = "alpha-key"
PROJECT = "cloudresourcemanager.googleapis.com/Project"


class GoogleWorld(World):
    """One environment's projects as they were read."""

    def __init__(self, environment: Literal["stage", "prod"], resources: Iterable[Resource]) -> None:
        self.environment = environment
        account, region = PROJECTS[environment][0], REGIONS[environment]
        self.redactor = Redactor(load(), KEY, SETTINGS.reveal)
        self.items = {r.address: r for r in map(self.redactor.redact, (*resources, project(environment)))}
        bare = Header(environment, (account,), ((account, (region,)),), (AT, AT), AT, "0", load().digest, "", self.redactor.key_id)
        known = {*words(vocabulary(SETTINGS, bare)), *(name for r in self.items.values() for name in literals(r))}
        header = replace(bare, tokens=self.redactor.tokens(known))
        listings = tuple(Listing(account, a.region, a.type, Status.COMPLETE) for a in self.items)
        self.snapshot = MemorySnapshot(header, listings, (), self.items)
        self.normalizer = Normalizer(self.snapshot, load(), vocabulary(SETTINGS, header))


def project(environment: Literal["stage", "prod"]) -> Resource:
    """The project in which everything lies."""
    id_, number = PROJECTS[environment]
    full = f"//cloudresourcemanager.googleapis.com/projects/{number}"
    return Resource(Address(PROJECT, id_, "global", full, "gcp"), {"projectId": id_, "projectNumber": number, "name": "Shop"}, full)


def written() -> list[Spec]:
    """Google's types with a written spec."""
    return list(load().of("gcp").values())


# --------------------------------------------------------------------------------------------- the vendor's shape


def value(place: Node, name: str) -> Any:
    """Something that may stand at a place: every member there, one element, one entry; None where the shape holds itself."""
    said: Any = place.shape
    match place.kind:
        case "structure":
            return {k: v for k, m in place.members.items() if (v := value(m, k)) is not None}
        case "list" | "map":
            inner = value(place.element, name) if place.element is not None else None
            return None if inner is None else [inner] if place.kind == "list" else {SOME: inner}
        case "recursive":
            return None
        case "timestamp":
            return "2026-03-04T05:06:07Z"
        case "boolean":
            return True
        case "float":
            return 1.5
        case "integer":
            return 4711
    if place.enum:
        return place.enum[0]
    if said.format in ("int64", "uint64"):
        return "4711"
    return "3600s" if said.format == "google-duration" else f"{name} of people"


def whole(spec: Spec) -> dict[str, Any]:
    """A document that has every leaf of the vendor's shape."""
    made = value(discovery.assembled(spec), "")
    assert isinstance(made, dict)
    return made


def resource(spec: Spec, document: dict[str, Any]) -> Resource:
    """An asset of the project as the reader makes it."""
    id_, region = PROJECTS["stage"][0], REGIONS["stage"]
    full = f"//{spec.type.partition('/')[0]}/projects/{id_}/locations/{region}/things/thing-a"
    return Resource(Address(spec.type, id_, region, full, "gcp"), document, full)


def silent(spec: Spec, raw: Resource) -> tuple[int, dict[str, int], list[str]]:
    """Every scalar of a document changed alone: how many show at their places, how many are excused by reason, and which do neither.

    What another resource made, and members of a population, are compared together: of theirs the canonical form must be another one.
    """
    world = GoogleWorld("stage", [raw])
    alone = world.canonicals[world.redactor.address(raw.address)].seal.provenance is Provenance.DECLARED
    found, reasons, lost = 0, dict[str, int](), list[str]()
    for mutation in changes(spec, raw.value):
        if reason := excused(spec, raw.value, mutation):
            reasons[reason] = reasons.get(reason, 0) + 1
        elif not missed(world, raw, [mutation]) if alone else differs(world, raw, mutation):
            found += 1
        else:
            lost.append(str(mutation))
    return found, reasons, lost


def differs(world: World, raw: Resource, mutation: Mutation) -> bool:
    """Whether a mutation gives another canonical form."""
    return world.mutated(raw, [mutation]).seal.digest != world.canonicals[world.redactor.address(raw.address)].seal.digest


# --------------------------------------------------------------------------------------------- examples


def folder(spec: Spec) -> Path:
    """Where a type's example lies: `examples/gcp/<api>/<noun>/`."""
    return EXAMPLES / Path(spec.file).with_suffix("")


def asset(spec: Spec) -> dict[str, Any]:
    """A type's example. Raises FileNotFoundError."""
    found: dict[str, Any] = json.loads((folder(spec) / "asset.json").read_bytes())
    return found


def made(example: Mapping[str, Any], environment: Literal["stage", "prod"]) -> Resource:
    """What the reader makes of an asset."""
    said = example["resource"]
    more = {k: example[k] for k in ("iamPolicy", "orgPolicy") if k in example}
    region = re.sub(r"(?<=\d)-[a-z]\Z", "", said["location"])
    address = Address(example["assetType"], PROJECTS[environment][0], region, example["name"], "gcp")
    return Resource(address, {**said["data"], **more}, example["name"])


_NUMBER = re.compile(r"(?<![\w.])\d{17,21}(?!\w)")
_MOMENT = re.compile(r"20\d\d(-\d\d-\d\dT\d\d:)(\d\d)(?=:)")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PUBLIC = re.compile(r"\b34\.\d+\.\d+\.\d+\b")
ASSIGNED = ("etag", "fingerprint", "labelFingerprint", "version_id")


def twin(example: Any, name: str = "") -> Any:
    """The same asset in the other environment: other project, region, words, generated ids, moments, public addresses, order of lists."""
    if isinstance(example, dict):
        return {twin(k) if "." in k else k: twin(v, k) for k, v in example.items()}
    if isinstance(example, list):
        return [twin(v, name) for v in reversed(example)] if name not in ORDERED else [twin(v, name) for v in example]
    if not isinstance(example, str):
        return example
    if name in ASSIGNED:
        return another(example)
    text = example.replace(PROJECTS["stage"][1], PROJECTS["prod"][1]).replace(REGIONS["stage"], REGIONS["prod"])
    text = re.sub(r"(?<![A-Za-z])stage(?![A-Za-z])", "prod", text)
    for form in (_NUMBER, _UUID):
        text = form.sub(lambda m: another(m[0]), text)
    text = _PUBLIC.sub(lambda m: "35" + m[0][2:], text)
    return text if name in RECURRING else _MOMENT.sub(lambda m: f"2025{m[1]}{(int(m[2]) + 7) % 60:02}", text)


ORDERED = ("command", "args", "rrdatas")
RECURRING = ("startTime", "endTime")


def unknown(spec: Spec, document: dict[str, Any]) -> list[str]:
    """The members of a document that the vendor's shape lacks."""
    out: list[str] = []

    def visit(here: Any, place: Node | None, at: str) -> None:
        if place is None:
            out.append(at)
        elif isinstance(here, dict):
            for name, inner in here.items():
                visit(inner, place.members.get(name, place.element) if place.kind != "any" else place, f"{at}.{name}" if at else name)
        elif isinstance(here, list):
            for inner in here:
                visit(inner, place.element if place.kind == "list" else None, f"{at}[]")
        elif place.enum and here not in place.enum:
            out.append(f"{at} = {here}")

    visit(document, discovery.assembled(spec), "")
    return out


def twins(spec: Spec) -> Comparison:
    """A type's example against its clean twin."""
    example = asset(spec)
    one = GoogleWorld("stage", [] if spec.type == PROJECT else [made(example, "stage")])
    two = GoogleWorld("prod", [] if spec.type == PROJECT else [made(twin(example), "prod")])
    return compared(one, one.canonicals, two, two.canonicals)


__all__ = [
    "EXAMPLES",
    "GoogleWorld",
    "Mutation",
    "asset",
    "folder",
    "made",
    "missed",
    "places",
    "resource",
    "silent",
    "twin",
    "twins",
    "unknown",
    "whole",
    "written",
]
