"""The learning team's project: models are trained on a cluster, kept in Vertex AI, and answer behind one endpoint."""

from __future__ import annotations

from driftscan.demo import foundation
from driftscan.demo.foundation import alert, bucket, key_name, secret
from driftscan.demo.project import REGISTRY, Json, Project

SERVICES = ("aiplatform", "artifactregistry", "container", "pubsub")
NODES = {"prod": 12}
"""How far the cluster may grow; a third of it elsewhere."""


def build(project: Project) -> None:
    """Everything of the team's."""
    foundation.build(project, SERVICES)
    for kind in ("models", "training"):
        bucket(project, kind)
    cluster(project)
    images(project)
    vertex(project)
    secret(project, "labelling-token")
    latency = 'metric.type="aiplatform.googleapis.com/prediction/online/prediction_latencies"'
    alert(project, "latency", "Answers are slow", latency, 500)


def cluster(project: Project) -> None:
    """A private cluster for training, and the nodes that it grows and shrinks."""
    name = f"projects/{project.id}/locations/{project.region}/clusters/training-{project.env}"
    node: Json = {
        "diskSizeGb": 100,
        "diskType": "pd-balanced",
        "imageType": "COS_CONTAINERD",
        "machineType": "e2-standard-4",
        "metadata": {"disable-legacy-endpoints": "true"},
        "oauthScopes": ["https://www.googleapis.com/auth/cloud-platform"],
        "serviceAccount": project.robot("app"),
        "shieldedInstanceConfig": {"enableIntegrityMonitoring": True, "enableSecureBoot": True},
        "workloadMetadataConfig": {"mode": "GKE_METADATA"},
    }
    pool: Json = {
        "autoscaling": {"enabled": True, "locationPolicy": "BALANCED", "maxNodeCount": NODES.get(project.env, 4), "minNodeCount": 1},
        "config": node,
        "etag": project.code("pool"),
        "initialNodeCount": 1,
        "locations": [project.zone],
        "management": {"autoRepair": True, "autoUpgrade": True},
        "maxPodsConstraint": {"maxPodsPerNode": "110"},
        "name": "workers",
        "networkConfig": {"enablePrivateNodes": True, "podIpv4CidrBlock": f"10.{project.octet}.64.0/18", "podRange": "pods"},
        "podIpv4CidrSize": 24,
        "selfLink": f"https://container.googleapis.com/v1/{name}/nodePools/workers",
        "status": "RUNNING",
        "upgradeSettings": {"maxSurge": 1, "strategy": "SURGE"},
        "version": "1.33.4-gke.1134000",
    }
    data: Json = {
        "addonsConfig": {"gcePersistentDiskCsiDriverConfig": {"enabled": True}, "networkPolicyConfig": {"disabled": True}},
        "binaryAuthorization": {"evaluationMode": "PROJECT_SINGLETON_POLICY_ENFORCE"},
        "clusterIpv4Cidr": f"10.{project.octet}.64.0/18",
        "createTime": project.at("cluster"),
        "currentMasterVersion": "1.33.4-gke.1134000",
        "currentNodeCount": 9 if project.env == "prod" else 2,
        "currentNodeVersion": "1.33.4-gke.1134000",
        "databaseEncryption": {"currentState": "CURRENT_STATE_ENCRYPTED", "keyName": key_name(project), "state": "ENCRYPTED"},
        "endpoint": f"10.{project.octet}.8.2",
        "etag": project.code("cluster"),
        "id": project.digits("cluster", 64),
        "initialClusterVersion": "1.31.1-gke.1678000",
        "ipAllocationPolicy": {
            "clusterIpv4CidrBlock": f"10.{project.octet}.64.0/18",
            "clusterSecondaryRangeName": "pods",
            "servicesIpv4CidrBlock": f"10.{project.octet}.16.0/20",
            "servicesSecondaryRangeName": "services",
            "stackType": "IPV4",
            "useIpAliases": True,
        },
        "labelFingerprint": project.code("cluster/labels"),
        "location": project.region,
        "locations": [project.zone],
        "loggingConfig": {"componentConfig": {"enableComponents": ["SYSTEM_COMPONENTS", "WORKLOADS"]}},
        "loggingService": "logging.googleapis.com/kubernetes",
        "masterAuthorizedNetworksConfig": {
            "cidrBlocks": [{"cidrBlock": f"10.{project.octet}.0.0/20", "displayName": "apps"}],
            "enabled": True,
        },
        "monitoringConfig": {"componentConfig": {"enableComponents": ["SYSTEM_COMPONENTS"]}},
        "monitoringService": "monitoring.googleapis.com/kubernetes",
        "name": f"training-{project.env}",
        "network": f"main-{project.env}",
        "networkConfig": {
            "datapathProvider": "ADVANCED_DATAPATH",
            "network": f"projects/{project.id}/global/networks/main-{project.env}",
            "subnetwork": f"projects/{project.id}/regions/{project.region}/subnetworks/apps-{project.env}",
        },
        "nodePools": [pool],
        "privateClusterConfig": {"enablePrivateEndpoint": True, "enablePrivateNodes": True, "privateEndpoint": f"10.{project.octet}.8.2"},
        "releaseChannel": {"channel": "REGULAR"},
        "resourceLabels": project.labels,
        "securityPostureConfig": {"mode": "BASIC", "vulnerabilityMode": "VULNERABILITY_DISABLED"},
        "selfLink": f"https://container.googleapis.com/v1/{name}",
        "servicesIpv4Cidr": f"10.{project.octet}.16.0/20",
        "shieldedNodes": {"enabled": True},
        "status": "RUNNING",
        "subnetwork": f"apps-{project.env}",
        "workloadIdentityConfig": {"workloadPool": f"{project.id}.svc.id.goog"},
        "zone": project.region,
    }
    project.add("cluster", "container/Cluster", name, data, where=project.region)
    project.add("pool", "container/NodePool", f"{name}/nodePools/workers", pool, where=project.region)


def images(project: Project) -> None:
    """The repository of the team's own training images."""
    name = f"projects/{project.id}/locations/{project.region}/repositories/training-{project.env}"
    data = {
        "cleanupPolicies": {"keep-ten": {"action": "KEEP", "id": "keep-ten", "mostRecentVersions": {"keepCount": 10}}},
        "createTime": project.at("images"),
        "dockerConfig": {"immutableTags": True},
        "format": "DOCKER",
        "kmsKeyName": key_name(project),
        "labels": project.labels,
        "mode": "STANDARD_REPOSITORY",
        "name": name,
        "sizeBytes": project.digits("images", 11),
        "updateTime": project.at("images/updated"),
        "vulnerabilityScanningConfig": {"enablementConfig": "INHERITED", "enablementState": "SCANNING_ACTIVE"},
    }
    policy = {
        "roles/artifactregistry.reader": [f"serviceAccount:{project.robot('app')}"],
        "roles/artifactregistry.writer": [f"serviceAccount:{project.robot('deploy')}"],
    }
    project.add("images", "artifactregistry/Repository", name, data, where=project.region, policy=policy)


def vertex(project: Project) -> None:
    """The model of who will order again, and the endpoint that answers with it."""
    parent = f"projects/{project.number}/locations/{project.region}"
    model, endpoint = f"{parent}/models/{project.digits('model')}", f"{parent}/endpoints/{project.digits('endpoint')}"
    deployed = {
        "createTime": project.at("deployed"),
        "dedicatedResources": {
            "machineSpec": {"machineType": "n1-standard-4"},
            "maxReplicaCount": 4,
            "minReplicaCount": 1,
        },
        "displayName": "reorders",
        "id": project.digits("deployed"),
        "model": model,
        "modelVersionId": "1",
        "serviceAccount": project.robot("app"),
    }
    project.add(
        "model",
        "aiplatform/Model",
        model,
        {
            "artifactUri": f"gs://{project.id}-models/reorders/1",
            "containerSpec": {
                "env": [{"name": "MODEL_NAME", "value": "reorders"}],
                "healthRoute": "/health",
                "imageUri": f"{REGISTRY}/serving:4.2",
                "ports": [{"containerPort": 8080}],
                "predictRoute": "/predict",
            },
            "createTime": project.at("model"),
            "deployedModels": [{"deployedModelId": deployed["id"], "endpoint": endpoint}],
            "displayName": f"reorders-{project.env}",
            "encryptionSpec": {"kmsKeyName": key_name(project)},
            "etag": project.code("model"),
            "labels": project.labels,
            "name": model,
            "supportedDeploymentResourcesTypes": ["DEDICATED_RESOURCES"],
            "updateTime": project.at("model/updated"),
            "versionAliases": ["default"],
            "versionCreateTime": project.at("model"),
            "versionId": "1",
            "versionUpdateTime": project.at("model/updated"),
        },
        where=project.region,
    )
    project.add(
        "endpoint",
        "aiplatform/Endpoint",
        endpoint,
        {
            "createTime": project.at("endpoint"),
            "deployedModels": [deployed],
            "displayName": f"reorders-{project.env}",
            "encryptionSpec": {"kmsKeyName": key_name(project)},
            "etag": project.code("endpoint"),
            "labels": project.labels,
            "name": endpoint,
            "trafficSplit": {str(deployed["id"]): 100},
            "updateTime": project.at("endpoint/updated"),
        },
        where=project.region,
    )
