"""Read-only by construction: the operations that may go out, and the policy that every assumed role carries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

import orjson

from driftscan.catalog import Catalog
from driftscan.sources.aws.faults import Refused

OWN: Final = frozenset({
    ("account", "ListRegions"),
    ("ec2", "DescribeRegions"),
    ("organizations", "DescribeOrganization"),
    ("organizations", "ListAccountsForParent"),
    ("organizations", "ListOrganizationalUnitsForParent"),
    ("resourcegroupstaggingapi", "GetResources"),
    ("sts", "AssumeRole"),
    ("sts", "GetCallerIdentity"),
})  # fmt: skip
"""What the source calls by itself, beside the catalogue."""

EXAMINED: Final = frozenset({("iam", "SimulatePrincipalPolicy")})
"""What `doctor` calls besides: it asks what a role may do, and does nothing."""

_READS: Final = re.compile(r"(BatchDescribe|BatchGet|Describe|Get|List|Lookup|Search|Select)[A-Z]\w*|AssumeRole|SimulatePrincipalPolicy")

DATA: Final = (
    "athena:GetQueryResults", "cloudwatch:GetMetricData", "codecommit:GetBlob", "codecommit:GetFile", "dynamodb:BatchGetItem",
    "dynamodb:GetItem", "dynamodb:GetRecords", "dynamodb:PartiQL*", "dynamodb:Query", "dynamodb:Scan", "ec2:GetConsole*",
    "ec2:GetPasswordData", "ecr:BatchGetImage", "ecr:GetAuthorizationToken", "ecr:GetDownloadUrlForLayer", "glacier:GetJobOutput",
    "kinesis:GetRecords", "kinesis:SubscribeToShard", "kinesisvideo:GetMedia*", "kms:Decrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*",
    "lambda:Invoke*", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetLogRecord", "logs:GetQueryResults", "logs:StartQuery",
    "logs:Unmask", "rds-data:*", "redshift-data:*", "s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTorrent", "s3:SelectObject*",
    "secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue", "sqs:ReceiveMessage", "ssm:StartSession", "sts:AssumeRole*",
    "sts:GetFederationToken",
)  # fmt: skip
"""Actions that read or move data: denied even to an administrator's role in our hands."""


def session_policy() -> str:
    """The policy of each assumed session: it takes away, it never grants. At most 2,048 characters."""
    statement = [{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": list(DATA), "Resource": "*"}]
    return orjson.dumps({"Version": "2012-10-17", "Statement": statement}).decode()


def operations(catalog: Catalog) -> frozenset[tuple[str, str]]:
    """Every (service, operation) that a scan may call."""
    calls: Iterable[Any] = (c for spec in catalog.of("aws").values() for c in (*spec.lists, *spec.details))
    return OWN | {(c.service, c.operation) for c in calls}


def hook(service: str, allowed: frozenset[tuple[str, str]]) -> Callable[..., None]:
    """A `before-call` handler that raises `Refused` for whatever is not both allowed and a read."""

    def refuse(model: Any, **_: Any) -> None:
        if (service, model.name) not in allowed or not _READS.fullmatch(model.name):
            raise Refused(f"{service}:{model.name} is no read that the catalogue names")

    return refuse
