"""Seals at rest: computed once per snapshot, catalogue and vocabulary, then read back.

One line of JSON per seal, zstd around all. Canonical markers carry a tag, so that a text never turns into one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson
import zstandard

from driftscan.model.resource import MatchKey, Provenance, Seal
from driftscan.model.snapshot import Snapshot
from driftscan.model.value import Address, Bag, Keyed, Opaque, Redacted, Ref, Seq, Text, Unknown, Word
from driftscan.normalize import Normalizer
from driftscan.store import Store

FORMAT: Final = "1"


def seals(store: Store, snapshot: Snapshot, normalizer: Normalizer) -> Mapping[Address, Seal]:
    """The seals of every resource, in address order: from the store where they were kept, else computed and kept."""
    name = "seals/" + hashlib.sha256(f"{FORMAT}\0{snapshot.digest}\0{normalizer.digest}".encode()).hexdigest()
    data = store.get_derived(name)
    if data is None:
        made = list(normalizer.seals())
        store.put_derived(name, encode(made))
    else:
        made = decode(data)
    return {s.address: s for s in made}


def encode(items: Iterable[Seal]) -> bytes:
    """Seals as bytes: equal seals give equal bytes."""
    lines = b"\n".join(orjson.dumps(_row(s)) for s in items)
    return zstandard.ZstdCompressor(level=3).compress(lines)


def decode(data: bytes) -> list[Seal]:
    """What `encode` was given."""
    lines = zstandard.ZstdDecompressor().decompressobj().decompress(data)
    return [_seal(orjson.loads(line)) for line in lines.split(b"\n")] if lines else []


def _row(s: Seal) -> list[Any]:
    return [
        _address(s.address),
        s.arn,
        s.name,
        str(s.provenance),
        None if s.owner is None else _address(s.owner),
        [[k.reason, _wire(k.parts)] for k in s.keys],
        s.digest,
        _wire(s.refs),
        _wire(s.words),
        s.unknown,
        s.sketch,
        s.rename,
    ]


def _seal(row: list[Any]) -> Seal:
    address, arn, name, provenance, owner, keys, digest, refs, words, unknown, sketch, rename = row
    return Seal(
        Address(*address),
        arn,
        name,
        Provenance(provenance),
        None if owner is None else Address(*owner),
        tuple([MatchKey(reason, _unwire(parts)) for reason, parts in keys]),
        digest,
        _unwire(refs),
        _unwire(words),
        tuple([(path, code) for path, code in unknown]),
        tuple(sketch),
        rename,
    )


def _address(a: Address) -> list[str]:
    return [a.type, a.account, a.region, a.id] if a.provider == "aws" else [a.type, a.account, a.region, a.id, a.provider]


def _wire(value: Any) -> Any:
    """Tuples as lists; everything that is no plain scalar as an object with its tag."""
    match value:
        case tuple():
            return [_wire(v) for v in value]
        case Address():
            return {"a": _address(value)}
        case Ref(target, type, text, attribute):
            return {"r": [None if target is None else _address(target), type, text, attribute]}
        case Word(env, text, shape):
            return {"w": [env, text, shape]}
        case Text(parts):
            return {"t": [_wire(p) for p in parts]}
        case Opaque(digest, key_id):
            return {"o": [digest, key_id]}
        case Redacted(kind, parts, key_id):
            return {"x": [kind, list(parts), key_id]}
        case Unknown(code):
            return {"u": code}
        case Seq(items):
            return {"s": [_wire(v) for v in items]}
        case Bag(items):
            return {"b": [_wire(v) for v in items]}
        case Keyed(items):
            return {"k": [[_wire(k), _wire(v)] for k, v in items]}
        case list():
            return {"l": [_wire(v) for v in value]}
        case dict():
            return {"d": {k: _wire(v) for k, v in value.items()}}
        case _:
            return value


def _unwire(value: Any) -> Any:
    if isinstance(value, list):
        return tuple([_unwire(v) for v in value])
    if not isinstance(value, dict):
        return value
    ((tag, inner),) = value.items()
    match tag:
        case "a":
            return Address(*inner)
        case "r":
            return Ref(None if inner[0] is None else Address(*inner[0]), inner[1], inner[2], inner[3])
        case "w":
            return Word(*inner)
        case "t":
            return Text(tuple([_unwire(v) for v in inner]))
        case "o":
            return Opaque(*inner)
        case "x":
            return Redacted(inner[0], tuple(inner[1]), inner[2])
        case "u":
            return Unknown(inner)
        case "s":
            return Seq(tuple([_unwire(v) for v in inner]))
        case "b":
            return Bag(tuple([_unwire(v) for v in inner]))
        case "k":
            return Keyed(tuple([(_unwire(k), _unwire(v)) for k, v in inner]))
        case "l":
            return [_unwire(v) for v in inner]
        case _:
            return {k: _unwire(v) for k, v in inner.items()}
