"""Resources as people and machines look at them: raw as stored, or canonical with its symbols and references named."""

from __future__ import annotations

from typing import Any

from driftscan.catalog import load
from driftscan.catalog.reference import reference
from driftscan.errors import UsageError
from driftscan.model.resource import Canonical, Resource
from driftscan.model.snapshot import Snapshot
from driftscan.model.value import ABSENT, Address, Bag, Keyed, Opaque, Path, Redacted, Ref, Seq, Text, Unknown, Value, Word, show_scalar
from driftscan.report.values import wire

_SHOWN = 5


def find(snapshot: Snapshot, text: str) -> Resource | None:
    """The one resource that `text` names: its address as `show` prints it, its ARN, its id, its `Ref`, or the last part of its id.

    Raises UsageError where several have that id.
    """
    type, _, rest = text.partition(" ")
    if rest.count("/") >= 2:
        account, region, id = rest.split("/", 2)
        try:
            return snapshot.resource(Address.of(type, account, region, id))
        except KeyError:
            return None
    found: list[Resource] = []
    near: list[Resource] = []
    catalog = load()
    for r in snapshot.resources():
        if text in (r.arn, r.address.id, reference(catalog.spec(r.address.type), r)):
            found.append(r)
        elif r.address.id.endswith(text) and r.address.id[: -len(text)][-1:] in tuple("/:|"):
            near.append(r)
    found = found or near
    if len(found) > 1:
        names = "; ".join(str(r.address) for r in found[:_SHOWN])
        raise UsageError(f"{text!r} names {len(found)} resources of {snapshot.header.environment}", f"write one of: {names}")
    return found[0] if found else None


def raw(resource: Resource) -> dict[str, Any]:
    """A stored resource as JSON."""
    return {
        "address": str(resource.address),
        "type": resource.address.type,
        "account": resource.address.account,
        "region": resource.address.region,
        "id": resource.address.id,
        "arn": resource.arn,
        "parent": str(resource.parent) if resource.parent else None,
        "reads": [{"call": r.call, "at": r.at} for r in resource.reads],
        "value": wire(resource.value),
    }


def canonical(form: Canonical) -> dict[str, Any]:
    """A canonical form as JSON, with what pairs it."""
    s = form.seal
    return {
        "address": str(s.address),
        "name": s.name,
        "provenance": str(s.provenance),
        "owner": str(s.owner) if s.owner else None,
        "keys": [{"reason": k.reason, "parts": [symbolic(p) for p in k.parts]} for k in s.keys],
        "digest": s.digest,
        "unknown": [{"path": path, "code": code} for path, code in s.unknown],
        "body": symbolic(form.body),
    }


def symbolic(value: Value) -> Any:
    """A canonical value as JSON in which every environment looks alike: symbols, `{env}` for its words, references by their target."""
    match value:
        case dict():
            return {str(k): symbolic(v) for k, v in sorted(value.items())}
        case list() | tuple() | Seq() | Bag():
            items = value.items if isinstance(value, Seq | Bag) else value
            return [symbolic(v) for v in items]
        case Keyed(items):
            return {"/".join(str(_leaf(k)) for k in key): symbolic(v) for key, v in items}
        case Text(parts):
            return "".join(str(_leaf(p)) for p in parts)
        case _:
            return _leaf(value)


def _leaf(value: Value) -> Any:
    match value:
        case Ref(target, type, text, _):
            return f"{{ref {target.type} {target.id}}}" if target is not None else f"{{ref {type or '?'} {text}}}"
        case Word(_, _, shape):
            return shape
        case Text():
            return symbolic(value)
        case Opaque() | Redacted() | Unknown():
            return show_scalar(value)
        case None | bool() | int() | float() | str():
            return value
        case _:
            return show_scalar(value)


def raw_at(value: Value, path: Path) -> tuple[str, Any]:
    """The part of a raw document in which a canonical path lies: members are followed as far as there are any.

    Returns (the path that was followed, the value there as JSON); an empty path and None where there is nothing.
    """
    followed: list[str] = []
    for step in path:
        if not isinstance(step, str) or not isinstance(value, dict) or step not in value:
            break
        value = value[step]
        followed.append(step)
    if not followed and path:
        return "", None
    made = wire(value)
    return ".".join(followed), None if made is ABSENT else made
