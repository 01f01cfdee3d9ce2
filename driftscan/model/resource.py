"""Resources, as read (`Resource`) and as compared (`Canonical`, `Seal`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from driftscan.model.value import Address, Ref, Value


class Provenance(StrEnum):
    """Who made a resource; decides whether a person can act on it (catalogue README)."""

    DECLARED = "declared"
    VENDOR = "vendor"
    PLATFORM = "platform"
    CONTROLLER = "controller"
    POPULATION = "population"


@dataclass(frozen=True, slots=True)
class Read:
    """One call that contributed to a resource: `service:Operation`, and when its answer came (UTC, ISO 8601, `Z`)."""

    call: str
    at: str


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as its vendor described it, redacted, never normalised.

    value: the raw document: the listing's item with each detail merged or under its member, as the spec says.
    arn: the vendor's full name, where there is one. parent: the resource under which it was listed.
    """

    address: Address
    value: dict[str, Value]
    arn: str | None = None
    parent: Address | None = None
    reads: tuple[Read, ...] = ()


STACK: Final = "AWS::CloudFormation::Stack"
"""The type whose resources say what infrastructure as code made: a member's `iac` key is its stack's key and its own logical id."""


@dataclass(frozen=True, slots=True)
class MatchKey:
    """One environment-free name of a resource. reason: `iac`, `name`, `tags`, ...; parts compare by equality after references resolve."""

    reason: str
    parts: tuple[Value, ...]


RefItems: TypeAlias = tuple[object, ...]
"""As `Seal.refs` and `Seal.words` hold them."""


def flat(items: RefItems) -> Iterator[Ref]:
    """Every reference of a seal, sets opened."""
    for item in items:
        if isinstance(item, Ref):
            yield item
        elif isinstance(item, tuple) and len(item) == 2 and item[0] == "set":
            for element in item[1]:
                yield from flat(element)


@dataclass(frozen=True, slots=True)
class Seal:
    """What comparing needs of a canonical form, small enough to be stored for every resource.

    digest: of the body with references and words replaced by placeholders (hex).
    refs: the references in traversal order; where elements of a set look alike (same placeholder digest), one tuple
    `("set", (items of element, items of element, ...))` stands for them, compared as a multiset.
    words: the environment words in traversal order, as (environment, text), in the same nesting.
    unknown: codes of values that could not be read, by member path; such a resource is never called equal.
    sketch: bottom-k of its leaves, for similarity: the 32 smallest distinct hashes of (member path, placeholder leaf), ascending.
    name: as people know it, symbolised (`orders-{env}`), empty where it has none; never an id that the vendor generated.
    """

    address: Address
    arn: str | None
    name: str
    provenance: Provenance
    owner: Address | None
    keys: tuple[MatchKey, ...]
    digest: str
    refs: RefItems
    words: RefItems
    unknown: tuple[tuple[str, str], ...] = ()
    sketch: tuple[int, ...] = ()
    rename: bool = True
    """Whether people name this type (then pairing by form needs near names, and the name shows as changed)."""
    ref: str = ""
    """What CloudFormation's `Ref` returns, where that is not the address's id."""
    secrets: tuple[str, ...] = ()
    """The secrets in it, each as `key_id:digest`, in order, each once: so that one secret in two environments is seen without bodies."""


@dataclass(frozen=True, slots=True)
class Canonical:
    """A resource after normalisation, seen from its own environment alone. Normalising twice is a type error."""

    seal: Seal
    body: dict[str, Value] = field(hash=False)
