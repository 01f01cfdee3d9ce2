"""The official clients: one channel each, credentials found as Google's libraries find them, every call paced and tried again.

Credentials: application default ones (a login, an attached service account, workload identity federation), impersonating another
service account where the configuration says so. `CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDASSET` and `..._CLOUDRESOURCEMANAGER` (gcloud's own
variables) name another endpoint; one that begins with `http://` is an emulator: no TLS, no credentials, no pace to keep.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlsplit

import google.auth
import grpc
from google.api_core import exceptions as api
from google.api_core.client_options import ClientOptions
from google.api_core.retry import Retry, if_exception_type
from google.auth import credentials as auth
from google.auth import impersonated_credentials
from google.cloud import asset_v1, resourcemanager_v3

from driftscan.catalog import limits
from driftscan.sources.gcp.gaps import ASSET, MANAGER
from driftscan.sources.throttle import Bucket

T = TypeVar("T")

SCOPE: Final = "https://www.googleapis.com/auth/cloud-platform.read-only"
IMPERSONATING: Final = "https://www.googleapis.com/auth/cloud-platform"
ENDPOINTS: Final[Mapping[str, str]] = {
    ASSET: "CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDASSET",
    MANAGER: "CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER",
}
_BURST: Final = 60.0
_PAGE_BYTES: Final = 256 << 20
"""A page of 1,000 assets may be far larger than gRPC's 4 MB."""
_OPTIONS: Final = (("grpc.max_receive_message_length", _PAGE_BYTES), ("grpc.keepalive_time_ms", 60_000))
_TRANSIENT: Final = (api.ServiceUnavailable, api.InternalServerError, api.Aborted, api.Unknown, api.DeadlineExceeded)


@dataclass(frozen=True, slots=True)
class Tuning:
    """Knobs of the transport. Seconds. throttled, transient: for how long a call is tried again after such an answer."""

    call_timeout: float = 120.0
    first_pause: float = 1.0
    slowest_pause: float = 60.0
    throttled: float = 1800.0
    transient: float = 90.0


class Clients:
    """Clients of one environment; made when first asked for, shared by all threads.

    impersonate: e-mail of the service account to act as, or None.
    """

    def __init__(self, tuning: Tuning, impersonate: str | None = None) -> None:
        self.made: Counter[str] = Counter()
        self._tuning, self._impersonate = tuning, impersonate
        self._lock = threading.Lock()
        self._held: dict[str, Any] = {}
        self._channels: list[grpc.Channel] = []
        self._buckets: dict[str, Bucket] = {}
        self._found: auth.Credentials | None = None

    @property
    def asset(self) -> asset_v1.AssetServiceClient:
        """Cloud Asset Inventory. Raises google.auth's errors where there are no credentials."""
        return cast(asset_v1.AssetServiceClient, self._client("asset", ASSET, asset_v1.AssetServiceClient))

    @property
    def projects(self) -> resourcemanager_v3.ProjectsClient:
        """Resource Manager's projects."""
        return cast(resourcemanager_v3.ProjectsClient, self._client("projects", MANAGER, resourcemanager_v3.ProjectsClient))

    @property
    def folders(self) -> resourcemanager_v3.FoldersClient:
        """Resource Manager's folders."""
        return cast(resourcemanager_v3.FoldersClient, self._client("folders", MANAGER, resourcemanager_v3.FoldersClient))

    @property
    def organizations(self) -> resourcemanager_v3.OrganizationsClient:
        """Resource Manager's organisations."""
        made = self._client("organizations", MANAGER, resourcemanager_v3.OrganizationsClient)
        return cast(resourcemanager_v3.OrganizationsClient, made)

    @property
    def identity(self) -> str:
        """Who reads: the e-mail of a service account, else how the credentials were found."""
        if self._impersonate:
            return self._impersonate
        if emulator(ASSET):
            return "anonymous"
        found = self._credentials()
        return str(getattr(found, "service_account_email", "") or "application default credentials")

    def call(self, service: str, operation: str, method: Callable[..., T], request: Any) -> T:
        """One request, tried again while the vendor throttles or stumbles. Raises what the vendor answers in the end."""
        tuning = self._tuning

        def once() -> T:
            self._wait(service)
            with self._lock:
                self.made[f"{service}:{operation}"] += 1
            try:
                answer = method(request, retry=None, timeout=tuning.call_timeout)
            except api.ResourceExhausted:
                with self._lock:
                    self._bucket(service).on_throttle(time.monotonic())
                raise
            with self._lock:
                self._bucket(service).on_answer()
            return answer

        stumbled = _retry(_TRANSIENT, tuning, tuning.transient)(once)
        return _retry((api.ResourceExhausted,), tuning, tuning.throttled)(stumbled)()

    def close(self) -> None:
        """Ends the connections; a call that is on its way fails."""
        with self._lock:
            held, channels = list(self._held.values()), list(self._channels)
            self._held.clear()
            self._channels.clear()
        for client in held:
            client.transport.close()
        for channel in channels:
            channel.close()

    # ----------------------------------------------------------------------------------------- inside

    def _client(self, name: str, service: str, made_of: Any) -> Any:
        with self._lock:
            if name not in self._held:
                self._held[name] = self._new(service, made_of)
            return self._held[name]

    def _new(self, service: str, made_of: Any) -> Any:
        kind = made_of.get_transport_class("grpc")
        target = emulator(service)
        if target:
            channel = grpc.insecure_channel(target, options=list(_OPTIONS))
            self._channels.append(channel)
            return made_of(transport=kind(channel=channel, credentials=_anonymous()))
        address = os.environ.get(ENDPOINTS[service], "")
        options = ClientOptions(api_endpoint=urlsplit(address).netloc or address) if address else None
        return made_of(credentials=self._credentials(), client_options=options)

    def _credentials(self) -> auth.Credentials:
        if self._found is None:
            found, _ = google.auth.default(scopes=[IMPERSONATING if self._impersonate else SCOPE])
            if self._impersonate:
                acting: Any = impersonated_credentials.Credentials
                found = acting(found, self._impersonate, [SCOPE])
            self._found = found
        return self._found

    def _bucket(self, service: str) -> Bucket:
        """Half of the published rate, as for every vendor. The lock is held."""
        if service not in self._buckets:
            self._buckets[service] = Bucket(limits.rate(service, "*") / 2, _BURST)
        return self._buckets[service]

    def _wait(self, service: str) -> None:
        if emulator(service):
            return
        with self._lock:
            now = time.monotonic()
            bucket = self._bucket(service)
            ready = bucket.ready_at(now)
            bucket.take(max(now, ready))
        if ready > now:
            time.sleep(ready - now)


def _anonymous() -> Any:
    made: Any = auth.AnonymousCredentials
    return made()


def emulator(service: str) -> str:
    """`host:port` of the emulator that the environment names for a service; empty where it names none."""
    address = os.environ.get(ENDPOINTS[service], "")
    return urlsplit(address).netloc if address.startswith("http://") else ""


def _retry(errors: tuple[type[Exception], ...], tuning: Tuning, timeout: float) -> Retry:
    return Retry(
        predicate=if_exception_type(*errors), initial=tuning.first_pause, maximum=tuning.slowest_pause, multiplier=2.0, timeout=timeout
    )
