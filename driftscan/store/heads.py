"""The head of an environment: the one file that moves, written last. It lists every snapshot, oldest first.

`heads/<environment>`: one line of JSON `{"environment": ..., "snapshots": [...]}`, and the SHA-256 of that line on the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from driftscan.store.backend import Backend, quote, unquote_segment
from driftscan.store.container import damaged
from driftscan.store.manifest import SnapshotInfo

_PREFIX = "heads/"


@dataclass(frozen=True, slots=True)
class Head:
    """The chain of one environment and the tag for `Backend.put_if`."""

    environment: str
    snapshots: tuple[SnapshotInfo, ...]
    tag: str | None

    @property
    def last(self) -> SnapshotInfo | None:
        """The newest snapshot."""
        return self.snapshots[-1] if self.snapshots else None


def head_key(environment: str) -> str:
    """Where the head of an environment lies."""
    return f"{_PREFIX}{quote(environment)}"


def environments(backend: Backend) -> Iterator[str]:
    """Every environment that has a head, sorted."""
    yield from sorted(unquote_segment(entry.key.removeprefix(_PREFIX)) for entry in backend.list(_PREFIX))


def read(backend: Backend, environment: str) -> Head:
    """The head of one environment; empty where there is none. Raises VerificationError."""
    key = head_key(environment)
    found = backend.get_tagged(key)
    if found is None:
        return Head(environment, (), None)
    value = unseal(key, found[0])
    try:
        snapshots = tuple(SnapshotInfo(**item) for item in value["snapshots"])
        named = value["environment"]
    except (KeyError, TypeError):
        raise damaged(key, "this is no head") from None
    if named != environment or any(s.environment != environment for s in snapshots):
        raise damaged(key, f"this is the head of {named}")
    previous = None
    for info in snapshots:
        if info.previous != previous:
            raise damaged(key, f"the chain is broken before {info.id}")
        previous = info.digest
    return Head(environment, snapshots, found[1])


def advance(backend: Backend, head: Head, info: SnapshotInfo) -> None:
    """Append one snapshot to the chain. Raises ConflictError where the head has moved since it was read."""
    value = {"environment": head.environment, "snapshots": [asdict(s) for s in (*head.snapshots, info)]}
    backend.put_if(head_key(head.environment), seal(value), head.tag)


def seal(value: Mapping[str, Any]) -> bytes:
    """Small JSON with its own digest behind it."""
    line = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return line + b"\n" + hashlib.sha256(line).hexdigest().encode() + b"\n"


def unseal(key: str, data: bytes) -> dict[str, Any]:
    """The JSON object that `seal` wrote. Raises VerificationError."""
    line, _, digest = data.partition(b"\n")
    if digest != hashlib.sha256(line).hexdigest().encode() + b"\n":
        raise damaged(key, "the file does not match its digest")
    value = orjson.loads(line)
    if not isinstance(value, dict):
        raise damaged(key, "this is no JSON object")
    return value
