"""Any number of assets in two projects that are twins, made when they are asked for: for measuring how reading and comparing grow.

Each shape is serialised once with a number of seven digits in it; an asset is that text with its own number. So a page of a thousand
assets costs a millisecond, and nothing is held but the shapes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final, overload

from google.cloud import asset_v1
from google.protobuf import json_format

from driftscan.demo.google.inventory import LEVELS, Json, Version

MARK: Final = "7654321"
"""Stands in a shape where an asset's number will stand. No other text of a shape holds it."""
ORGANIZATION: Final = "organizations/700000000001"
SITES: Final = {
    "stage": ("acme-big-stage", "700000000010", "europe-west1"),
    "prod": ("acme-big-prod", "700000000020", "europe-west4"),
}
"""Environment -> project id, number, region."""
EVERY: Final = 1000
"""One of so many assets of stage differs from its twin."""
_CREATED: Final = "2026-03-02T08:00:00.000-08:00"


def _asset(
    env: str, service: str, kind: str, version: str, path: str, data: Json, policy: Json | None = None, where: str = "global"
) -> Json:
    _, number, _ = SITES[env]
    found: Json = {
        "name": f"//{service}.googleapis.com/{path}",
        "assetType": f"{service}.googleapis.com/{kind}",
        "ancestors": [f"projects/{number}", ORGANIZATION],
        "updateTime": "2026-03-02T16:00:00Z",
        "resource": {
            "version": version,
            "discoveryDocumentUri": f"https://www.googleapis.com/discovery/v1/apis/{service}/{version}/rest",
            "discoveryName": kind,
            "parent": f"//cloudresourcemanager.googleapis.com/projects/{number}",
            "location": where,
            "data": data,
        },
    }
    return found | ({"iamPolicy": policy} if policy else {})


def _shapes(env: str, odd: bool) -> list[Json]:
    """One asset of each shape; `odd` ones differ from their twins in one setting."""
    project, number, region = SITES[env]
    zone, link = f"{region}-b", f"https://www.googleapis.com/compute/v1/projects/{project}"
    robot = f"w{MARK}@{project}.iam.gserviceaccount.com"
    disk = {
        "creationTimestamp": _CREATED,
        "id": f"100000{MARK}",
        "labels": {"env": env, "team": "platform"},
        "name": f"disk-{MARK}",
        "physicalBlockSizeBytes": "4096",
        "selfLink": f"{link}/zones/{zone}/disks/disk-{MARK}",
        "sizeGb": "100" if odd else "50",
        "status": "READY",
        "type": f"{link}/zones/{zone}/diskTypes/pd-balanced",
        "zone": f"{link}/zones/{zone}",
    }
    rule = {
        "allowed": [{"IPProtocol": "tcp", "ports": ["443", "8443"] if odd else ["443"]}],
        "creationTimestamp": _CREATED,
        "direction": "INGRESS",
        "disabled": False,
        "id": f"200000{MARK}",
        "logConfig": {"enable": False},
        "name": f"allow-{MARK}",
        "network": f"{link}/global/networks/main",
        "priority": 1000,
        "selfLink": f"{link}/global/firewalls/allow-{MARK}",
        "sourceRanges": ["10.0.0.0/8"],
        "targetTags": [f"app-{MARK}"],
    }
    account = {
        "description": "somebody else's worker" if odd else "a worker",
        "displayName": f"worker {MARK}",
        "email": robot,
        "etag": "MDEwMjE5MjA=",
        "name": f"projects/{project}/serviceAccounts/{robot}",
        "oauth2ClientId": f"30000000000000{MARK}",
        "projectId": project,
        "uniqueId": f"30000000000000{MARK}",
    }
    topic = {
        "labels": {"env": env},
        "messageRetentionDuration": "86400s" if odd else "604800s",
        "name": f"projects/{project}/topics/events-{MARK}",
        "state": "ACTIVE",
    }
    bucket = {
        "etag": "CAE=",
        "iamConfiguration": {"publicAccessPrevention": "inherited" if odd else "enforced", "uniformBucketLevelAccess": {"enabled": True}},
        "id": f"{project}-data-{MARK}",
        "kind": "storage#bucket",
        "labels": {"env": env, "team": "platform"},
        "location": region.upper(),
        "locationType": "region",
        "metageneration": "1",
        "name": f"{project}-data-{MARK}",
        "projectNumber": number,
        "selfLink": f"https://www.googleapis.com/storage/v1/b/{project}-data-{MARK}",
        "softDeletePolicy": {"effectiveTime": "2026-03-02T16:00:00.000Z", "retentionDurationSeconds": "604800"},
        "storageClass": "STANDARD",
        "timeCreated": "2026-03-02T16:00:00.000Z",
        "updated": "2026-03-02T16:00:00.000Z",
        "versioning": {"enabled": True},
    }
    policy = {"bindings": [{"role": "roles/storage.objectUser", "members": [f"serviceAccount:{robot}"]}]}
    return [
        _asset(env, "compute", "Disk", "v1", f"projects/{project}/zones/{zone}/disks/disk-{MARK}", disk, where=zone),
        _asset(env, "compute", "Firewall", "v1", f"projects/{project}/global/firewalls/allow-{MARK}", rule),
        _asset(env, "iam", "ServiceAccount", "v1", f"projects/{project}/serviceAccounts/30000000000000{MARK}", account),
        _asset(env, "pubsub", "Topic", "v1", f"projects/{project}/topics/events-{MARK}", topic),
        _asset(env, "storage", "Bucket", "v1", f"{project}-data-{MARK}", bucket, policy, region),
    ]


def _bytes(asset: Json, content: str) -> bytes:
    message = json_format.ParseDict(Version(asset).cut(content), asset_v1.Asset.pb()())
    return bytes(message.SerializeToString())


class _Listing(Sequence[bytes]):
    """The assets of some projects, one after the other, each when it is asked for.

    groups: per project its fixed assets, and per shape the asset as bytes, plain and odd.
    """

    def __init__(self, groups: list[tuple[list[bytes], list[tuple[bytes, bytes]]]], each: int, shapes: int) -> None:
        self._groups, self._blocks, self._shapes = groups, each // shapes, shapes
        self._sizes = [len(fixed) + self._blocks * len(found) for fixed, found in groups]

    def __len__(self) -> int:
        return sum(self._sizes)

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> list[bytes]: ...
    def __getitem__(self, at: int | slice) -> bytes | list[bytes]:
        if isinstance(at, slice):
            return [self._one(i) for i in range(*at.indices(len(self)))]
        return self._one(range(len(self))[at])

    def _one(self, at: int) -> bytes:
        for (fixed, found), size in zip(self._groups, self._sizes, strict=True):
            if at < size:
                if at < len(fixed):
                    return fixed[at]
                number, shape = divmod(at - len(fixed), len(found))
                odd = (number * self._shapes + shape) % EVERY == EVERY // 2
                return found[shape][odd].replace(MARK.encode(), b"%07d" % number)
            at -= size
        raise IndexError(at)


class Generated:
    """An inventory of `each` assets in every one of the two projects, rounded down to whole sets of its shapes, beside what they need."""

    def __init__(self, each: int) -> None:
        self.organization: Json = {"name": ORGANIZATION, "displayName": "acme-big.example", "state": "ACTIVE"}
        self.folders: list[Json] = []
        self.projects: list[Json] = [
            {
                "name": f"projects/{number}",
                "parent": ORGANIZATION,
                "projectId": project,
                "displayName": project,
                "state": "ACTIVE",
                "labels": {"env": env},
                "createTime": "2026-03-02T15:00:00Z",
            }
            for env, (project, number, _) in SITES.items()
        ]
        self.others: Mapping[str, list[Json]] = {"tagKeys": [], "tagValues": [], "tagBindings": [], "liens": []}
        self._each = each
        self._plain = {env: _shapes(env, False) for env in SITES}
        self._odd = {env: _shapes(env, env == "stage") for env in SITES}
        self._fixed = {env: _fixed(env) for env in SITES}
        every = [*self._plain["stage"], *self._fixed["stage"]]
        self.types = frozenset(str(a["assetType"]) for a in every) | LEVELS
        self._listed = lru_cache(maxsize=16)(self._list)

    def canonical(self, scope: str) -> str:
        """See `Holding`."""
        return next((f"projects/{number}" for project, number, _ in SITES.values() if scope == f"projects/{project}"), scope)

    def listing(self, scope: str, types: frozenset[str] | None, content: str, at: datetime) -> Sequence[bytes]:  # noqa: ARG002
        """See `Holding`. Nothing ever changed."""
        return self._listed(scope, types, content)

    def _list(self, scope: str, types: frozenset[str] | None, content: str) -> _Listing:
        def wanted(asset: Json) -> bool:
            return (types is None or asset["assetType"] in types) and Version(asset).has(content)

        groups = []
        for env, (_, number, _) in SITES.items():
            if scope in (ORGANIZATION, f"projects/{number}"):
                fixed = [_bytes(a, content) for a in self._fixed[env] if wanted(a)]
                pairs = zip(self._plain[env], self._odd[env], strict=True)
                groups.append((fixed, [(_bytes(a, content), _bytes(b, content)) for a, b in pairs if wanted(a)]))
        return _Listing(groups, self._each, len(self._plain["stage"]))

    def versions(self, scope: str, name: str) -> Sequence[Version]:  # noqa: ARG002
        """See `Holding`. Of what is made when it is asked for, there is no history."""
        return []

    def policy(self, scope: str) -> Json:  # noqa: ARG002
        """See `Holding`."""
        return {"bindings": [{"role": "roles/viewer", "members": ["group:platform@acme-big.example"]}]}


def _fixed(env: str) -> list[Json]:
    """The project, its enabled services, and the network that the generated ones lie in."""
    project, number, _ = SITES[env]
    services = ("cloudasset", "compute", "iam", "pubsub", "storage")
    link = f"https://www.googleapis.com/compute/v1/projects/{project}"
    network = {
        "autoCreateSubnetworks": False,
        "creationTimestamp": _CREATED,
        "id": "1000000000000",
        "name": "main",
        "routingConfig": {"routingMode": "REGIONAL"},
        "selfLink": f"{link}/global/networks/main",
    }
    whole: Json = {
        "createTime": "2026-03-02T15:00:00Z",
        "labels": {"env": env},
        "lifecycleState": "ACTIVE",
        "name": project,
        "parent": {"id": ORGANIZATION.partition("/")[2], "type": "organization"},
        "projectId": project,
        "projectNumber": number,
    }
    return [
        _asset(env, "cloudresourcemanager", "Project", "v1", f"projects/{number}", whole),
        *(
            _asset(
                env,
                "serviceusage",
                "Service",
                "v1",
                f"projects/{number}/services/{s}.googleapis.com",
                {"name": f"projects/{number}/services/{s}.googleapis.com", "parent": f"projects/{number}", "state": "ENABLED"},
            )
            for s in services
        ),
        _asset(env, "compute", "Network", "v1", f"projects/{project}/global/networks/main", network),
    ]
