"""Seals at rest: computed once per snapshot, catalogue and vocabulary, then read back.

Lines of JSON, zstd around all. The first line holds what many seals share (addresses, references, lists of words), each once; the
second what stacks name and nobody reads, the others seals, which name the shared things by number. So equal things are one object after
reading, which is what makes comparing fast.
In the JSON a list is never a list: its first element says what it stands for, so that a text never turns into a marker.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import orjson
import zstandard

from driftscan.model.resource import MatchKey, Provenance, Seal
from driftscan.model.snapshot import Snapshot
from driftscan.model.value import Address, Bag, Keyed, Opaque, Redacted, Ref, Seq, Text, Unknown, Word
from driftscan.normalize import Normalizer
from driftscan.store import Store

FORMAT: Final = "6"
_ROWS: Final = 1000
"""Seals in one line."""

_TUPLE, _LIST, _DICT, _SEQ, _BAG, _KEYED, _TEXT, _OPAQUE, _REDACTED, _UNKNOWN, _ADDRESS, _REF, _WORD = range(13)
"""What a list in the JSON stands for."""


@dataclass(frozen=True)
class Sealed:
    """What a comparison needs of a snapshot before it needs a body. named: see `Side`. Both in address order."""

    seals: Mapping[Address, Seal]
    named: Mapping[Address, tuple[MatchKey, ...]]


def sealed(store: Store, snapshot: Snapshot, normalizer: Normalizer) -> Sealed:
    """The seals of every resource: from the store where they were kept (then no name is looked up), else computed and kept."""
    name = "seals/" + hashlib.sha256(f"{FORMAT}\0{snapshot.digest}\0{normalizer.digest}".encode()).hexdigest()
    data = store.get_derived(name)
    if data is not None:
        return decode(data)
    made = Sealed({s.address: s for s in normalizer.seals()}, normalizer.named)
    store.put_derived(name, encode(made))
    return made


def encode(made: Sealed) -> bytes:
    """Seals as bytes: equal seals give equal bytes."""
    tables = _Tables()
    rows = [tables.row(s) for s in made.seals.values()]
    named = [[tables.addresses.number(address), *map(tables.key, keys)] for address, keys in made.named.items()]
    shared = [tables.addresses.rows, tables.refs.rows, tables.shared.rows]
    lines = [shared, named, *(rows[i : i + _ROWS] for i in range(0, len(rows), _ROWS))]
    return zstandard.ZstdCompressor(level=3).compress(b"\n".join(orjson.dumps(line) for line in lines))


def decode(data: bytes) -> Sealed:
    """What `encode` was given."""
    lines = iter(zstandard.ZstdDecompressor().decompressobj().decompress(data).split(b"\n"))
    collecting = gc.isenabled()
    gc.disable()  # millions of new objects, none of them garbage: looking for some, now or later, costs more than reading them
    try:
        values = _Values(*orjson.loads(next(lines)))
        named = dict([values.named(row) for row in orjson.loads(next(lines))])
        return Sealed({s.address: s for line in lines for row in orjson.loads(line) for s in (values.seal(row),)}, named)
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


class _Table:
    """Rows in the order in which their things were first seen."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self.rows: list[Any] = []
        self._make = make
        self._numbers: dict[Any, int] = {}

    def number(self, thing: Any) -> int:
        """The number of a thing's row."""
        found = self._numbers.get(thing)
        if found is None:
            row = self._make(thing)
            found = self._numbers[thing] = len(self.rows)
            self.rows.append(row)
        return found


class _Tables:
    """What seals share, and their rows."""

    def __init__(self) -> None:
        self.addresses = _Table(_address)
        self.refs = _Table(self._ref)
        self.shared = _Table(lambda words: [_TUPLE, *map(list, words)])

    def row(self, s: Seal) -> list[Any]:
        return [
            self.addresses.number(s.address),
            s.arn,
            s.name,
            str(s.provenance),
            None if s.owner is None else self.addresses.number(s.owner),
            [self.key(k) for k in s.keys],
            s.digest,
            [self.wire(r) for r in s.refs],
            self.shared.number(s.words) if all(_is_word(w) for w in s.words) else [self.wire(w) for w in s.words],
            s.unknown,
            s.sketch,
            s.rename,
            s.ref,
            s.secrets,
        ]

    def key(self, k: MatchKey) -> list[Any]:
        return [k.reason, *map(self.wire, k.parts)]

    def _ref(self, r: Ref) -> list[Any]:
        return [None if r.target is None else self.addresses.number(r.target), r.type, r.text, r.attribute]

    def wire(self, value: Any) -> Any:
        match value:
            case tuple():
                return [_TUPLE, *map(self.wire, value)]
            case Ref():
                return [_REF, self.refs.number(value)]
            case Address():
                return [_ADDRESS, self.addresses.number(value)]
            case Word(env, text, shape):
                return [_WORD, env, text, shape]
            case Text(parts):
                return [_TEXT, *map(self.wire, parts)]
            case Opaque(digest, key_id):
                return [_OPAQUE, digest, key_id]
            case Redacted(kind, parts, key_id):
                return [_REDACTED, kind, list(parts), key_id]
            case Unknown(code):
                return [_UNKNOWN, code]
            case Seq(items):
                return [_SEQ, *map(self.wire, items)]
            case Bag(items):
                return [_BAG, *map(self.wire, items)]
            case Keyed(items, members):
                return [_KEYED, members, *([self.wire(k), self.wire(v)] for k, v in items)]
            case list():
                return [_LIST, *map(self.wire, value)]
            case dict():
                return [_DICT, {k: self.wire(v) for k, v in value.items()}]
            case _:
                return value


class _Values:
    """What seals share, as values, and the way back from rows."""

    def __init__(self, addresses: list[Any], refs: list[Any], shared: list[Any]) -> None:
        self._words: dict[tuple[str, str, str], Word] = {}
        names: dict[str, str] = {}
        same = names.setdefault
        self._addresses = [Address(same(r[0], r[0]), same(r[1], r[1]), same(r[2], r[2]), *r[3:]) for r in addresses]
        known = self._addresses
        self._refs = [Ref(None if t is None else known[t], same(type, type), text, same(at, at)) for t, type, text, at in refs]
        pairs: dict[tuple[str, str], tuple[str, str]] = {}
        self._shared = [tuple([pairs.setdefault((e, t), (e, t)) for e, t in row[1:]]) for row in shared]

    def seal(self, row: list[Any]) -> Seal:
        address, arn, name, provenance, owner, keys, digest, refs, words, unknown, sketch, rename, ref, secrets = row
        value = self.value
        made: Seal = _new(Seal)
        _address_of(made, self._addresses[address])
        _arn(made, arn)
        _name(made, name)
        _provenance(made, _PROVENANCE[provenance])
        _owner(made, None if owner is None else self._addresses[owner])
        _keys(made, tuple([self._key(k) for k in keys]))
        _digest(made, digest)
        _refs(made, tuple([value(r) for r in refs]) if refs else ())
        _words(made, self._shared[words] if type(words) is int else tuple([value(w) for w in words]))
        _unknown(made, tuple([(path, code) for path, code in unknown]) if unknown else ())
        _sketch(made, tuple(sketch))
        _rename(made, rename)
        _ref(made, ref)
        _secrets(made, tuple(secrets))
        return made

    def named(self, row: list[Any]) -> tuple[Address, tuple[MatchKey, ...]]:
        return self._addresses[row[0]], tuple([self._key(k) for k in row[1:]])

    def _key(self, row: list[Any]) -> MatchKey:
        made: MatchKey = _new(MatchKey)
        _reason(made, row[0])
        value = self.value
        _parts(made, tuple([p if type(p) is str else value(p) for p in row[1:]]))
        return made

    def value(self, wire: Any) -> Any:
        if type(wire) is not list:
            return wire
        tag = wire[0]
        if tag == _REF:
            return self._refs[wire[1]]
        if tag == _WORD:
            key = (wire[1], wire[2], wire[3])
            word = self._words.get(key)
            if word is None:
                word = self._words[key] = Word(*key)
            return word
        if tag == _TEXT:
            text: Text = _new(Text)
            _text(text, tuple([p if type(p) is str else self.value(p) for p in wire[1:]]))
            return text
        if tag == _TUPLE:
            return tuple([self.value(v) for v in wire[1:]])
        return self._seldom(tag, wire)

    def _seldom(self, tag: int, wire: list[Any]) -> Any:
        if tag == _ADDRESS:
            return self._addresses[wire[1]]
        if tag == _OPAQUE:
            return Opaque(wire[1], wire[2])
        if tag == _REDACTED:
            return Redacted(wire[1], tuple(wire[2]), wire[3])
        if tag == _UNKNOWN:
            return Unknown(wire[1])
        if tag == _DICT:
            return {k: self.value(v) for k, v in wire[1].items()}
        if tag == _KEYED:
            return Keyed(tuple([(self.value(k), self.value(v)) for k, v in wire[2:]]), wire[1])
        inner = [self.value(v) for v in wire[1:]]
        return inner if tag == _LIST else Seq(tuple(inner)) if tag == _SEQ else Bag(tuple(inner))


def _slots(of: type) -> list[Callable[[Any, Any], None]]:
    """What sets the fields of a frozen dataclass, in order: twice as fast as its own `__init__`, where they are made in great number."""
    return [vars(of)[field.name].__set__ for field in fields(of)]


_new: Final = object.__new__
(
    _address_of, _arn, _name, _provenance, _owner, _keys, _digest, _refs, _words, _unknown, _sketch, _rename, _ref, _secrets,
) = _slots(Seal)  # fmt: skip
_reason, _parts = _slots(MatchKey)
(_text,) = _slots(Text)


def _is_word(item: object) -> bool:
    return isinstance(item, tuple) and len(item) == 2 and all(type(p) is str for p in item)


_PROVENANCE: Final = {str(p): p for p in Provenance}


def _address(a: Address) -> list[str]:
    return [a.type, a.account, a.region, a.id] if a.provider == "aws" else [a.type, a.account, a.region, a.id, a.provider]
