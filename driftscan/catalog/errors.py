"""Vendors' error codes, from `errors.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal["denied", "throttled", "expired", "other"]


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "errors.toml").read_text())


@cache
def kind(code: str) -> Kind:
    """What a code means for a reader: `denied`, `throttled`, `expired`, or `other`."""
    kinds: dict[str, list[str]] = _table()["kinds"]
    for name in ("denied", "throttled", "expired"):
        if code in kinds[name]:
            return name
    return "other"


def codes(service: str) -> tuple[str, ...]:
    """Codes that a service (botocore name) answers with although its model lists none of them."""
    return tuple(_table()["codes"].get(service, ()))
