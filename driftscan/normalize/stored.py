"""An index as bytes and back: what a snapshot's names mean takes a pass over all its resources, and reading it back a tenth of that.

JSON, zstd around it. Addresses stand in one table, and everything else names them by number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

import orjson
import zstandard

from driftscan.model.value import Address
from driftscan.normalize.google import Links
from driftscan.normalize.index import Index, Known, Stacked, service_of

FORMAT: Final = "5"


def encode(index: Index) -> bytes:
    """An index as bytes: equal indexes give equal bytes. Names beside the id are kept only of what stacks hold, and where
    something else is called so: nobody asks for others."""
    held = {k.address for table in (index.arns, index.loose) for k in table.values()}
    held.update(a for names in index.named.values() for found in names.values() for a in found)
    held.update(index.users, *index.users.values())
    for table in (index.stacked, index.unread):
        held.update(table, (s.stack for s in table.values()))
    held.update(index.google.known.values())
    held.update(index.stacks, index.series.values(), index.owners, index.owners.values(), index.regions)
    held.update(a for _, _, those in index.networks for a in those)
    addresses = sorted(held)
    number = {address: n for n, address in enumerate(addresses)}

    def known(table: Mapping[str, Known], usual: str) -> dict[str, Any]:
        return {text: number[k.address] if k.attribute == usual else [number[k.address], k.attribute] for text, k in table.items()}

    def stacked(table: Mapping[Address, Stacked]) -> list[list[Any]]:
        return sorted([number[a], number[s.stack], s.logical] for a, s in table.items())

    def shared(address: Address, spelled: tuple[str, ...]) -> bool:
        return any((k := index.loose.get(n)) is not None and k.address != address for n in spelled)

    made = {
        "addresses": [[a.type, a.account, a.region, a.id, a.provider] for a in addresses],
        "arns": known(index.arns, "arn"),
        "loose": known(index.loose, "id"),
        "named": [
            [type_, account, {text: [number[a] for a in found] for text, found in names.items()}]
            for (type_, account), names in sorted(index.named.items())
        ],
        "stacked": stacked(index.stacked),
        "unread": stacked(index.unread),
        "members": {type_: sorted(members) for type_, members in index.members.items()},
        "networks": [[start, length, [number[a] for a in those]] for start, length, those in index.networks],
        "stacks": sorted([number[a], name] for a, name in index.stacks.items()),
        "series": {text: number[a] for text, a in index.series.items()},
        "users": sorted([number[a], *(number[u] for u in users)] for a, users in index.users.items()),
        "spelled": sorted([number[a], *said] for a, said in index.spelled.items() if said and (a in index.stacked or shared(a, said))),
        "owners": sorted([number[a], number[o]] for a, o in index.owners.items()),
        "regions": sorted([number[a], region] for a, region in index.regions.items()),
        "assigned": sorted(index.assigned),
        "projects": index.google.projects,
        "nouns": {type_: sorted(said) for type_, said in index.nouns.items()},
        "paths": {text: number[a] for text, a in index.google.known.items()},
    }
    return zstandard.ZstdCompressor(level=3).compress(orjson.dumps(made, option=orjson.OPT_SORT_KEYS))


def decode(data: bytes) -> Index:
    """What `encode` was given, as far as it is kept."""
    made = orjson.loads(zstandard.ZstdDecompressor().decompress(data))
    same: dict[str, str] = {}
    one = same.setdefault
    a = [Address(one(row[0], row[0]), one(row[1], row[1]), one(row[2], row[2]), row[3], one(row[4], row[4])) for row in made["addresses"]]

    def known(table: Mapping[str, Any], usual: str) -> dict[str, Known]:
        return {text: Known(a[k], usual) if type(k) is int else Known(a[k[0]], k[1]) for text, k in table.items()}

    def stacked(rows: list[Any]) -> dict[Address, Stacked]:
        return {a[n]: Stacked(a[stack], logical) for n, stack, logical in rows}

    named: dict[tuple[str, str], dict[str, list[Address]]] = defaultdict(dict)
    services: dict[str, dict[str, list[Address]]] = defaultdict(dict)
    for type_, account, rows in made["named"]:
        names = {text: [a[n] for n in found] for text, found in rows.items()}
        named[type_, account] = names
        held = services[service_of(type_)]
        for text, found in names.items():
            before = held.get(text)
            held[text] = found if before is None else sorted([*before, *found])
    return Index(
        arns=known(made["arns"], "arn"),
        loose=known(made["loose"], "id"),
        named=named,
        services=services,
        stacked=stacked(made["stacked"]),
        unread=stacked(made["unread"]),
        members=defaultdict(set, {type_: set(members) for type_, members in made["members"].items()}),
        networks=[(start, length, tuple(a[n] for n in those)) for start, length, those in made["networks"]],
        stacks={a[n]: name for n, name in made["stacks"]},
        series={text: a[n] for text, n in made["series"].items()},
        users={a[n]: tuple(a[u] for u in users) for n, *users in made["users"]},
        spelled={a[n]: tuple(names) for n, *names in made["spelled"]},
        owners={a[n]: a[o] for n, o in made["owners"]},
        regions={a[n]: region for n, region in made["regions"]},
        assigned=frozenset(made["assigned"]),
        nouns=defaultdict(set, {type_: set(said) for type_, said in made["nouns"].items()}),
        google=Links(made["projects"], {text: a[n] for text, n in made["paths"].items()}),
    )
