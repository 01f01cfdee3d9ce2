"""For every rule that ships: a document that keeps it, and documents that break it.

Documents are the vendor's, as the reader assembles them; only the members that rules look at. `{}` breaks a rule about a value that
nobody set. A rule that counts is kept by what stands under `keeps`, and broken by an environment that has none of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

Document = dict[str, Any]


@dataclass(frozen=True)
class Example:
    """type: of the documents. breaks: each of them breaks the rule; empty for rules that only count."""

    type: str
    keeps: tuple[Document, ...]
    breaks: tuple[Document, ...] = ()


def policy(**statement: Any) -> Document:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"], **statement}]}


EVERYONE: Final = policy(Principal="*")
SOMEBODY: Final = policy(Principal={"AWS": "arn:aws:iam::444444444444:role/app"})
BOUND: Final = policy(Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}})
TLS: Final = policy(Effect="Deny", Principal="*", Action="s3:*", Condition={"Bool": {"aws:SecureTransport": "false"}})
ADMIN: Final = policy(Action="*", Resource="*")
BLOCKED: Final = {"BlockPublicAcls": True, "BlockPublicPolicy": True, "IgnorePublicAcls": True, "RestrictPublicBuckets": True}
KEY: Final = {"KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS", "Enabled": True, "KeyUsage": "ENCRYPT_DECRYPT"}


def encrypted(algorithm: str) -> Document:
    return {"BucketEncryption": {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}}]}}


def ingress(port: int | None, protocol: str = "tcp", **ranges: Any) -> Document:
    ports = {} if port is None else {"FromPort": port, "ToPort": port}
    return {"IpPermissions": [{"IpProtocol": protocol, **ports, "IpRanges": [], "Ipv6Ranges": [], **ranges}]}


ANY4: Final = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
ANY6: Final = {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}


def attributes(**values: str) -> Document:
    return {"Type": "application", "Attributes": [{"Key": k.replace("__", "."), "Value": v} for k, v in sorted(values.items())]}


def pipeline(category: str) -> Document:
    actions = [{"name": "a", "actionTypeId": {"category": category, "owner": "AWS", "provider": "x", "version": "1"}}]
    return {"pipeline": {"name": "shop", "stages": [{"name": "s", "actions": actions}]}}


def rollback(*, enable: bool, back: bool) -> Document:
    breaker = {"enable": enable, "rollback": back}
    return {"deploymentController": {"type": "ECS"}, "deploymentConfiguration": {"deploymentCircuitBreaker": breaker}}


def viewer(protocol: str, version: str) -> Document:
    behaviour = {"ViewerProtocolPolicy": protocol}
    return {"DistributionConfig": {"DefaultCacheBehavior": behaviour, "ViewerCertificate": {"MinimumProtocolVersion": version}}}


def document_of(statement: Document) -> Document:
    return {"PolicyVersionList": [{"Document": statement, "IsDefaultVersion": True}]}


RETENTION: Final = Example("AWS::Logs::LogGroup", ({"retentionInDays": 90},), ({}, {"retentionInDays": 3}))
NOT_FOR_EVERYTHING: Final = Example("AWS::IAM::ManagedPolicy", (document_of(policy()),), (document_of(ADMIN),))
SCANNED: Final = Example(
    "AWS::ECR::Repository",
    ({"imageScanningConfiguration": {"scanOnPush": True}},),
    ({"imageScanningConfiguration": {"scanOnPush": False}}, {}),
)
LISTENER: Final = Example(
    "AWS::ElasticLoadBalancingV2::Listener",
    ({"Protocol": "HTTPS", "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"},),
    ({"Protocol": "HTTPS", "SslPolicy": "ELBSecurityPolicy-2016-08"},),
)
ALARM: Final = Example(
    "AWS::CloudWatch::Alarm",
    ({"ActionsEnabled": True, "AlarmActions": ["arn:aws:sns:eu-west-1:444444444444:on-call"]},),
    (
        {"ActionsEnabled": True, "AlarmActions": []},
        {"ActionsEnabled": False, "AlarmActions": ["arn:aws:sns:eu-west-1:444444444444:on-call"]},
    ),
)

EXAMPLES: Final[dict[tuple[str, str], Example]] = {
    ("organization", "bucket-not-public"): Example(
        "AWS::S3::Bucket",
        ({"PublicAccessBlockConfiguration": BLOCKED},),
        ({}, {"PublicAccessBlockConfiguration": {**BLOCKED, "BlockPublicPolicy": False}}),
    ),
    ("organization", "account-buckets-not-public"): Example(
        "AWS::S3::AccountPublicAccessBlock", (BLOCKED,), ({**BLOCKED, "RestrictPublicBuckets": False},)
    ),
    ("organization", "bucket-encrypted"): Example("AWS::S3::Bucket", (encrypted("AES256"), encrypted("aws:kms")), ({}, encrypted("none"))),
    ("organization", "bucket-tls-only"): Example("AWS::S3::Bucket", ({"Policy": TLS},), ({}, {"Policy": SOMEBODY})),
    ("organization", "resource-policy-names-somebody"): Example(
        "AWS::S3::Bucket", ({}, {"Policy": SOMEBODY}, {"Policy": BOUND}, {"Policy": TLS}), ({"Policy": EVERYONE},)
    ),
    ("organization", "key-policy-names-somebody"): Example(
        "AWS::KMS::Key", ({**KEY, "KeyPolicy": SOMEBODY}, {**KEY, "KeyPolicy": BOUND}), ({**KEY, "KeyPolicy": EVERYONE},)
    ),
    ("organization", "key-rotates"): Example(
        "AWS::KMS::Key", ({**KEY, "KeyRotationEnabled": True},), ({**KEY, "KeyRotationEnabled": False}, KEY)
    ),
    ("organization", "queue-encrypted"): Example(
        "AWS::SQS::Queue", ({"SqsManagedSseEnabled": "true"},), ({"SqsManagedSseEnabled": "false"}, {})
    ),
    ("organization", "volume-encrypted"): Example("AWS::EC2::Volume", ({"Encrypted": True},), ({"Encrypted": False},)),
    ("organization", "volumes-encrypted-by-default"): Example(
        "AWS::EC2::AccountSettings", ({"EbsEncryptionByDefault": True},), ({"EbsEncryptionByDefault": False},)
    ),
    ("organization", "database-encrypted"): Example("AWS::RDS::DBInstance", ({"StorageEncrypted": True},), ({"StorageEncrypted": False},)),
    ("organization", "database-not-public"): Example(
        "AWS::RDS::DBInstance", ({"PubliclyAccessible": False},), ({"PubliclyAccessible": True},)
    ),
    ("organization", "filesystem-encrypted"): Example("AWS::EFS::FileSystem", ({"Encrypted": True},), ({"Encrypted": False},)),
    ("organization", "warehouse-closed"): Example(
        "AWS::Redshift::Cluster",
        ({"Encrypted": True, "PubliclyAccessible": False},),
        ({"Encrypted": False, "PubliclyAccessible": False}, {"Encrypted": True, "PubliclyAccessible": True}),
    ),
    ("organization", "search-encrypted"): Example(
        "AWS::OpenSearchService::Domain",
        (
            {
                "EncryptionAtRestOptions": {"Enabled": True},
                "NodeToNodeEncryptionOptions": {"Enabled": True},
                "DomainEndpointOptions": {"EnforceHTTPS": True},
            },
        ),
        ({"EncryptionAtRestOptions": {"Enabled": True}, "DomainEndpointOptions": {"EnforceHTTPS": True}},),
    ),
    ("organization", "instance-metadata-v2"): Example(
        "AWS::EC2::Instance", ({"MetadataOptions": {"HttpTokens": "required"}},), ({"MetadataOptions": {"HttpTokens": "optional"}}, {})
    ),
    ("organization", "administration-not-open"): Example(
        "AWS::EC2::SecurityGroup",
        ({}, ingress(443, **ANY4), ingress(22, IpRanges=[{"CidrIp": "10.0.0.0/8"}])),
        (ingress(22, **ANY4), ingress(3389, **ANY6), ingress(None, "-1", **ANY4)),
    ),
    ("organization", "password-policy"): Example(
        "AWS::IAM::AccountPasswordPolicy", ({"MinimumPasswordLength": 14},), ({"MinimumPasswordLength": 8},)
    ),
    ("organization", "trail-on"): Example("AWS::CloudTrail::Trail", ({"IsMultiRegionTrail": True, "IsLogging": True},)),
    ("organization", "trail-validated"): Example(
        "AWS::CloudTrail::Trail",
        ({"IsLogging": True, "LogFileValidationEnabled": True},),
        ({"IsLogging": True, "LogFileValidationEnabled": False}, {"IsLogging": False, "LogFileValidationEnabled": True}),
    ),
    ("organization", "recorder-on"): Example("AWS::Config::ConfigurationRecorder", ({"recording": True},), ({"recording": False},)),
    ("organization", "threat-detection-on"): Example("AWS::GuardDuty::Detector", ({"Status": "ENABLED"},)),
    ("organization", "owner-tag"): Example(
        "AWS::SQS::Queue",
        ({"Tags": [{"Key": "Owner", "Value": "payments"}]},),
        ({}, {"Tags": []}, {"Tags": [{"Key": "Owner", "Value": ""}]}, {"Tags": [{"Key": "Team", "Value": "payments"}]}),
    ),
    ("organization", "environment-tag"): Example(
        "AWS::SQS::Queue",
        ({}, {"Tags": [{"Key": "Environment", "Value": "prod"}]}, {"Tags": [{"Key": "Environment", "Value": "Prod"}]}),
        ({"Tags": [{"Key": "Environment", "Value": "stage"}]}, {"Tags": [{"Key": "Environment", "Value": "other"}]}),
    ),
    ("organization", "budget"): Example("AWS::Budgets::Budget", ({"BudgetName": "all"},)),
    ("dev", "log-retention"): Example("AWS::Logs::LogGroup", ({"retentionInDays": 30},), ({}, {"retentionInDays": 365})),
    ("dev", "bucket-tls-only"): Example(
        "AWS::S3::Bucket",
        ({"Policy": TLS, "WebsiteConfiguration": {"IndexDocument": {"Suffix": "index.html"}}},),
        ({"WebsiteConfiguration": {"IndexDocument": {"Suffix": "index.html"}}},),
    ),
    ("dev", "database-short-lived"): Example(
        "AWS::RDS::DBInstance",
        ({"BackupRetentionPeriod": 1, "MultiAZ": False},),
        ({"BackupRetentionPeriod": 30, "MultiAZ": False}, {"BackupRetentionPeriod": 1, "MultiAZ": True}),
    ),
    ("test", "images-scanned"): SCANNED,
    ("test", "findings-collected"): Example("AWS::SecurityHub::Hub", ({"AutoEnableControls": True},)),
    ("test", "policy-not-for-everything"): NOT_FOR_EVERYTHING,
    ("test", "log-retention"): RETENTION,
    ("stage", "policy-not-for-everything"): NOT_FOR_EVERYTHING,
    ("stage", "images-scanned"): SCANNED,
    ("stage", "images-immutable"): Example(
        "AWS::ECR::Repository", ({"imageTagMutability": "IMMUTABLE"},), ({"imageTagMutability": "MUTABLE"}, {})
    ),
    ("stage", "listener-tls"): LISTENER,
    ("stage", "database-backed-up"): Example("AWS::RDS::DBInstance", ({"BackupRetentionPeriod": 1},), ({"BackupRetentionPeriod": 0},)),
    ("stage", "alarm-acts"): ALARM,
    ("stage", "log-retention"): RETENTION,
    ("stage", "deployment-rolls-back"): Example(
        "AWS::ECS::Service", (rollback(enable=True, back=True),), (rollback(enable=True, back=False),)
    ),
    ("prod", "policy-not-for-everything"): NOT_FOR_EVERYTHING,
    ("prod", "role-not-for-everything"): Example(
        "AWS::IAM::Role",
        ({"RoleName": "app"}, {"RoleName": "app", "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": policy()}]}),
        ({"RoleName": "app", "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": ADMIN}]},),
    ),
    ("prod", "no-console-password"): Example(
        "AWS::IAM::User", ({"UserName": "ci"},), ({"UserName": "ci", "LoginProfile": {"PasswordResetRequired": False}},)
    ),
    ("prod", "no-long-lived-keys"): Example(
        "AWS::IAM::User",
        ({"UserName": "ci"}, {"UserName": "ci", "AccessKeys": [{"Status": "Inactive"}]}),
        ({"UserName": "ci", "AccessKeys": [{"Status": "Inactive"}, {"Status": "Active"}]},),
    ),
    ("prod", "alarms-there"): Example("AWS::CloudWatch::Alarm", ({"AlarmName": "a"},)),
    ("prod", "alarm-acts"): ALARM,
    ("prod", "log-retention"): RETENTION,
    ("prod", "flow-logs-on"): Example("AWS::EC2::FlowLog", ({"TrafficType": "ALL"},)),
    ("prod", "load-balancer-logs"): Example(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        (attributes(access_logs__s3__enabled="true"),),
        (attributes(access_logs__s3__enabled="false"), attributes(idle_timeout="60")),
    ),
    ("prod", "images-immutable"): Example(
        "AWS::ECR::Repository",
        ({"imageTagMutability": "IMMUTABLE", "imageScanningConfiguration": {"scanOnPush": True}},),
        ({"imageTagMutability": "MUTABLE", "imageScanningConfiguration": {"scanOnPush": True}}, {"imageTagMutability": "IMMUTABLE"}),
    ),
    ("prod", "pipeline-approved"): Example("AWS::CodePipeline::Pipeline", (pipeline("Approval"),), (pipeline("Deploy"), {"pipeline": {}})),
    ("prod", "deployment-rolls-back"): Example(
        "AWS::ECS::Service", (rollback(enable=True, back=True),), (rollback(enable=False, back=True), rollback(enable=True, back=False))
    ),
    ("prod", "bucket-versioned"): Example(
        "AWS::S3::Bucket",
        ({"VersioningConfiguration": {"Status": "Enabled"}},),
        ({}, {"VersioningConfiguration": {"Status": "Suspended"}}),
    ),
    ("prod", "database-protected"): Example("AWS::RDS::DBInstance", ({"DeletionProtection": True},), ({"DeletionProtection": False}, {})),
    ("prod", "database-backed-up"): Example("AWS::RDS::DBInstance", ({"BackupRetentionPeriod": 7},), ({"BackupRetentionPeriod": 6},)),
    ("prod", "database-in-two-zones"): Example("AWS::RDS::DBInstance", ({"MultiAZ": True},), ({"MultiAZ": False},)),
    ("prod", "table-recoverable"): Example(
        "AWS::DynamoDB::Table",
        (
            {
                "DeletionProtectionEnabled": True,
                "ContinuousBackups": {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"}},
            },
        ),
        (
            {"DeletionProtectionEnabled": True},
            {"ContinuousBackups": {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"}}},
        ),
    ),
    ("prod", "cache-in-two-zones"): Example(
        "AWS::ElastiCache::ReplicationGroup",
        ({"AutomaticFailover": "enabled", "MultiAZ": "enabled", "TransitEncryptionEnabled": True, "AtRestEncryptionEnabled": True},),
        ({"AutomaticFailover": "enabled", "MultiAZ": "disabled", "TransitEncryptionEnabled": True, "AtRestEncryptionEnabled": True},),
    ),
    ("prod", "load-balancer-protected"): Example(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        (attributes(deletion_protection__enabled="true"),),
        (attributes(deletion_protection__enabled="false"),),
    ),
    ("prod", "backups-planned"): Example("AWS::Backup::BackupPlan", ({"BackupPlanName": "daily"},)),
    ("prod", "listener-tls"): LISTENER,
    ("prod", "distribution-tls"): Example(
        "AWS::CloudFront::Distribution",
        (viewer("redirect-to-https", "TLSv1.2_2021"),),
        (viewer("allow-all", "TLSv1.2_2021"), viewer("https-only", "TLSv1")),
    ),
    ("prod", "topic-encrypted"): Example("AWS::SNS::Topic", ({"KmsMasterKeyId": "alias/aws/sns"},), ({},)),
    ("prod", "bucket-encrypted"): Example(
        "AWS::S3::Bucket",
        ({"Tags": [{"Key": "DataClass", "Value": "confidential"}], **encrypted("aws:kms")},),
        ({"Tags": [{"Key": "DataClass", "Value": "confidential"}], **encrypted("AES256")},),
    ),
    ("prod", "secret-rotates"): Example("AWS::SecretsManager::Secret", ({"Name": "db", "RotationEnabled": True},), ({"Name": "db"},)),
    ("prod", "cluster-endpoint-closed"): Example(
        "AWS::EKS::Cluster",
        ({"resourcesVpcConfig": {"endpointPublicAccess": False, "endpointPrivateAccess": True}},),
        ({"resourcesVpcConfig": {"endpointPublicAccess": True, "endpointPrivateAccess": True}},),
    ),
}
"""(baseline, rule) -> its example."""
