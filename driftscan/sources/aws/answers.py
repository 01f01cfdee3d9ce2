"""Answers as plain JSON values: times as ISO 8601 in UTC, bytes as base64 text, nothing of the transport."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import Any, Final

from driftscan.model.value import Value

_ISO: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|\+00:?00)")


def iso(moment: datetime) -> str:
    """A moment as `2026-11-02T10:00:00Z`, with a fraction only where there is one. A moment without a zone is UTC."""
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(20 - 1, "0")
    return f"{text}.{moment.microsecond:06d}".rstrip("0") + "Z" if moment.microsecond else text + "Z"


def timestamp(value: Any) -> str:
    """A vendor's timestamp, in any of its spellings (ISO text, seconds since 1970, RFC 822), in ours. Text that is none stays."""
    if isinstance(value, str) and (m := _ISO.fullmatch(value)):
        fraction = (m[3] or "").rstrip("0")
        return f"{m[1]}T{m[2]}.{fraction}Z" if fraction else f"{m[1]}T{m[2]}Z"
    from botocore.utils import parse_timestamp  # noqa: PLC0415  (the SDK is loaded when a source is used)

    try:
        return iso(parse_timestamp(value))
    except (ValueError, OverflowError, OSError):
        return str(value)


def plain(value: Value) -> Value:
    """A parsed answer as a JSON value. What is JSON already is returned as it is, not copied."""
    match value:
        case dict():
            out: dict[str, Value] = {}
            same = True
            for k, v in value.items():
                new = plain(v)
                same = same and new is v
                out[k] = new
            return value if same else out
        case list():
            items = [plain(v) for v in value]
            return value if all(a is b for a, b in zip(items, value, strict=True)) else items
        case str() | int() | float() | None:
            return value
        case datetime():
            return iso(value)
        case bytes() | bytearray():
            return base64.b64encode(value).decode()
        case _ if hasattr(value, "read"):
            return base64.b64encode(value.read()).decode()
        case _:
            return str(value)
