"""A store in an object store: S3 (and what speaks like it) or Google Cloud Storage, through obstore.

obstore does not take boto3's whole credential chain, so what it does take is passed explicitly, under the SDK's own variables:
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION or AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_S3 or
AWS_ENDPOINT_URL (an http endpoint is allowed). Without keys it finds web identity, container and instance credentials itself;
profiles and SSO it does not. GCS: GOOGLE_APPLICATION_CREDENTIALS or the machine's service account.

Creation and head updates are conditional puts (`If-None-Match: *`, `If-Match: <etag>`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore import exceptions
from obstore.store import GCSStore, ObjectStore, S3Store

from driftscan.errors import DriftscanError, UsageError
from driftscan.store.backend import ConflictError, Entry, ExistsError, MissingError, may_delete

_TAKEN = (exceptions.AlreadyExistsError, exceptions.PreconditionError)
_MISSING = (FileNotFoundError, exceptions.NotFoundError)


class ObjectBackend:
    """See `Backend`. `url`: `s3://bucket/prefix` or `gs://bucket/prefix`."""

    def __init__(self, url: str, environ: Mapping[str, str] | None = None) -> None:
        """environ: instead of the process's environment."""
        self.url = url.rstrip("/")
        self.remote = True
        self._store = _open(self.url, os.environ if environ is None else environ)

    def get(self, key: str) -> bytes:
        with self._call(key):
            return bytes(obstore.get(self._store, key).bytes())

    def get_range(self, key: str, start: int, length: int) -> bytes:
        with self._call(key):
            try:
                return bytes(obstore.get(self._store, key, options={"range": (start, start + length)}).bytes())
            except exceptions.BaseError:
                if start < obstore.head(self._store, key)["size"]:
                    raise
                return b""  # nothing lies behind the end, and a server answers that with an error

    def get_tagged(self, key: str) -> tuple[bytes, str] | None:
        try:
            with self._call(key):
                found = obstore.get(self._store, key)
                return bytes(found.bytes()), str(found.meta["e_tag"])
        except MissingError:
            return None

    def put(self, key: str, data: bytes) -> None:
        with self._call(key):
            try:
                obstore.put(self._store, key, data, mode="create", use_multipart=False)
            except _TAKEN:
                raise ExistsError(f"{key} is already in {self.url}") from None
            except _MISSING:
                raise DriftscanError(
                    f"{self.url} cannot be written: there is no such bucket", "create the bucket, or mend the URL of the store"
                ) from None

    def put_if(self, key: str, data: bytes, tag: str | None) -> str:
        mode: Any = "create" if tag is None else {"e_tag": tag}
        with self._call(key):
            try:
                return str(obstore.put(self._store, key, data, mode=mode, use_multipart=False)["e_tag"])
            except (*_TAKEN, *_MISSING):
                raise ConflictError(f"{key} in {self.url} was written by another run", "run again") from None

    def list(self, prefix: str) -> Iterator[Entry]:
        with self._call(prefix):
            found = [Entry(item["path"], item["size"]) for page in obstore.list(self._store, prefix=prefix) for item in page]
        yield from sorted(found)

    def delete(self, key: str) -> None:
        may_delete(key)
        try:
            with self._call(key):
                obstore.delete(self._store, key)
        except MissingError:
            return

    def sweep(self) -> int:
        return 0

    @contextmanager
    def _call(self, key: str) -> Iterator[None]:
        try:
            yield
        except _MISSING:
            raise MissingError(f"{key} is not in {self.url}") from None
        except (PermissionError, exceptions.PermissionDeniedError, exceptions.UnauthenticatedError):
            raise DriftscanError(
                f"{self.url}/{key}: access denied", "check the credentials of the store and its permissions to get, put and list"
            ) from None
        except exceptions.BaseError as e:
            reason = (str(e).strip() or type(e).__name__).splitlines()[0].rsplit(" - ", 1)[-1].split(": <", 1)[0]
            raise DriftscanError(f"{self.url}/{key}: {reason}", "check the endpoint and the bucket of the store, then run again") from None


def _open(url: str, environ: Mapping[str, str]) -> ObjectStore:
    parts = urlsplit(url)
    prefix = parts.path.strip("/") or None
    if not parts.netloc:
        raise UsageError(f"{url}: no bucket", "write it as s3://bucket/prefix or gs://bucket/prefix")
    if parts.scheme == "gs":
        return GCSStore(parts.netloc, prefix=prefix)
    if parts.scheme != "s3":
        raise UsageError(f"{url}: unknown kind of store", "use a path, s3://bucket/prefix or gs://bucket/prefix")
    names = {
        "access_key_id": ("AWS_ACCESS_KEY_ID",),
        "secret_access_key": ("AWS_SECRET_ACCESS_KEY",),
        "session_token": ("AWS_SESSION_TOKEN",),
        "region": ("AWS_REGION", "AWS_DEFAULT_REGION"),
        "endpoint": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
    }
    config: Any = {}
    for name, variables in names.items():
        value = next((environ[v] for v in variables if environ.get(v)), None)
        if value is not None:
            config[name] = value
    options: Any = {"allow_http": True} if str(config.get("endpoint", "")).startswith("http://") else {}
    return S3Store(parts.netloc, prefix=prefix, config=config, client_options=options)
