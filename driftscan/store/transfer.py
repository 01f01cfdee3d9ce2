"""One snapshot as one file (`.driftscan`), for `diff FILE`, an archive or another machine.

The file is a plain tar of the store's own files: the snapshot, the packs and the dictionaries that it needs, byte for byte, so
that its digest is the one in the chain and on the report. Packs are shared between months: the file may also hold records of
older months.
"""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

from driftscan.errors import DriftscanError, UsageError
from driftscan.store import verification
from driftscan.store.backend import Entry, MissingError
from driftscan.store.container import Container, damaged
from driftscan.store.packs import DICTIONARIES, Packs, pack_key
from driftscan.store.snapshot import StoredSnapshot

_MODE = 0o600


def export_file(snapshot: StoredSnapshot, path: Path) -> None:
    """Write `snapshot` to `path`, whole or not at all, instead of what was there."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        fd = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _MODE)
        with os.fdopen(fd, "wb") as out:
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
                for key, data in _files(snapshot):
                    member = tarfile.TarInfo(key)
                    member.size, member.mode = len(data), _MODE
                    tar.addfile(member, io.BytesIO(data))
            out.flush()
            os.fsync(out.fileno())
        aside.replace(path)
    except OSError as e:
        aside.unlink(missing_ok=True)
        raise DriftscanError(f"{path} cannot be written: {e.strerror}", "check the disk and the permissions") from e


def open_file(path: Path) -> StoredSnapshot:
    """The snapshot in a file that `export_file` wrote; read lazily, every read checked.

    Raises UsageError where there is no such file, VerificationError where it is damaged or no snapshot.
    """
    backend = _FileBackend(path)
    if verification.FORMAT_KEY not in backend.members or backend.get(verification.FORMAT_KEY) != verification.FORMAT:
        raise damaged(str(path), "this is no snapshot file of format 1")
    found = list(backend.list("snapshots/"))
    if len(found) != 1:
        raise damaged(str(path), f"it holds {len(found)} snapshots instead of one")
    container = Container(backend, found[0].key)
    snapshot = StoredSnapshot(Packs(backend), container)
    if not found[0].key.endswith(f"/{snapshot.id}"):
        raise damaged(str(path), "the name of its snapshot does not match its digest")
    return snapshot


def _files(snapshot: StoredSnapshot) -> Iterator[tuple[str, bytes]]:
    packs = snapshot.table.packs
    backend = packs.backend
    yield verification.FORMAT_KEY, verification.FORMAT
    yield snapshot.key, backend.get(snapshot.key)
    held = {run.pack for run in snapshot.table.runs}
    needed = sorted(held.union(*(packs.open(digest).bases for digest in held)))
    for digest in sorted({pack.dictionary.digest for pack in map(packs.open, needed) if pack.dictionary}):
        yield DICTIONARIES + digest, packs.dictionary(digest).data
    for digest in needed:
        yield pack_key(digest), backend.get(pack_key(digest))


class _FileBackend:
    """The members of a tar, to be read only."""

    remote = False

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with tarfile.open(path, "r:") as tar:
                self.members = {m.name: (m.offset_data, m.size) for m in tar.getmembers() if m.isreg()}
        except FileNotFoundError:
            raise UsageError(f"there is no file {path}", "give a snapshot file, or the name of an environment") from None
        except (tarfile.TarError, OSError, ValueError) as e:
            raise damaged(str(path), f"this is no snapshot file ({e})") from None

    @property
    def url(self) -> str:
        return str(self._path)

    def get(self, key: str) -> bytes:
        return self.get_range(key, 0, self.members.get(key, (0, 0))[1])

    def get_range(self, key: str, start: int, length: int) -> bytes:
        if key not in self.members:
            raise MissingError(f"{key} is not in {self.url}")
        offset, size = self.members[key]
        with self._path.open("rb") as file:
            file.seek(offset + start)
            return file.read(max(0, min(length, size - start)))

    def list(self, prefix: str) -> Iterator[Entry]:
        yield from sorted(Entry(key, size) for key, (_, size) in self.members.items() if key.startswith(prefix))
