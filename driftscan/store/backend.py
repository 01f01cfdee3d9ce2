"""Where bytes rest: the one interface that memory, a directory and an object store fulfil.

Keys are relative, `/`-separated and made of safe characters only (`quote`). A backend never changes what it was given:
`put` creates and never replaces; the few keys that move (heads, the lock, derived values) move by `put_if`, which compares
the tag of what was read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote as _percent
from urllib.parse import unquote

from driftscan.errors import DriftscanError, LockedError

UNFINISHED = "unfinished/"
"""The only prefix under which `delete` works: parts of a snapshot that is not finished."""


class MissingError(DriftscanError):
    """There is no such key."""


class ExistsError(DriftscanError):
    """`put` found the key taken."""


class ConflictError(LockedError):
    """`put_if` found another tag than the one it was given: someone else wrote in between."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One stored key and its size in bytes."""

    key: str
    size: int


class Readable(Protocol):
    """Bytes by key. Every method raises DriftscanError, with the key and the next step, when the medium fails."""

    @property
    def url(self) -> str:
        """How a person names this place."""
        ...

    @property
    def remote(self) -> bool:
        """Whether every read is a round trip, so that many are worth making at once."""
        ...

    def get(self, key: str) -> bytes:
        """Everything under `key`. Raises MissingError."""
        ...

    def get_range(self, key: str, start: int, length: int) -> bytes:
        """At most `length` bytes from `start`; fewer at the end, none behind it. Raises MissingError."""
        ...

    def list(self, prefix: str) -> Iterator[Entry]:
        """Every key that starts with `prefix`, sorted. A prefix is empty or ends with `/`."""
        ...


class Backend(Readable, Protocol):
    """What a store needs of a place to write to."""

    def get_tagged(self, key: str) -> tuple[bytes, str] | None:
        """Everything under `key` and the tag that `put_if` compares, or None where there is no such key."""
        ...

    def put(self, key: str, data: bytes) -> None:
        """Create `key`, durable when this returns, whole or not at all. Raises ExistsError."""
        ...

    def put_if(self, key: str, data: bytes, tag: str | None) -> str:
        """Replace `key` if its tag still is `tag` (None: if there is no such key). Returns the new tag. Raises ConflictError."""
        ...

    def delete(self, key: str) -> None:
        """Remove one key under `UNFINISHED`; a missing key is no error. Raises ValueError for any other key."""
        ...

    def sweep(self) -> int:
        """Remove what writers that no longer live left aside. Returns how many files that was."""
        ...


def quote(name: str) -> str:
    """A name as one safe segment of a key, reversible by `unquote`; never empty, never hidden, never `..`."""
    text = _percent(name, safe="")
    return "%2E" + text[1:] if text.startswith(".") else text or "%"


def unquote_segment(segment: str) -> str:
    """The name that `quote` was given."""
    return "" if segment == "%" else unquote(segment)


def may_delete(key: str) -> None:
    """Raises ValueError unless `key` names an unfinished part."""
    if not key.startswith(UNFINISHED):
        raise ValueError(f"only keys under {UNFINISHED} may be deleted, not {key}")
