"""Strings that hold documents: parsed, so that what is inside is compared as what it is."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import unquote

import orjson

from driftscan.model.value import Value
from driftscan.normalize import names

_LAYERS: Final = 4
_OCTAL: Final = re.compile(r"\\(\d{3})")
_WHEN: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d|\d{10,13}\Z")
MOMENT: Final = "(a moment)"
"""What stands for a moment that follows the making of its resource: no two environments share it, that there is one is a setting."""
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?")


def parse(kind: str, value: Value) -> Value:
    """What a document of that kind says; the value itself where it is no such document (a policy may already be parsed)."""
    if kind == "policy" and isinstance(value, dict):
        return policy(value)
    return _PARSERS[kind](value) if isinstance(value, str) else value


def _json(text: str) -> Value:
    body = text.strip()
    if body[:3] == "%7B":
        body = unquote(body)
    if body[:1] not in ("{", "["):
        return text
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return text


def _policy(text: str) -> Value:
    found = _json(text)
    return policy(found) if isinstance(found, dict) else found


def policy(document: Mapping[str, Value]) -> dict[str, Value]:
    """An IAM policy in its light canonical form: what may be one or a list is always a list, `*` as a principal is everyone.

    Only spelling is made equal here; what the statements mean together is the semantic comparer's affair.
    """
    out = dict(document)
    if "Statement" in out:
        out["Statement"] = [_statement(s) for s in _listed(out["Statement"])]
    return out


def _statement(value: Value) -> Value:
    if not isinstance(value, dict):
        return value
    out = dict(value)
    sid = out.get("Sid")
    if isinstance(sid, str) and names.generated(sid):  # a label that nothing refers to: what nobody chose of it says nothing
        out["Sid"] = names.chosen(sid)
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        if name in out:
            out[name] = _listed(out[name])
    for name in ("Principal", "NotPrincipal"):
        if name in out:
            principal = {"AWS": "*"} if out[name] == "*" else out[name]
            if isinstance(principal, dict):
                out[name] = {kind: [_principal(v) for v in _listed(who)] for kind, who in principal.items()}
    condition = out.get("Condition")
    if isinstance(condition, dict):
        out["Condition"] = {
            operator: {key: [_scalar(v) for v in _listed(values)] for key, values in tests.items()} if isinstance(tests, dict) else tests
            for operator, tests in condition.items()
        }
    return out


_ROOT: Final = re.compile(r"arn:aws[\w-]*:iam::(\d{12}):root")


def _principal(value: Value) -> Value:
    """An account's root is the account."""
    return m[1] if isinstance(value, str) and (m := _ROOT.fullmatch(value)) else value


def _scalar(value: Value) -> Value:
    """Condition values are text to IAM: `true` and `"true"`, `1` and `"1"` are one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _listed(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [value]


def _base64(text: str) -> Value:
    """Decoded until it is text; what is no text stays as it is."""
    for _ in range(_LAYERS):
        body = "".join(text.split())
        if len(body) % 4 or not body:
            return text
        try:
            inner = base64.b64decode(body, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return text
        if not all(c.isprintable() or c in "\r\n\t" for c in inner):
            return text
        text = inner
        if not _ENCODED.fullmatch(text):
            return text
    return text


_ENCODED: Final = re.compile(r"[A-Za-z0-9+/\s]{12,}={0,2}\s*")


def _number(text: str) -> Value:
    m = _NUMBER.fullmatch(text.strip())
    if m is None:
        return text
    number = float(m[0])
    return int(number) if number.is_integer() else number


def _csv(text: str) -> Value:
    return [part.strip() for part in text.split(",") if part.strip()]


def _dns(text: str) -> Value:
    return _OCTAL.sub(lambda m: chr(int(m[1], 8)), text).rstrip(".").lower()


_PARSERS: Final[Mapping[str, Callable[[str], Value]]] = {
    "json": _json,
    "policy": _policy,
    "base64": _base64,
    "number": _number,
    "csv": _csv,
    "dns": _dns,
    "moment": lambda text: MOMENT if _WHEN.match(text) else text,
}
