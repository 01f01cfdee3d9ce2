"""One file format for everything immutable: an index, and zstd frames that it vouches for.

    8 bytes   magic
    4 bytes   length of the index (big endian)
    index     JSON in a zstd frame: {"kind": ..., "frames": [[stored length, raw length, sha256 of the stored bytes], ...], ...}
    frames    one after the other

The digest of a container is the SHA-256 of everything before the first frame. It covers every frame through the index, so
that one frame can be read and checked without reading the others.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from typing import Any, Final

import orjson
import zstandard

from driftscan.errors import VerificationError
from driftscan.store.backend import MissingError, Readable

MAGIC: Final = b"DRIFTSC\x01"
_HEAD: Final = len(MAGIC) + 4
_FIRST: Final = 1 << 16  # bytes of the first read: most indexes, and the frames of a small container
_AHEAD: Final = 1 << 19  # bytes of one read while frames are read in order: a request costs more than a frame
_LIMIT: Final = 1 << 30  # no index and no frame is larger; a length beyond it is damage
_INDEX_LEVEL: Final = 9

_local = threading.local()


class Dictionary:
    """A zstd dictionary and the digest by which containers name it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.digest = sha256(data)
        self.zstd = zstandard.ZstdCompressionDict(data)


def sha256(data: bytes) -> str:
    """Hex digest; the only digest that an audit leans on."""
    return hashlib.sha256(data).hexdigest()


def damaged(key: str, what: str) -> VerificationError:
    """The one error for stored bytes that are not what was written. Names the file."""
    return VerificationError(f"{key}: {what}", "restore this file from a copy of the store, then run `driftscan verify`")


class Builder:
    """Collects frames and builds the bytes of one container."""

    def __init__(self, level: int, dictionary: Dictionary | None = None) -> None:
        self._compressor = zstandard.ZstdCompressor(level=level, dict_data=dictionary.zstd if dictionary else None, write_dict_id=False)
        self._frames: list[bytes] = []
        self._index: list[list[Any]] = []
        self.size = 0

    def __len__(self) -> int:
        return len(self._frames)

    def add(self, raw: bytes, *extra: Any) -> int:
        """Add one frame; `extra` (JSON values) stands in the index behind its digest. Returns its number."""
        stored = self._compressor.compress(raw)
        self._frames.append(stored)
        self._index.append([len(stored), len(raw), sha256(stored), *extra])
        self.size += len(stored)
        return len(self._frames) - 1

    def add_plain(self, raw: bytes) -> int:
        """Add one frame that needs no dictionary to be read."""
        stored = zstandard.ZstdCompressor(level=_INDEX_LEVEL).compress(raw)
        self._frames.append(stored)
        self._index.append([len(stored), len(raw), sha256(stored)])
        self.size += len(stored)
        return len(self._frames) - 1

    def build(self, meta: Mapping[str, Any]) -> tuple[str, bytes]:
        """(digest, bytes) of the container."""
        index = orjson.dumps({**meta, "frames": self._index}, option=orjson.OPT_SORT_KEYS)
        index = zstandard.ZstdCompressor(level=_INDEX_LEVEL).compress(index)
        head = MAGIC + len(index).to_bytes(4, "big") + index
        return sha256(head), b"".join((head, *self._frames))


class Container:
    """A stored container, read frame by frame; every read is checked."""

    def __init__(self, backend: Readable, key: str, digest: str | None = None, *, whole: bytes | None = None) -> None:
        """`digest`: what the container must be, where that is known. `whole`: its bytes, where they were read already.

        Raises VerificationError, also where the file is missing.
        """
        self.key = key
        self._backend = backend
        self._block = 0, b""
        try:
            self._first = backend.get_range(key, 0, _FIRST) if whole is None else whole
        except MissingError:
            raise damaged(key, "the file is missing") from None
        if self._first[: len(MAGIC)] != MAGIC or len(self._first) < _HEAD:
            raise damaged(key, "this is no container (its first bytes are wrong)")
        self._start = _HEAD + int.from_bytes(self._first[len(MAGIC) : _HEAD], "big")
        if self._start > _LIMIT:
            raise damaged(key, "the length of its index is wrong")
        if self._start > len(self._first) and whole is None:
            self._first += backend.get_range(key, len(self._first), self._start - len(self._first))
        head = self._first[: self._start]
        self.digest = sha256(head)
        if digest is not None and self.digest != digest:
            raise damaged(key, "the index does not match its digest")
        try:
            self.meta: dict[str, Any] = orjson.loads(zstandard.ZstdDecompressor().decompress(head[_HEAD:], max_output_size=_LIMIT))
            self.frames: list[list[Any]] = self.meta.pop("frames")
        except (zstandard.ZstdError, orjson.JSONDecodeError, KeyError, TypeError):
            raise damaged(key, "the index cannot be read") from None
        self._offsets = [self._start]
        for frame in self.frames:
            self._offsets.append(self._offsets[-1] + frame[0])

    @property
    def size(self) -> int:
        """The length that the file must have."""
        return self._offsets[-1]

    def frame(self, number: int, dictionary: Dictionary | None = None, *, ahead: bool = False) -> bytes:
        """The raw bytes of one frame. ahead: the next frames will be asked for too. Raises VerificationError."""
        length, raw, digest = self.frames[number][:3]
        stored = self._bytes(self._offsets[number], length, ahead)
        if sha256(stored) != digest:
            raise damaged(self.key, f"frame {number} does not match its digest")
        try:
            data = _decompressor(dictionary).decompress(stored, max_output_size=raw)
        except zstandard.ZstdError:
            raise damaged(self.key, f"frame {number} cannot be decompressed") from None
        if len(data) != raw:
            raise damaged(self.key, f"frame {number} has {len(data)} bytes instead of {raw}")
        return data

    def _bytes(self, start: int, length: int, ahead: bool) -> bytes:
        for at, held in ((0, self._first), self._block):
            if at <= start and start + length <= at + len(held):
                return held[start - at : start - at + length]
        try:
            found = self._backend.get_range(self.key, start, max(length, _AHEAD) if ahead else length)
        except MissingError:
            raise damaged(self.key, "the file is missing") from None
        if ahead:
            self._block = start, found
        return found[:length]


def _decompressor(dictionary: Dictionary | None) -> zstandard.ZstdDecompressor:
    """One per thread and dictionary: preparing a dictionary costs more than a frame."""
    cache: dict[str, zstandard.ZstdDecompressor] = _local.__dict__.setdefault("cache", {})
    name = dictionary.digest if dictionary else ""
    if name not in cache:
        cache[name] = zstandard.ZstdDecompressor(dict_data=dictionary.zstd) if dictionary else zstandard.ZstdDecompressor()
    return cache[name]
