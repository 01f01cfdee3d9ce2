"""Hand-made canonical resources for the tests of `compare`: small bodies, sealed by the definition in `model/resource.py`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from driftscan.catalog import Catalog
from driftscan.compare import compare
from driftscan.model.drift import Change, Comparison, Side
from driftscan.model.resource import Canonical, MatchKey, Provenance, RefItems, Seal
from driftscan.model.settings import PairRule
from driftscan.model.value import Address, Bag, Keyed, Opaque, Redacted, Ref, Seq, Text, Unknown, Value, Word, member_path, walk

ACCOUNTS = {"stage": "111111111111", "prod": "222222222222"}
QUEUE, VPC, SUBNET, KEY, ROUTE = "AWS::SQS::Queue", "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::KMS::Key", "AWS::EC2::RouteTable"


def digest(text: object) -> str:
    return hashlib.sha256(repr(text).encode()).hexdigest()


def placeholder(value: Value) -> object:
    """A canonical value with references and words replaced by what does not tell the sides apart."""
    match value:
        case dict():
            return ("map", *((k, placeholder(v)) for k, v in sorted(value.items())))
        case Seq(items):
            return ("seq", *map(placeholder, items))
        case Bag(items):
            return ("bag", *sorted((placeholder(v) for v in items), key=repr))
        case Keyed(items):
            return ("keyed", *sorted(((tuple(map(placeholder, k)), placeholder(v)) for k, v in items), key=repr))
        case Text(parts):
            return ("text", *map(placeholder, parts))
        case Ref():
            return ("ref",)
        case Word():
            return ("word", value.shape)
        case Opaque() | Redacted() | Unknown():
            return repr(value)
    return (type(value).__name__, value)


def collect(value: Value, kind: type) -> RefItems:
    """References (or words) in traversal order; alike elements of a set stand together as one multiset."""
    match value:
        case Ref() | Word() if isinstance(value, kind):
            return ((value.env, value.text),) if isinstance(value, Word) else (value,)
        case dict():
            return tuple(x for _, v in sorted(value.items()) for x in collect(v, kind))
        case Seq(items) | Text(items):
            return tuple(x for v in items for x in collect(v, kind))
        case Bag(items):
            return _sets([(placeholder(v), collect(v, kind)) for v in items])
        case Keyed(items):
            return _sets(
                [((tuple(map(placeholder, k)), placeholder(v)), tuple(x for p in (*k, v) for x in collect(p, kind))) for k, v in items]
            )
    return ()


def _sets(elements: list[tuple[object, RefItems]]) -> RefItems:
    groups: dict[str, list[RefItems]] = {}
    for form, items in sorted(elements, key=lambda e: repr(e[0])):
        groups.setdefault(repr(form), []).append(items)
    out: list[object] = []
    for alike in groups.values():
        if len(alike) == 1:
            out.extend(alike[0])
        elif any(alike):
            out.append(("set", tuple(alike)))
    return tuple(out)


def sketch(body: Value) -> tuple[int, ...]:
    hashes = {int(digest((member_path(p), placeholder(v)))[:15], 16) for p, v in walk(body)}
    return tuple(sorted(hashes)[:32])


def canonical(
    address: Address,
    body: dict[str, Value] | None = None,
    keys: tuple[MatchKey, ...] = (),
    *,
    name: str = "",
    provenance: Provenance = Provenance.DECLARED,
    owner: Address | None = None,
    rename: bool = True,
    arn: str | None = None,
) -> Canonical:
    body = body or {}
    unknown = tuple((".".join(member_path(p)), v.code) for p, v in walk(body) if isinstance(v, Unknown))
    return Canonical(
        Seal(
            address,
            arn,
            name,
            provenance,
            owner,
            keys,
            digest(placeholder(body)),
            collect(body, Ref),
            collect(body, Word),
            unknown,
            sketch(body),
            rename,
        ),
        body,
    )


def at(env: str, type_: str, id_: str, region: str = "eu-west-1") -> Address:
    return Address(type_, ACCOUNTS.get(env, env), region, id_)


def word(env: str) -> Word:
    return Word(env, env, "{env}")


def named(env: str, type_: str, name: str, body: dict[str, Value] | None = None, **more: object) -> Canonical:
    """A resource that people name `<name>-<env>`."""
    text = Text((f"{name}-", word(env)))
    return canonical(at(env, type_, f"{name}-{env}"), body, (MatchKey("name", (text,)),), name=f"{name}-{{env}}", **more)  # type: ignore[arg-type]


@dataclass
class Estate:
    """One side, resource by resource."""

    environment: str
    items: dict[Address, Canonical] = field(default_factory=dict)
    incomplete: dict[str, str] = field(default_factory=dict)
    named: dict[Address, tuple[MatchKey, ...]] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    snapshot_id: str = "s"
    words: tuple[str, ...] = ()

    def add(self, *items: Canonical) -> Estate:
        self.items.update({i.seal.address: i for i in items})
        return self

    def side(self) -> Side:
        seals = {a: i.seal for a, i in self.items.items()}
        return Side(self.environment, self.snapshot_id, seals, self.incomplete, self.named, self.roles, self.words)


def run(
    candidate: Estate,
    reference: Estate,
    *,
    pairs: tuple[PairRule, ...] = (),
    catalog: Catalog | None = None,
    same: bool = False,
) -> Comparison:
    def body(which: Literal["candidate", "reference"], address: Address) -> Canonical:
        return (candidate if which == "candidate" else reference).items[address]

    return compare(candidate.side(), reference.side(), body, catalog or Catalog(specs={}, digest=""), pairs, same_environment=same)


def partners(comparison: Comparison) -> dict[Address, Address]:
    return {c.pair.candidate: c.pair.reference for c in comparison.compared}


def changed(comparison: Comparison) -> dict[Address, tuple[Change, ...]]:
    return {c.pair.candidate: c.changes for c in comparison.compared if c.changes}


def mirrored(comparison: Comparison) -> Comparison:
    """What the comparison with exchanged sides must be."""
    swap = [
        replace(
            c,
            pair=replace(c.pair, candidate=c.pair.reference, reference=c.pair.candidate),
            changes=tuple(replace(x, candidate=x.reference, reference=x.candidate) for x in c.changes),
        )
        for c in comparison.compared
    ]
    return replace(
        comparison,
        candidate=comparison.reference,
        reference=comparison.candidate,
        compared=tuple(swap),
        extra=comparison.missing,
        missing=comparison.extra,
        ambiguous=tuple(replace(a, candidates=a.references, references=a.candidates) for a in comparison.ambiguous),
        grouped=comparison.grouped[::-1],
        uncounted=comparison.uncounted[::-1],
    )


def outline(comparison: Comparison) -> Mapping[str, object]:
    """A comparison without the order of its parts, so that mirrored and renamed ones can be compared."""
    return {
        "compared": {
            (c.pair.candidate, c.pair.reference, c.pair.reason, c.pair.confidence, c.pair.key): sorted(map(repr, c.changes))
            for c in comparison.compared
        },
        "extra": sorted(comparison.extra),
        "missing": sorted(comparison.missing),
        "ambiguous": sorted((a.type, sorted(a.candidates), sorted(a.references), a.key) for a in comparison.ambiguous),
        "uncompared": sorted(comparison.uncompared),
        "keys": dict(comparison.keys),
    }
