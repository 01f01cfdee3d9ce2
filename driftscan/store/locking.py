"""One writer at a time.

In a directory the lock is the operating system's (`flock`): it ends with its holder, so a dead one is no lock. In an object
store it is an object that names its holder and expires; the holder renews it, and takes nothing for granted: heads move by
conditional put whatever the lock says.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from driftscan.errors import DriftscanError, LockedError
from driftscan.store import heads
from driftscan.store.backend import Backend, ConflictError
from driftscan.store.local import LocalBackend, make_directory

log = logging.getLogger(__name__)

KEY = "lock"
_LIFE = 120.0  # seconds that a lock in an object store outlives its holder
_PAUSE = 1.0  # seconds between two tries
_HINT = "wait until it has finished, or stop it"


@contextmanager
def lock(backend: Backend, *, wait: bool, clock: Callable[[], float] = time.time) -> Iterator[None]:
    """Hold the store's lock. Raises LockedError, which names the holder, unless `wait`. clock: seconds since 1970."""
    if isinstance(backend, LocalBackend):
        with _flock(backend.root, backend.url, wait):
            yield
    else:
        with _object(backend, wait, clock):
            yield


@contextmanager
def _flock(root: Path, url: str, wait: bool) -> Iterator[None]:
    path = root / KEY
    try:
        make_directory(root)
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as e:
        raise DriftscanError(f"{path} cannot be written: {e.strerror}", "check the disk and the permissions") from e
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            holder = os.pread(fd, 200, 0).decode(errors="replace").strip() or "another process"
            raise LockedError(f"the store {url} is in use by {holder}", _HINT) from None
        with contextlib.suppress(OSError):  # the note is for people: a full disk must not matter here
            os.ftruncate(fd, 0)
            os.pwrite(fd, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                os.ftruncate(fd, 0)
    finally:
        os.close(fd)


@contextmanager
def _object(backend: Backend, wait: bool, clock: Callable[[], float]) -> Iterator[None]:
    holder = f"process {os.getpid()} on {socket.gethostname()}"
    token = uuid.uuid4().hex
    tag = _take(backend, holder, token, clock)
    while tag is None:
        if not wait:
            raise LockedError(f"the store {backend.url} is in use by {_holder(backend)}", _HINT)
        time.sleep(_PAUSE)
        tag = _take(backend, holder, token, clock)
    ended = threading.Event()
    tags = [tag]

    def renew() -> None:
        while not ended.wait(_LIFE / 3):
            try:
                tags[0] = backend.put_if(KEY, _note(holder, token, clock() + _LIFE), tags[0])
            except DriftscanError as e:
                log.warning("the lock of %s could not be renewed: %s", backend.url, e.message)

    thread = threading.Thread(target=renew, name="driftscan-lock", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        with contextlib.suppress(ConflictError):  # it expired and is someone else's now
            backend.put_if(KEY, _note("", "", 0.0), tags[0])


def check(backend: Backend) -> None:
    """Raises VerificationError where the lock of an object store is damaged (a directory's is a note for people)."""
    found = None if isinstance(backend, LocalBackend) else backend.get_tagged(KEY)
    if found is not None:
        heads.unseal(KEY, found[0])


def _take(backend: Backend, holder: str, token: str, clock: Callable[[], float]) -> str | None:
    """The tag of our lock, or None where another holds it."""
    found = backend.get_tagged(KEY)
    if found is not None and float(str(heads.unseal(KEY, found[0])["expires"])) > clock():
        return None
    try:
        return backend.put_if(KEY, _note(holder, token, clock() + _LIFE), found[1] if found else None)
    except ConflictError:
        return None


def _holder(backend: Backend) -> str:
    found = backend.get_tagged(KEY)
    return str(heads.unseal(KEY, found[0])["holder"]) if found else "another process"


def _note(holder: str, token: str, expires: float) -> bytes:
    return heads.seal({"holder": holder, "token": token, "expires": expires})
