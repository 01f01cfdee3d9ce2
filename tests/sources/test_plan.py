"""Units and the least number of calls, without any call."""

from __future__ import annotations

from pathlib import Path

from driftscan.catalog import load
from driftscan.model.settings import Account
from driftscan.model.snapshot import Gap
from driftscan.sources.aws import plan
from driftscan.sources.aws.models import models
from driftscan.sources.aws.unit import GLOBAL, ResolvedAccount, Unit
from tests.sources.test_reader import ORG, folder, spec

ID = "[identity]\nid = []\n"
HERE = ResolvedAccount("1", Account("aws", "1"), ("eu-west-1", "us-east-1"), "arn:aws:iam::1:user/x")
GONE = ResolvedAccount("2", Account("aws", "2"), ("eu-west-1",), gap=Gap("2", "*", "*", "sts", "AssumeRole", "AccessDenied", "", ""))


def test_regional_global_and_homed_types(tmp_path: Path) -> None:
    catalog = load(
        folder(
            tmp_path,
            spec("AWS::SQS::Queue", '[list]\nservice = "sqs"\noperation = "ListQueues"\nitems = "QueueUrls[]"\nas = "QueueUrl"\n' + ID),
            spec("AWS::IAM::Role", '[list]\nservice = "iam"\noperation = "GetAccountAuthorizationDetails"\nitems = "RoleDetailList[]"\n' + ID, 'scope = "account"'),  # noqa: E501
            spec("AWS::IAM::Group", '[list]\nservice = "iam"\noperation = "GetAccountAuthorizationDetails"\nitems = "GroupDetailList[]"\n' + ID, 'scope = "account"'),  # noqa: E501
            spec("AWS::WAFv2::WebACL", '[[list]]\nservice = "wafv2"\noperation = "ListWebACLs"\nargs = { Scope = "REGIONAL" }\nitems = "WebACLs[]"\n[[list]]\nservice = "wafv2"\noperation = "ListWebACLs"\nargs = { Scope = "CLOUDFRONT" }\nhome = "us-east-1"\nitems = "WebACLs[]"\n' + ID),  # noqa: E501
            *ORG,
        )
    )  # fmt: skip
    work = plan.units([HERE, GONE], catalog.specs, models())
    assert [u for u, _ in work] == sorted(
        [
            Unit("1", "eu-west-1", "sqs"),
            Unit("1", "eu-west-1", "wafv2"),
            Unit("1", "us-east-1", "sqs"),
            Unit("1", "us-east-1", "wafv2"),
            Unit("1", GLOBAL, "iam"),
            Unit("1", GLOBAL, "organizations"),
            Unit("1", GLOBAL, "wafv2"),
        ]
    )
    found = plan.plan(work, models(), catalog)
    assert {u.key: n for u, n in found.units} == {
        "1/eu-west-1/sqs": 1,
        "1/eu-west-1/wafv2": 1,
        "1/us-east-1/sqs": 1,
        "1/us-east-1/wafv2": 1,
        "1/global/iam": 1,
        "1/global/organizations": 1,
        "1/global/wafv2": 1,
    }
    assert found.calls == 7


def test_values_settings_and_details_are_counted(tmp_path: Path) -> None:
    catalog = load(
        folder(
            tmp_path,
            spec("AWS::EC2::VPC", '[list]\nservice = "ec2"\noperation = "DescribeVpcs"\nitems = "Vpcs[]"\n[[detail]]\noperation = "DescribeVpcAttribute"\nargs = { VpcId = "{VpcId}" }\neach = { Attribute = ["enableDnsSupport", "enableDnsHostnames"] }\n' + ID + '[compare]\ntags = "tagging-api"\n'),  # noqa: E501
            spec("AWS::EC2::Settings", '[[detail]]\nservice = "ec2"\noperation = "GetEbsEncryptionByDefault"\n[[detail]]\nservice = "ec2"\noperation = "GetEbsDefaultKmsKeyId"\n' + ID),  # noqa: E501
            spec("AWS::X::Targets", '[list]\nservice = "application-autoscaling"\noperation = "DescribeScalableTargets"\neach = { ServiceNamespace = ["ecs", "rds", "sagemaker"] }\nitems = "ScalableTargets[]"\n' + ID),  # noqa: E501
        )
    )  # fmt: skip
    one = ResolvedAccount("1", Account("aws", "1"), ("eu-west-1",))
    found = plan.plan(plan.units([one], catalog.specs, models()), models(), catalog)
    assert {u.service: n for u, n in found.units} == {"application-autoscaling": 3, "ec2": 3}
    assert found.tagging == 1
    assert found.calls == 7
    assert found.per_item == (("AWS::EC2::VPC", 2),)
