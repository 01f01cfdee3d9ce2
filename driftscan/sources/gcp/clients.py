"""The official clients: one channel each, credentials found as Google's libraries find them, every call paced and tried again.

Credentials: application default ones (a login, an attached service account, a file of workload identity federation), impersonating
another service account where the configuration says so. `CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDASSET` and `..._CLOUDRESOURCEMANAGER`
(gcloud's own variables) name another endpoint; one that begins with `http://` is an emulator: no TLS, no credentials, no pace to keep.
"""

from __future__ import annotations

import logging
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlsplit

import google.auth
import grpc
from google.auth import credentials as auth
from google.auth import impersonated_credentials
from google.auth.transport.requests import AuthorizedSession, Request
from google.cloud import asset_v1, resourcemanager_v3

from driftscan.catalog import limits
from driftscan.sources.gcp.faults import TRANSIENT, failure
from driftscan.sources.gcp.gaps import ASSET, MANAGER
from driftscan.sources.gcp.guard import guarded
from driftscan.sources.throttle import Bucket

T = TypeVar("T")

logging.getLogger("grpc._common").setLevel(logging.CRITICAL)
"""It prints a traceback for an answer that is none: here that is a gap."""

SCOPES: Final = ("https://www.googleapis.com/auth/cloudasset", "https://www.googleapis.com/auth/cloud-platform.read-only")
"""Of a token: `ListAssets` takes the first, Resource Manager the second; neither may write anything but feeds of Cloud Asset Inventory.
A login's token has the scopes that the person granted."""
IMPERSONATING: Final = ("https://www.googleapis.com/auth/cloud-platform",)
ENDPOINTS: Final[Mapping[str, str]] = {
    ASSET: "CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDASSET",
    MANAGER: "CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER",
}
_SHARE: Final = 0.5
"""Of the published rate."""
_BURST: Final = 5.0
"""Calls that may go at once after a rest; few, because the quota counts whole minutes."""
_UNLIMITED: Final = -1
"""A page of 1,000 assets may be far larger than gRPC's 4 MB."""
_OPTIONS: Final = (("grpc.max_receive_message_length", _UNLIMITED), ("grpc.max_send_message_length", _UNLIMITED))


class Closed(BaseException):
    """The source was closed while a call was on its way: nobody waits for its answer, and nobody may take it for one.

    No Exception, so that nothing that handles what the vendor does makes a gap of it.
    """


@dataclass(frozen=True, slots=True)
class Tuning:
    """Knobs of the transport. Seconds; attempts count the first try.

    throttled: for how long a call is tried again while the quota is exhausted. transient: for how long, and at least `attempts` times,
    while the vendor or the network stumbles.
    """

    call_timeout: float = 60.0
    first_pause: float = 1.0
    slowest_pause: float = 60.0
    attempts: int = 3
    transient: float = 90.0
    throttled: float = 1800.0


class Pace:
    """How fast all clients of one source may go together: their quota may be one and the same."""

    def __init__(self) -> None:
        self.closed = threading.Event()
        self._lock = threading.Lock()
        self._buckets: dict[str, Bucket] = {}

    def wait(self, service: str) -> None:
        """Until the next call may go. Raises Closed."""
        with self._lock:
            now = time.monotonic()
            bucket = self._bucket(service)
            ready = bucket.ready_at(now)
            bucket.take(max(now, ready))
        self.pause(ready - now)

    def pause(self, seconds: float) -> None:
        """Raises Closed, at once when the source is closed."""
        if self.closed.wait(max(0.0, seconds)):
            raise Closed

    def answered(self, service: str, *, throttled: bool) -> None:
        """A call was answered, or refused for its rate."""
        with self._lock:
            if throttled:
                self._bucket(service).on_throttle(time.monotonic())
            else:
                self._bucket(service).on_answer()

    def _bucket(self, service: str) -> Bucket:
        if service not in self._buckets:
            self._buckets[service] = Bucket(limits.rate(service, "*") * _SHARE, _BURST)
        return self._buckets[service]


class Clients:
    """Clients of one identity; made when first asked for, shared by all threads.

    impersonate: e-mail of the service account to act as, or None.
    """

    def __init__(self, tuning: Tuning, impersonate: str | None = None, pace: Pace | None = None) -> None:
        self.made: Counter[str] = Counter()
        self._tuning, self._impersonate = tuning, impersonate
        self._pace = pace or Pace()
        self._lock = threading.RLock()
        self._held: dict[str, Any] = {}
        self._channels: list[grpc.Channel] = []
        self._found: auth.Credentials | None = None

    @property
    def asset(self) -> asset_v1.AssetServiceClient:
        """Cloud Asset Inventory. Raises google.auth's errors where there are no credentials."""
        return cast(asset_v1.AssetServiceClient, self._client(ASSET, asset_v1.AssetServiceClient))

    @property
    def projects(self) -> resourcemanager_v3.ProjectsClient:
        """Resource Manager's projects."""
        return cast(resourcemanager_v3.ProjectsClient, self._client(MANAGER, resourcemanager_v3.ProjectsClient))

    @property
    def folders(self) -> resourcemanager_v3.FoldersClient:
        """Resource Manager's folders."""
        return cast(resourcemanager_v3.FoldersClient, self._client(MANAGER, resourcemanager_v3.FoldersClient))

    @property
    def organizations(self) -> resourcemanager_v3.OrganizationsClient:
        """Resource Manager's organizations."""
        return cast(resourcemanager_v3.OrganizationsClient, self._client(MANAGER, resourcemanager_v3.OrganizationsClient))

    @property
    def bindings(self) -> resourcemanager_v3.TagBindingsClient:
        """Resource Manager's tag bindings."""
        return cast(resourcemanager_v3.TagBindingsClient, self._client(MANAGER, resourcemanager_v3.TagBindingsClient))

    @property
    def session(self) -> Any:
        """A `requests.Session` that carries the credentials, for what has no gRPC."""
        with self._lock:
            if self._pace.closed.is_set():
                raise Closed
            if "session" not in self._held:
                made: Any = AuthorizedSession
                self._held["session"] = made(_anonymous() if emulator(MANAGER) else self.credentials())
            return self._held["session"]

    @property
    def identity(self) -> str:
        """Who reads: the e-mail of a service account, else how the credentials were found. Raises google.auth's errors."""
        if self._impersonate:
            return self._impersonate
        if emulator(ASSET):
            return "anonymous"
        found: Any = self.credentials()
        if getattr(found, "service_account_email", "") == "default":
            found.refresh(Request())  # an attached service account says its name with its first token
        return str(getattr(found, "service_account_email", "") or getattr(found, "account", "") or "application default credentials")

    @property
    def quota_project(self) -> str:
        """The project whose quota the calls count against, where the credentials name one."""
        return "" if emulator(ASSET) else str(getattr(self.credentials(), "quota_project_id", "") or "")

    def credentials(self) -> auth.Credentials:
        """As they were found, once. Raises google.auth's errors where there are none."""
        with self._lock:
            if self._found is None:
                made: Any = impersonated_credentials.Credentials
                found, _ = google.auth.default(scopes=IMPERSONATING if self._impersonate else SCOPES)
                quota = getattr(found, "quota_project_id", None)
                self._found = found if not self._impersonate else made(found, self._impersonate, list(SCOPES), quota_project_id=quota)
            return self._found

    def call(self, service: str, operation: str, method: Callable[..., T], request: Any) -> T:
        """One request, tried again while the vendor throttles or stumbles. Raises what the vendor answers in the end, or Closed."""
        tuning, pace = self._tuning, self._pace
        before, since, pause, tries = "", time.monotonic(), tuning.first_pause, 0
        while True:
            if not emulator(service):
                pace.wait(service)
            with self._lock:
                self.made[f"{service}:{operation}"] += 1
            try:
                answer = method(request, retry=None, timeout=tuning.call_timeout)
            except Exception as e:
                if pace.closed.is_set():
                    raise Closed from e
                problem = failure(e)
                throttled = problem.kind == "throttled"
                pace.answered(service, throttled=throttled)
                what = "throttled" if throttled else "transient" if problem.kind in TRANSIENT else ""
                if what != before:  # trouble of another sort begins
                    before, since, pause, tries = what, time.monotonic(), tuning.first_pause, 0
                tries += 1
                wait = max(pause * random.uniform(0.5, 1.0), problem.wait)
                in_time = time.monotonic() - since + wait <= (tuning.throttled if throttled else tuning.transient)
                if not what or not (in_time or (tries < tuning.attempts and not throttled)):
                    raise
                pace.pause(wait)
                pause = min(pause * 2, tuning.slowest_pause)
            else:
                pace.answered(service, throttled=False)
                return answer

    def close(self) -> None:
        """Ends the connections; a call that is on its way raises Closed."""
        self._pace.closed.set()
        with self._lock:
            session, channels = self._held.get("session"), list(self._channels)
            self._held.clear()
            self._channels.clear()
        if session is not None:
            session.close()
        for channel in channels:
            channel.close()

    # ----------------------------------------------------------------------------------------- inside

    def _client(self, service: str, made_of: Any) -> Any:
        with self._lock:
            if self._pace.closed.is_set():
                raise Closed
            if made_of.__name__ not in self._held:
                self._held[made_of.__name__] = self._new(service, made_of)
            return self._held[made_of.__name__]

    def _new(self, service: str, made_of: Any) -> Any:
        kind = made_of.get_transport_class("grpc")
        target = emulator(service)
        if target:
            channel = grpc.insecure_channel(target, options=list(_OPTIONS))
        else:
            host = endpoint(service) or kind.DEFAULT_HOST
            host = host if ":" in host else f"{host}:443"
            channel = kind.create_channel(host, credentials=self.credentials(), options=list(_OPTIONS))
        self._channels.append(channel)
        return made_of(transport=kind(channel=guarded(channel)))


def _anonymous() -> Any:
    made: Any = auth.AnonymousCredentials
    return made()


def endpoint(service: str) -> str:
    """`host` or `host:port` that the environment names for a service; empty where it names none."""
    address = os.environ.get(ENDPOINTS[service], "")
    return urlsplit(address).netloc or address.rstrip("/")


def emulator(service: str) -> str:
    """The same, where it is an emulator, whose address begins with `http://`; else empty."""
    return endpoint(service) if os.environ.get(ENDPOINTS[service], "").startswith("http://") else ""


def base(service: str) -> str:
    """The address of a service's REST interface, without a slash at the end."""
    return f"http://{emulator(service)}" if emulator(service) else f"https://{endpoint(service) or f'{service}.googleapis.com'}"
