"""One Google Cloud for the room's tests, with an organization of two projects that can be read and one that is being deleted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from driftscan.catalog import Catalog, load
from driftscan.demo.google.server import Cloud, serving, variables
from driftscan.model.resource import Resource
from driftscan.model.settings import Account, Environment, Settings
from driftscan.model.snapshot import Gap, Listing
from driftscan.model.value import Address
from driftscan.sources.gcp import GcpSource, assets
from driftscan.sources.gcp.clients import Tuning
from driftscan.sources.unit import ResolvedAccount

Json = dict[str, Any]
NOW = datetime(2026, 8, 31, 6, tzinfo=UTC)
ORGANIZATION, FOLDER, TEAM = "organizations/100", "folders/200", "folders/201"
STAGE, PROD, LOST = "projects/301", "projects/302", "projects/303"
IN_STAGE, IN_PROD = [STAGE, TEAM, FOLDER, ORGANIZATION], [PROD, FOLDER, ORGANIZATION]
FIREWALL, BUCKET, DISK = "compute.googleapis.com/Firewall", "storage.googleapis.com/Bucket", "compute.googleapis.com/Disk"
PROJECT, SERVICE = "cloudresourcemanager.googleapis.com/Project", "serviceusage.googleapis.com/Service"
FOLDERS, ORGANIZATIONS = "cloudresourcemanager.googleapis.com/Folder", "cloudresourcemanager.googleapis.com/Organization"
BINDING, TUNNEL, TOPIC = "cloudresourcemanager.googleapis.com/TagBinding", "iap.googleapis.com/Tunnel", "pubsub.googleapis.com/Topic"
EDITORS: Json = {"bindings": [{"role": "roles/editor", "members": ["user:ann@acme.example"]}], "etag": "BwYB"}
READERS: Json = {
    "bindings": [
        {
            "role": "roles/storage.objectViewer",
            "members": ["group:readers@acme.example"],
            "condition": {"title": "by day", "expression": "request.time.getHours() < 20"},
        }
    ],
    "auditConfigs": [
        {"service": "storage.googleapis.com", "auditLogConfigs": [{"logType": "DATA_READ", "exemptedMembers": ["user:a@b.c"]}]}
    ],
}
NO_KEYS: Json = {"constraint": "constraints/iam.disableServiceAccountKeyCreation", "booleanPolicy": {"enforced": True}}
ANY_KEYS: Json = {"constraint": "constraints/iam.disableServiceAccountKeyCreation", "booleanPolicy": {}}
QUICK = Tuning(call_timeout=5.0, first_pause=0.01, slowest_pause=0.05, transient=0.3, throttled=3.0)
IMPATIENT = replace(QUICK, call_timeout=0.4, attempts=2)


def asset(name: str, kind: str, above: list[str], data: Json | None = None, where: str = "global", **more: Any) -> Json:
    """A line of an export."""
    service = kind.partition("/")[0]
    found: Json = {"name": f"//{service}/{name}", "assetType": kind, "ancestors": above, "updateTime": "2026-08-01T00:00:00Z", **more}
    if data is not None:
        found["resource"] = {"version": "v1", "discoveryName": kind.rpartition("/")[2], "location": where, "data": data}
    return found


def service(project: str, above: list[str], api: str, state: str = "ENABLED") -> Json:
    """An API of a project."""
    name = f"{project}/services/{api}.googleapis.com"
    return asset(name, SERVICE, above, {"name": name, "parent": project, "state": state})


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
    "tagKeys": [{"name": "tagKeys/1", "parent": ORGANIZATION, "shortName": "environment", "namespacedName": "100/environment"}],
    "tagValues": [
        {"name": "tagValues/11", "parent": "tagKeys/1", "shortName": "stage", "namespacedName": "100/environment/stage"},
        {"name": "tagValues/12", "parent": "tagKeys/1", "shortName": "any", "namespacedName": "100/environment/any"},
    ],
    "tagBindings": [
        {"name": "tagBindings/a", "parent": f"//cloudresourcemanager.googleapis.com/{STAGE}", "tagValue": "tagValues/11"},
        {"name": "tagBindings/b", "parent": f"//cloudresourcemanager.googleapis.com/{FOLDER}", "tagValue": "tagValues/12"},
    ],
    "liens": [
        {
            "name": "liens/p1",
            "parent": STAGE,
            "origin": "platform",
            "reason": "holds the ledger",
            "restrictions": ["resourcemanager.projects.delete"],
            "createTime": "2026-01-01T00:00:00Z",
        }
    ],
    "assets": [
        asset(
            "projects/301", PROJECT, IN_STAGE, {"projectId": "acme-stage", "projectNumber": "301"}, iamPolicy=EDITORS, orgPolicy=[NO_KEYS]
        ),
        *(service(STAGE, IN_STAGE, api) for api in ("compute", "storage", "iap", "cloudresourcemanager", "cloudasset")),
        service(STAGE, IN_STAGE, "pubsub", "DISABLED"),
        *(
            asset(
                f"projects/acme-stage/global/firewalls/f{n}",
                FIREWALL,
                IN_STAGE,
                {"name": f"f{n}", "priority": 1000.0 + n, "disabled": False},
            )
            for n in range(5)
        ),
        *(
            asset(f"acme-{n:02}", BUCKET, IN_STAGE, {"name": f"acme-{n:02}", "ratio": 0.5}, "EUROPE-WEST1", iamPolicy=READERS)
            for n in range(7)
        ),
        asset("projects/acme-stage/zones/europe-west1-b/disks/d", DISK, IN_STAGE, {"name": "d"}, "europe-west1-b"),
        asset("tagBindings/a", BINDING, IN_STAGE, {"parent": f"//cloudresourcemanager.googleapis.com/{STAGE}", "tagValue": "tagValues/11"}),
        asset("projects/301/iap_tunnel", TUNNEL, IN_STAGE, iamPolicy=READERS),
        asset("projects/302", PROJECT, IN_PROD, {"projectId": "acme-prod", "projectNumber": "302"}, iamPolicy=EDITORS),
        service(PROD, IN_PROD, "storage"),
        asset("acme-p", BUCKET, IN_PROD, {"name": "acme-p"}, "eu"),
        asset("folders/200", FOLDERS, [FOLDER, ORGANIZATION], iamPolicy=READERS),
        asset("folders/201", FOLDERS, [TEAM, FOLDER, ORGANIZATION], iamPolicy=EDITORS, orgPolicy=[ANY_KEYS]),
        asset("organizations/100", ORGANIZATIONS, [ORGANIZATION], iamPolicy=EDITORS, orgPolicy=[NO_KEYS]),
    ],
}


@dataclass
class Scan:
    """What a scan of everything said."""

    accounts: list[ResolvedAccount]
    resources: dict[Address, Resource]
    gaps: list[Gap]
    listings: list[Listing]
    source: GcpSource

    def of(self, type_: str) -> list[Resource]:
        """The resources of a type."""
        return [r for a, r in sorted(self.resources.items()) if a.type == type_]

    def only(self, type_: str) -> Resource:
        """The one resource of a type."""
        (found,) = self.of(type_)
        return found

    def status(self, type_: str) -> set[str]:
        """How a type was listed."""
        return {str(x.status) for x in self.listings if x.type == type_}


def projects(*names: str, **more: Any) -> tuple[Account, ...]:
    """Entries of the configuration."""
    return tuple(Account("gcp", name, **more) for name in names)


def source(
    *accounts: Account,
    tuning: Tuning = QUICK,
    read_time: datetime | None = None,
    only: tuple[str, ...] | None = None,
    catalog: Catalog | None = None,
    skip: tuple[str, ...] = (),
) -> GcpSource:
    """A source of one environment, of `acme-stage` where no account is named."""
    environment = Environment("stage", (), accounts or projects("acme-stage"))
    settings = Settings("acme", "", (environment,), (), skip_types=skip)
    found = catalog or load()
    return GcpSource(environment, found, settings, now=lambda: NOW, read_time=read_time, only_types=only, tuning=tuning)


def scan(*accounts: Account, **more: Any) -> Scan:
    """Resolve, and read every unit."""
    with closing(source(*accounts, **more)) as made:
        resolved = made.resolve()
        items = [item for unit in made.units() for item in made.read(unit)]
        resources = [i for i in items if isinstance(i, Resource)]
        assert len({r.address for r in resources}) == len(resources), "each once"
        gaps = [i for i in items if isinstance(i, Gap)]
        listings = [i for i in items if isinstance(i, Listing)]
        return Scan(resolved, {r.address: r for r in resources}, gaps, listings, made)


@pytest.fixture(scope="package")
def server() -> Iterator[Cloud]:
    with serving(DOCUMENT) as cloud:
        yield cloud


@pytest.fixture
def cloud(server: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """The server as every test finds it, and the environment in which a source finds it; pages are small."""
    server.faults.forget()
    server.load(DOCUMENT)
    server.now = NOW
    for name, value in variables(server.url).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(assets, "PAGE", 4)
    yield server
    server.faults.forget()


CATALOG = {
    "compute/firewall": (FIREWALL, "RESOURCE"),
    "compute/disk": (DISK, "RESOURCE"),
    "storage/bucket": (BUCKET, "RESOURCE,IAM_POLICY"),
    "pubsub/topic": (TOPIC, "RESOURCE,IAM_POLICY"),
    "iap/tunnel": (TUNNEL, "IAM_POLICY"),
    "serviceusage/service": (SERVICE, "RESOURCE"),
    "cloudresourcemanager/tagbinding": (BINDING, "RESOURCE"),
    "cloudresourcemanager/project": (PROJECT, "RESOURCE,IAM_POLICY,ORG_POLICY"),
}


@pytest.fixture(scope="package")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """A catalogue of the types above, so that these tests say what they need."""
    folder: Path = tmp_path_factory.mktemp("catalog")
    for name, (type_, content) in CATALOG.items():
        file = folder / "gcp" / f"{name}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        contents = ", ".join(f'"{c}"' for c in content.split(","))
        file.write_text(f'type = "{type_}"\ntitle = "x"\nschema = "x.v1:Y"\naspect = "capacity"\ncontent = [{contents}]\n')
    return load(folder)
