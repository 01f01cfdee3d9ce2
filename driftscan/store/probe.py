"""Whether a store can be written to, found out by writing: create, refuse to create twice, move by tag, refuse a stale tag, delete.

That is everything the store relies on; some object stores take conditional puts and ignore the condition, which would lose a month.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from driftscan.errors import DriftscanError
from driftscan.store import heads
from driftscan.store.backend import UNFINISHED, Backend, ConflictError, ExistsError
from driftscan.store.local import LocalBackend

_FOLDER = f"{UNFINISHED}~doctor/"
"""No environment can have this name; what a killed probe leaves here harms nothing and passes `verify`."""


def probe(backend: Backend) -> None:
    """Raises DriftscanError where the place cannot be written to, or does not keep a condition. Nothing of it stays.

    A folder that is not there yet is not made: then the nearest one above it has to be writable.
    """
    if isinstance(backend, LocalBackend) and not backend.root.exists():
        return _may_make(backend.root)
    key = f"{_FOLDER}{uuid.uuid4().hex}"
    data = [heads.seal({"probe": n}) for n in range(3)]
    tag = backend.put_if(key, data[0], None)
    try:
        _refused(backend, key, data[2], None, "a condition that nothing is there")
        try:
            backend.put(key, data[2])
        except ExistsError:
            pass
        else:
            raise _careless(backend, "creating what is there already")
        backend.put_if(key, data[1], tag)
        _refused(backend, key, data[2], tag, "a condition on what is there")
        if backend.get(key) != data[1]:
            raise DriftscanError(f"{backend.url} gives back something else than was written", "use another place for the store")
    finally:
        backend.delete(key)


def _refused(backend: Backend, key: str, data: bytes, tag: str | None, what: str) -> None:
    try:
        backend.put_if(key, data, tag)
    except ConflictError:
        return
    raise _careless(backend, what)


def _careless(backend: Backend, what: str) -> DriftscanError:
    return DriftscanError(
        f"{backend.url} does not keep {what}: two runs at once would lose one of them", "use a store that offers conditional puts"
    )


def _may_make(root: Path) -> None:
    above = next(p for p in root.absolute().parents if p.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise DriftscanError(f"{root} cannot be made: {above} is not writable", "make the folder, or name another `store`")
