"""Nothing is ever written: what goes out is counted where it arrives."""

from __future__ import annotations

import inspect
import re
from contextlib import closing

import pytest
from google.cloud import resourcemanager_v3 as manager

from driftscan.catalog.google import CALLS, PATHS
from driftscan.demo.google.answers import METHODS
from driftscan.demo.google.server import Cloud
from driftscan.sources.gcp import hierarchy, levels, reading
from driftscan.sources.gcp import source as module
from driftscan.sources.gcp.clients import Clients
from driftscan.sources.gcp.guard import Refused, check
from tests.sources.gcp.conftest import QUICK, projects, scan


def test_a_whole_scan_makes_reads_alone_and_all_that_are_known(cloud: Cloud) -> None:
    scan(*projects("acme-stage", "302", "folders/200", "labels.env:prod"))
    assert set(cloud.faults.counts) == {c.operation for c in CALLS}
    assert all(re.match(r"(Get|List|Search)[A-Z]", name) for name in cloud.faults.counts)


def test_the_source_counts_what_the_server_counts(cloud: Cloud) -> None:
    found = scan(*projects("acme-stage", "folders/200"))
    assert {name.partition(":")[2]: n for name, n in found.source.calls.items()} == cloud.faults.counts


def test_a_write_never_goes_out(cloud: Cloud) -> None:
    with closing(Clients(QUICK)) as clients:
        for write in (
            lambda: clients.projects.delete_project(manager.DeleteProjectRequest(name="projects/301"), retry=None),
            lambda: clients.folders.create_folder(manager.CreateFolderRequest(folder={"parent": "folders/200"}), retry=None),
            lambda: clients.asset.delete_feed(name="projects/301/feeds/f", retry=None),
        ):
            with pytest.raises(Refused, match="is no read that this source makes"):
                write()
    assert cloud.faults.counts == {}


def test_the_calls_are_the_vendors(cloud: Cloud) -> None:
    assert {p for p in PATHS if p.startswith("/")} <= METHODS.keys()
    with pytest.raises(Refused):
        check("DELETE /v3/liens/p1")


def test_the_permissions_are_those_that_the_code_names() -> None:
    text = "".join(inspect.getsource(m) for m in (hierarchy, levels, reading, module))
    named = set(re.findall(r'"(resourcemanager\.[a-zA-Z.]+[a-zA-Z])"', text))
    assert named <= {p for c in CALLS for p in c.permissions}
