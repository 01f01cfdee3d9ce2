"""What the platform team puts into every Google Cloud project: the project itself, its services, network, keys, robots, logs, alerts."""

from __future__ import annotations

from typing import Final

from driftscan.demo.project import DOMAIN, Json, Project

COMMON: Final = ("cloudasset", "cloudkms", "cloudresourcemanager", "compute", "iam", "logging", "monitoring", "secretmanager", "storage")
"""Services that every project has."""


def build(project: Project, services: tuple[str, ...]) -> None:
    """Everything that a team's parts build on. services: those that it switches on besides the common ones."""
    for service in sorted((*COMMON, *services)):
        name = f"projects/{project.number}/services/{service}.googleapis.com"
        data = {
            "config": {"name": f"{service}.googleapis.com"},
            "name": name,
            "parent": f"projects/{project.number}",
            "state": "ENABLED",
        }
        project.add(f"service-{service}", "serviceusage/Service", name, data)
    robots(project)
    itself(project)
    network(project)
    keys(project)
    watch(project)


def itself(project: Project) -> None:
    """The project, with who may do what in it."""
    data = {
        "createTime": project.at("project"),
        "labels": project.labels,
        "lifecycleState": "ACTIVE",
        "name": project.id,
        "parent": {"id": project.folder.partition("/")[2], "type": "folder"},
        "projectId": project.id,
        "projectNumber": project.number,
    }
    policy = {
        "roles/viewer": [f"group:{project.team}@{DOMAIN}"],
        "roles/logging.viewer": [f"group:oncall@{DOMAIN}"],
        f"projects/{project.id}/roles/deployer": [f"serviceAccount:{project.robot('deploy')}"],
        "roles/logging.logWriter": [f"serviceAccount:{project.robot('app')}"],
        "roles/compute.serviceAgent": [f"serviceAccount:service-{project.number}@compute-system.iam.gserviceaccount.com"],
    }
    asset = project.add("project", "cloudresourcemanager/Project", f"projects/{project.number}", data, policy=policy)
    asset["resource"]["parent"] = f"//cloudresourcemanager.googleapis.com/{project.folder}"
    asset["iamPolicy"]["auditConfigs"] = [
        {"service": "allServices", "auditLogConfigs": [{"logType": "ADMIN_READ"}, {"logType": "DATA_WRITE"}, {"logType": "DATA_READ"}]}
    ]
    asset["orgPolicy"] = [
        {
            "constraint": "constraints/iam.disableServiceAccountKeyCreation",
            "booleanPolicy": {"enforced": True},
            "updateTime": project.at("keys-policy"),
            "etag": project.code("keys-policy"),
        },
        {
            "constraint": "constraints/gcp.resourceLocations",
            "listPolicy": {"allowedValues": ["in:europe-locations"]},
            "updateTime": project.at("places-policy"),
            "etag": project.code("places-policy"),
        },
    ]


def robots(project: Project) -> None:
    """A service account per workload, and the role of the one that deploys."""
    for name, text in (("app", "runs the applications"), ("deploy", "deploys them"), ("scheduler", "calls them on time")):
        unique, email = project.digits(f"robot-{name}", 21), project.robot(name)
        data = {
            "description": text,
            "displayName": name,
            "email": email,
            "etag": project.code(f"robot-{name}"),
            "name": f"projects/{project.id}/serviceAccounts/{email}",
            "oauth2ClientId": unique,
            "projectId": project.id,
            "uniqueId": unique,
        }
        policy = {"roles/iam.serviceAccountUser": [f"serviceAccount:{project.robot('deploy')}"]} if name == "app" else None
        project.add(f"robot-{name}", "iam/ServiceAccount", f"projects/{project.id}/serviceAccounts/{unique}", data, policy=policy)
    role = {
        "description": "What a deployment needs, and nothing else.",
        "etag": project.code("deployer"),
        "includedPermissions": [
            "iam.serviceAccounts.actAs",
            "logging.logEntries.create",
            "storage.objects.create",
            "storage.objects.get",
        ],
        "name": f"projects/{project.id}/roles/deployer",
        "stage": "GA",
        "title": "Deployer",
    }
    project.add("deployer", "iam/Role", f"projects/{project.id}/roles/deployer", role)


def network(project: Project) -> None:
    """One network, one subnetwork, a way out, and what may come in."""
    env, region, link = project.env, project.region, f"{project.compute}/global/networks/main-{project.env}"
    subnet = f"{project.compute}/regions/{region}/subnetworks/apps-{env}"
    project.add(
        "network",
        "compute/Network",
        f"projects/{project.id}/global/networks/main-{env}",
        {
            "autoCreateSubnetworks": False,
            "creationTimestamp": project.at("network"),
            "id": project.digits("network"),
            "mtu": 1460,
            "name": f"main-{env}",
            "networkFirewallPolicyEnforcementOrder": "AFTER_CLASSIC_FIREWALL",
            "routingConfig": {"routingMode": "REGIONAL"},
            "selfLink": link,
            "selfLinkWithId": f"{project.compute}/global/networks/{project.digits('network')}",
            "subnetworks": [subnet],
        },
    )
    project.add(
        "subnet",
        "compute/Subnetwork",
        f"projects/{project.id}/regions/{region}/subnetworks/apps-{env}",
        {
            "creationTimestamp": project.at("subnet"),
            "enableFlowLogs": True,
            "fingerprint": project.code("subnet"),
            "gatewayAddress": f"10.{project.octet}.0.1",
            "id": project.digits("subnet"),
            "ipCidrRange": f"10.{project.octet}.0.0/20",
            "logConfig": {
                "aggregationInterval": "INTERVAL_10_MIN",
                "enable": True,
                "flowSampling": 0.5,
                "metadata": "INCLUDE_ALL_METADATA",
            },
            "name": f"apps-{env}",
            "network": link,
            "privateIpGoogleAccess": True,
            "purpose": "PRIVATE",
            "region": f"{project.compute}/regions/{region}",
            "secondaryIpRanges": [
                {"ipCidrRange": f"10.{project.octet}.64.0/18", "rangeName": "pods"},
                {"ipCidrRange": f"10.{project.octet}.16.0/20", "rangeName": "services"},
            ],
            "selfLink": subnet,
            "stackType": "IPV4_ONLY",
        },
        where=region,
    )
    project.add(
        "router",
        "compute/Router",
        f"projects/{project.id}/regions/{region}/routers/out-{env}",
        {
            "creationTimestamp": project.at("router"),
            "id": project.digits("router"),
            "name": f"out-{env}",
            "nats": [
                {
                    "autoNetworkTier": "PREMIUM",
                    "enableEndpointIndependentMapping": False,
                    "endpointTypes": ["ENDPOINT_TYPE_VM"],
                    "logConfig": {"enable": True, "filter": "ERRORS_ONLY"},
                    "name": f"nat-{env}",
                    "natIpAllocateOption": "AUTO_ONLY",
                    "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES",
                }
            ],
            "network": link,
            "region": f"{project.compute}/regions/{region}",
            "selfLink": f"{project.compute}/regions/{region}/routers/out-{env}",
        },
        where=region,
    )
    firewall(project, "internal", [{"IPProtocol": "tcp"}, {"IPProtocol": "udp"}, {"IPProtocol": "icmp"}], [f"10.{project.octet}.0.0/16"])
    firewall(project, "health-checks", [{"IPProtocol": "tcp", "ports": ["8080"]}], ["35.191.0.0/16", "130.211.0.0/22"])
    firewall(project, "ssh", [{"IPProtocol": "tcp", "ports": ["22"]}], ["35.235.240.0/20"])


def firewall(project: Project, name: str, allowed: list[Json], sources: list[str]) -> None:
    """A rule for what comes in."""
    full = f"allow-{name}-{project.env}"
    data = {
        "allowed": allowed,
        "creationTimestamp": project.at(full),
        "description": "",
        "direction": "INGRESS",
        "disabled": False,
        "id": project.digits(full),
        "logConfig": {"enable": True, "metadata": "INCLUDE_ALL_METADATA"},
        "name": full,
        "network": f"{project.compute}/global/networks/main-{project.env}",
        "priority": 1000,
        "selfLink": f"{project.compute}/global/firewalls/{full}",
        "sourceRanges": sources,
    }
    project.add(f"firewall-{name}", "compute/Firewall", f"projects/{project.id}/global/firewalls/{full}", data)


def key_name(project: Project) -> str:
    """The key that the project's data is encrypted with."""
    return f"projects/{project.id}/locations/{project.region}/keyRings/apps-{project.env}/cryptoKeys/data"


def keys(project: Project) -> None:
    """A key ring and the key for data, turned every 90 days."""
    name = key_name(project)
    ring = name.partition("/cryptoKeys/")[0]
    project.add("ring", "cloudkms/KeyRing", ring, {"createTime": project.at("ring"), "name": ring}, where=project.region)
    data = {
        "createTime": project.at("key"),
        "destroyScheduledDuration": "2592000s",
        "labels": project.labels,
        "name": name,
        "nextRotationTime": "2027-01-05T00:00:00Z" if project.env == "prod" else "2026-12-19T00:00:00Z",
        "primary": {
            "algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION",
            "createTime": project.at("key-version"),
            "generateTime": project.at("key-version"),
            "name": f"{name}/cryptoKeyVersions/{3 if project.env == 'prod' else 2}",
            "protectionLevel": "HSM",
            "state": "ENABLED",
        },
        "purpose": "ENCRYPT_DECRYPT",
        "rotationPeriod": "7776000s",
        "versionTemplate": {"algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION", "protectionLevel": "HSM"},
    }
    users = [
        f"serviceAccount:{project.robot('app')}",
        f"serviceAccount:service-{project.number}@gs-project-accounts.iam.gserviceaccount.com",
    ]
    project.add("key", "cloudkms/CryptoKey", name, data, where=project.region, policy={"roles/cloudkms.cryptoKeyEncrypterDecrypter": users})


def bucket(project: Project, kind: str) -> None:
    """A bucket as every team makes them: nothing public, one kind of access, encrypted with the project's key, versioned."""
    name = f"{project.id}-{kind}"
    data: Json = {
        "autoclass": {"enabled": False, "toggleTime": project.at(name)},
        "encryption": {"defaultKmsKeyName": key_name(project)},
        "etag": project.code(name),
        "iamConfiguration": {
            "bucketPolicyOnly": {"enabled": True, "lockedTime": "2026-12-01T00:00:00.000Z"},
            "publicAccessPrevention": "enforced",
            "uniformBucketLevelAccess": {"enabled": True, "lockedTime": "2026-12-01T00:00:00.000Z"},
        },
        "id": name,
        "kind": "storage#bucket",
        "labels": project.labels,
        "lifecycle": {"rule": [{"action": {"type": "Delete"}, "condition": {"daysSinceNoncurrentTime": 30, "numNewerVersions": 3}}]},
        "location": project.region.upper(),
        "locationType": "region",
        "metageneration": "4" if project.env == "prod" else "2",
        "name": name,
        "owner": {"entity": f"project-owners-{project.number}"},
        "projectNumber": project.number,
        "selfLink": f"https://www.googleapis.com/storage/v1/b/{name}",
        "softDeletePolicy": {"effectiveTime": project.at(name), "retentionDurationSeconds": "604800"},
        "storageClass": "STANDARD",
        "timeCreated": project.at(name),
        "updated": project.at(f"{name}/updated"),
        "versioning": {"enabled": True},
    }
    policy = {
        "roles/storage.legacyBucketOwner": [f"projectEditor:{project.id}", f"projectOwner:{project.id}"],
        "roles/storage.objectUser": [f"serviceAccount:{project.robot('app')}"],
    }
    project.add(f"bucket-{kind}", "storage/Bucket", name, data, where=project.region, policy=policy)


def secret(project: Project, name: str) -> None:
    """A secret's metadata; its versions hold the value, which nobody here reads."""
    full = f"projects/{project.number}/secrets/{name}"
    data = {
        "createTime": project.at(name),
        "etag": project.code(name),
        "labels": project.labels,
        "name": full,
        "replication": {"userManaged": {"replicas": [{"location": project.region}]}},
        "rotation": {"nextRotationTime": "2027-02-01T00:00:00Z", "rotationPeriod": "7776000s"},
        "topics": [{"name": f"projects/{project.id}/topics/rotations-{project.env}"}],
    }
    policy = {"roles/secretmanager.secretAccessor": [f"serviceAccount:{project.robot('app')}"]}
    project.add(f"secret-{name}", "secretmanager/Secret", full, data, policy=policy)
    version = {
        "createTime": project.at(f"{name}/version"),
        "etag": project.code(f"{name}/version"),
        "name": f"{full}/versions/1",
        "replicationStatus": {"userManaged": {"replicas": [{"location": project.region}]}},
        "state": "ENABLED",
    }
    project.add(f"secret-{name}-version", "secretmanager/SecretVersion", f"{full}/versions/1", version)


def topic(project: Project, name: str, publishers: tuple[str, ...] = ()) -> str:
    """A topic, encrypted with the project's key; gives its name. publishers: members that may publish."""
    full = f"projects/{project.id}/topics/{name}-{project.env}"
    data = {
        "kmsKeyName": key_name(project),
        "labels": project.labels,
        "messageRetentionDuration": "604800s",
        "messageStoragePolicy": {"allowedPersistenceRegions": [project.region], "enforceInTransit": False},
        "name": full,
        "state": "ACTIVE",
    }
    policy = {"roles/pubsub.publisher": list(publishers)} if publishers else None
    project.add(f"topic-{name}", "pubsub/Topic", full, data, policy=policy)
    return full


def watch(project: Project) -> None:
    """The log sink to the company's archive, the logs' own bucket, and who is told of errors."""
    name = f"archive-{project.env}"
    project.add(
        "sink",
        "logging/LogSink",
        f"projects/{project.id}/sinks/{name}",
        {
            "createTime": project.at("sink"),
            "description": "Everything that auditors ask for.",
            "destination": f"storage.googleapis.com/{project.id}-logs",
            "filter": 'logName:"cloudaudit.googleapis.com" OR severity>=ERROR',
            "name": name,
            "resourceName": f"projects/{project.id}/sinks/{name}",
            "updateTime": project.at("sink/updated"),
            "writerIdentity": f"serviceAccount:{project.agent('logging')}",
        },
        version="v2",
    )
    project.add(
        "log-bucket",
        "logging/LogBucket",
        f"projects/{project.id}/locations/global/buckets/_Default",
        {
            "description": "Default bucket",
            "lifecycleState": "ACTIVE",
            "name": f"projects/{project.id}/locations/global/buckets/_Default",
            "retentionDays": 90,
        },
        version="v2",
    )
    channel = f"projects/{project.id}/notificationChannels/{project.digits('channel')}"
    project.add(
        "channel",
        "monitoring/NotificationChannel",
        channel,
        {
            "creationRecord": {"mutateTime": project.at("channel")},
            "displayName": "On call",
            "enabled": True,
            "labels": {"email_address": f"oncall@{DOMAIN}"},
            "mutationRecords": [{"mutateTime": project.at("channel/changed")}],
            "name": channel,
            "type": "email",
        },
        version="v3",
    )
    alert(
        project,
        "errors",
        "Errors in the logs",
        'metric.type="logging.googleapis.com/log_entry_count" AND metric.labels.severity="ERROR"',
        10,
    )
    bucket(project, "logs")
    topic(project, "rotations", (f"serviceAccount:{project.agent('secretmanager')}",))


def alert(project: Project, nick: str, title: str, condition: str, threshold: float) -> None:
    """An alert that tells the people on call."""
    name = f"projects/{project.id}/alertPolicies/{project.digits(f'alert-{nick}')}"
    by = f"{project.team}-admin@{DOMAIN}"
    data = {
        "combiner": "OR",
        "conditions": [
            {
                "conditionThreshold": {
                    "aggregations": [{"alignmentPeriod": "300s", "perSeriesAligner": "ALIGN_DELTA"}],
                    "comparison": "COMPARISON_GT",
                    "duration": "0s",
                    "filter": f'{condition} AND resource.labels.project_id="{project.id}"',
                    "thresholdValue": threshold,
                    "trigger": {"count": 1},
                },
                "displayName": title,
                "name": f"{name}/conditions/{project.digits(f'condition-{nick}')}",
            }
        ],
        "creationRecord": {"mutateTime": project.at(f"alert-{nick}"), "mutatedBy": by},
        "displayName": f"{title} ({project.env})",
        "enabled": True,
        "mutationRecord": {"mutateTime": project.at(f"alert-{nick}/changed"), "mutatedBy": by},
        "name": name,
        "notificationChannels": [f"projects/{project.id}/notificationChannels/{project.digits('channel')}"],
        "userLabels": project.labels,
    }
    project.add(f"alert-{nick}", "monitoring/AlertPolicy", name, data, version="v3")
