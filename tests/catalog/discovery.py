"""Google's discovery documents as trees (`shapes.Node`), and what follows from them for every schema that an API lists or gets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import googleapiclient

from driftscan.catalog import general, paths
from driftscan.catalog.spec import Spec
from tests.catalog.shapes import Node, descend, enums, leaves, places

DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
CLOUD = "https://www.googleapis.com/auth/cloud-platform"


@dataclass(frozen=True)
class Property:
    """What a discovery document says of a place: shown as botocore's shapes are. out: only Google writes there, or at a place above."""

    enum: tuple[str, ...] = ()
    description: str = ""
    format: str = ""
    out: bool = False
    ref: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)


@cache
def document(api: str) -> Mapping[str, Any]:
    """A discovery document by `API.VERSION`. Raises FileNotFoundError."""
    return json.loads((DOCUMENTS / f"{api}.json").read_bytes())


_OUT = re.compile(r"(?:\A\W*|[\[(;.] ?)output[- ]only(?:[\]).:]|\Z)|@OutputOnly", re.IGNORECASE)
_UNSETTABLE = re.compile(
    r"\A(?:this (?:field|value) is (?:set|assigned) by the server|server[- ](?:assigned|generated|defined))", re.IGNORECASE
)


def node(api: str, said: Mapping[str, Any], above: tuple[str, ...] = (), out: bool = False) -> Node:
    """A schema or property as a Node; a schema inside itself is cut there."""
    ref = said.get("$ref", "")
    description = said.get("description", "")
    out = out or bool(said.get("readOnly")) or _OUT.search(description) is not None or _UNSETTABLE.match(description) is not None
    whole = said
    if ref:
        if ref in above:
            return Node("recursive", shape=Property(out=out, ref=ref))  # type: ignore[arg-type]
        whole = document(api)["schemas"][ref]
        above = (*above, ref)
    facts = {"sensitive": False} | ({"default": said["default"]} if "default" in said else {})
    here: Any = Property(tuple(said.get("enum", ())), description, said.get("format", ""), out, ref, facts)
    kind = whole.get("type", "any")
    if kind == "object":
        members = {k: node(api, v, above, out) for k, v in whole.get("properties", {}).items()}
        rest = whole.get("additionalProperties")
        element = node(api, rest, above, out) if rest is not None else None
        if not members:
            return Node("map", {}, element or Node("any", shape=replace(here, enum=())), here)
        return Node("structure", members, element, here)
    if kind == "array":
        return Node("list", {}, node(api, whole.get("items", {"type": "any"}), above, out), here)
    if said.get("format") in ("google-datetime", "date-time"):
        kind = "timestamp"
    return Node({"number": "float"}.get(kind, kind), {}, None, here)


@cache
def schema(name: str) -> Node:
    """A schema by `API.VERSION:Schema`. Raises KeyError where the document has none, FileNotFoundError where there is no document."""
    api, _, of = name.partition(":")
    document(api)["schemas"][of]
    return node(api, {"$ref": of})


def _leaf(kind: str = "string", *enum: str) -> Node:
    return Node(kind, shape=Property(enum))  # type: ignore[arg-type]


IAM_POLICY = Node(
    "structure",
    {
        "bindings": Node("list", {}, Node("structure", {
            "role": _leaf(), "members": Node("list", {}, _leaf()),
            "condition": Node("structure", {k: _leaf() for k in ("title", "description", "expression", "location")}),
        })),
        "auditConfigs": Node("list", {}, Node("structure", {
            "service": _leaf(),
            "auditLogConfigs": Node("list", {}, Node("structure", {
                "logType": _leaf("string", "ADMIN_READ", "DATA_READ", "DATA_WRITE"), "exemptedMembers": Node("list", {}, _leaf()),
            })),
        })),
    },
)  # fmt: skip
"""`iamPolicy` as the reader keeps it: `cloudresourcemanager.v1:Policy` without `etag` and `version`."""


@cache
def merged(names: tuple[str, ...]) -> Node:
    """The shape of a document that may have one of several schemas; the first decides what two of them hold."""
    found = [schema(n) for n in names]
    return (
        found[0]
        if len(found) == 1
        else Node("structure", {k: v for n in reversed(found) for k, v in n.members.items()}, None, found[0].shape)
    )


def assembled(spec: Spec) -> Node:
    """The shape of an asset's document: `resource.data` with what else Cloud Asset Inventory has of it."""
    made = merged(spec.schemas)
    more = {}
    if "IAM_POLICY" in spec.content:
        more["iamPolicy"] = IAM_POLICY
    if "ORG_POLICY" in spec.content:
        more["orgPolicy"] = Node("list", {}, schema("cloudresourcemanager.v1:OrgPolicy"))
    return replace(made, members=made.members | more)


# --------------------------------------------------------------------------------------------- the schemas of an API


_VERSION = re.compile(r"v(\d+)(?:p\d+)?(?:(alpha|beta|main)(\d*))?")
_LONG = re.compile(r"Google\w*V\d+(?:p\d+)?(?:(?:alpha|beta|main)\d*)?(?=[A-Z_])")
_NONE = re.compile(r"(?:Google(?:Longrunning|Iam|Rpc|Cloud(?:Location|CommonOperation)).*|.*Operation|.*Response|Location|Empty|HttpBody)")


@cache
def apis() -> Mapping[str, tuple[str, ...]]:
    """Host (`compute.googleapis.com`) -> its documents (`compute.v1`), the settled and later versions first."""
    found: dict[str, list[tuple[tuple[int, ...], str]]] = {}
    for file in sorted(DOCUMENTS.glob("*.json")):
        name = file.name.removesuffix(".json")
        if name == "index":
            continue
        said = document(name)
        if CLOUD not in said.get("auth", {}).get("oauth2", {}).get("scopes", {}):
            continue
        host = re.sub(r"https://|/.*", "", said.get("rootUrl", ""))
        found.setdefault(host, []).append((_rank(said["version"]), name))
    return {h: tuple(n for _, n in sorted(names)) for h, names in sorted(found.items()) if h.endswith(".googleapis.com")}


def _rank(version: str) -> tuple[int, ...]:
    m = _VERSION.fullmatch(version)
    if m is None:
        return (("beta", "alpha").index(version) + 1 if version in ("beta", "alpha") else 3, 0, 0)
    return ({None: 0, "main": 0, "beta": 1, "alpha": 2}[m[2]], -int(m[1]), -int(m[3] or 0))


def noun(schema: str, api: str) -> str:
    """The word that Cloud Asset Inventory has for a schema: `Model` of `GoogleCloudAiplatformV1Model`, `Gateway` of `ApigatewayGateway`."""
    short = re.sub(r"\AV\d+(?:(?:alpha|beta)\d*)?(?=[A-Z])", "", _LONG.sub("", schema, count=1).lstrip("_"))
    name = api.partition(".")[0].capitalize()
    return short.removeprefix(name) if short.startswith(name) and short[len(name) : len(name) + 1].isupper() else short


@cache
def resources(api: str) -> Mapping[str, str]:
    """The schemas that an API lists or gets, by noun."""
    said = document(api)
    out: dict[str, str] = {}

    def method(m: Mapping[str, Any]) -> Iterator[str]:
        ref = m.get("response", {}).get("$ref", "")
        verb = m["id"].rpartition(".")[2]
        if not ref or m["httpMethod"] != "GET":
            return
        if verb.startswith("get"):
            yield ref
        if verb.startswith("list"):
            for name, p in said["schemas"][ref].get("properties", {}).items():
                if p.get("type") == "array" and "$ref" in p.get("items", {}) and name not in ("unreachables", "operations"):
                    yield p["items"]["$ref"]

    def walk(group: Mapping[str, Any]) -> Iterator[str]:
        for m in group.get("methods", {}).values():
            yield from method(m)
        for below in group.get("resources", {}).values():
            yield from walk(below)

    for ref in walk(said):
        members = said["schemas"][ref].get("properties", {})
        if members and not _NONE.fullmatch(ref) and not {"bindings", "etag"} <= set(members):  # an IAM policy is none
            out.setdefault(noun(ref, api), ref)
    return dict(sorted(out.items()))


# --------------------------------------------------------------------------------------------- the general rule


MOVING = re.compile(
    r"(?:^|_)(?:CREATING|UPDATING|DELETING|PROVISIONING|DEPROVISIONING|RECONCILING|RUNNING|STARTING|STOPPING|STOPPED|RESTARTING|REPAIRING|RESIZING|"
    r"RESTORING|UPGRADING|PENDING|QUEUED|SCHEDULED|STAGING|PREPARING|IN_PROGRESS|PROGRESSING|FAILED|FAILING|FAILURE|SUCCEEDED|SUCCESS|COMPLETED|COMPLETE|DONE|"
    r"DRAINING|CANCELLING|CANCELLED|CANCELED|READY|NOT_READY|HEALTHY|UNHEALTHY|DEGRADED|ERROR|ONLINE|OFFLINE|CONNECTED|DISCONNECTED|UP|DOWN|ATTACHING|"
    r"DETACHING|ACTIVATING|DEPLOYING|IMPORTING|BUILDING|MIGRATING|SUSPENDING|RESUMING|INITIALIZING|ENABLING|DISABLING|DEPLOYED|STALE|SYNCED)$"
)
"""Values of an enumeration that a thing passes through: such a state moves while nobody changes the configuration."""
STATES = re.compile(
    r"(?:.*[sS]tatus(?:es|Details|History)?|conditions?|.*Conditions?|.*[hH]ealth|runtimeInfo|currentActions|observedState|warnings?|.*Warnings)\Z"
)
"""Structures and lists that only Google writes and that say how a thing is at the moment."""
COUNTED = re.compile(
    r"(?!(?:min|max|desired|initial|target|limit|requested)[A-Z])(?:.*(?:Count|Counts|Bytes|Usage|Used|Utilization|Progress|Percent|Percentage|Generation|Revision|Seconds|Millis|Duration|Epoch)|"
    r"(?:current|used|total|num|consumed|available|remaining|completed|pending|observed|approximate)[A-Z].*|size|count|usage|progress)\Z"
)
ASSIGNED = re.compile(r".*(?:[iI]d|[uU]id|[uU]uid|[nN]umber)\Z")
SAYS = re.compile(r".*(?:[mM]essage|[rR]eason|[dD]etails?|[eE]rrors?|[sS]tate|[sS]tatus|[pP]hase|[vV]ersions?|[sS]ubstate|[pP]rogress)\Z")
PLACED = re.compile(
    r".*(?:[iI]d|[uU]id|[nN]ames?|[uU]r[il]s?|[lL]inks?|[eE]ndpoints?|[hH]ost(?:name)?|[iI]p(?:s|Address|Addresses)?|[aA]ddress(?:es)?|[eE]mail|[iI]dentity|"
    r"[aA]gent|[aA]ccount|[cC]ertificates?|[cC]erts?|[kK]ey|[dD]omain|[pP]rincipal)\Z"
)
KEYS = re.compile(r".*[kK]ms(?:[kK]ey)?(?:Names?)?\Z|.*[cC]ryptoKey(?:Names?)?\Z")
"""Encryption keys: people choose them, in a request that the resource's own schema does not show."""
RESERVED = re.compile(r"reserved for future use", re.IGNORECASE)
TIMES = re.compile(r"(?:time|timestamp|date|.*(?:Time|Timestamp|Date))\Z")
BY_NAME = {n: reason for reason, names in general.NAMES.items() for n in names}
SETTABLE = re.compile(r"\A(?:required|optional|immutable|input only)\b", re.IGNORECASE)


def reason(at: str, leaf: Node, above: list[tuple[str, Node]]) -> str:
    """Why the general rule keeps a leaf out of a comparison, "" where it compares it. above: the places on the way, with their names."""
    said: Property = leaf.shape  # type: ignore[assignment]
    names = [n for n, _ in above if n]
    name = names[-1]  # of the list, where the leaf is an element of one
    numeric = leaf.kind in ("integer", "float") or said.format in ("int64", "uint64", "int32", "uint32")
    if name == "kind" and ("default" in said.metadata or re.search(r"always|type of (?:the )?resource", said.description, re.IGNORECASE)):
        return "scope"
    if name == "kind":
        return ""
    if name in BY_NAME and (BY_NAME[name] == "derived" or said.out or not SETTABLE.match(said.description)):
        return BY_NAME[name]
    if not said.out:
        return ""
    if RESERVED.search(said.description):
        return "noise"
    if leaf.kind == "timestamp" or (leaf.kind == "string" and not said.enum and not numeric and TIMES.match(name)):
        return "time"
    if any(STATES.match(n) and p.shape.out and not _rpc(p) for n, p in above[:-1]):  # type: ignore[union-attr]
        return "state"
    if leaf.kind == "boolean":
        return "state" if STATES.match(name) else ""
    if numeric:
        return "identity" if ASSIGNED.match(name) else "counter" if COUNTED.match(name) else ""
    if said.enum:
        return "state" if any(map(MOVING.search, said.enum)) else ""
    if leaf.kind == "string" and KEYS.match(name):
        return ""
    if leaf.kind == "string":
        return "state" if SAYS.match(name) else "identity" if PLACED.match(name) else "derived"
    return ""


def _rpc(place: Node) -> bool:
    """Whether a place holds google.rpc.Status: how something ended, which is settled."""
    inner = place.element if place.kind == "list" and place.element is not None else place
    return {"code", "message"} <= set(inner.members)


def steps(place: Node, at: str) -> Iterator[tuple[str, str, Node]]:
    """What lies right below a place: path, name ("" of elements and values), node."""
    for name, member in place.members.items():
        quoted = f"'{name}'" if any(c in name for c in ".[]'\"*") else name
        yield f"{at}.{quoted}" if at else quoted, name, member
    if place.element is not None:
        yield at + ("[]" if place.kind == "list" else ".*" if at else "*"), "", place.element


RECURRING = re.compile(r"window|schedule|recur|maintenance|interval|exclusion", re.IGNORECASE)
"""Times that say when of the day or the year something happens again and again: settings as they are."""


def moments(place: Node) -> list[str]:
    """Times that people may set, or that nobody marked as Google's, and that follow the making of the resource."""
    return sorted(
        at
        for at, n, above in walk(place)
        if n.kind == "timestamp" and not n.shape.out and not reason(at, n, above) and not any(RECURRING.search(w) for w, _ in above[:-1])  # type: ignore[union-attr]
    )


def walk(place: Node, at: str = "", above: tuple[tuple[str, Node], ...] = ()) -> Iterator[tuple[str, Node, list[tuple[str, Node]]]]:
    """Every place below a node with its path and what lies above it, itself last; elements and values of maps have no name."""
    if at:
        yield at, place, list(above)
    for step, name, below in steps(place, at):
        yield from walk(below, step, (*above, (name, below)))


def outcomes(place: Node) -> dict[str, str]:
    """Every leaf with the reason for which it is dropped, or ""."""
    return {at: reason(at, n, above) for at, n, above in walk(place) if n.leaf}


def dropped(place: Node, config: frozenset[str] = frozenset()) -> dict[str, str]:
    """The paths that the general rule drops: leaves, and whole structures that only Google writes and of which nothing is compared."""
    out: dict[str, str] = {}

    def visit(at: str, here: Node, above: tuple[tuple[str, Node], ...]) -> tuple[list[tuple[str, str]], bool]:
        """The paths to drop at and below a place, each with its reason once per leaf; whether something there is compared."""
        if here.leaf:
            why = "" if any(_under(at, c) for c in config) else reason(at, here, list(above))
            return ([(at, why)], False) if why else ([], True)
        paths_: list[tuple[str, str]] = []
        stays = False
        for step, name, below in steps(here, at):
            more, kept_ = visit(step, below, (*above, (name, below)))
            paths_ += more
            stays |= kept_
        if at and paths_ and not stays and here.shape is not None and here.shape.out:  # type: ignore[attr-defined]
            reasons = [r for _, r in paths_]
            whole = max(sorted(set(reasons)), key=reasons.count)
            return [(at, whole)] * len(reasons), False
        return paths_, stays

    out.update(visit("", place, ())[0])
    return out


def _under(at: str, top: str) -> bool:
    return at == top or at.startswith((top + ".", top + "["))


# --------------------------------------------------------------------------------------------- what gcp.json says of a type


EXCEPTIONS = {
    "sqladmin.googleapis.com/Instance": ("sqladmin.v1:DatabaseInstance", "sqladmin.v1beta4:DatabaseInstance"),
    "run.googleapis.com/Service": ("run.v2:GoogleCloudRunV2Service", "run.v1:Service"),
    "run.googleapis.com/Revision": ("run.v2:GoogleCloudRunV2Revision", "run.v1:Revision"),
    "run.googleapis.com/Job": ("run.v2:GoogleCloudRunV2Job", "run.v1:Job"),
    "run.googleapis.com/Execution": ("run.v2:GoogleCloudRunV2Execution", "run.v1:Execution"),
    "cloudresourcemanager.googleapis.com/Project": ("cloudresourcemanager.v1:Project", "cloudresourcemanager.v3:Project"),
    "cloudresourcemanager.googleapis.com/Organization": ("cloudresourcemanager.v1:Organization", "cloudresourcemanager.v3:Organization"),
    "cloudresourcemanager.googleapis.com/Folder": ("cloudresourcemanager.v2:Folder", "cloudresourcemanager.v3:Folder"),
    "containerregistry.googleapis.com/Image": (),
    "dataplex.googleapis.com/EntryGroup": ("dataplex.v1:GoogleCloudDataplexV1EntryGroup",),
}
"""What Cloud Asset Inventory calls otherwise than the discovery documents do, or gives in several shapes."""
SPELLED = {
    "logging.googleapis.com/Metric": "logging.googleapis.com/LogMetric",
    "appengine.googleapis.com/FirewallIngressRule": "appengine.googleapis.com/FirewallRule",
    "apikeys.googleapis.com/ApiKey": "apikeys.googleapis.com/Key",
    "compute.googleapis.com/NetworkFirewallPolicy": "compute.googleapis.com/FirewallPolicy",
}
"""Other names of a type."""
LABELS = ("labels", "resourceLabels", "userLabels", "settings.userLabels", "metadata.labels")
LARGEST, DEEPEST = 12_000, 4
"""Characters of paths beyond which only places of so many names are written down: below them names alone decide. Such schemas are records
(of conversations, of evaluations), or hold each other.
"""


@cache
def described() -> Mapping[str, tuple[str, ...]]:
    """Every type that the documents describe, with its schemas, the first before the others."""
    found: dict[str, list[str]] = {}
    for host, names in apis().items():
        for api in names:
            for word, ref in resources(api).items():
                found.setdefault(f"{host}/{word}", []).append(f"{api}:{ref}")
    return dict(sorted(({t: tuple(s) for t, s in found.items()} | EXCEPTIONS).items()))


def maps(place: Node) -> list[str]:
    """Maps whose keys are data. A free value (`any`) holds people's words at any depth."""
    out = [f"{at}.*" for at, n in places(place) if at and n.kind == "map"]
    out += [f"{at}.*" for at, n in places(place) if at and n.element is not None and n.kind == "structure"]
    return sorted(out)


def said(schemas: tuple[str, ...], config: frozenset[str] = frozenset(), written: Spec | None = None) -> dict[str, Any]:
    """The facts about one type, for `general.Facts`. What a schema does not know, the next decides."""
    drop: dict[str, str] = {}
    keep: dict[str, None] = {}
    known: set[str] = set()
    for name in schemas:
        made = schema(name)
        here = dropped(made, config)
        leaves_ = outcomes(made)
        drop |= {at: why for at, why in here.items() if at not in known}
        keep |= dict.fromkeys(at for at, why in leaves_.items() if not why and at not in known and _last(at) in BY_NAME)
        known.update(at[:n] for at in leaves_ for n in range(1, len(at) + 1) if n == len(at) or at[n] in ".[")
    whole = merged(schemas) if written is None else assembled(written)
    reasons: dict[str, list[str]] = {}
    for at, why in sorted(drop.items()):
        if BY_NAME.get(_last(at)) != why:
            reasons.setdefault(why, []).append(at)
    labels = next((at for at in LABELS if (n := descend(whole, paths.parse(at))) is not None and n.kind == "map"), "")
    free = [
        at for at in maps(whole) if not any(_under(at, d) for d in drop) and at.split(".")[-2].removesuffix("[]") not in general.PEOPLES
    ]
    if written is None and sum(map(len, (*free, *(p for ps in reasons.values() for p in ps)))) > LARGEST:
        free = [at for at in free if _depth(at) <= DEEPEST]
        reasons = {why: near for why, ps in reasons.items() if (near := [p for p in ps if _depth(p) <= DEEPEST])}
    out = {
        "schemas": list(schemas if written is not None else schemas[:1]),
        "dropped": reasons,
        "kept": sorted(keep),
        "enums": [at for at in enums(whole) if not any(_under(at, d) for d in drop)],
        "maps": free,
        "moments": [at for at in moments(whole) if at not in config and not any(_under(at, d) for d in drop)],
        "labels": labels,
        "leaves": sorted(leaves(whole)) if written is not None else [],
    }
    return {k: v for k, v in out.items() if v}


def _last(at: str) -> str:
    return at.rpartition(".")[2].replace("[]", "").strip("'")


def _depth(at: str) -> int:
    return len([s for s in paths.parse(at).members if not isinstance(s, paths.Star)])
