"""How often a call may be made, from `limits.toml`, and how much it may answer, from `pages.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def _table(name: str = "limits.toml") -> Mapping[str, Mapping[str, float]]:
    return tomllib.loads((Path(__file__).parent / name).read_text())


def rate(service: str, operation: str) -> float:
    """Requests per second that the vendor grants one account in one region for this operation (botocore names), as published."""
    table = _table()
    rates = table.get(service, table["*"])
    return float(rates.get(operation, rates["*"]))


def shared(service: str, operation: str) -> str:
    """The name of the bucket that this call draws from: the operation where it has a rate of its own, else the service."""
    return f"{service}:{operation}" if operation in _table().get(service, {}) else service


def page(service: str, operation: str) -> int | None:
    """The most items that a page may hold, where the vendor's model does not say so, or says too much."""
    size = _table("pages.toml").get(service, {}).get(operation)
    return None if size is None else int(size)
