"""The general rule for Google's types: neither noise nor silence, for types that nobody wrote a spec for."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from driftscan.catalog import general, ignored, load, paths
from driftscan.catalog.decisions import decide
from driftscan.catalog.derived import derived
from driftscan.catalog.spec import REASONS, Spec
from driftscan.normalize.documents import MOMENT
from driftscan.normalize.rules import root, rules
from tests.catalog import discovery


def spec(type: str) -> Spec:
    found = load().spec(type)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("type", "path", "reason"),
    [
        ("certificatemanager.googleapis.com/Certificate", "expireTime", "time"),
        ("certificatemanager.googleapis.com/Certificate", "managed.state", "state"),
        ("networkconnectivity.googleapis.com/Spoke", "uniqueId", "identity"),
        ("compute.googleapis.com/VpnTunnel", "id", "identity"),
        ("compute.googleapis.com/VpnTunnel", "selfLink", "identity"),
        ("compute.googleapis.com/VpnTunnel", "status", "state"),
        ("compute.googleapis.com/VpnTunnel", "kind", "scope"),
        ("compute.googleapis.com/SslPolicy", "fingerprint", "derived"),
        ("redis.googleapis.com/Instance", "host", "identity"),
        ("redis.googleapis.com/Instance", "serverCaCerts[].cert", "derived"),
        ("appengine.googleapis.com/Version", "diskUsageBytes", "counter"),
        ("bigtableadmin.googleapis.com/Cluster", "state", "state"),
        ("dataproc.googleapis.com/Cluster", "statusHistory[].state", "state"),
        ("vpcaccess.googleapis.com/Connector", "state", "state"),
    ],
)
def test_what_google_assigns_notes_counts_and_moves_is_dropped(type: str, path: str, reason: str) -> None:
    assert decide(spec(type), path).reason == reason


@pytest.mark.parametrize(
    ("type", "path"),
    [
        ("firestore.googleapis.com/Database", "freeTier"),
        ("firestore.googleapis.com/Field", "indexConfig.usesAncestorConfig"),
        ("aiplatform.googleapis.com/BatchPredictionJob", "error.code"),
        ("aiplatform.googleapis.com/EvaluationRun", "evaluationResults.summaryMetrics.metrics.accuracy"),
        ("aiplatform.googleapis.com/IndexEndpoint", "deployedIndexes[].automaticResources.minReplicaCount"),
        ("bigtableadmin.googleapis.com/Cluster", "serveNodes"),
        ("spanner.googleapis.com/InstancePartition", "nodeCount"),
        ("redis.googleapis.com/Instance", "redisConfigs.generation"),
        ("compute.googleapis.com/VpnTunnel", "labels.kind"),
        ("compute.googleapis.com/VpnTunnel", "labels.uid"),
        ("vpcaccess.googleapis.com/Connector", "maxThroughput"),
        ("alloydb.googleapis.com/Cluster", "encryptionConfig.kmsKeyName"),
    ],
)
def test_what_people_set_and_settled_facts_are_compared(type: str, path: str) -> None:
    assert decide(spec(type), path).outcome == "compared"


@pytest.mark.parametrize(
    ("type", "schema"),
    [
        ("sqladmin.googleapis.com/Instance", "sqladmin.v1:DatabaseInstance"),
        ("compute.googleapis.com/RegionDisk", "compute.v1:Disk"),
        ("compute.googleapis.com/GlobalForwardingRule", "compute.v1:ForwardingRule"),
        ("compute.googleapis.com/RegionBackendService", "compute.v1:BackendService"),
        ("firestore.googleapis.com/Database", "firestore.v1:GoogleFirestoreAdminV1Database"),
        ("aiplatform.googleapis.com/Dataset", "aiplatform.v1:GoogleCloudAiplatformV1Dataset"),
        ("apikeys.googleapis.com/Key", "apikeys.v2:V2Key"),
        ("apigateway.googleapis.com/Gateway", "apigateway.v1:ApigatewayGateway"),
        ("dataplex.googleapis.com/Lake", "dataplex.v1:GoogleCloudDataplexV1Lake"),
        ("logging.googleapis.com/Metric", "logging.v2:LogMetric"),
        ("dns.googleapis.com/Policy", "dns.v1:Policy"),
        ("run.googleapis.com/Job", "run.v2:GoogleCloudRunV2Job"),
    ],
)
def test_a_type_finds_its_schema(type: str, schema: str) -> None:
    assert general.facts(type).schemas[0].replace("dns.v2", "dns.v1") == schema


def test_of_a_type_that_no_schema_describes_names_decide_in_both_spellings() -> None:
    unknown = spec("nosuch.googleapis.com/Thing")
    assert unknown.schemas == ()
    for name, reason in {
        "etag": "derived",
        "createTime": "time",
        "create_time": "time",
        "self_link": "identity",
        "uid": "identity",
    }.items():
        assert decide(unknown, name).reason == reason
        assert decide(unknown, f"parts[].{name}").reason == reason
        assert decide(unknown, f"labels.{name}").outcome == "compared"
        assert decide(unknown, f"template.user_labels.{name}").outcome == "compared"
    assert decide(unknown, "trigger_http").outcome == "compared"


def test_members_that_the_schema_lacks_go_by_name_too() -> None:
    tunnel = spec("compute.googleapis.com/VpnTunnel")
    assert decide(tunnel, "selfLinkWithId").reason == "identity"
    assert decide(tunnel, "creation_timestamp").reason == "time"
    assert decide(tunnel, "shared_secret_rotation").outcome == "compared"


def walk(type: str, document: Any) -> set[str]:
    """The member paths of a document that a walk reaches, lists as `[]`."""
    found: set[str] = set()

    def visit(value: Any, place: Any, at: str) -> None:
        if place.ignored:
            return
        if isinstance(value, dict):
            for name, inner in value.items():
                visit(inner, place.member(name), f"{at}.{name}" if at else name)
        elif isinstance(value, list):
            for inner in value:
                visit(inner, place.element(inner), f"{at}[]")
        else:
            found.add(at)

    visit(document, root(rules(spec(type))), "")
    return found


def test_a_walk_decides_as_the_decisions_say() -> None:
    document = {
        "etag": "x",
        "createTime": "2026-01-01T00:00:00Z",
        "labels": {"etag": "release", "uid": "1"},
        "redisConfigs": {"generation": "1"},
        "host": "10.0.0.3",
        "tier": "BASIC",
        "parts": [{"self_link": "a", "size": 1}],
    }
    reached = walk("redis.googleapis.com/Instance", document)
    assert reached == {"labels.etag", "labels.uid", "redisConfigs.generation", "tier", "parts[].size"}
    for path in ("etag", "createTime", "host", "parts[].self_link"):
        assert decide(spec("redis.googleapis.com/Instance"), path).outcome == "dropped"


def test_config_takes_a_member_back_from_its_name() -> None:
    unknown = spec("nosuch.googleapis.com/Thing")
    back = replace(unknown, compare=replace(unknown.compare, config=(paths.parse("retry.generation"),)))
    assert decide(unknown, "retry.generation").reason == "counter"
    assert decide(back, "retry.generation").outcome == "compared"
    assert decide(back, "generation").reason == "counter"
    assert root(rules(back)).member("retry").member("generation").ignored == ""
    assert root(rules(back)).member("generation").ignored == "counter"


def test_of_a_moment_only_that_it_is_set_is_compared() -> None:
    assert "expireTime" in {p.text for p in derived("spanner.googleapis.com/Backup").moments}
    place = root(rules(spec("spanner.googleapis.com/Backup"))).member("expireTime")
    assert (place.document, place.ignored) == ("moment", "")
    assert root(rules(spec("nosuch.googleapis.com/Thing"))).member("expire_time").document == "moment"
    assert MOMENT
    window = "maintenancePolicy.window.recurringWindow.window.startTime"
    assert window not in {p.text for p in derived("container.googleapis.com/Cluster").moments}, "it says when of the day"
    assert decide(spec("container.googleapis.com/Cluster"), window).outcome == "compared"


def test_kubernetes_objects_go_by_their_conventions() -> None:
    pod = spec("k8s.io/Pod")
    assert pod.population
    assert decide(pod, "status.phase").reason == "state"
    assert decide(pod, "metadata.uid").reason == "identity"
    assert decide(pod, "metadata.labels.uid").outcome == "compared"
    assert decide(pod, "spec.containers[].image").outcome == "compared"
    binding = spec("rbac.authorization.k8s.io/ClusterRoleBinding")
    assert not binding.population
    assert decide(binding, "roleRef.kind").outcome == "compared"
    assert (binding.aspect, binding.compare.tags) == ("iam", "metadata.labels")


def test_titles_read_like_words() -> None:
    assert spec("compute.googleapis.com/TargetVpnGateway").title == "Target VPN gateway"
    assert spec("spanner.googleapis.com/BackupSchedule").title == "Backup schedule"


def test_the_data_file_is_small_and_says_nothing_that_nobody_knows() -> None:
    file = general.HERE / "gcp.json"
    assert file.stat().st_size < 1_500_000
    data = json.loads(file.read_bytes())
    assert len(data["types"]) > 1500
    assert {reason for facts in data["types"].values() for reason in facts.get("dropped", {})} <= set(REASONS)
    for type in data["types"]:
        found = general.facts(type)
        assert found.schemas, type
        assert all(i.reason in REASONS for i in ignored(spec(type)))
    assert set(data["nouns"].values()) <= set(data["types"])


def test_output_only_is_read_in_all_of_googles_spellings() -> None:
    out = {
        "firewall": discovery.schema("compute.v1:Firewall").members["id"],
        "cluster": discovery.schema("container.v1:Cluster").members["endpoint"],
        "table": discovery.schema("bigquery.v2:Table").members["numRows"],
        "certificate": discovery.schema("appengine.v1:AuthorizedCertificate").members["expireTime"],
        "zone": discovery.schema("dns.v1:ManagedZone").members["id"],
    }
    for name, node in out.items():
        assert node.shape is not None
        assert node.shape.out, name  # type: ignore[attr-defined]
    disk = discovery.schema("compute.v1:Disk").members["sizeGb"]
    assert not disk.shape.out  # type: ignore[union-attr]
