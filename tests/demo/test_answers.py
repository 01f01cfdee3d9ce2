"""What the embedded AWS lacks is answered as the vendor answers it: the SDK reads it, and nothing that moto has is taken from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from driftscan.demo.server import running


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running() as url:
        yield url


def client(url: str, service: str) -> Any:
    return boto3.client(service, region_name="eu-west-1", endpoint_url=url, aws_access_key_id="x", aws_secret_access_key="x")


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "expected"),
    [
        ("autoscaling", "describe_notification_configurations", {}, {"NotificationConfigurations": []}),
        (
            "budgets",
            "describe_subscribers_for_notification",
            {
                "AccountId": "333333333333",
                "BudgetName": "b",
                "Notification": {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0},
            },
            {"Subscribers": [{"SubscriptionType": "EMAIL", "Address": "platform@example.org"}]},
        ),
        ("codepipeline", "get_pipeline_state", {"name": "p"}, {"stageStates": []}),
        ("cloudfront", "list_cache_policies", {}, {"CachePolicyList": {"MaxItems": 100, "Quantity": 0}}),
        ("cloudfront", "list_origin_request_policies", {}, {"OriginRequestPolicyList": {"MaxItems": 100, "Quantity": 0}}),
        ("cloudfront", "list_response_headers_policies", {}, {"ResponseHeadersPolicyList": {"MaxItems": 100, "Quantity": 0}}),
        (
            "cloudfront",
            "list_cloud_front_origin_access_identities",
            {},
            {"CloudFrontOriginAccessIdentityList": {"MaxItems": 100, "Quantity": 0, "Marker": "", "IsTruncated": False}},
        ),
        ("codecommit", "list_repositories", {}, {"repositories": []}),
        ("dynamodb", "describe_kinesis_streaming_destination", {"TableName": "t"}, {"KinesisDataStreamDestinations": []}),
        ("ec2", "get_ebs_default_kms_key_id", {}, {"KmsKeyId": "alias/aws/ebs"}),
        ("ec2", "get_serial_console_access_status", {}, {"SerialConsoleAccessEnabled": False}),
        ("ec2", "get_snapshot_block_public_access_state", {}, {"State": "unblocked"}),
        ("ec2", "get_image_block_public_access_state", {}, {"ImageBlockPublicAccessState": "block-new-sharing"}),
        ("ec2", "get_allowed_images_settings", {}, {"State": "disabled"}),
        ("ec2", "get_instance_metadata_defaults", {}, {"AccountLevel": {}}),
        ("ec2", "describe_placement_groups", {}, {"PlacementGroups": []}),
        (
            "ec2",
            "describe_vpc_block_public_access_options",
            {},
            {
                "VpcBlockPublicAccessOptions": {
                    "State": "default-state",
                    "InternetGatewayBlockMode": "off",
                    "ExclusionsAllowed": "allowed",
                }
            },
        ),
        ("elasticache", "describe_cache_parameter_groups", {}, {"CacheParameterGroups": []}),
        ("lambda", "get_account_settings", {}, {"AccountLimit": {"ConcurrentExecutions": 1000}}),
        ("lambda", "get_runtime_management_config", {"FunctionName": "f"}, {"UpdateRuntimeOn": "Auto"}),
        ("lambda", "list_provisioned_concurrency_configs", {"FunctionName": "f"}, {"ProvisionedConcurrencyConfigs": []}),
        ("lambda", "list_function_url_configs", {"FunctionName": "f"}, {"FunctionUrlConfigs": []}),
        ("organizations", "list_policies", {"Filter": "SERVICE_CONTROL_POLICY"}, {"Policies": []}),
        ("rds", "describe_option_groups", {}, {"OptionGroupsList": []}),
        (
            "service-quotas",
            "list_requested_service_quota_change_history",
            {},
            {"RequestedQuotas": []},
        ),
        (
            "ssm",
            "get_service_setting",
            {"SettingId": "/ssm/parameter-store/default-parameter-tier"},
            {"ServiceSetting": {"SettingValue": "Standard", "Status": "Default"}},
        ),
    ],
)
def test_the_sdk_reads_what_the_vendor_would_have_said(
    url: str, service: str, operation: str, arguments: dict[str, Any], expected: dict[str, Any]
) -> None:
    found = getattr(client(url, service), operation)(**arguments)
    assert {k: v for k, v in found.items() if k != "ResponseMetadata"} == expected


def test_everything_else_is_the_embedded_servers_own(url: str) -> None:
    ec2 = client(url, "ec2")
    made = ec2.create_security_group(GroupName="g", Description="d")["GroupId"]
    assert made in {g["GroupId"] for g in ec2.describe_security_groups()["SecurityGroups"]}
    queue = client(url, "sqs").create_queue(QueueName="q")["QueueUrl"]
    assert client(url, "sqs").list_queues()["QueueUrls"] == [queue]
