"""What every team makes in the same way: buckets, tables, log groups, alarms."""

from __future__ import annotations

from driftscan.demo.site import Site


def bucket(site: Site, kind: str, team: str) -> None:
    """A bucket as every team makes them: nothing public, encrypted with the application's key, versioned."""
    s3, name = site.client("s3"), f"acme-{kind}-{site.env}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": site.region})
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": site.tags(team)})
    blocks = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(blocks, True))
    encryption = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": site.ids["key"]}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": encryption}]})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


def table(site: Site, name: str, team: str) -> None:
    """A table that can be taken back to any second of the last weeks."""
    dynamodb = site.client("dynamodb")
    dynamodb.create_table(
        TableName=f"{name}-{site.env}",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=site.tags(team),
    )
    dynamodb.update_continuous_backups(
        TableName=f"{name}-{site.env}", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def log_group(site: Site, name: str) -> None:
    """A log group with its retention: a year in prod, a month elsewhere."""
    logs = site.client("logs")
    logs.create_log_group(logGroupName=name, tags=site.tag_map("platform"))
    logs.put_retention_policy(logGroupName=name, retentionInDays=365 if site.env == "prod" else 30)


def alarm(site: Site, name: str, metric: str, dimension: tuple[str, str], team: str = "payments") -> None:
    """An alarm that tells the people on call."""
    site.client("cloudwatch").put_metric_alarm(
        AlarmName=f"{name}-{site.env}",
        Namespace="AWS/Lambda" if metric == "Errors" else "AWS/SQS",
        MetricName=metric,
        Dimensions=[{"Name": dimension[0], "Value": dimension[1]}],
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=2,
        Threshold=100.0,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[site.ids["alerts"]],
        Tags=site.tags(team),
    )
