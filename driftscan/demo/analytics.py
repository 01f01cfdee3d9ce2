"""The analytics team's project: events come in over Cloud Run and Pub/Sub, lie in BigQuery, and are described in a catalogue database."""

from __future__ import annotations

import hashlib

from driftscan.demo import foundation
from driftscan.demo.foundation import alert, bucket, key_name, secret, topic
from driftscan.demo.project import DOMAIN, REGISTRY, Json, Project

SERVICES = ("artifactregistry", "bigquery", "cloudscheduler", "pubsub", "run", "sqladmin")


def build(project: Project) -> None:
    """Everything of the team's."""
    foundation.build(project, SERVICES)
    bucket(project, "events")
    warehouse(project)
    catalogue(project)
    service(project, "2.0.0")
    events(project)
    schedule(project)
    for name in ("catalogue-password", "ingest-token"):
        secret(project, name)
    backlog = 'metric.type="pubsub.googleapis.com/subscription/num_undelivered_messages"'
    alert(project, "backlog", "Events wait", f'{backlog} AND resource.labels.subscription_id="events-{project.env}-api"', 1000)


def image(version: str) -> str:
    """A version of the events service, as the registry holds it."""
    return f"{REGISTRY}/events-api@sha256:{hashlib.sha256(version.encode()).hexdigest()}"


def release(project: Project, version: str) -> None:
    """A version of the events service goes out."""

    def deploy(data: Json) -> None:
        data["template"]["containers"][0]["image"] = image(version)
        data["generation"] = data["observedGeneration"] = str(int(data["generation"]) + 1)
        number, rest = int(data["generation"]), project.code(f"revision/{version}")[:3]
        revision = f"{data['name']}/revisions/events-api-{project.env}-{number:05}-{rest}"
        data["latestCreatedRevision"] = data["latestReadyRevision"] = revision

    project.change("run", deploy, project.at(f"run/{version}"))


def url(project: Project) -> str:
    """Where the events service answers."""
    return f"https://events-api-{project.env}-{project.number}.{project.region}.run.app"


def service(project: Project, version: str) -> None:
    """The service that takes events."""
    name = f"projects/{project.id}/locations/{project.region}/services/events-api-{project.env}"
    revision = f"{name}/revisions/events-api-{project.env}-00007-{project.code('revision')[:3]}"
    container: Json = {
        "env": [
            {"name": "TOPIC", "value": f"projects/{project.id}/topics/events-{project.env}"},
            {"name": "LOG_LEVEL", "value": "info"},
            {
                "name": "INGEST_TOKEN",
                "valueSource": {"secretKeyRef": {"secret": f"projects/{project.number}/secrets/ingest-token", "version": "latest"}},
            },
        ],
        "image": image(version),
        "name": "events-api",
        "ports": [{"containerPort": 8080, "name": "http1"}],
        "resources": {"cpuIdle": True, "limits": {"cpu": "1", "memory": "512Mi"}, "startupCpuBoost": True},
        "startupProbe": {"failureThreshold": 3, "periodSeconds": 10, "tcpSocket": {"port": 8080}, "timeoutSeconds": 1},
    }
    ready = {"lastTransitionTime": project.at("run/ready"), "state": "CONDITION_SUCCEEDED", "type": "Ready"}
    data = {
        "conditions": [{"lastTransitionTime": project.at("run/routes"), "state": "CONDITION_SUCCEEDED", "type": "RoutesReady"}],
        "createTime": project.at("run"),
        "creator": project.robot("deploy"),
        "etag": project.code("run"),
        "generation": "7" if project.env == "prod" else "12",
        "ingress": "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
        "labels": project.labels,
        "lastModifier": project.robot("deploy"),
        "latestCreatedRevision": revision,
        "latestReadyRevision": revision,
        "launchStage": "GA",
        "name": name,
        "observedGeneration": "7" if project.env == "prod" else "12",
        "template": {
            "containers": [container],
            "encryptionKey": key_name(project),
            "maxInstanceRequestConcurrency": 80,
            "scaling": {"maxInstanceCount": 20, "minInstanceCount": 1},
            "serviceAccount": project.robot("app"),
            "timeout": "30s",
            "vpcAccess": {
                "egress": "PRIVATE_RANGES_ONLY",
                "networkInterfaces": [
                    {
                        "network": f"projects/{project.id}/global/networks/main-{project.env}",
                        "subnetwork": f"projects/{project.id}/regions/{project.region}/subnetworks/apps-{project.env}",
                    }
                ],
            },
        },
        "terminalCondition": ready,
        "traffic": [{"percent": 100, "type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"}],
        "trafficStatuses": [{"percent": 100, "type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"}],
        "uid": project.digits("run", 32),
        "updateTime": project.at("run/updated"),
        "uri": url(project),
        "urls": [url(project)],
    }
    callers = [f"serviceAccount:{project.robot('scheduler')}", f"serviceAccount:{project.robot('app')}"]
    project.add("run", "run/Service", name, data, version="v2", where=project.region, policy={"roles/run.invoker": callers})


def events(project: Project) -> None:
    """The topic, what delivers it, and where undeliverable ones go."""
    source = topic(project, "events", (f"serviceAccount:{project.robot('app')}",))
    dead = topic(project, "dead-letters", (f"serviceAccount:{project.agent('pubsub')}",))
    name = f"projects/{project.id}/subscriptions/events-{project.env}-api"
    data = {
        "ackDeadlineSeconds": 60,
        "deadLetterPolicy": {"deadLetterTopic": dead, "maxDeliveryAttempts": 5},
        "enableMessageOrdering": True,
        "expirationPolicy": {},
        "labels": project.labels,
        "messageRetentionDuration": "604800s",
        "name": name,
        "pushConfig": {
            "oidcToken": {"audience": url(project), "serviceAccountEmail": project.robot("app")},
            "pushEndpoint": f"{url(project)}/events",
        },
        "retryPolicy": {"maximumBackoff": "600s", "minimumBackoff": "10s"},
        "state": "ACTIVE",
        "topic": source,
    }
    project.add("subscription", "pubsub/Subscription", name, data)


def warehouse(project: Project) -> None:
    """The dataset of events, readable for the team's group, and its one table."""
    dataset = f"events_{project.env}"
    access = [
        {"role": "OWNER", "specialGroup": "projectOwners"},
        {"role": "READER", "groupByEmail": f"analytics@{DOMAIN}"},
        {"role": "WRITER", "userByEmail": project.robot("app")},
    ]
    link = f"https://bigquery.googleapis.com/bigquery/v2/projects/{project.id}/datasets/{dataset}"
    made = str(1772400000000 + int(project.digits("dataset", 9)))
    data: Json = {
        "access": access,
        "creationTime": made,
        "datasetReference": {"datasetId": dataset, "projectId": project.id},
        "defaultEncryptionConfiguration": {"kmsKeyName": key_name(project)},
        "defaultPartitionExpirationMs": "34214400000",
        "description": "What happened, one row each.",
        "etag": project.code("dataset"),
        "id": f"{project.id}:{dataset}",
        "kind": "bigquery#dataset",
        "labels": project.labels,
        "lastModifiedTime": made,
        "location": "EU",
        "maxTimeTravelHours": "168",
        "selfLink": link,
        "type": "DEFAULT",
    }
    project.add("dataset", "bigquery/Dataset", f"projects/{project.id}/datasets/{dataset}", data, version="v2", where="eu")
    fields = [
        {"mode": "REQUIRED", "name": "at", "type": "TIMESTAMP"},
        {"mode": "REQUIRED", "name": "kind", "type": "STRING"},
        {"mode": "NULLABLE", "name": "body", "type": "JSON"},
    ]
    table = {
        "clustering": {"fields": ["kind"]},
        "creationTime": made,
        "encryptionConfiguration": {"kmsKeyName": key_name(project)},
        "etag": project.code("table"),
        "id": f"{project.id}:{dataset}.events",
        "kind": "bigquery#table",
        "labels": project.labels,
        "lastModifiedTime": made,
        "location": "EU",
        "numBytes": project.digits("bytes", 12),
        "numRows": project.digits("rows", 8),
        "schema": {"fields": fields},
        "selfLink": f"{link}/tables/events",
        "tableReference": {"datasetId": dataset, "projectId": project.id, "tableId": "events"},
        "timePartitioning": {"field": "at", "type": "DAY"},
        "type": "TABLE",
    }
    project.add("table", "bigquery/Table", f"projects/{project.id}/datasets/{dataset}/tables/events", table, version="v2", where="eu")


def catalogue(project: Project) -> None:
    """The database that says what the events mean: private, encrypted, backed up."""
    name, network = f"catalogue-{project.env}", f"projects/{project.id}/global/networks/main-{project.env}"
    data: Json = {
        "backendType": "SECOND_GEN",
        "connectionName": f"{project.id}:{project.region}:{name}",
        "createTime": project.at("sql"),
        "databaseInstalledVersion": "POSTGRES_16_4",
        "databaseVersion": "POSTGRES_16",
        "diskEncryptionConfiguration": {"kind": "sql#diskEncryptionConfiguration", "kmsKeyName": key_name(project)},
        "etag": project.code("sql"),
        "gceZone": project.zone,
        "instanceType": "CLOUD_SQL_INSTANCE",
        "ipAddresses": [{"ipAddress": f"10.{project.octet}.240.{3 + int(project.digits('sql/address', 2))}", "type": "PRIVATE"}],
        "kind": "sql#instance",
        "name": name,
        "project": project.id,
        "region": project.region,
        "selfLink": f"https://sqladmin.googleapis.com/sql/v1beta4/projects/{project.id}/instances/{name}",
        "serviceAccountEmailAddress": f"p{project.number}-{project.code('sql/robot')[:6]}@gcp-sa-cloud-sql.iam.gserviceaccount.com",
        "settings": {
            "activationPolicy": "ALWAYS",
            "availabilityType": "REGIONAL",
            "backupConfiguration": {
                "backupRetentionSettings": {"retainedBackups": 14, "retentionUnit": "COUNT"},
                "enabled": True,
                "kind": "sql#backupConfiguration",
                "location": "eu",
                "pointInTimeRecoveryEnabled": True,
                "startTime": "02:00",
                "transactionLogRetentionDays": 7,
            },
            "dataDiskSizeGb": "100",
            "dataDiskType": "PD_SSD",
            "databaseFlags": [{"name": "cloudsql.iam_authentication", "value": "on"}, {"name": "log_connections", "value": "on"}],
            "deletionProtectionEnabled": True,
            "edition": "ENTERPRISE",
            "ipConfiguration": {
                "ipv4Enabled": False,
                "privateNetwork": network,
                "sslMode": "ENCRYPTED_ONLY",
            },
            "kind": "sql#settings",
            "locationPreference": {"kind": "sql#locationPreference", "zone": project.zone},
            "pricingPlan": "PER_USE",
            "settingsVersion": "31" if project.env == "prod" else "18",
            "storageAutoResize": True,
            "storageAutoResizeLimit": "0",
            "tier": "db-custom-2-7680",
            "userLabels": project.labels,
        },
        "sqlNetworkArchitecture": "NEW_NETWORK_ARCHITECTURE",
        "state": "RUNNABLE",
    }
    project.add("sql", "sqladmin/Instance", f"projects/{project.id}/instances/{name}", data, version="v1beta4", where=project.region)


def schedule(project: Project) -> None:
    """What tidies up every night."""
    name = f"projects/{project.id}/locations/{project.region}/jobs/tidy-{project.env}"
    data = {
        "attemptDeadline": "180s",
        "description": "Closes yesterday's partitions.",
        "httpTarget": {
            "httpMethod": "POST",
            "oidcToken": {"audience": url(project), "serviceAccountEmail": project.robot("scheduler")},
            "uri": f"{url(project)}/tidy",
        },
        "lastAttemptTime": f"2026-08-30T03:{project.digits('tidy', 2)[0]}0:00Z",
        "name": name,
        "retryConfig": {"maxBackoffDuration": "3600s", "maxDoublings": 5, "maxRetryDuration": "0s", "minBackoffDuration": "5s"},
        "schedule": "30 3 * * *",
        "scheduleTime": "2026-08-31T03:30:00Z",
        "state": "ENABLED",
        "timeZone": "Europe/Berlin",
        "userUpdateTime": project.at("tidy"),
    }
    project.add("tidy", "cloudscheduler/Job", name, data, where=project.region)
