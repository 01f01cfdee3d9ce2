"""JSON Schema keywords as rules may use them: checked, without references, and with the types that they imply written out.

JSON Schema says that `minimum` holds for every text, because a text is no number. A rule must not pass for such a reason: where a
schema names no `type`, the one that its keywords are about is added, at every depth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from driftscan.config.text import Where, nearest

_OF_TYPE: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "string": ("pattern", "minLength", "maxLength"),
    "array": ("items", "prefixItems", "contains", "minContains", "maxContains", "minItems", "maxItems", "uniqueItems"),
    "object": (
        "properties", "patternProperties", "additionalProperties", "propertyNames", "required", "minProperties", "maxProperties",
        "dependentRequired", "dependentSchemas",
    ),
}  # fmt: skip
_TYPE_OF: Final = {keyword: kind for kind, keywords in _OF_TYPE.items() for keyword in keywords}
KEYWORDS: Final = frozenset({"type", "const", "enum", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "description", *_TYPE_OF})
"""What a rule may use. References and identifiers are left out: a rule stands for itself."""
_ONE: Final = ("items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else")
_LIST: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAP: Final = ("properties", "patternProperties", "dependentSchemas")


class KeywordError(ValueError):
    """`where`: from the schema's root; `hint`: what to write; `key`: the name there is wrong, not its value."""

    def __init__(self, where: Where, message: str, hint: str, *, key: bool = False) -> None:
        super().__init__(message)
        self.where, self.message, self.hint, self.key = where, message, hint, key


def check(schema: Mapping[str, Any]) -> None:
    """Raises KeywordError for the first thing in a schema that is no keyword, no schema or no regular expression."""
    for where, inner in _schemas(schema, ()):
        if not isinstance(inner, dict):
            continue
        for name in inner:
            if name not in KEYWORDS:
                near = nearest(name, KEYWORDS)
                hint = f"did you mean `{near}`?" if near else "a map as such is written const: {...}"
                raise KeywordError((*where, name), f"`{name}` is no JSON Schema keyword that rules may use", hint, key=True)
        for pattern in ([inner["pattern"]] if "pattern" in inner else []) + list(inner.get("patternProperties", ())):
            if isinstance(pattern, str) and (problem := _no_pattern(pattern)):
                raise KeywordError((*where, "pattern"), f"`{pattern}` is no regular expression: {problem}", "write such as ^arn:aws:kms:")
    from jsonschema import Draft202012Validator  # noqa: PLC0415  (a tenth of a second, and only where there are rules)

    error = next(iter(sorted(Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema), key=lambda e: list(e.path))), None)
    if error is not None:
        raise KeywordError(tuple(error.path), error.message, "write it as JSON Schema says (draft 2020-12)")


def typed(schema: Any) -> Any:
    """The schema with the types that its keywords imply, at every depth."""
    if not isinstance(schema, dict):
        return schema
    out = dict(schema)
    for name in _ONE:
        if name in out:
            out[name] = typed(out[name])
    for name in _LIST:
        if name in out:
            out[name] = [typed(s) for s in out[name]]
    for name in _MAP:
        if name in out:
            out[name] = {k: typed(s) for k, s in out[name].items()}
    kinds = sorted({_TYPE_OF[name] for name in out if name in _TYPE_OF})
    if kinds and "type" not in out:
        out["type"] = kinds
    return out


def _schemas(schema: Any, where: Where) -> Iterator[tuple[Where, Any]]:
    """A schema and all schemas inside it."""
    yield where, schema
    if not isinstance(schema, dict):
        return
    for name in _ONE:
        if name in schema:
            yield from _schemas(schema[name], (*where, name))
    for name in _LIST:
        if isinstance(schema.get(name), list):
            for i, inner in enumerate(schema[name]):
                yield from _schemas(inner, (*where, name, i))
    for name in _MAP:
        if isinstance(schema.get(name), dict):
            for key, inner in schema[name].items():
                yield from _schemas(inner, (*where, name, key))


def _no_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as e:
        return str(e)
    return ""
