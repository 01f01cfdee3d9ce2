"""Configuration, waivers, baselines and report.json, from the JSON Schemas that are published with the program."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import driftscan
from sitegen.text import code, plain, table

SCHEMAS: Final = Path(driftscan.__file__).parent / "schemas"
Schema = Mapping[str, Any]
SHORT: Final = 60
"""A pattern that is longer explains nothing."""

TITLES: Final = {
    "AccountEntry": "An account", "Defaults": "defaults", "EnvironmentEntry": "An environment", "ComparisonEntry": "A comparison",
    "PairEntry": "A declared pair", "Promotion": "promotion", "ExpectedEntry": "An expected difference", "OwnerEntry": "An owner",
    "RedactionEntry": "redaction", "WaiverEntry": "A waiver", "RuleEntry": "A rule", "SelectEntry": "select", "CountEntry": "count",
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What a schema can refer to. sections: what has a heading of its own; others are spelled out where they stand."""

    sections: Mapping[str, Schema]
    definitions: Mapping[str, Schema]


def configuration() -> str:
    """driftscan.yaml."""
    return _document("driftscan.schema.json", leave=("WaiverEntry",))


def waivers() -> str:
    """A waiver."""
    schema = _load("driftscan.schema.json")
    entry = dict(_sections(schema))["WaiverEntry"]
    return f"## Members\n\n{plain(entry.get('description', ''))}\n\n{_members(entry, Known({}, schema['$defs']))}"


def baselines() -> str:
    """A file in baselines/."""
    return _document("baseline.schema.json")


def report() -> str:
    """report.json."""
    return _document("report.schema.json")


def _load(name: str) -> Schema:
    loaded: Schema = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    return loaded


def _document(name: str, leave: tuple[str, ...] = ()) -> str:
    schema = _load(name)
    known = Known(dict(_sections(schema)), schema.get("$defs", {}))
    parts = ["## The file\n", _members(schema, known)]
    for section, inner in sorted(known.sections.items(), key=lambda kv: TITLES.get(kv[0], kv[0]).lower()):
        if section not in leave:
            parts.append(f"## {TITLES.get(section, section)} {{#{section.lower()}}}\n")
            parts += [f"{plain(said)}\n"] if (said := inner.get("description")) else []
            parts.append(_members(inner, known))
    return "\n".join(parts)


def _sections(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Everything with members of its own, by name: the definitions, and titled objects inside them."""
    for name, inner in schema.get("$defs", {}).items():
        if inner.get("properties"):
            yield name, inner
    for inner in _objects(schema.get("properties", {})):
        if inner.get("title"):
            yield inner["title"], inner


def _objects(value: object) -> Iterator[Schema]:
    if isinstance(value, dict):
        if value.get("type") == "object" and value.get("properties"):
            yield value
        for inner in value.values():
            yield from _objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner)


def _members(schema: Schema, known: Known, prefix: str = "") -> str:
    rows = list(_rows(schema, known, prefix))
    return table(("member", "value", "default", "meaning"), rows) if rows else ""


def _rows(schema: Schema, known: Known, prefix: str) -> Iterator[tuple[str, str, str, str]]:
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        default = "required" if name in required else code(json.dumps(inner["default"])) if _plain_default(inner) else ""
        yield code(prefix + name), _kind(inner, known), default, plain(inner.get("description", ""))
        nested = inner.get("items", inner)
        if isinstance(nested, dict) and nested.get("properties") and nested.get("title") not in known.sections:
            yield from _rows(nested, known, f"{prefix}{name}{'[]' if 'items' in inner else ''}.")


def _plain_default(schema: Schema) -> bool:
    """Whether the default says something where it stands; what has members of its own says it there."""
    return schema.get("default") is not None and not isinstance(schema["default"], dict)


def _kind(schema: Schema, known: Known) -> str:
    """What may stand there, in words."""
    if ref := schema.get("$ref"):
        name = ref.rsplit("/", 1)[-1]
        return _link(name) if name in known.sections else _kind(known.definitions[name], known)
    if schema.get("title") in known.sections and schema.get("properties"):
        return _link(schema["title"])
    if "const" in schema:
        return code(json.dumps(schema["const"]))
    if "enum" in schema:
        return " or ".join(code(json.dumps(v) if not isinstance(v, str) else v) for v in schema["enum"])
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(k for s in schema[several] if (k := _kind(s, known)) != "null"))
    return _of_type(schema, known)


def _link(name: str) -> str:
    title = TITLES.get(name, name)
    words = f"{title[0].lower()}{title[1:]}"
    return f"[{words}](waivers.md)" if name == "WaiverEntry" else f"[{words}](#{name.lower()})"


def _of_type(schema: Schema, known: Known) -> str:
    match schema.get("type"):
        case list() as types:
            return " or ".join(t for t in types if t != "null") + (" or `null`" if "null" in types else "")
        case "array":
            items = schema.get("items")
            return f"list of {_kind(items, known)}" if isinstance(items, dict) and items else "list"
        case "object":
            inner = next(iter(schema.get("patternProperties", {}).values()), schema.get("additionalProperties"))
            return (
                f"map of name to {_kind(inner, known)}" if isinstance(inner, dict) and inner and not schema.get("properties") else "object"
            )
        case "string":
            pattern = schema.get("pattern", "")
            return f"text, {code(pattern)}" if 0 < len(pattern) <= SHORT else schema.get("format", "text")
        case "integer" | "number" as kind:
            low, high = schema.get("minimum"), schema.get("maximum")
            return kind + (f", {low} to {high}" if low is not None and high is not None else f", at least {low}" if low is not None else "")
        case None:
            return "any value"
        case kind:
            return str(kind)
