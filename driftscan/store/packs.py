"""Packs: sorted records, written once, shared by every snapshot that holds them.

A pack is a container of kind `pack`: frames of records (index entry: ..., number of records, first key) and, last, two bytes
of every key's hash. A record is a key and a body. A body is what was given, or a patch (see `patch`) against a whole body in
an older pack: `~[index into "bases", number of the record there, steps...]`. No patch rests on another patch.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import orjson
import xxhash

from driftscan.store import patch, records
from driftscan.store.backend import Backend, ExistsError, MissingError, Readable
from driftscan.store.container import Builder, Container, Dictionary, damaged, sha256

FRAME: Final = 1 << 16
"""Raw bytes of one frame: what reading a single resource decompresses."""
PACK: Final = 16 << 20
"""Stored bytes at which a pack is full."""
LEVEL: Final = 12
DICTIONARIES: Final = "dictionaries/"
"""Where compression dictionaries lie, by digest."""
_AT_ONCE: Final = 8
_FRAMES: Final = 4  # of one pack, kept for the next record: patches ask for bases in key order
_PATCH: Final = b"~"


def pack_key(digest: str) -> str:
    """Where a pack lies."""
    return f"packs/{digest[:2]}/{digest}"


def fingerprint(key: bytes) -> bytes:
    """Two bytes of a key's hash: no proof of anything, only a reason not to look."""
    return (xxhash.xxh3_64_intdigest(key) & 0xFFFF).to_bytes(2, "big")


def _holds(prints: bytes, wanted: bytes) -> bool:
    at = prints.find(wanted)
    while at >= 0 and at % 2:
        at = prints.find(wanted, at + 1)
    return at >= 0


@dataclass(frozen=True, slots=True)
class Base:
    """A whole body that patches may rest on: its pack, its number there, and its bytes."""

    pack: str
    number: int
    body: bytes


class Pack:
    """One stored pack."""

    def __init__(self, container: Container, packs: Packs) -> None:
        self.container = container
        self._packs = packs
        meta = container.meta
        if meta.get("kind") != "pack":
            raise damaged(container.key, "this is no pack")
        self.bases: list[str] = meta["bases"]
        self.dictionary = packs.dictionary(meta["dictionary"]) if meta["dictionary"] else None
        frames = container.frames[:-1]
        self.first_keys = [frame[4].encode() for frame in frames]
        self.starts = [0]
        for frame in frames:
            self.starts.append(self.starts[-1] + frame[3])
        self._prints: bytes | None = None
        self._found: tuple[bytes, tuple[int, bytes] | None] | None = None
        self._frames: dict[int, tuple[list[bytes], list[bytes]]] = {}

    @property
    def count(self) -> int:
        """Number of records."""
        return self.starts[-1]

    def frame(self, number: int, *, ahead: bool = False) -> tuple[list[bytes], list[bytes]]:
        """(keys, bodies as stored) of one frame. ahead: the next ones will be asked for too."""
        found = self._frames.get(number)
        if found is None:
            data = self.container.frame(number, self.dictionary, ahead=ahead)
            try:
                keys, bodies = records.unpack(data, self.container.frames[number][3], 2)
            except ValueError as e:
                raise damaged(self.container.key, f"frame {number} cannot be read: {e}") from None
            found = keys, bodies
            self._frames = {**dict(list(self._frames.items())[1 - _FRAMES :]), number: found}
        return found

    def fingerprints(self) -> bytes:
        """Two bytes for every key, so that looking for one opens a frame only where the key (almost surely) lies."""
        if self._prints is None:
            prints = self.container.frame(len(self.first_keys))
            if len(prints) != 2 * self.count:
                raise damaged(self.container.key, "the fingerprints of its keys have another length")
            self._prints = prints
        return self._prints

    def find(self, key: bytes) -> tuple[int, bytes] | None:
        """(number, body as stored) of the record under `key`, alive or not. Months ask one after the other for the same key."""
        found = self._found
        if found is None or found[0] != key:
            found = self._found = key, self._find(key)
        return found[1]  # of the key that was asked for here, whatever another thread asks for meanwhile

    def _find(self, key: bytes) -> tuple[int, bytes] | None:
        index = bisect_right(self.first_keys, key) - 1
        if index < 0:
            return None
        start, end = self.starts[index], self.starts[index + 1]
        if not _holds(self.fingerprints()[2 * start : 2 * end], fingerprint(key)):
            return None
        keys, bodies = self.frame(index)
        at = bisect_left(keys, key)
        if at == len(keys) or keys[at] != key:
            return None
        return start + at, bodies[at]

    def whole(self, number: int, stored: bytes) -> tuple[bytes, Base | None]:
        """The body of a record (number, as stored), and what it rests on where it is a patch. Raises VerificationError."""
        if stored[:1] != _PATCH:
            return stored, None
        try:
            index, at, *steps = orjson.loads(stored[1:])
            pack = self._packs.open(self.bases[index])
            frame = bisect_right(pack.starts, at) - 1
            base = pack.frame(frame)[1][at - pack.starts[frame]]
            return patch.apply(base, steps), Base(self.bases[index], at, base)
        except (ValueError, TypeError, IndexError) as e:
            raise damaged(self.container.key, f"record {number} cannot be read: {e}") from None


class Packs:
    """The packs and dictionaries of one store, each opened once."""

    def __init__(self, backend: Readable) -> None:
        self.backend = backend
        self._packs: dict[str, Pack] = {}
        self._dictionaries: dict[str, Dictionary] = {}

    def open(self, digest: str) -> Pack:
        """One pack. Raises VerificationError."""
        if digest not in self._packs:
            self._packs[digest] = Pack(Container(self.backend, pack_key(digest), digest), self)
        return self._packs[digest]

    def open_all(self, digests: Iterable[str]) -> None:
        """Open many packs at once: in an object store each costs a round trip."""
        missing = [digest for digest in digests if digest not in self._packs]
        if self.backend.remote and missing:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                for _ in pool.map(self.open, missing):
                    pass

    def dictionary(self, digest: str) -> Dictionary:
        """One dictionary. Raises VerificationError."""
        if digest not in self._dictionaries:
            key = DICTIONARIES + digest
            try:
                data = self.backend.get(key)
            except MissingError:
                raise damaged(key, "the file is missing") from None
            if sha256(data) != digest:
                raise damaged(key, "the file does not match its digest")
            self._dictionaries[digest] = Dictionary(data)
        return self._dictionaries[digest]


class PackWriter:
    """Turns sorted records into packs."""

    def __init__(self, backend: Backend, dictionary: Dictionary | None) -> None:
        self._backend = backend
        self._dictionary = dictionary
        self._keys: list[bytes] = []
        self._bodies: list[bytes] = []
        self._raw = 0
        self._builder = Builder(LEVEL, dictionary)
        self._prints: list[bytes] = []
        self._bases: dict[str, int] = {}
        self.written: list[tuple[str, int]] = []

    def add(self, key: bytes, body: bytes, base: Base | None) -> int:
        """Add a record, as a patch of `base` where that is much shorter. Returns how many packs were full before."""
        full = len(self.written)
        stored = self._patched(body, base) if base else body
        self._keys.append(key)
        self._bodies.append(stored)
        self._raw += len(key) + len(stored) + 2
        self._prints.append(fingerprint(key))
        if self._raw >= FRAME:
            self._close_frame()
            if self._builder.size >= PACK:
                self._close_pack()
        return full

    def close(self) -> list[tuple[str, int]]:
        """Write what is left. Returns (digest, records) of every pack."""
        self._close_frame()
        self._close_pack()
        return self.written

    def _patched(self, body: bytes, base: Base) -> bytes:
        steps = patch.make(base.body, body)
        if steps is None:
            return body
        place: list[Any] = [self._bases.setdefault(base.pack, len(self._bases)), base.number]
        return _PATCH + orjson.dumps(place + steps)

    def _close_frame(self) -> None:
        if self._keys:
            self._builder.add(records.pack((self._keys, self._bodies)), len(self._keys), self._keys[0].decode())
            self._keys, self._bodies, self._raw = [], [], 0

    def _close_pack(self) -> None:
        if not len(self._builder):
            return
        dictionary = self._dictionary.digest if self._dictionary else None
        self._builder.add_plain(b"".join(self._prints))
        digest, data = self._builder.build({"kind": "pack", "dictionary": dictionary, "bases": list(self._bases)})
        put_same(self._backend, pack_key(digest), data)
        self.written.append((digest, len(self._prints)))
        self._builder, self._prints, self._bases = Builder(LEVEL, self._dictionary), [], {}


def put_same(backend: Backend, key: str, data: bytes) -> None:
    """Put a file that is named by its digest; one that is there already (a run that was killed wrote it) will do.

    Raises VerificationError where the file that is there is another.
    """
    try:
        backend.put(key, data)
    except ExistsError:
        if backend.get(key) != data:
            raise damaged(key, "the file does not match its digest") from None
