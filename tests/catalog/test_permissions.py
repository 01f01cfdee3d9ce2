"""The policy holds the catalogue's reads by IAM's names, and nothing that writes or reads data."""

from __future__ import annotations

import json

import pytest
from policy_sentry.querying.actions import get_actions_with_access_level

from driftscan.catalog import load, permissions


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [
        ("s3", "ListBuckets", "s3:ListAllMyBuckets"),
        ("s3", "GetBucketEncryption", "s3:GetEncryptionConfiguration"),
        ("s3control", "GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock"),
        ("apigateway", "GetRestApis", "apigateway:GET"),
        ("apigatewayv2", "GetApis", "apigateway:GET"),
        ("elbv2", "DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers"),
        ("stepfunctions", "ListStateMachines", "states:ListStateMachines"),
        ("resourcegroupstaggingapi", "GetResources", "tag:GetResources"),
        ("sqs", "ListQueues", "sqs:ListQueues"),
    ],
)
def test_an_operation_has_its_action(service: str, operation: str, action: str) -> None:
    assert permissions.action(service, operation) == action


def test_the_policy_holds_every_types_actions_and_stays_the_same() -> None:
    policy = permissions.policy(load())
    allowed = [a for s in policy["Statement"] for a in s["Action"]]
    assert policy["Version"] == "2012-10-17"
    assert all(s["Effect"] == "Allow" and s["Sid"].isalnum() for s in policy["Statement"])
    for spec in load().of("aws").values():
        assert set(permissions.actions(spec)) <= set(allowed)
    assert allowed == sorted(allowed)
    assert "sts:GetCallerIdentity" in allowed
    assert "ec2:DescribeRegions" in allowed


def test_the_policy_writes_nothing() -> None:
    for statement in permissions.policy(load())["Statement"]:
        prefix = statement["Action"][0].partition(":")[0]
        writes = {
            a.lower()
            for level in ("Write", "Permissions management", "Tagging")
            for a in get_actions_with_access_level(prefix, level)
        }  # fmt: skip
        assert not {a.lower() for a in statement["Action"]} & writes


def test_a_policy_splits_into_documents_that_iam_takes() -> None:
    whole = permissions.policy(load())
    parts = permissions.split(whole)
    assert [s for p in parts for s in p["Statement"]] == whole["Statement"]
    assert all(len(json.dumps(p, separators=(",", ":"))) <= permissions.MANAGED_POLICY_LIMIT for p in parts)
    assert len(permissions.split(whole, 10**9)) == 1
