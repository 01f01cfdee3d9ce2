"""Derived values (seals): what can be computed again. Never evidence, so a damaged one counts as absent."""

from __future__ import annotations

import logging

from driftscan.errors import VerificationError
from driftscan.store.backend import Backend, ConflictError, quote
from driftscan.store.container import damaged, sha256

log = logging.getLogger(__name__)

_PREFIX = "derived/"
_DIGEST = 64


def get(backend: Backend, name: str) -> bytes | None:
    """The value that was put under `name`, or None where there is none or it is damaged (said in the log)."""
    key = _key(name)
    found = backend.get_tagged(key)
    if found is None:
        return None
    try:
        return _unwrap(key, found[0])
    except VerificationError as e:
        log.warning("%s; it is computed again", e.message)
        return None


def put(backend: Backend, name: str, data: bytes) -> None:
    """Keep a value under `name` (segments divided by `/`), instead of what was there."""
    key = _key(name)
    wrapped = sha256(data).encode() + data
    found = backend.get_tagged(key)
    if found is not None and found[0] == wrapped:
        return
    try:
        backend.put_if(key, wrapped, found[1] if found else None)
    except ConflictError:
        log.info("%s was computed by another run at the same time", key)


def check(backend: Backend, key: str) -> None:
    """Raises VerificationError where a value is damaged."""
    _unwrap(key, backend.get(key))


def _unwrap(key: str, data: bytes) -> bytes:
    if sha256(data[_DIGEST:]).encode() != data[:_DIGEST]:
        raise damaged(key, "the file does not match its digest")
    return data[_DIGEST:]


def _key(name: str) -> str:
    return _PREFIX + "/".join(quote(segment) for segment in name.split("/"))
