"""A store in a directory: every file is written aside, synced, and then named; files are 0600, directories 0700.

The name is given by a hard link, which fails where the name is taken (create-only), or by a rename under an advisory lock
(`put_if`). After either the directory is synced, so that a power cut leaves the old state or the new one.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from driftscan.errors import DriftscanError
from driftscan.store.backend import ConflictError, Entry, ExistsError, MissingError, may_delete

_ASIDE = ".tmp-"
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}


class LocalBackend:
    """See `Backend`. `root` need not exist before the first write."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.url = str(root)
        self.remote = False
        self._host = socket.gethostname().replace("-", "_").replace("/", "_")

    # ------------------------------------------------------------------------------------------- reading

    def get(self, key: str) -> bytes:
        with self._reading(key):
            return self._path(key).read_bytes()

    def get_range(self, key: str, start: int, length: int) -> bytes:
        with self._reading(key):
            fd = os.open(self._path(key), os.O_RDONLY | os.O_CLOEXEC)
            try:
                parts = []
                while length > 0 and (part := os.pread(fd, length, start)):
                    parts.append(part)
                    start, length = start + len(part), length - len(part)
                return b"".join(parts)
            finally:
                os.close(fd)

    def get_tagged(self, key: str) -> tuple[bytes, str] | None:
        try:
            data = self.get(key)
        except MissingError:
            return None
        return data, _tag(data)

    def list(self, prefix: str) -> Iterator[Entry]:
        yield from sorted(self._walk(prefix, hidden=False))

    def _walk(self, prefix: str, *, hidden: bool) -> Iterator[Entry]:
        """Files below `prefix`: the named ones, or (hidden) those that were left aside."""
        with self._reading(prefix):
            pending = [self._path(prefix)]
            while pending:
                try:
                    with os.scandir(pending.pop()) as found:
                        entries = list(found)
                except (FileNotFoundError, NotADirectoryError):
                    continue
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(Path(entry.path))
                    elif entry.name.startswith(_ASIDE) == hidden and entry.is_file():
                        try:
                            yield Entry(Path(entry.path).relative_to(self.root).as_posix(), entry.stat().st_size)
                        except FileNotFoundError:
                            continue

    # ------------------------------------------------------------------------------------------- writing

    def put(self, key: str, data: bytes) -> None:
        path = self._path(key)
        with self._writing(key):
            if path.exists():
                raise ExistsError(f"{key} is already in {self.url}")
            aside = self._aside(path, data)
            try:
                self._link(aside, path)
            except FileExistsError:
                raise ExistsError(f"{key} is already in {self.url}") from None
            finally:
                aside.unlink(missing_ok=True)
            _sync_directory(path.parent)

    def put_if(self, key: str, data: bytes, tag: str | None) -> str:
        path = self._path(key)
        with self._writing(key), self._exclusive():
            held = self.get_tagged(key)
            if (held[1] if held else None) != tag:
                raise ConflictError(f"{key} in {self.url} was written by another run", "run again")
            aside = self._aside(path, data)
            try:
                aside.replace(path)
            except OSError:
                aside.unlink(missing_ok=True)
                raise
            _sync_directory(path.parent)
            return _tag(data)

    def delete(self, key: str) -> None:
        may_delete(key)
        path = self._path(key)
        with self._writing(key):
            path.unlink(missing_ok=True)

    def sweep(self) -> int:
        gone = 0
        for entry in list(self._walk("", hidden=True)):
            host, pid, _ = entry.key.rsplit("/", 1)[-1].removeprefix(_ASIDE).split("-")
            if host == self._host and not _alive(int(pid)):
                with self._writing(entry.key):
                    self._path(entry.key).unlink(missing_ok=True)
                gone += 1
        return gone

    def _aside(self, path: Path, data: bytes) -> Path:
        """Write `data` beside `path`, durably; nothing is left behind where that fails."""
        make_directory(path.parent)
        aside = path.parent / f"{_ASIDE}{self._host}-{os.getpid()}-{os.urandom(6).hex()}"
        fd = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            try:
                view = memoryview(data)
                while view:
                    view = view[os.write(fd, view) :]
                os.fsync(fd)
            finally:
                os.close(fd)
        except OSError:
            aside.unlink(missing_ok=True)
            raise
        return aside

    def _link(self, aside: Path, path: Path) -> None:
        try:
            path.hardlink_to(aside)
        except OSError as e:
            if e.errno not in _NO_LINKS:
                raise
            with self._exclusive():  # a file system without hard links: the rename must not replace anything
                if path.exists():
                    raise FileExistsError(str(path)) from None
                aside.rename(path)

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """One conditional write at a time, between processes of one machine."""
        make_directory(self.root)
        fd = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)

    # ------------------------------------------------------------------------------------------- both

    def _path(self, key: str) -> Path:
        if key.startswith("/") or any(part in (".", "..") for part in key.split("/")):
            raise ValueError(f"not a key: {key}")
        return self.root / key if key else self.root

    @contextmanager
    def _reading(self, key: str) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, NotADirectoryError):
            raise MissingError(f"{key} is not in {self.url}") from None
        except OSError as e:
            raise DriftscanError(f"{self._path(key)} cannot be read: {e.strerror}", "check the disk and the permissions") from e

    @contextmanager
    def _writing(self, key: str) -> Iterator[None]:
        try:
            yield
        except OSError as e:
            full = e.errno in (errno.ENOSPC, errno.EDQUOT)
            hint = "make room and run again; what was written before stays and is used" if full else "check the disk and the permissions"
            raise DriftscanError(f"{self._path(key)} cannot be written: {e.strerror}", hint) from e


def make_directory(path: Path) -> None:
    """Make `path` and what is missing above it, durably, for its owner only. Raises OSError."""
    missing = []
    while not path.is_dir():
        missing.append(path)
        path = path.parent
    for directory in reversed(missing):
        try:
            directory.mkdir(mode=0o700)
        except FileExistsError:
            if not directory.is_dir():
                raise
        else:
            _sync_directory(directory.parent)


def _tag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _sync_directory(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
