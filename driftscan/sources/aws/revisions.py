"""Which revisions must be read beside the newest of each series: those that other resources run."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from driftscan.catalog import Spec
from driftscan.catalog.revisions import Series, of, places, uses
from driftscan.model.resource import Resource
from driftscan.model.value import Address


@dataclass(frozen=True, slots=True)
class Wanted:
    """Revisions of one series to read. main: the number that goes by the name of the series."""

    series: Series
    numbers: tuple[int, ...]
    main: int

    def address(self, number: int) -> Address:
        """Where a revision stands: the main one in the place of its series."""
        s = self.series
        return Address(s.type, s.account, s.region, s.name if number == self.main else f"{s.name}:{number}")

    def named(self, resource: Resource, number: int, spec: Spec) -> Resource:
        """A revision as it was read, under its address; what named the series in the call names it without the number."""
        item = spec.revisions.item if spec.revisions is not None else {}
        value = resource.value | {member: self.series.name for member, template in item.items() if isinstance(template, str)}
        return dataclasses.replace(resource, address=self.address(number), value=value)


class Running:
    """What was listed of each series, and what runs; filled resource by resource, holds no documents."""

    def __init__(self, specs: Mapping[str, Spec]) -> None:
        self._specs = specs
        self._places = places(specs)
        self._newest: dict[Series, int] = {}
        self._used: dict[Series, set[int | None]] = defaultdict(set)

    def add(self, resource: Resource) -> None:
        """One resource of the accounts that were read."""
        spec = self._specs.get(resource.address.type)
        if spec is not None and spec.revisions is not None:
            found = of(resource)
            if found is not None and found.number is not None:
                self._newest[found.series] = max(found.number, self._newest.get(found.series, 0))
        for series, number in uses(resource, self._places, self._specs):
            self._used[series].add(number)

    def wanted(self) -> Iterator[Wanted]:
        """The series of which something runs that was not listed, sorted."""
        for series, numbers in sorted(self._used.items(), key=lambda item: item[0]):
            newest = self._newest.get(series)
            running = {newest if n is None else n for n in numbers}
            unread = sorted(n for n in running if n is not None and n != newest)
            if unread:
                yield Wanted(series, tuple(unread), newest if newest is not None and newest in running else unread[-1])
