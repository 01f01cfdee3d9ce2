"""The redaction key: from a file, from DRIFTSCAN_KEY, or made once beside the configuration; never in the store."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from driftscan.errors import UsageError
from driftscan.model.settings import Settings

VARIABLE = "DRIFTSCAN_KEY"
FILE = ".driftscan.key"
_LEAST = 16


def redaction_key(settings: Settings, folder: Path, environ: Mapping[str, str], notice: Callable[[str], None]) -> bytes:
    """The key that digests secrets and settings.

    `redaction.key_file` first, then `DRIFTSCAN_KEY`, then `.driftscan.key` in `folder` (the configuration's), which is made
    with mode 0600 when it is missing; `notice` hears of that, because digests of another key compare as unknown.
    Raises UsageError: a key that is missing, too short, or inside the store.
    """
    if settings.redaction_key is not None:
        return _read(Path(settings.redaction_key), settings.store)
    if VARIABLE in environ:
        return _strong(environ[VARIABLE].strip().encode(), VARIABLE)
    path = folder / FILE
    if not path.exists():
        _outside(path, settings.store)
        _make(path)
        notice(f"made a redaction key: {path}; keep it (secret, backed up): digests of another key compare as unknown")
    return _read(path, settings.store)


def has_key(settings: Settings, folder: Path, environ: Mapping[str, str]) -> bool:
    """Whether `redaction_key` would find a key (or say what is wrong with it) instead of making one."""
    return settings.redaction_key is not None or VARIABLE in environ or (folder / FILE).exists()


def readable_by_others(settings: Settings, folder: Path, environ: Mapping[str, str]) -> Path | None:
    """The file of the key, where others than its owner may read it."""
    if settings.redaction_key is None and VARIABLE in environ:
        return None
    path = Path(settings.redaction_key) if settings.redaction_key is not None else folder / FILE
    try:
        return path if path.stat().st_mode & 0o077 else None
    except OSError:
        return None


def _read(path: Path, store: str) -> bytes:
    _outside(path, store)
    try:
        data = path.read_bytes()
    except OSError as e:
        raise UsageError(f"the redaction key {path} cannot be read: {e.strerror}", "put the key there, or set DRIFTSCAN_KEY") from None
    return _strong(data.strip(), str(path))


def _strong(key: bytes, origin: str) -> bytes:
    if len(key) < _LEAST:
        raise UsageError(f"the redaction key in {origin} is shorter than {_LEAST} bytes", "use 64 random hex digits: openssl rand -hex 32")
    return key


def _outside(path: Path, store: str) -> None:
    if "://" not in store and path.resolve().is_relative_to(Path(store).resolve()):
        raise UsageError(f"the redaction key {path} lies inside the store", "keep it elsewhere: who reads the store must not hold the key")


def _make(path: Path) -> None:
    """Written aside and linked, so that two first runs agree on one key and none is ever half there."""
    aside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
    except OSError as e:
        raise UsageError(
            f"no redaction key, and {path} cannot be made: {e.strerror}", "set DRIFTSCAN_KEY, or redaction.key_file in the configuration"
        ) from None
    finally:
        aside.unlink(missing_ok=True)
