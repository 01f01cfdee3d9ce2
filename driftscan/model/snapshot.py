"""Snapshots: everything one environment showed in one window of time, with its gaps; immutable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from driftscan.model.resource import Resource
from driftscan.model.value import Address


class Status(StrEnum):
    """How completely one type was listed in one scope."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    DENIED = "denied"
    OFF = "off"
    NOT_READ = "not_read"


@dataclass(frozen=True, slots=True, order=True)
class Listing:
    """Coverage: what became of listing `type` in (account, region). 'Absent' needs COMPLETE (or OFF) on both sides."""

    account: str
    region: str
    type: str
    status: Status
    resources: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """What could not be read.

    code: the vendor's error code unchanged (`AccessDenied`), or `Timeout`, `ConnectionError`, `Deadline`, ...
    permission: the IAM action that would close it; hint: the next step for a person.
    type `*` with region `*`: a whole account. address: the one resource whose detail failed, else None.
    member: the top-level members of that resource that are `Unknown` now.
    """

    account: str
    region: str
    type: str
    service: str
    operation: str
    code: str
    permission: str
    hint: str
    address: Address | None = None
    member: tuple[str, ...] = ()
    at: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """How a snapshot was made; a snapshot that cannot say this cannot be compared.

    window: first and last read (UTC, ISO 8601). identities: account -> caller ARN. calls: `service:Operation` -> count.
    accounts: account ids resolved from the configuration, frozen here. key_id: of the redaction key.
    tokens: digest -> clear token, for names that may be shown inside redacted settings (DESIGN section 11).
    previous: digest of the environment's snapshot before this one, or None (hash chain).
    """

    environment: str
    accounts: tuple[str, ...]
    regions: tuple[tuple[str, tuple[str, ...]], ...]
    window: tuple[str, str]
    as_of: str
    tool_version: str
    catalog_digest: str
    config_digest: str
    key_id: str
    identities: Mapping[str, str] = field(default_factory=dict, hash=False)
    calls: Mapping[str, int] = field(default_factory=dict, hash=False)
    tokens: Mapping[str, str] = field(default_factory=dict, hash=False)
    previous: str | None = None


class Snapshot(Protocol):
    """A stored snapshot, read lazily; implemented by `store` (and by a plain in-memory one for tests and files)."""

    @property
    def id(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def header(self) -> Header: ...
    @property
    def listings(self) -> tuple[Listing, ...]: ...
    @property
    def gaps(self) -> tuple[Gap, ...]: ...
    def types(self) -> Mapping[str, int]:
        """Type name -> number of resources, sorted by name."""
        ...

    def resources(self, type: str | None = None) -> Iterator[Resource]:
        """Resources in address order; of one type, or all."""
        ...

    def resource(self, address: Address) -> Resource:
        """One resource. Raises KeyError."""
        ...


@dataclass(frozen=True)
class MemorySnapshot:
    """A snapshot held in memory."""

    header: Header
    listings: tuple[Listing, ...]
    gaps: tuple[Gap, ...]
    items: Mapping[Address, Resource] = field(hash=False)
    id: str = "memory"
    digest: str = ""

    def types(self) -> Mapping[str, int]:
        out: dict[str, int] = {}
        for address in self.items:
            out[address.type] = out.get(address.type, 0) + 1
        return dict(sorted(out.items()))

    def resources(self, type: str | None = None) -> Iterator[Resource]:
        for address in sorted(self.items):
            if type is None or address.type == type:
                yield self.items[address]

    def resource(self, address: Address) -> Resource:
        return self.items[address]
