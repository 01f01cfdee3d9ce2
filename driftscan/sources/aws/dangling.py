"""References whose target is not there although its type was listed whole: something came or went while the scan ran, or long before.

Only what the catalogue's `references` say counts, inside one account, and only where the target's types were listed to the end in that
place. Names are compared by their spelling and by their last part, so that an ARN finds what is known by its name.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from driftscan.catalog import Spec
from driftscan.model.resource import Resource
from driftscan.model.snapshot import Gap, Listing, Status
from driftscan.model.value import Address
from driftscan.sources.aws.unit import GLOBAL

HOLDERS: Final = 20
"""Most holders of one missing target that are kept."""
_TAIL: Final = re.compile(r"[/:|]")
_VENDORS: Final = re.compile(r"default\b|(?:.*:)?alias/aws/")
"""Names of what the vendor keeps for everybody, which listings leave out."""

_Wanted: TypeAlias = tuple[str, str, tuple[str, ...], str]
"""(account, region of the holder, types that the target may have, text)."""


@dataclass(frozen=True, slots=True, order=True)
class Dangling:
    """A resource, and the text in it that names nothing of these types."""

    holder: Address
    text: str
    types: tuple[str, ...]


class Links:
    """What was read so far and what refers to what; filled by many threads. Holds names and texts, no documents."""

    def __init__(self, specs: Mapping[str, Spec]) -> None:
        self._specs = specs
        self._names: set[int] = set()
        self._whole: set[tuple[str, str, str]] = set()
        self._holders: dict[_Wanted, list[Address]] = {}
        self._lock = threading.Lock()

    def add(self, things: Iterable[Resource | Gap | Listing]) -> None:
        """What one unit gave."""
        names: set[int] = set()
        whole: set[tuple[str, str, str]] = set()
        found: list[tuple[_Wanted, Address]] = []
        for thing in things:
            match thing:
                case Resource():
                    a = thing.address
                    names.update(hash((a.account, a.type, n)) for text in (a.id, thing.arn or "") for n in spellings(text))
                    found += ((wanted, a) for wanted in self._wanted(thing))
                case Listing() if thing.status in (Status.COMPLETE, Status.OFF):
                    whole.add((thing.account, thing.region, thing.type))
        with self._lock:
            self._names |= names
            self._whole |= whole
            for wanted, holder in found:
                held = self._holders.setdefault(wanted, [])
                if len(held) < HOLDERS:
                    held.append(holder)

    def dangling(self) -> tuple[Dangling, ...]:
        """Every reference that names nothing, sorted."""
        out = (
            Dangling(holder, wanted[3], wanted[2])
            for wanted, holders in self._holders.items()
            if self._listed(wanted) and not self._known(wanted)
            for holder in holders
        )
        return tuple(sorted(set(out)))

    def _wanted(self, resource: Resource) -> Iterator[_Wanted]:
        a = resource.address
        spec = self._specs.get(a.type)
        for path, types in spec.compare.references.items() if spec is not None else ():
            if any(t in self._specs and self._specs[t].revisions is not None for t in types):
                continue  # revisions are read where they run
            for _, text in path.select(resource.value):
                if isinstance(text, str) and text and _own(text, a) and not _VENDORS.match(text):
                    yield a.account, a.region, types, text

    def _listed(self, wanted: _Wanted) -> bool:
        account, region, types, _ = wanted
        return bool(types) and all({(account, region, t), (account, GLOBAL, t)} & self._whole for t in types)

    def _known(self, wanted: _Wanted) -> bool:
        account, _, types, text = wanted
        return any(hash((account, t, n)) in self._names for t in types for n in spellings(text))


def spellings(text: str) -> tuple[str, ...]:
    """A name, and what stands behind its last separator."""
    tail = _TAIL.split(text)[-1]
    return (text, tail) if tail and tail != text else (text,)


def _own(text: str, holder: Address) -> bool:
    """Whether a reference stays in its holder's account and place: an ARN says so, an id cannot leave them."""
    if not text.startswith("arn:"):
        return True
    parts = text.split(":", 5)
    return len(parts) == 6 and parts[4] in ("", holder.account) and parts[3] in ("", holder.region)
