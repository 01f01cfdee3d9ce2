"""Every rule of the preset over real canonical forms: what it allows, what it refuses, and that it is about something that is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from driftscan.catalog import load
from driftscan.config import load as configured
from driftscan.jobs.init import STARTER, init
from driftscan.judge.expected import about, ruling
from driftscan.judge.globs import fits
from driftscan.model.drift import Change
from driftscan.model.settings import Expected
from tests.catalog.harness import World, compared, stage
from tests.catalog.mutate import Mutation

DB = "AWS::RDS::DBInstance"
CASES: list[tuple[str, str, str, Any, Any, Any]] = [
    # rule, type, path in the vendor's document, prod's value, a value that stage may have, one that it may not
    ("smaller-databases", DB, "DBInstanceClass", "db.r6g.4xlarge", "db.r6g.large", "db.r6g.8xlarge"),
    ("smaller-databases", DB, "DBInstanceClass", "db.r6g.large", "db.t4g.medium", "db.serverless"),
    ("smaller-databases", "AWS::DocDB::DBInstance", "DBInstanceClass", "db.r6g.xlarge", "db.r6g.large", "db.r6g.2xlarge"),
    ("smaller-databases", "AWS::Neptune::DBInstance", "DBInstanceClass", "db.r6g.xlarge", "db.t4g.medium", "db.x2g.2xlarge"),
    ("smaller-database-clusters", "AWS::RDS::DBCluster", "DBClusterInstanceClass", "db.r6gd.xlarge", "db.r6gd.large", "db.r6gd.4xlarge"),
    ("smaller-serverless-databases", "AWS::RDS::DBCluster", "ServerlessV2ScalingConfiguration.MaxCapacity", 64, 8, 128),
    ("smaller-serverless-databases", "AWS::Neptune::DBCluster", "ServerlessV2ScalingConfiguration.MinCapacity", 8, 2.5, 16),
    ("smaller-caches", "AWS::ElastiCache::CacheCluster", "CacheNodeType", "cache.r6g.xlarge", "cache.t4g.small", "cache.r6g.4xlarge"),
    (
        "smaller-cache-groups", "AWS::ElastiCache::ReplicationGroup", "CacheNodeType",
        "cache.r6g.large", "cache.t4g.micro", "cache.r6g.xlarge",
    ),
    ("smaller-warehouses", "AWS::Redshift::Cluster", "NodeType", "ra3.4xlarge", "ra3.xlplus", "ra3.16xlarge"),
    (
        "smaller-search", "AWS::OpenSearchService::Domain", "ClusterConfig.InstanceType",
        "r6g.2xlarge.search", "r6g.large.search", "r6g.4xlarge.search",
    ),
    (
        "smaller-brokers", "AWS::MSK::Cluster", "Provisioned.BrokerNodeGroupInfo.InstanceType",
        "kafka.m5.2xlarge", "kafka.t3.small", "express.m7g.large",
    ),
    ("smaller-replication", "AWS::DMS::ReplicationInstance", "ReplicationInstanceClass", "dms.r5.large", "dms.t3.medium", "dms.r5.xlarge"),
    ("smaller-instances", "AWS::EC2::Instance", "InstanceType", "m6i.2xlarge", "m6i.large", "m6i.metal"),
    ("smaller-launch-templates", "AWS::EC2::LaunchTemplate", "LaunchTemplateData.InstanceType", "m6i.xlarge", "t3.large", "m6i.4xlarge"),
    ("smaller-launch-configurations", "AWS::AutoScaling::LaunchConfiguration", "InstanceType", "c6i.xlarge", "c6i.large", "c6i.2xlarge"),
    (
        "smaller-endpoints", "AWS::SageMaker::EndpointConfig", "ProductionVariants.InstanceType",
        "ml.m5.xlarge", "ml.t2.medium", "ml.m5.4xlarge",
    ),
    ("smaller-tasks", "AWS::ECS::TaskDefinition", "taskDefinition.cpu", "1024", "256", "2048"),
    ("smaller-task-memory", "AWS::ECS::TaskDefinition", "taskDefinition.memory", "4096", "512", "8192"),
    ("smaller-batches", "AWS::Batch::ComputeEnvironment", "computeResources.maxvCpus", 256, 16, 512),
    ("less-database-storage", DB, "AllocatedStorage", 500, 20, 501),
    ("less-database-storage", DB, "MaxAllocatedStorage", 1000, 100, 2000),
    ("less-database-iops", DB, "Iops", 12000, 3000, 16000),
    ("less-database-throughput", DB, "StorageThroughput", 500, 125, 1000),
    ("less-replication-storage", "AWS::DMS::ReplicationInstance", "AllocatedStorage", 100, 50, 200),
    ("smaller-volumes", "AWS::EC2::Volume", "Size", 500, 8, 1000),
    ("slower-volumes", "AWS::EC2::Volume", "Iops", 6000, 3000, 12000),
    ("less-volume-throughput", "AWS::EC2::Volume", "Throughput", 250, 125, 500),
    ("smaller-template-volumes", "AWS::EC2::LaunchTemplate", "LaunchTemplateData.BlockDeviceMappings.Ebs.VolumeSize", 100, 20, 200),
    ("smaller-file-systems", "AWS::FSx::FileSystem", "StorageCapacity", 2400, 1200, 4800),
    ("slower-file-systems", "AWS::FSx::FileSystem", "WindowsConfiguration.ThroughputCapacity", 64, 8, 128),
    ("less-search-storage", "AWS::OpenSearchService::Domain", "EBSOptions.VolumeSize", 500, 10, 1000),
    (
        "less-broker-storage", "AWS::MSK::Cluster", "Provisioned.BrokerNodeGroupInfo.StorageInfo.EbsStorageInfo.VolumeSize",
        1000, 100, 2000,
    ),
    ("less-table-capacity", "AWS::DynamoDB::Table", "ProvisionedThroughput.ReadCapacityUnits", 100, 5, 200),
    ("less-table-capacity", "AWS::DynamoDB::Table", "GlobalSecondaryIndexes.ProvisionedThroughput.WriteCapacityUnits", 100, 5, 200),
    ("smaller-node-disks", "AWS::EKS::Nodegroup", "diskSize", 100, 20, 200),
    ("fewer-instances", "AWS::AutoScaling::AutoScalingGroup", "MaxSize", 20, 2, 0),
    ("fewer-instances", "AWS::AutoScaling::AutoScalingGroup", "MinSize", 10, 1, 11),
    ("fewer-desired-instances", "AWS::AutoScaling::AutoScalingGroup", "DesiredCapacity", 9, 1, 0),
    ("fewer-scheduled-instances", "AWS::AutoScaling::ScheduledAction", "MaxSize", 12, 2, 24),
    ("fewer-scheduled-desired", "AWS::AutoScaling::ScheduledAction", "DesiredCapacity", 6, 1, 0),
    ("fewer-scaled", "AWS::ApplicationAutoScaling::ScalableTarget", "MaxCapacity", 50, 5, 4),
    ("fewer-tasks", "AWS::ECS::Service", "desiredCount", 6, 2, 0),
    ("fewer-nodes", "AWS::EKS::Nodegroup", "scalingConfig.desiredSize", 6, 2, 0),
    ("fewer-cache-nodes", "AWS::ElastiCache::CacheCluster", "NumCacheNodes", 6, 1, 0),
    ("fewer-search-nodes", "AWS::OpenSearchService::Domain", "ClusterConfig.InstanceCount", 6, 2, 9),
    ("fewer-brokers", "AWS::MSK::Cluster", "Provisioned.NumberOfBrokerNodes", 6, 3, 9),
    ("fewer-warehouse-nodes", "AWS::Redshift::Cluster", "NumberOfNodes", 8, 2, 16),
    ("fewer-shards", "AWS::Kinesis::Stream", "OpenShardCount", 16, 2, 1),
    ("fewer-workers", "AWS::Glue::Job", "NumberOfWorkers", 20, 2, 1),
    ("fewer-endpoint-instances", "AWS::SageMaker::EndpointConfig", "ProductionVariants.InitialInstanceCount", 4, 1, 5),
    ("less-reserved-concurrency", "AWS::Lambda::Function", "ReservedConcurrentExecutions", 100, 10, 0),
    (
        "less-provisioned-concurrency", "AWS::Lambda::Function",
        "ProvisionedConcurrencyConfigs.RequestedProvisionedConcurrentExecutions", 50, 5, 100,
    ),
    ("shorter-database-backups", DB, "BackupRetentionPeriod", 35, 1, 0),
    ("shorter-database-backups", "AWS::RDS::DBCluster", "BackupRetentionPeriod", 30, 7, 35),
    ("shorter-cache-snapshots", "AWS::ElastiCache::ReplicationGroup", "SnapshotRetentionLimit", 14, 1, 0),
    ("shorter-warehouse-snapshots", "AWS::Redshift::Cluster", "AutomatedSnapshotRetentionPeriod", 14, 1, 0),
    ("shorter-file-backups", "AWS::FSx::FileSystem", "WindowsConfiguration.AutomaticBackupRetentionDays", 30, 7, 0),
    ("shorter-backups", "AWS::Backup::BackupPlan", "BackupPlan.Rules.Lifecycle.DeleteAfterDays", 365, 35, 5),
    ("shorter-logs", "AWS::Logs::LogGroup", "retentionInDays", 365, 30, 3),
    ("shorter-streams", "AWS::Kinesis::Stream", "RetentionPeriodHours", 168, 24, 336),
    ("smaller-budgets", "AWS::Budgets::Budget", "BudgetLimit.Amount", "5000", "500", "9000"),
]  # fmt: skip


@pytest.fixture(scope="module")
def preset(tmp_path_factory: pytest.TempPathFactory) -> tuple[Expected, ...]:
    """The rules as they come out of the file that `init` writes."""
    folder = tmp_path_factory.mktemp("starter")
    init(folder, load())
    return configured(folder / "driftscan.yaml").expected


@pytest.mark.parametrize(("rule", "type", "path", "prod", "allowed", "refused"), CASES, ids=lambda v: str(v) if isinstance(v, str) else "")
def test_each_rule(preset: tuple[Expected, ...], rule: str, type: str, path: str, prod: Any, allowed: Any, refused: Any) -> None:
    for ours, inside in ((allowed, True), (refused, False)):
        found = list(differing(type, tuple(path.split(".")), ours, prod))
        assert found, "nothing of this type shows the difference"
        for key, change in found:
            given = tuple(r for r in preset if about(r, "changed", type, key))
            decided = ruling(given, change)
            assert decided is not None, f"no rule is about {change}"
            assert (decided.rule.id, decided.inside) == (rule, inside), change


def test_each_rule_has_its_case_and_no_rule_is_about_nothing(preset: tuple[Expected, ...]) -> None:
    assert {r.id for r in preset} == {c[0] for c in CASES}
    types = load().specs
    assert [r.id for r in preset if not any(fits(r.type, t) for t in types)] == []


@pytest.mark.parametrize(
    ("type", "path", "prod", "ours"),
    [
        (DB, "MultiAZ", True, False),
        (DB, "StorageEncrypted", True, False),
        (DB, "DeletionProtection", True, False),
        (DB, "EngineVersion", "16.4", "15.8"),
        ("AWS::Lambda::Function", "MemorySize", 512, 128),
        ("AWS::Lambda::Function", "Runtime", "python3.13", "python3.11"),
    ],
)
def test_what_decides_how_prod_behaves_stays_drift(preset: tuple[Expected, ...], type: str, path: str, prod: Any, ours: Any) -> None:
    found = list(differing(type, (path,), ours, prod))
    assert found
    assert [ruling(tuple(r for r in preset if about(r, "changed", type, key)), change) for key, change in found] == [None] * len(found)


def test_it_is_written_where_people_see_it() -> None:
    text = (STARTER / "smaller-stage.yaml").read_text()
    assert all(line.startswith(("- {id: ", "#")) for line in text.splitlines() if line)
    assert "smaller-stage.yaml" not in (STARTER / "driftscan.yaml").read_text()
    assert Path(STARTER / "driftscan.yaml").read_text().rstrip().endswith("@PRESET@")


def differing(type: str, members: tuple[str, ...], ours: Any, theirs: Any) -> Iterator[tuple[str, Change]]:
    """What a comparison shows when a recorded resource holds `ours` and its twin `theirs` at each place of these members."""
    out, world = stage(type)
    for raw in (r for r in out.resources if r.address.type == type):
        at = list(places(raw.value, members))
        if not at:
            continue
        sides = [{**world.canonicals, raw.address: _with(world, raw, at, value)} for value in (ours, theirs)]
        for pair in compared(world, sides[0], world, sides[1]).compared:
            yield from ((pair.pair.key, change) for change in pair.changes)
        return


def _with(world: World, raw: Any, at: list[tuple[str | int, ...]], value: Any) -> Any:
    return world.mutated(raw, [Mutation(place, "changed", value) for place in at])


def places(value: Any, members: tuple[str, ...], at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every concrete place of a document at some members, through all elements of lists."""
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from places(item, members, (*at, i))
    elif not members:
        yield at
    elif isinstance(value, dict) and members[0] in value:
        yield from places(value[members[0]], members[1:], (*at, members[0]))
