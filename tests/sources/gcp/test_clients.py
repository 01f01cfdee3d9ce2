"""The transport: how often, how fast, as whom, and how it ends."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import google.auth
import grpc
import pytest
from google.api_core import exceptions as api
from google.auth import credentials as auth
from google.auth import exceptions as auth_errors
from google.auth import impersonated_credentials
from google.cloud import resourcemanager_v3 as manager

from driftscan.catalog import limits
from driftscan.demo.google.faults import Fault
from driftscan.demo.google.server import Cloud
from driftscan.sources.gcp import clients as module
from driftscan.sources.gcp import hierarchy
from driftscan.sources.gcp.clients import IMPERSONATING, SCOPES, Clients, Closed, Pace, base, emulator, endpoint
from driftscan.sources.gcp.gaps import ASSET, MANAGER
from tests.sources.gcp.conftest import QUICK, source

READER = "driftscan-reader@acme-tools.iam.gserviceaccount.com"


def get(clients: Clients) -> Any:
    return hierarchy.project(clients, "acme-stage")


@pytest.mark.parametrize(("kind", "times"), [("throttled", 5), ("unavailable", 2), ("internal", 2), ("reset", 2), ("malformed", 1)])
def test_what_passes_is_tried_again(cloud: Cloud, kind: str, times: int) -> None:
    cloud.faults.set(Fault(kind, times=times, seconds=0.01))
    with closing(Clients(QUICK)) as clients:
        assert get(clients).number == "301"
        assert clients.made == {"cloudresourcemanager:GetProject": times + 1}


@pytest.mark.parametrize("kind", ["denied", "disabled", "unauthenticated", "unimplemented", "expired"])
def test_what_does_not_pass_is_asked_once(cloud: Cloud, kind: str) -> None:
    cloud.faults.set(Fault(kind))
    with closing(Clients(QUICK)) as clients, pytest.raises(api.GoogleAPICallError):
        get(clients)
    assert cloud.faults.counts == {"GetProject": 1}


def test_a_stumbling_vendor_is_given_up_after_some_tries_and_some_time(cloud: Cloud) -> None:
    cloud.faults.set(Fault("unavailable"))
    with closing(Clients(replace(QUICK, transient=0.0, attempts=3))) as clients, pytest.raises(api.ServiceUnavailable):
        get(clients)
    assert cloud.faults.counts == {"GetProject": 3}


def test_the_vendor_says_how_long_to_wait(cloud: Cloud) -> None:
    cloud.faults.set(Fault("throttled", times=1, seconds=0.7))
    began = time.monotonic()
    with closing(Clients(QUICK)) as clients:
        get(clients)
    assert time.monotonic() - began >= 0.7


def test_a_storm_ends_by_slowing_down(cloud: Cloud) -> None:
    """The pace is kept by all clients of a source together."""
    pace = Pace()
    rates = []
    for _ in range(3):
        pace.answered(ASSET, throttled=True)
        rates.append(pace._bucket(ASSET).rate)
    assert rates[0] == limits.rate(ASSET, "*") / 2
    assert rates[2] < rates[0]
    with closing(source()) as made:
        one, other = (made.clients(replace(a, impersonate=i)) for a in made.environment.accounts for i in (None, READER))
        assert one is not other
        assert one._pace is other._pace


def test_half_of_the_published_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    now, slept = [1000.0], []

    def pause(_: Pace, seconds: float) -> None:
        slept.append(seconds)
        now[0] += max(0.0, seconds)

    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(Pace, "pause", pause)
    pace = Pace()
    for _ in range(55):
        pace.wait(ASSET)
    assert now[0] - 1000.0 >= 60.0, "100 a minute are published"
    assert max(slept) < 2.0


def test_an_emulator_keeps_no_pace(cloud: Cloud) -> None:
    began = time.monotonic()
    with closing(Clients(QUICK)) as clients:
        for _ in range(30):
            get(clients)
    assert time.monotonic() - began < 4.0


@pytest.mark.parametrize("kind", ["hang", "throttled"])
def test_closing_ends_what_is_on_its_way(cloud: Cloud, kind: str) -> None:
    """Ctrl-C: a call that hangs, or waits for its turn, ends at once, and nobody takes it for an answer."""
    cloud.faults.set(Fault(kind, method="ListAssets", seconds=60.0))
    made = source(tuning=replace(QUICK, call_timeout=60.0, throttled=600.0))
    made.resolve()
    unit = next(u for u in made.units() if u.service == ASSET)
    ended: list[BaseException] = []

    def read() -> None:
        try:
            list(made.read(unit))
        except BaseException as e:
            ended.append(e)

    thread = threading.Thread(target=read)
    thread.start()
    while "ListAssets" not in cloud.faults.counts:
        time.sleep(0.01)
    began = time.monotonic()
    made.close()
    thread.join(10)
    assert time.monotonic() - began < 5.0
    assert [type(e) for e in ended] == [Closed]
    with pytest.raises(Closed):
        list(made.read(unit))


# ------------------------------------------------------------------------------------------------- where


@pytest.mark.parametrize(
    ("value", "host", "emulated", "rest"),
    [
        ("", "", "", "https://cloudresourcemanager.googleapis.com"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080", "127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://crm-acme.p.googleapis.com/", "crm-acme.p.googleapis.com", "", "https://crm-acme.p.googleapis.com"),
        ("crm-acme.p.googleapis.com", "crm-acme.p.googleapis.com", "", "https://crm-acme.p.googleapis.com"),
    ],
)
def test_an_endpoint_of_the_environment(monkeypatch: pytest.MonkeyPatch, value: str, host: str, emulated: str, rest: str) -> None:
    monkeypatch.setenv("CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER", value)
    assert (endpoint(MANAGER), emulator(MANAGER), base(MANAGER)) == (host, emulated, rest)


def test_an_endpoint_without_http_gets_tls_and_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def secure(target: str, credentials: Any, **_: Any) -> grpc.Channel:
        asked.append((target, credentials))
        return grpc.insecure_channel("127.0.0.1:1")

    monkeypatch.setenv("CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDASSET", "https://asset-acme.p.googleapis.com/")
    monkeypatch.setattr(grpc, "secure_channel", secure)
    monkeypatch.setattr(google.auth, "default", lambda **_: (auth.AnonymousCredentials(), None))
    with closing(Clients(QUICK)) as clients:
        assert clients.asset is clients.asset
        assert clients.projects is not None
    assert [target for target, _ in asked] == ["asset-acme.p.googleapis.com:443", "cloudresourcemanager.googleapis.com:443"]
    assert all(isinstance(c, grpc.ChannelCredentials) for _, c in asked)


# ------------------------------------------------------------------------------------------------- who


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[dict[str, Any]], None]:
    """No credentials but those of a file; no emulator."""
    for name in ("CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDASSET", "CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "nothing"))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    file = tmp_path / "credentials.json"

    def use(data: dict[str, Any]) -> None:
        file.write_text(json.dumps(data))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))

    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    return use


LOGIN = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r", "quota_project_id": "acme-tools"}
FEDERATED = {
    "type": "external_account",
    "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
    "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
    "token_url": "https://sts.googleapis.com/v1/token",
    "credential_source": {"file": "/nowhere"},
    "service_account_impersonation_url": f"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{READER}:generateAccessToken",
}


def test_a_login_keeps_the_scopes_that_the_person_granted(bare: Callable[[dict[str, Any]], None]) -> None:
    bare(LOGIN)
    with closing(Clients(QUICK)) as clients:
        found: Any = clients.credentials()
        assert found.scopes is None
        assert clients.quota_project == "acme-tools"
        assert clients.identity == "application default credentials"


@pytest.mark.filterwarnings("ignore")
def test_a_file_of_workload_identity_federation(bare: Callable[[dict[str, Any]], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "acme-tools")
    bare(FEDERATED)
    with closing(Clients(QUICK)) as clients:
        found: Any = clients.credentials()
        assert tuple(found.scopes) == SCOPES
        assert clients.identity == READER


def test_a_service_account_is_acted_as(bare: Callable[[dict[str, Any]], None]) -> None:
    bare(LOGIN)
    with closing(Clients(QUICK, READER)) as clients:
        found: Any = clients.credentials()
        assert isinstance(found, impersonated_credentials.Credentials)
        assert (found.service_account_email, tuple(found._target_scopes), found.quota_project_id) == (READER, SCOPES, "acme-tools")
        assert clients.identity == READER
    assert IMPERSONATING == ("https://www.googleapis.com/auth/cloud-platform",)


@pytest.mark.usefixtures("bare")
def test_no_credentials_are_an_error_with_the_command_that_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google.auth, "default", _nothing)
    with closing(source()) as made:
        (found,) = made.resolve()
        assert made.units() == []
    assert found.gap is not None
    assert (found.gap.type, found.gap.code, found.gap.permission) == ("*", "UNAUTHENTICATED", "")
    assert "gcloud auth application-default login" in found.gap.hint


def _nothing(**_: Any) -> Any:
    raise auth_errors.DefaultCredentialsError("Your default credentials were not found.")


def test_all_clients_are_made_once(cloud: Cloud) -> None:
    with closing(Clients(QUICK)) as clients:
        for name in ("asset", "projects", "folders", "organizations", "bindings", "session"):
            assert getattr(clients, name) is getattr(clients, name)
        assert isinstance(clients.projects, manager.ProjectsClient)
