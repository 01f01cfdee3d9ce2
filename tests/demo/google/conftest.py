"""A small organization on one server, and Google's own clients for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from google.cloud import asset_v1, resourcemanager_v3
from google.cloud.asset_v1.services.asset_service.transports import AssetServiceGrpcTransport

from driftscan.demo.google.server import Cloud, serving

NOW = datetime(2026, 8, 31, 6, tzinfo=UTC)
ORGANIZATION, FOLDER, TEAM = "organizations/100", "folders/200", "folders/201"
STAGE, PROD, LOST = "projects/301", "projects/302", "projects/303"
Json = dict[str, Any]


def asset(name: str, kind: str, above: list[str], data: Json | None = None, **more: Any) -> Json:
    """A line of an export."""
    service = kind.partition("/")[0]
    found: Json = {"name": f"//{service}/{name}", "assetType": kind, "ancestors": above, "updateTime": "2026-08-01T00:00:00Z", **more}
    if data is not None:
        found["resource"] = {"version": "v1", "discoveryName": kind.rpartition("/")[2], "location": "global", "data": data}
    return found


IN_STAGE, IN_PROD = [STAGE, TEAM, FOLDER, ORGANIZATION], [PROD, FOLDER, ORGANIZATION]
FIREWALL, BUCKET, DISK = "compute.googleapis.com/Firewall", "storage.googleapis.com/Bucket", "compute.googleapis.com/Disk"
PROJECT = "cloudresourcemanager.googleapis.com/Project"
EDITORS = {"bindings": [{"role": "roles/editor", "members": ["user:ann@acme.example"]}], "etag": "BwYB"}
WEB = "//compute.googleapis.com/projects/acme-stage/global/firewalls/web"
GONE = "//compute.googleapis.com/projects/acme-stage/global/firewalls/gone"


def opened(ports: list[str]) -> Json:
    """The firewall `web` with these ports."""
    name = "projects/acme-stage/global/firewalls/web"
    return asset(name, FIREWALL, IN_STAGE, {"name": "web", "allowed": [{"IPProtocol": "tcp", "ports": ports}]})


DOCUMENT: Json = {
    "organization": {"name": ORGANIZATION, "displayName": "acme.example", "directoryCustomerId": "C01", "state": "ACTIVE"},
    "folders": [
        {"name": FOLDER, "parent": ORGANIZATION, "displayName": "Environments", "state": "ACTIVE"},
        {"name": TEAM, "parent": FOLDER, "displayName": "Stage", "state": "ACTIVE"},
    ],
    "projects": [
        {"name": STAGE, "parent": TEAM, "projectId": "acme-stage", "displayName": "Stage", "state": "ACTIVE", "labels": {"env": "stage"}},
        {"name": PROD, "parent": FOLDER, "projectId": "acme-prod", "displayName": "Prod", "state": "ACTIVE", "labels": {"env": "prod"}},
        {"name": LOST, "parent": ORGANIZATION, "projectId": "acme-lost", "displayName": "Lost", "state": "DELETE_REQUESTED"},
    ],
    "tagKeys": [
        {"name": "tagKeys/1", "parent": ORGANIZATION, "shortName": "environment", "namespacedName": "100/environment"},
        {"name": "tagKeys/2", "parent": ORGANIZATION, "shortName": "data", "namespacedName": "100/data"},
    ],
    "tagValues": [
        {"name": "tagValues/11", "parent": "tagKeys/1", "shortName": "stage", "namespacedName": "100/environment/stage"},
        {"name": "tagValues/12", "parent": "tagKeys/1", "shortName": "any", "namespacedName": "100/environment/any"},
        {"name": "tagValues/21", "parent": "tagKeys/2", "shortName": "pii", "namespacedName": "100/data/pii"},
    ],
    "tagBindings": [
        {"name": "tagBindings/a", "parent": f"//cloudresourcemanager.googleapis.com/{STAGE}", "tagValue": "tagValues/11"},
        {"name": "tagBindings/b", "parent": f"//cloudresourcemanager.googleapis.com/{FOLDER}", "tagValue": "tagValues/12"},
        {"name": "tagBindings/c", "parent": f"//cloudresourcemanager.googleapis.com/{FOLDER}", "tagValue": "tagValues/21"},
    ],
    "liens": [
        {
            "name": "liens/p1",
            "parent": PROD,
            "origin": "platform",
            "reason": "holds the ledger",
            "restrictions": ["resourcemanager.projects.delete"],
        }
    ],
    "assets": [
        asset("projects/301", PROJECT, IN_STAGE, {"projectId": "acme-stage", "lifecycleState": "ACTIVE"}, iamPolicy=EDITORS),
        {"window": {"endTime": "2026-08-20T00:00:00Z"}, "asset": opened(["443"])},
        {"window": {"startTime": "2026-08-20T00:00:00Z"}, "asset": opened(["443", "22"])},
        {
            "window": {"startTime": "2026-08-10T00:00:00Z"},
            "asset": asset("projects/acme-stage/global/firewalls/gone", FIREWALL, IN_STAGE, {"name": "gone"}),
        },
        {
            "window": {"startTime": "2026-08-25T00:00:00Z"},
            "deleted": True,
            "asset": asset("projects/acme-stage/global/firewalls/gone", FIREWALL, IN_STAGE),
        },
        *(asset(f"acme-{n:02}", BUCKET, IN_STAGE, {"name": f"acme-{n:02}", "labels": {"n": str(n)}}) for n in range(25)),
        asset("projects/acme-prod/zones/a/disks/d", DISK, IN_PROD, {"name": "d", "sizeGb": "10"}),
        asset(
            FOLDER,
            "cloudresourcemanager.googleapis.com/Folder",
            [FOLDER, ORGANIZATION],
            orgPolicy=[{"constraint": "constraints/iam.disableServiceAccountKeyCreation", "booleanPolicy": {"enforced": True}}],
        ),
    ],
    "supportedAssetTypes": ["run.googleapis.com/Service"],
}


@dataclass(frozen=True)
class Clients:
    """Google's own clients over one channel."""

    channel: grpc.Channel

    @property
    def assets(self) -> Any:
        return asset_v1.AssetServiceClient(transport=AssetServiceGrpcTransport(channel=self.channel))

    def manager(self, kind: str) -> Any:
        """`Projects`, `Folders`, `Organizations`, `TagKeys`, `TagValues`, `TagBindings`."""
        client = getattr(resourcemanager_v3, f"{kind}Client")
        return client(transport=client.get_transport_class("grpc")(channel=self.channel))

    def page(self, **request: Any) -> Any:
        """One page of `ListAssets`, without the client's own retries."""
        return next(self.assets.list_assets(request, retry=None, timeout=request.pop("timeout", 10.0)).pages)

    def names(self, **request: Any) -> list[str]:
        """The names of a whole listing."""
        return [a.name for a in self.assets.list_assets(request, retry=None, timeout=10.0)]


@pytest.fixture(scope="package")
def server() -> Iterator[Cloud]:
    with serving(DOCUMENT) as cloud:
        yield cloud


@pytest.fixture
def cloud(server: Cloud) -> Iterator[Cloud]:
    server.faults.forget()
    server.load(DOCUMENT)
    server.now, server.most = NOW, 1000
    yield server
    server.faults.forget()


@pytest.fixture
def clients(cloud: Cloud) -> Iterator[Clients]:
    with grpc.insecure_channel(cloud.target) as channel:
        yield Clients(channel)
