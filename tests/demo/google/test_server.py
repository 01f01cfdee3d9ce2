"""The server as a process of its own: it starts at once, is switched while it runs, and ends with whoever started it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import grpc
import pytest
from google.api_core import exceptions

from driftscan.demo.google.faults import Fault
from driftscan.demo.google.generate import EVERY, SITES, Generated
from driftscan.demo.google.server import Remote, running, serving
from tests.demo.google.conftest import DOCUMENT, STAGE, Clients


def test_it_is_switched_while_it_runs(tmp_path: Path) -> None:
    file = tmp_path / "organization.json"
    file.write_text(json.dumps(DOCUMENT))
    with running(str(file)) as remote, grpc.insecure_channel(remote.url.removeprefix("http://")) as channel:
        clients = Clients(channel)
        assert len(clients.names(parent=STAGE)) == 27
        remote.faults(Fault("denied", scope=STAGE))
        with pytest.raises(exceptions.PermissionDenied):
            clients.names(parent=STAGE)
        remote.faults()
        remote.load(DOCUMENT | {"assets": []})
        remote.clock("2026-08-31T06:00:00Z")
        page = clients.page(parent=STAGE)
        assert (list(page.assets), page.read_time.isoformat()) == ([], "2026-08-31T06:00:00+00:00")
        remote.clock()
        assert clients.page(parent=STAGE).read_time.year >= 2026
        assert remote.calls() == {"ListAssets": 4}


def test_a_scan_finds_it_by_gclouds_own_variables() -> None:
    assert Remote("http://127.0.0.1:1").variables == {
        "CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDASSET": "http://127.0.0.1:1",
        "CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER": "http://127.0.0.1:1",
    }


def test_it_ends_with_the_process_that_started_it() -> None:
    script = (
        "from driftscan.demo.google.server import running\nwith running() as remote:\n    print(remote.url, flush=True)\n"
        "    import time; time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=os.environ)
    assert parent.stdout is not None
    target = parent.stdout.readline().strip().removeprefix("http://")
    assert _answers(target)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 20
    while _answers(target) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _answers(target)


def _answers(target: str) -> bool:
    import socket

    host, _, port = target.rpartition(":")
    with socket.socket() as s:
        s.settimeout(2)
        return s.connect_ex((host, int(port))) == 0


def test_channels_leave_nothing_open() -> None:
    with serving(DOCUMENT) as cloud:
        for _ in range(20):
            with grpc.insecure_channel(cloud.target) as channel:
                assert Clients(channel).page(parent=STAGE).assets
        deadline = time.monotonic() + 10
        while cloud.front.open and time.monotonic() < deadline:
            time.sleep(0.05)
        assert cloud.front.open == 0


def _twin(env: str, text: str) -> str:
    """A text without what an environment calls its own."""
    _, number, region = SITES[env]
    return text.replace(env, "ENV").replace(number, "NUMBER").replace(region, "REGION").replace(region.upper(), "REGION")


def test_generated_assets_are_counted_unique_and_twins() -> None:
    with serving(Generated(5000)) as cloud, grpc.insecure_channel(cloud.target) as channel:
        clients = Clients(channel)
        found = {}
        for env in ("stage", "prod"):
            listed = clients.assets.list_assets({"parent": f"projects/acme-big-{env}", "content_type": "RESOURCE", "page_size": 700})
            found[env] = {_twin(env, a.name): _twin(env, str(type(a).pb(a).resource.data)) for a in listed}
            assert len(found[env]) == 5000 + 7
        assert found["stage"].keys() == found["prod"].keys()
        assert sum(found["stage"][k] != found["prod"][k] for k in found["stage"]) == 5000 // EVERY
        policies = clients.assets.list_assets({"parent": "projects/acme-big-stage", "content_type": "IAM_POLICY", "page_size": 1000})
        assert len(list(policies)) == 1000
        whole = clients.assets.list_assets({"parent": "organizations/700000000001", "asset_types": [".*/Disk"], "page_size": 1000})
        assert len({a.name for a in whole}) == 2000
