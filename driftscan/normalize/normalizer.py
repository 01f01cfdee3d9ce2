"""Resources of one snapshot -> canonical form and seals. Pure: the same snapshot, catalogue and vocabulary give the same bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final

import orjson
import xxhash

from driftscan.catalog import Catalog, Spec, provenance
from driftscan.catalog.reference import reference
from driftscan.model.resource import Canonical, MatchKey, Provenance, Resource, Seal
from driftscan.model.settings import Vocabulary
from driftscan.model.snapshot import Snapshot
from driftscan.model.value import Address, Value
from driftscan.normalize.canonical import Walk, items
from driftscan.normalize.index import Index, build
from driftscan.normalize.keys import Keys
from driftscan.normalize.rules import SILENT, Place, root, rules
from driftscan.normalize.sketch import sketch
from driftscan.normalize.symbols import REGION
from driftscan.normalize.text import Texts

FORM: Final = "20"
"""Changes when canonical forms change although catalogue and vocabulary do not: stored seals of another form are made anew."""


_ACCOUNT: Final = re.compile(r"arn:[^:]*:[^:]*:[^:]*:(\d{12}):")
_OWNER: Final = "owner"


class Normalizer:
    """Knows what every name in the snapshot means; built once, in one pass over its resources, when the first is asked for."""

    def __init__(self, snapshot: Snapshot, catalog: Catalog, vocabulary: Vocabulary, index: Callable[[], Index] | None = None) -> None:
        """index: gives what `index.build` would make of the snapshot's resources, where somebody keeps it."""
        self._snapshot, self._catalog, self._vocabulary = snapshot, catalog, vocabulary
        self._given = index
        self._places: dict[str, Place] = {}
        self._whose: dict[Address, Provenance | None] = {}
        self._shared: dict[str, tuple[Texts, Keys]] = {}

    @cached_property
    def _index(self) -> Index:
        return build(self._snapshot.resources(), self._catalog) if self._given is None else self._given()

    @cached_property
    def _texts(self) -> Texts:
        return Texts(self._index, self._vocabulary, dict(self._snapshot.header.tokens))

    @cached_property
    def _keys(self) -> Keys:
        return Keys(self._texts, self._index)

    @cached_property
    def digest(self) -> str:
        """Names what decides a seal beside the snapshot: catalogue, vocabulary, form (hex)."""
        v = self._vocabulary
        said = [
            FORM,
            self._catalog.digest,
            v.environment,
            sorted((e, list(w)) for e, w in v.words.items()),
            sorted((a, list(w)) for a, w in v.accounts.items()),
            sorted((a, list(w)) for a, w in v.projects.items()),
            list(v.regions),
            sorted((n, sorted(t.items())) for n, t in v.variables.items()),
            sorted(v.region_map.items()),
        ]
        return hashlib.sha256(orjson.dumps(said)).hexdigest()

    @cached_property
    def named(self) -> Mapping[Address, tuple[MatchKey, ...]]:
        """Resources that stacks name and nobody read, with their keys: references to them can still agree."""
        return {address: tuple(self._keys.iac(stacked)) for address, stacked in sorted(self._index.unread.items())}

    def canonical(self, resource: Resource) -> Canonical:
        """A resource in canonical form, with its seal. It need not be the snapshot's own: an older one of the same environment will do."""
        seal, body = self._make(resource, body=True)
        return Canonical(seal, body)

    def seals(self) -> Iterator[Seal]:
        """The seal of every resource, in address order."""
        for resource in self._snapshot.resources():
            yield self._make(resource, body=False)[0]

    # ----------------------------------------------------------------------------------------- one resource

    def _make(self, resource: Resource, *, body: bool) -> tuple[Seal, dict[str, Value]]:
        address = resource.address
        spec = self._catalog.spec(address.type)
        place = self._place(address.type, spec)
        home = self._home(resource)
        texts, names = self._as_owned(resource)
        walk = Walk(texts, self._index, address, home, body=body)
        made, plain = walk.document(resource.value, place)
        keys, name, chosen = names.of(spec, resource, place, home)
        who, owner = self._provenance(spec, resource)
        seal = Seal(
            address=address,
            arn=resource.arn,
            name=name,
            provenance=who,
            owner=owner,
            keys=keys,
            digest=xxhash.xxh3_128_hexdigest(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)),
            refs=items(walk.refs),
            words=items(walk.words),
            unknown=tuple(dict.fromkeys(walk.unknown)),
            sketch=sketch(plain),
            rename=chosen,
            ref="" if (ref := reference(spec, resource)) == address.id else ref,
            secrets=tuple(sorted(walk.secrets)),
        )
        return seal, made

    def _as_owned(self, resource: Resource) -> tuple[Texts, Keys]:
        """What reads the texts of a resource.

        Where an account that is no environment's shares it, that one is `{owner}` in its document: each environment may have
        a network account of its own.
        """
        found = _ACCOUNT.match(resource.arn or "")
        if found is None or found[1] in self._vocabulary.accounts or _OWNER in self._vocabulary.variables:
            return self._texts, self._keys
        known = self._shared.get(found[1])
        if known is None:
            variables = {**self._vocabulary.variables, _OWNER: {self._vocabulary.environment: found[1]}}
            texts = Texts(self._index, replace(self._vocabulary, variables=variables), dict(self._snapshot.header.tokens))
            known = self._shared[found[1]] = texts, Keys(texts, self._index)
        return known

    def _place(self, type_: str, spec: Spec | None) -> Place:
        found = self._places.get(type_)
        if found is None:
            found = self._places[type_] = root(rules(spec)) if spec is not None else SILENT
        return found

    def _home(self, resource: Resource) -> str:
        """The region that counts as a resource's own: its own, that of its stack, or the only one that it names."""
        address = resource.address
        if address.region not in ("global", ""):
            return address.region
        region = self._index.regions.get(address)
        if region is None and resource.parent is not None:
            region = resource.parent.region if resource.parent.region != "global" else self._index.regions.get(resource.parent)
        if region is not None:
            return region
        named = {m[1].decode() for m in _REGION.finditer(orjson.dumps(resource.value))}.intersection(self._vocabulary.regions)
        return named.pop() if len(named) == 1 else ""

    def _provenance(self, spec: Spec | None, resource: Resource) -> tuple[Provenance, Address | None]:
        if spec is None:
            return Provenance.DECLARED, None
        named = provenance.owner(spec, resource)
        owner: Address | None = None
        if isinstance(named, str):
            known = self._index.arns.get(named) or self._index.loose.get(named)
            if known is not None:
                owner = known.address
            else:
                home = resource.address.region
                owner = next(
                    (a for t in sorted(self._catalog.specs) if (a := self._index.find((t,), resource.address.account, home, named))), None
                )
        if owner is None and resource.parent is not None and spec.population:
            owner = resource.parent
        who = provenance.classify(spec, resource, lambda id: self._who(resource.address, id))
        maker = self._index.owners.get(resource.address)
        if maker is not None and who is Provenance.DECLARED and resource.address not in self._index.stacked:
            return Provenance.CONTROLLER, maker
        return who, owner

    def _who(self, near: Address, id: str) -> Provenance | None:
        """The provenance of the resource with an id, beside another; None where the snapshot does not hold it."""
        known = self._index.loose.get(id)
        if known is None:
            return None
        address = known.address
        if address not in self._whose:
            spec = self._catalog.spec(address.type)
            try:
                found = self._snapshot.resource(address)
            except KeyError:
                spec = None
            self._whose[address] = provenance.classify(spec, found) if spec is not None else None
        return self._whose[address] if address.account == near.account else None


_REGION: Final = re.compile(REGION.pattern.encode())
