"""What every source can do, and the sources of one environment as one: an environment may hold AWS accounts, GCP projects, or both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import chain
from typing import Protocol

from driftscan.model.resource import Resource
from driftscan.model.snapshot import Gap, Listing
from driftscan.model.value import Address
from driftscan.sources.unit import Plan, ResolvedAccount, Unit


class Dangles(Protocol):
    """A resource, and the text in it that names nothing of these types."""

    @property
    def holder(self) -> Address: ...
    @property
    def text(self) -> str: ...
    @property
    def types(self) -> tuple[str, ...]: ...


class Source(Protocol):
    """Reads the accounts of one cloud in one environment. Nothing is called before `resolve`; `read` may run in many threads at once.

    What comes out is raw: redact it before it is kept anywhere.
    """

    def resolve(self) -> list[ResolvedAccount]:
        """The accounts as they are. One that cannot be reached carries its gap."""
        ...

    def units(self) -> list[Unit]:
        """The units of work, sorted. Needs `resolve`."""
        ...

    def plan(self) -> Plan:
        """How many calls the units take at least. Needs `resolve`; makes none."""
        ...

    @property
    def calls(self) -> Mapping[str, int]:
        """Requests made so far, `service:Operation` -> count, sorted."""
        ...

    @property
    def identities(self) -> Mapping[str, str]:
        """Account id -> who reads it, sorted."""
        ...

    def read(self, unit: Unit) -> Iterator[Resource | Gap | Listing]:
        """Everything of a unit. Never raises for what the vendor does."""
        ...

    @property
    def in_flux(self) -> tuple[Address, ...]:
        """What was in a transitional state when it was read, sorted."""
        ...

    @property
    def dangling(self) -> Sequence[Dangles]:
        """References to what a complete listing lacks, sorted; of the units that this source has read."""
        ...

    def reread(self, addresses: Iterable[Address], most: int | None = None) -> Iterator[Resource | Gap]:
        """Some resources once more, in about `most` calls."""
        ...

    def revisions(self, stored: Iterable[Resource]) -> Iterator[Resource | Gap]:
        """The revisions that resources run beside the newest ones, which were listed. stored: what was read of the types concerned."""
        ...

    def close(self) -> None:
        """Ends every thread and connection."""
        ...


class Together:
    """Several sources as one. An account belongs to the source that resolved it."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = tuple(sources)
        self._of: dict[Unit, Source] = {}

    def resolve(self) -> list[ResolvedAccount]:
        """See `Source`."""
        return [account for source in self._sources for account in source.resolve()]

    def units(self) -> list[Unit]:
        """See `Source`."""
        self._of = {unit: source for source in self._sources for unit in source.units()}
        return sorted(self._of)

    def plan(self) -> Plan:
        """See `Source`."""
        plans = [source.plan() for source in self._sources]
        units = tuple(sorted(u for p in plans for u in p.units))
        return Plan(units, sum(p.tagging for p in plans), tuple(sorted({i for p in plans for i in p.per_item})))

    @property
    def calls(self) -> Mapping[str, int]:
        """See `Source`."""
        return dict(sorted(chain.from_iterable(source.calls.items() for source in self._sources)))

    @property
    def identities(self) -> Mapping[str, str]:
        """See `Source`."""
        return dict(sorted(chain.from_iterable(source.identities.items() for source in self._sources)))

    def read(self, unit: Unit) -> Iterator[Resource | Gap | Listing]:
        """See `Source`."""
        return self._of[unit].read(unit)

    @property
    def in_flux(self) -> tuple[Address, ...]:
        """See `Source`."""
        return tuple(sorted(chain.from_iterable(source.in_flux for source in self._sources)))

    @property
    def dangling(self) -> Sequence[Dangles]:
        """See `Source`."""
        return tuple(chain.from_iterable(source.dangling for source in self._sources))

    def reread(self, addresses: Iterable[Address], most: int | None = None) -> Iterator[Resource | Gap]:
        """See `Source`. Each source passes over what is not its own."""
        wanted = tuple(addresses)
        for source in self._sources:
            yield from source.reread(wanted, most)

    def revisions(self, stored: Iterable[Resource]) -> Iterator[Resource | Gap]:
        """See `Source`."""
        held = tuple(stored)
        for source in self._sources:
            yield from source.revisions(held)

    def close(self) -> None:
        """See `Source`. Each is closed, also where another fails to."""
        with ExitStack() as closing:
            for source in self._sources:
                closing.callback(source.close)
