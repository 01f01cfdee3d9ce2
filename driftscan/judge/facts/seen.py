"""One environment's snapshot as facts are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from driftscan.catalog import Catalog
from driftscan.judge.aspects import tag_members
from driftscan.judge.owners import Owned, owner_of
from driftscan.model.finding import Locator
from driftscan.model.resource import Canonical, Provenance, Resource, Seal
from driftscan.model.settings import Settings
from driftscan.model.snapshot import Gap, Header, Listing
from driftscan.model.value import Address

_NOBODY: Final = (Provenance.VENDOR, Provenance.PLATFORM)


@dataclass(frozen=True)
class Seen:
    """seals, keys: by address; keys are logical keys. resources: as they are stored; canonical: the form of one of them."""

    environment: str
    settings: Settings
    catalog: Catalog
    header: Header
    listings: tuple[Listing, ...] = field(hash=False)
    gaps: tuple[Gap, ...] = field(hash=False)
    seals: Mapping[Address, Seal] = field(hash=False)
    keys: Mapping[Address, str] = field(hash=False)
    resources: Callable[[], Iterable[Resource]] = field(hash=False)
    canonical: Callable[[Address], Canonical] = field(hash=False)

    @cached_property
    def others(self) -> frozenset[str]:
        """The environments that it is not."""
        return frozenset(e.name for e in self.settings.environments) - {self.environment}

    def mine(self, address: Address) -> bool:
        """Whether a person of this environment can act on the resource: neither the vendor's nor the organization's own."""
        spec = self.catalog.spec(address.type)
        return self.seals[address].provenance not in _NOBODY and not (spec is not None and spec.scope == "organization")

    def key(self, address: Address) -> str:
        """The logical key of a resource."""
        return self.keys.get(address, address.id)

    def at(self, address: Address) -> Locator:
        """Where a resource is."""
        seal = self.seals[address]
        return Locator(address.account, address.region, address.id, seal.arn, ref=seal.ref)

    def tags(self, type: str) -> tuple[str, ...]:
        """The members that may hold the tags of a type."""
        return tag_members(self.catalog.spec(type))

    def called(self, address: Address) -> str:
        """What people call a resource: its type's name and its own."""
        seal = self.seals[address]
        spec = self.catalog.spec(address.type)
        own = (seal.arn or seal.ref or address.id).rpartition("/")[2].rpartition(":")[2] or address.id
        return f"{spec.title if spec is not None else address.type} {own}"

    def owner(self, address: Address) -> str | None:
        """Who a finding on the resource belongs to."""
        rules = self.settings.owners
        if not rules:
            return None
        owned = Owned(
            address.type, self.key(address), (self.seals[address],), lambda: [self.canonical(address).body], self.tags(address.type)
        )
        return owner_of(rules, owned)
