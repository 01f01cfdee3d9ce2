"""Stored snapshots of two small Google Cloud environments, in memory, without any cloud: one project each, spelled as the vendor spells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from driftscan.jobs.assemble import assemble
from driftscan.jobs.compare import compare
from driftscan.jobs.record import previous
from driftscan.model.drift import Comparison
from driftscan.model.report import Report, ReportControl, ReportFinding
from driftscan.model.resource import Resource
from driftscan.model.settings import Account, ComparisonRule, Environment, Settings
from driftscan.model.snapshot import Gap, Header, Listing, Snapshot, Status
from driftscan.model.value import Address
from driftscan.store import Store
from tests.jobs import estate as aws

IDS = {"stage": "acme-shop-stage", "prod": "acme-shop-prod"}
NUMBERS = {"stage": "111111111111", "prod": "222222222222"}
BUCKET, ACCOUNT, ROLE = "storage.googleapis.com/Bucket", "iam.googleapis.com/ServiceAccount", "iam.googleapis.com/Role"
PROJECT, FIREWALL, NETWORK = (
    "cloudresourcemanager.googleapis.com/Project", "compute.googleapis.com/Firewall", "compute.googleapis.com/Network",
)  # fmt: skip
FOLDER, DENY = "cloudresourcemanager.googleapis.com/Folder", "iam.googleapis.com/PolicyV2"
TYPES = (BUCKET, ACCOUNT, ROLE, PROJECT, FOLDER, FIREWALL, NETWORK, DENY)
SETTINGS = Settings(
    "acme",
    "memory:",
    tuple(Environment(env, (env[:3],), (Account("gcp", id_),)) for env, id_ in IDS.items()),
    (ComparisonRule("stage", "prod"),),
    digest="settings",
)


def bind(role: str, *members: str, when: str = "") -> dict[str, Any]:
    return {"role": role, "members": list(members)} | ({"condition": {"expression": when, "title": "t"}} if when else {})


def held(value: dict[str, Any], bindings: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A document with a policy."""
    return value | ({"iamPolicy": {"bindings": list(bindings)}} if bindings else {})


def resource(env: str, type_: str, path: str, value: dict[str, Any], *bindings: Mapping[str, Any], region: str = "global") -> Resource:
    name = f"//{type_.partition('/')[0]}/{path}"
    return Resource(Address(type_, IDS[env], region, name, "gcp"), held(value, bindings), name)


def project(env: str, *bindings: Mapping[str, Any], **more: Any) -> Resource:
    value = {"projectId": IDS[env], "projectNumber": NUMBERS[env], "lifecycleState": "ACTIVE", "name": f"Shop {env}", **more}
    return resource(env, PROJECT, f"projects/{NUMBERS[env]}", value, *bindings)


def bucket(env: str, *bindings: Mapping[str, Any], name: str = "orders", **more: Any) -> Resource:
    full = f"acme-{name}-{env}"
    return resource(env, BUCKET, full, {"name": full, "location": "EU", "storageClass": "STANDARD", **more}, *bindings, region="eu")


def email(env: str, name: str = "run") -> str:
    return f"{name}@{IDS[env]}.iam.gserviceaccount.com"


def account(env: str, *bindings: Mapping[str, Any], name: str = "run", **more: Any) -> Resource:
    path = f"projects/{IDS[env]}/serviceAccounts/{email(env, name)}"
    unique = {"stage": "104", "prod": "117"}[env] + "000000000000000000"
    return resource(
        env, ACCOUNT, path, {"name": path, "email": email(env, name), "projectId": IDS[env], "uniqueId": unique, **more}, *bindings
    )


def role(env: str, *permissions: str, name: str = "ops", **more: Any) -> Resource:
    path = f"projects/{IDS[env]}/roles/{name}"
    return resource(env, ROLE, path, {"name": path, "title": "Ops", "stage": "GA", "includedPermissions": list(permissions), **more})


def network(env: str, **more: Any) -> Resource:
    path = f"projects/{IDS[env]}/global/networks/main"
    return resource(env, NETWORK, path, {"name": "main", "selfLink": f"https://www.googleapis.com/compute/v1/{path}", **more})


def firewall(env: str, *, name: str = "web", **more: Any) -> Resource:
    path = f"projects/{IDS[env]}/global/firewalls/{name}"
    link = f"https://www.googleapis.com/compute/v1/projects/{IDS[env]}/global/networks/main"
    value = {
        "name": name, "network": link, "direction": "INGRESS", "priority": 1000, "allowed": [{"IPProtocol": "tcp", "ports": ["443"]}],
        "sourceRanges": ["10.0.0.0/8"], **more,
    }  # fmt: skip
    return resource(env, FIREWALL, path, {k: v for k, v in value.items() if v is not ...})


def deny(env: str, *rules: Mapping[str, Any], name: str = "guard") -> Resource:
    at = f"cloudresourcemanager.googleapis.com%2Fprojects%2F{NUMBERS[env]}"
    path = f"policies/{at}/denypolicies/{name}"
    return resource(env, DENY, path, {"name": path, "kind": "DenyPolicy", "displayName": name, "rules": list(rules)})


def snapshot(store: Store, env: str, resources: Iterable[Resource], *gaps: Gap, as_of: str = "2026-11-01T06:00:00Z") -> Snapshot:
    """Store a snapshot that listed `TYPES` whole, except those of the gaps."""
    found = list(resources)
    unread = {g.type for g in gaps}
    writer = store.begin(env, f"run-{env}-{as_of}")
    listings = [
        Listing(IDS[env], region, t, Status.DENIED if t in unread else Status.COMPLETE, sum(r.address.type == t for r in found))
        for t in TYPES
        for region in ("global",)
    ]
    writer.add("all", found, listings, gaps)
    return writer.finish(Header(env, (IDS[env],), ((IDS[env], ("europe-west1",)),), (as_of, as_of), as_of, "1", "c", "s", "k"))


def denied(env: str, type_: str) -> Gap:
    return Gap(IDS[env], "global", type_, "cloudasset", "ListAssets", "PERMISSION_DENIED", "cloudasset.assets.listResource", "grant it")


def report_of(stage: Iterable[Resource], prod: Iterable[Resource], *gaps: Gap, settings: Settings = SETTINGS) -> Report:
    """The report on two environments, as `run` makes it. gaps: of stage."""
    store = Store.open("memory:")
    for env, held_, missing in (("stage", stage, gaps), ("prod", prod, ())):
        snapshot(store, env, held_, *missing)
    context = aws.context(store, settings)
    made = {e: store.snapshot(store.snapshots(e)[-1].id) for e in IDS}
    return assemble(context, made, "2026-11-30T06:00:00Z", previous(context), whole=True)[0]


def compared(stage: Iterable[Resource], prod: Iterable[Resource], *gaps: Gap) -> Comparison:
    """The comparison of two environments."""
    store = Store.open("memory:")
    infos = []
    for env, held_, missing in (("stage", stage, gaps), ("prod", prod, ())):
        snapshot(store, env, held_, *missing)
        infos.append(store.snapshots(env)[-1])
    return compare(aws.context(store, SETTINGS), *infos).comparison


def drifts(report: Report) -> list[ReportFinding]:
    return [f for f in report.findings if f.verdict == "drift" and f.kind != "control"]


def row(report: Report, control: str, environment: str = "stage") -> ReportControl:
    return next(c for c in report.controls if (c.id, c.environment) == (control, environment))


def several(**projects: tuple[str, ...]) -> Settings:
    """Settings with these projects per environment."""
    return replace(
        SETTINGS, environments=tuple(Environment(e, (e[:3],), tuple(Account("gcp", p) for p in ps)) for e, ps in projects.items())
    )
