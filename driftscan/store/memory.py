"""A store that lives as long as its process: for tests, and for comparing without a disk."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from driftscan.store.backend import ConflictError, Entry, ExistsError, MissingError, may_delete


class MemoryBackend:
    """See `Backend`."""

    def __init__(self) -> None:
        self.url = "memory:"
        self.remote = False
        self._items: dict[str, tuple[bytes, str]] = {}
        self._writes = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes:
        with self._lock:
            if key not in self._items:
                raise MissingError(f"{key} is not in {self.url}")
            return self._items[key][0]

    def get_range(self, key: str, start: int, length: int) -> bytes:
        return self.get(key)[start : start + length]

    def get_tagged(self, key: str) -> tuple[bytes, str] | None:
        with self._lock:
            return self._items.get(key)

    def put(self, key: str, data: bytes) -> None:
        with self._lock:
            if key in self._items:
                raise ExistsError(f"{key} is already in {self.url}")
            self._store(key, data)

    def put_if(self, key: str, data: bytes, tag: str | None) -> str:
        with self._lock:
            held = self._items.get(key)
            if (held[1] if held else None) != tag:
                raise ConflictError(f"{key} in {self.url} was written by another run", "run again")
            return self._store(key, data)

    def _store(self, key: str, data: bytes) -> str:
        self._writes += 1
        self._items[key] = (bytes(data), str(self._writes))
        return str(self._writes)

    def list(self, prefix: str) -> Iterator[Entry]:
        with self._lock:
            found = sorted(Entry(key, len(data)) for key, (data, _) in self._items.items() if key.startswith(prefix))
        yield from found

    def delete(self, key: str) -> None:
        may_delete(key)
        with self._lock:
            self._items.pop(key, None)

    def sweep(self) -> int:
        return 0
