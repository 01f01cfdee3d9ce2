"""The reader, key by key of the vocabulary, on a real server: small specs in, resources out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from driftscan.model.resource import Resource
from driftscan.model.settings import Account
from driftscan.model.snapshot import Listing, Status
from driftscan.model.value import Unknown
from tests.sources.conftest import PROD, STAGE, Cloud, Scan, scan
from tests.sources.faults import JSON, Answer, Request, error

POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}'
QUEUES = """
type = "AWS::SQS::Queue"
title = "queue"
aspect = "capacity"
[list]
service = "sqs"
operation = "ListQueues"
items = "QueueUrls[]"
as = "QueueUrl"
[[detail]]
operation = "GetQueueAttributes"
args = { QueueUrl = "{QueueUrl}", AttributeNames = ["All"] }
take = "Attributes"
absent = ["QueueDoesNotExist"]
"""


def folder(tmp_path: Path, *specs: str) -> Path:
    """A catalogue of these specs."""
    for n, text in enumerate(specs):
        file = tmp_path / "catalog" / "aws" / "x" / f"{n}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "catalog"


def spec(type: str, body: str, head: str = "") -> str:
    """A catalogue file."""
    return f'type = "{type}"\ntitle = "x"\naspect = "capacity"\n{head}\n{body}'


def only(found: Scan) -> Resource:
    """The one resource of a scan."""
    (resource,) = found.resources.values()
    return resource


def status(found: Scan, type: str) -> Status:
    """How the type's one listing ended."""
    (listing,) = [x for x in found.listings.values() if x.type == type]
    return listing.status


def test_names_become_documents_and_maps_are_merged(cloud: Cloud, tmp_path: Path) -> None:
    cloud.client("sqs").create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "45"})
    found = scan(catalog=folder(tmp_path, QUEUES + '[identity]\narn = "QueueArn"\nid = "QueueArn"\n'))
    queue = only(found)
    assert queue.arn == queue.address.id == f"arn:aws:sqs:eu-west-1:{STAGE}:orders"
    assert queue.address.region == "eu-west-1"
    assert queue.value["VisibilityTimeout"] == "45"
    assert queue.value["QueueUrl"].endswith("/orders")
    assert [r.call for r in queue.reads] == ["sqs:GetQueueAttributes", "sqs:ListQueues"]
    assert {r.at for r in queue.reads} == {"2026-11-02T10:00:00Z"}


def test_what_vanishes_before_it_is_described_is_gone(cloud: Cloud, tmp_path: Path) -> None:
    sqs = cloud.client("sqs")
    urls = [sqs.create_queue(QueueName=n)["QueueUrl"] for n in ("a", "b")]
    cloud.faults.rule = lambda r: (
        error(r, 400, "com.amazonaws.sqs#QueueDoesNotExist") if r.action == "GetQueueAttributes" and urls[0].encode() in r.body else None
    )
    found = scan(catalog=folder(tmp_path, QUEUES + '[identity]\nid = "QueueUrl"\n'))
    assert only(found).address.id == urls[1]
    assert status(found, "AWS::SQS::Queue") is Status.COMPLETE
    assert not found.gaps


def test_one_call_serves_many_types(cloud: Cloud, tmp_path: Path) -> None:
    iam = cloud.client("iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}", Description="d")
    iam.create_group(GroupName="g")
    listing = '[list]\nservice = "iam"\noperation = "GetAccountAuthorizationDetails"\nitems = "{}"\n[identity]\narn = "Arn"\nid = "{}"\n'
    head = 'scope = "account"'
    catalog = folder(
        tmp_path,
        spec("AWS::IAM::Role", listing.format("RoleDetailList[]", "RoleName"), head),
        spec("AWS::IAM::Group", listing.format("GroupDetailList[]", "GroupName"), head),
    )
    found = scan(catalog=catalog)
    assert {(r.address.type, r.address.id, r.address.region) for r in found.resources.values()} == {
        ("AWS::IAM::Role", "r", "global"),
        ("AWS::IAM::Group", "g", "global"),
    }
    assert found.calls == {"iam:GetAccountAuthorizationDetails": 1, "sts:AssumeRole": 1}


def test_a_joined_call_is_made_once_and_gives_each_item_its_own(cloud: Cloud, tmp_path: Path) -> None:
    kms = cloud.client("kms")
    ids = [kms.create_key(Description=str(n))["KeyMetadata"]["KeyId"] for n in range(3)]
    kms.create_alias(AliasName="alias/one", TargetKeyId=ids[0])
    kms.create_alias(AliasName="alias/two", TargetKeyId=ids[0])
    body = (
        '[list]\nservice = "kms"\noperation = "ListKeys"\nitems = "Keys[]"\n'
        '[[detail]]\noperation = "ListAliases"\ntake = "Aliases[]"\njoin = { TargetKeyId = "KeyId" }\ninto = "Aliases"\n'
        'only = ["AliasName"]\n'
        '[identity]\nid = "KeyId"\n'
    )
    found = scan(catalog=folder(tmp_path, spec("AWS::KMS::Key", body)))
    aliases = {r.address.id: r.value["Aliases"] for r in found.resources.values()}
    assert sorted(a["AliasName"] for a in aliases[ids[0]]) == ["alias/one", "alias/two"]
    assert aliases[ids[1]] == aliases[ids[2]] == []
    assert found.calls["kms:ListAliases"] == 1


def _load_balancers(cloud: Cloud, count: int) -> list[str]:
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    nets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"eu-west-1{z}")["Subnet"]["SubnetId"]
        for n, z in enumerate("ab")
    ]
    elb = cloud.client("elbv2")
    return [
        elb.create_load_balancer(Name=f"lb-{n}", Subnets=nets, Tags=[{"Key": "N", "Value": str(n)}])["LoadBalancers"][0]["LoadBalancerArn"]
        for n in range(count)
    ]


BALANCERS = spec(
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    '[list]\nservice = "elbv2"\noperation = "DescribeLoadBalancers"\nitems = "LoadBalancers[]"\n'
    '[[detail]]\noperation = "DescribeTags"\nargs = { ResourceArns = "{LoadBalancerArn}" }\n'
    'batch = { arg = "ResourceArns", size = 3 }\ntake = "TagDescriptions[]"\njoin = { ResourceArn = "LoadBalancerArn" }\nonly = ["Tags"]\n'
    '[identity]\narn = "LoadBalancerArn"\nid = "LoadBalancerName"\n',
)


def test_a_batch_asks_for_many_at_once(cloud: Cloud, tmp_path: Path) -> None:
    _load_balancers(cloud, 5)
    found = scan(catalog=folder(tmp_path, BALANCERS))
    assert {r.address.id: r.value["Tags"][0]["Value"] for r in found.resources.values()} == {f"lb-{n}": str(n) for n in range(5)}
    assert found.calls["elbv2:DescribeTags"] == 2


def test_one_bad_id_in_a_batch_costs_no_other_item(cloud: Cloud, tmp_path: Path) -> None:
    bad = _load_balancers(cloud, 4)[2]
    name = bad.encode().replace(b":", b"%3A").replace(b"/", b"%2F")
    cloud.faults.rule = lambda r: error(r, 400, "LoadBalancerNotFound") if r.action == "DescribeTags" and name in r.body else None
    found = scan(catalog=folder(tmp_path, BALANCERS))
    tags = {r.arn: r.value["Tags"] for r in found.resources.values()}
    assert tags.pop(bad) == Unknown("LoadBalancerNotFound")
    assert all(isinstance(t, list) for t in tags.values())
    assert [(g.code, g.member, g.address.id) for g in found.gaps if g.address] == [("LoadBalancerNotFound", ("Tags",), "lb-2")]


def test_an_item_that_a_batch_leaves_out_is_unknown_and_one_that_the_vendor_misses_is_gone(cloud: Cloud, tmp_path: Path) -> None:
    ecs = cloud.client("ecs")
    ecs.register_task_definition(family="t", containerDefinitions=[{"name": "c", "image": "i", "memory": 64}])
    ecs.create_cluster(clusterName="c")
    arns = [
        ecs.create_service(cluster="c", serviceName=f"s{n}", taskDefinition="t", desiredCount=n)["service"]["serviceArn"] for n in range(4)
    ]
    body = (
        '[list]\nservice = "ecs"\noperation = "ListServices"\nargs = { cluster = "c" }\nitems = "serviceArns[]"\nas = "serviceArn"\n'
        '[[detail]]\noperation = "DescribeServices"\nargs = { cluster = "c", services = "{serviceArn}" }\n'
        'batch = { arg = "services", size = 10 }\ntake = "services[]"\njoin = "serviceArn"\n'
        '[identity]\narn = "serviceArn"\nid = "serviceArn"\n'
    )
    answer = {
        "services": [{"serviceArn": arns[1], "desiredCount": 1}],
        "failures": [{"arn": arns[2], "reason": "MISSING"}, {"arn": arns[3], "reason": "DEGRADED"}],
    }
    page = (200, "application/x-amz-json-1.1", json.dumps(answer).encode())
    cloud.faults.rule = lambda r: page if r.action == "DescribeServices" else None
    found = scan(catalog=folder(tmp_path, spec("AWS::ECS::Service", body)))
    counts = {r.arn: r.value["desiredCount"] for r in found.resources.values()}
    assert counts == {arns[0]: Unknown("NotReturned"), arns[1]: 1, arns[3]: Unknown("DEGRADED")}
    assert sorted((g.code, g.address.id) for g in found.gaps if g.address) == [("DEGRADED", arns[3]), ("NotReturned", arns[0])]


def test_children_hang_below_their_parents(cloud: Cloud, tmp_path: Path) -> None:
    _load_balancers(cloud, 2)
    elb = cloud.client("elbv2")
    arns = [b["LoadBalancerArn"] for b in elb.describe_load_balancers()["LoadBalancers"]]
    vpc = cloud.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    group = elb.create_target_group(Name="t", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
    for port, arn in ((80, arns[0]), (81, arns[0]), (80, arns[1])):
        action = [{"Type": "forward", "TargetGroupArn": group}]
        elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=port, DefaultActions=action)
    listeners = spec(
        "AWS::ElasticLoadBalancingV2::Listener",
        '[parent]\ntype = "AWS::ElasticLoadBalancingV2::LoadBalancer"\n'
        '[list]\nservice = "elbv2"\noperation = "DescribeListeners"\nargs = { LoadBalancerArn = "{parent.LoadBalancerArn}" }\n'
        'items = "Listeners[]"\n[identity]\narn = "ListenerArn"\nid = ["parent", "Port"]\n',
    )
    catalog = folder(tmp_path, BALANCERS, listeners)
    found = scan(catalog=catalog)
    below = {r.address.id: r.parent.id for r in found.resources.values() if r.parent is not None}
    assert below == {"lb-0|80": "lb-0", "lb-0|81": "lb-0", "lb-1|80": "lb-1"}
    alone = scan(("AWS::ElasticLoadBalancingV2::Listener",), catalog=catalog)
    assert {r.address.id for r in alone.resources.values()} == set(below), "a parent that is not asked for is read on the way"
    cloud.faults.rule = lambda r: error(r, 403, "AccessDenied") if r.action == "DescribeLoadBalancers" else None
    denied = scan(catalog=catalog)
    assert not denied.resources
    assert {x.status for x in denied.listings.values()} == {Status.DENIED}
    assert {g.type for g in denied.gaps} == {"AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::Listener"}


ORG = (
    spec(
        "AWS::Organizations::Root",
        '[list]\nservice = "organizations"\noperation = "ListRoots"\nitems = "Roots[]"\noff = ["AWSOrganizationsNotInUseException"]\n'
        '[identity]\narn = "Arn"\nid = "Id"\n',
        'scope = "organization"',
    ),
    spec(
        "AWS::Organizations::OrganizationalUnit",
        '[parent]\ntype = ["AWS::Organizations::Root", "AWS::Organizations::OrganizationalUnit"]\n'
        '[list]\nservice = "organizations"\noperation = "ListOrganizationalUnitsForParent"\nargs = { ParentId = "{parent.Id}" }\n'
        'items = "OrganizationalUnits[]"\noff = ["AWSOrganizationsNotInUseException"]\n[identity]\narn = "Arn"\nid = "Id"\n',
        'scope = "organization"',
    ),
)


def test_a_type_below_itself_is_a_tree(cloud: Cloud, tmp_path: Path) -> None:
    org = cloud.client("organizations")
    org.create_organization(FeatureSet="ALL")
    root = org.list_roots()["Roots"][0]["Id"]
    one = org.create_organizational_unit(ParentId=root, Name="one")["OrganizationalUnit"]["Id"]
    two = org.create_organizational_unit(ParentId=one, Name="two")["OrganizationalUnit"]["Id"]
    three = org.create_organizational_unit(ParentId=two, Name="three")["OrganizationalUnit"]["Id"]
    found = scan(catalog=folder(tmp_path, *ORG))
    parents = {r.address.id: r.parent and (r.parent.type.rpartition("::")[2], r.parent.id) for r in found.resources.values()}
    unit = "OrganizationalUnit"
    assert parents == {root: None, one: ("Root", root), two: (unit, one), three: (unit, two)}


def test_no_organization_is_a_state_of_its_own(cloud: Cloud, tmp_path: Path) -> None:
    found = scan(catalog=folder(tmp_path, *ORG))
    assert {x.status for x in found.listings.values()} == {Status.OFF}
    assert not found.gaps


@pytest.mark.parametrize(("manager", "expected"), [(PROD, Status.OFF), (STAGE, Status.DENIED)])
def test_a_member_account_need_not_read_the_organization(cloud: Cloud, tmp_path: Path, manager: str, expected: Status) -> None:
    def rule(r: Request) -> Answer | None:
        if r.action == "DescribeOrganization":
            return 200, JSON, json.dumps({"Organization": {"Id": "o-1", "MasterAccountId": manager}}).encode()
        return error(r, 400, "AccessDeniedException") if r.service == "organizations" else None

    cloud.faults.rule = rule
    found = scan(catalog=folder(tmp_path, ORG[0]))
    assert status(found, "AWS::Organizations::Root") is expected
    assert bool(found.gaps) is (expected is Status.DENIED)


def test_a_call_per_value_and_a_gap_per_value(cloud: Cloud, tmp_path: Path) -> None:
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    body = (
        '[list]\nservice = "ec2"\noperation = "DescribeVpcs"\nitems = "Vpcs[]"\n'
        '[[detail]]\noperation = "DescribeVpcAttribute"\nargs = { VpcId = "{VpcId}" }\n'
        'each = { Attribute = ["enableDnsSupport", "enableDnsHostnames"] }\nonly = ["EnableDnsSupport", "EnableDnsHostnames"]\n'
        '[filter]\nskip = { IsDefault = true }\n[identity]\nid = "VpcId"\n'
    )
    catalog = folder(tmp_path, spec("AWS::EC2::VPC", body))
    value = only(scan(catalog=catalog)).value
    assert (value["EnableDnsSupport"], value["EnableDnsHostnames"]) == ({"Value": True}, {"Value": False})
    cloud.faults.rule = lambda r: error(r, 403, "UnauthorizedOperation") if b"enableDnsSupport" in r.body else None
    found = scan(catalog=catalog)
    value = only(found).value
    assert value["EnableDnsSupport"] == Unknown("UnauthorizedOperation")
    assert [(g.code, g.address.id) for g in found.gaps if g.address] == [("UnauthorizedOperation", vpc)]


def test_what_is_appended_and_what_is_joined_from_values(cloud: Cloud, tmp_path: Path) -> None:
    body = (
        '[[detail]]\nservice = "ssm"\noperation = "GetParameter"\neach = { Name = ["/a", "/b", "/none"] }\ntake = "Parameter"\n'
        'into = "Parameters[]"\nonly = ["Name", "Value"]\nabsent = ["ParameterNotFound"]\n[identity]\nid = []\n'
    )
    ssm = cloud.client("ssm")
    for name in ("/a", "/b"):
        ssm.put_parameter(Name=name, Value=name * 2, Type="String")
    found = scan(catalog=folder(tmp_path, spec("AWS::SSM::Settings", body, "cfn = false")))
    assert only(found).value == {"Parameters": [{"Name": "/a", "Value": "/a/a"}, {"Name": "/b", "Value": "/b/b"}]}
    assert only(found).address.id == STAGE


def test_where_one_of_several_calls_fails_what_they_give_together_is_unknown(cloud: Cloud, tmp_path: Path) -> None:
    cloud.client("ssm").put_parameter(Name="/a", Value="a", Type="String")
    body = (
        '[[detail]]\nservice = "ssm"\noperation = "GetParameter"\neach = { Name = ["/denied", "/a"] }\ntake = "Parameter"\n'
        'into = "Parameters[]"\n[[detail]]\nservice = "ssm"\noperation = "DescribeParameters"\ntake = "Parameters[]"\ninto = "All"\n'
        "[identity]\nid = []\n"
    )
    cloud.faults.rule = lambda r: error(r, 400, "AccessDeniedException") if b"/denied" in r.body else None
    found = scan(catalog=folder(tmp_path, spec("AWS::SSM::Settings", body, "cfn = false")))
    assert only(found).value["Parameters"] == Unknown("AccessDeniedException")
    assert [p["Name"] for p in only(found).value["All"]] == ["/a"]


def test_settings_that_are_absent_are_a_resource_without_members(cloud: Cloud, tmp_path: Path) -> None:
    body = (
        '[[detail]]\nservice = "iam"\noperation = "GetAccountPasswordPolicy"\ntake = "PasswordPolicy"\nabsent = ["NoSuchEntity"]\n'
        "[identity]\nid = []\n"
    )
    catalog = folder(tmp_path, spec("AWS::IAM::AccountPasswordPolicy", body, 'scope = "account"\ncfn = false'))
    assert only(scan(catalog=catalog)).value == {}
    cloud.client("iam").update_account_password_policy(MinimumPasswordLength=14)
    assert only(scan(catalog=catalog)).value["MinimumPasswordLength"] == 14
    cloud.faults.rule = lambda r: error(r, 403, "AccessDenied") if r.action == "GetAccountPasswordPolicy" else None
    denied = scan(catalog=catalog)
    assert not denied.resources
    assert status(denied, "AWS::IAM::AccountPasswordPolicy") is Status.DENIED
    assert [g.permission for g in denied.gaps] == ["iam:GetAccountPasswordPolicy"]


@pytest.mark.parametrize(("message", "expected"), [("Macie is not enabled", Status.OFF), ("you may not", Status.DENIED)])
def test_switched_off_is_neither_empty_nor_denied(cloud: Cloud, tmp_path: Path, message: str, expected: Status) -> None:
    body = (
        '[[detail]]\nservice = "macie2"\noperation = "GetMacieSession"\noff = ["AccessDeniedException: Macie is not enabled"]\n'
        "[identity]\nid = []\n"
    )
    cloud.faults.rule = lambda r: (
        (403, JSON, json.dumps({"__type": "AccessDeniedException", "message": message}).encode()) if r.service == "macie2" else None
    )
    found = scan(catalog=folder(tmp_path, spec("AWS::Macie::Session", body)))
    assert not found.resources
    assert status(found, "AWS::Macie::Session") is expected


def test_a_detail_is_asked_where_when_says_so(cloud: Cloud, tmp_path: Path) -> None:
    ssm = cloud.client("ssm")
    ssm.put_parameter(Name="plain", Value="v", Type="String")
    ssm.put_parameter(Name="hidden", Value="v", Type="SecureString")
    body = (
        '[list]\nservice = "ssm"\noperation = "DescribeParameters"\nitems = "Parameters[]"\n'
        '[[detail]]\noperation = "GetParameters"\nargs = { Names = "{Name}", WithDecryption = false }\n'
        'batch = { arg = "Names", size = 10 }\n'
        'when = { Type = ["String", "StringList"] }\ntake = "Parameters[]"\njoin = "Name"\nonly = ["Value"]\n[identity]\nid = "Name"\n'
    )
    found = scan(catalog=folder(tmp_path, spec("AWS::SSM::Parameter", body)))
    assert {r.address.id: r.value.get("Value") for r in found.resources.values()} == {"plain": "v", "hidden": None}
    assert not any(b"hidden" in r.body for r in cloud.faults.seen if r.action == "GetParameters")


def test_the_filter_comes_before_the_calls_it_saves(cloud: Cloud, tmp_path: Path) -> None:
    logs = cloud.client("logs")
    for name in ("/keep/a", "/skip/b", "/keep/c"):
        logs.create_log_group(logGroupName=name)
    body = (
        '[list]\nservice = "logs"\noperation = "DescribeLogGroups"\nitems = "logGroups[]"\n'
        '[[detail]]\noperation = "DescribeSubscriptionFilters"\nargs = { logGroupName = "{logGroupName}" }\n'
        'take = "subscriptionFilters[]"\ninto = "filters"\n[filter]\nskip = { logGroupName = "/skip/*" }\n[identity]\nid = "logGroupName"\n'
    )
    found = scan(catalog=folder(tmp_path, spec("AWS::Logs::LogGroup", body)))
    assert {r.address.id for r in found.resources.values()} == {"/keep/a", "/keep/c"}
    assert found.calls["logs:DescribeSubscriptionFilters"] == 2


def test_a_filter_that_cannot_be_judged_leaves_the_listing_incomplete(cloud: Cloud, tmp_path: Path) -> None:
    kms = cloud.client("kms")
    good, bad = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    body = (
        '[list]\nservice = "kms"\noperation = "ListKeys"\nitems = "Keys[]"\n'
        '[[detail]]\noperation = "DescribeKey"\nargs = { KeyId = "{KeyId}" }\ntake = "KeyMetadata"\n'
        '[[detail]]\noperation = "GetKeyPolicy"\nargs = { KeyId = "{KeyId}", PolicyName = "default" }\ntake = "Policy"\n'
        'into = "KeyPolicy"\n'
        '[filter]\nkeep = { KeyManager = "CUSTOMER" }\n[identity]\nid = "KeyId"\n'
    )
    cloud.faults.rule = lambda r: error(r, 400, "AccessDeniedException") if r.action == "DescribeKey" and bad.encode() in r.body else None
    found = scan(catalog=folder(tmp_path, spec("AWS::KMS::Key", body)))
    assert [r.address.id for r in found.resources.values()] == [good]
    assert status(found, "AWS::KMS::Key") is Status.PARTIAL
    assert [(g.code, g.address.id) for g in found.gaps if g.address] == [("AccessDeniedException", bad)]


def test_a_bucket_is_asked_where_it_lives(cloud: Cloud, tmp_path: Path) -> None:
    for name, region in (("here", "eu-west-1"), ("there", "ap-south-1")):
        cloud.client("s3", region=region).create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    cloud.client("s3", region="us-east-1").create_bucket(Bucket="old")
    body = (
        '[list]\nservice = "s3"\noperation = "ListBuckets"\nitems = "Buckets[]"\n'
        '[[detail]]\noperation = "GetBucketVersioning"\nargs = { Bucket = "{Name}" }\ninto = "Versioning"\n'
        '[[detail]]\noperation = "GetBucketLocation"\nargs = { Bucket = "{Name}" }\n'
        '[identity]\narn = "arn:{scope.partition}:s3:::{Name}"\nid = "Name"\nregion = "LocationConstraint"\n'
    )
    catalog = folder(tmp_path, spec("AWS::S3::Bucket", body, 'scope = "account"'))
    found = scan(catalog=catalog)
    assert {r.address.id: r.address.region for r in found.resources.values()} == {
        "here": "eu-west-1",
        "there": "ap-south-1",
        "old": "us-east-1",
    }
    asked = {r.action.split("?")[0].strip("/ GET"): r.region for r in cloud.faults.seen if "versioning" in r.action}
    assert asked == {"here": "eu-west-1", "there": "ap-south-1", "old": "us-east-1"}
    cloud.faults.seen.clear()
    cloud.faults.rule = lambda r: error(r, 403, "AccessDenied") if "location" in r.action and "there" in r.action else None
    found = scan(catalog=catalog)
    lost = next(r for r in found.resources.values() if r.address.id == "there")
    assert lost.value["LocationConstraint"] == lost.value["Versioning"] == Unknown("AccessDenied")
    assert [(g.operation, g.member) for g in found.gaps] == [("GetBucketLocation", ("LocationConstraint", "Versioning"))]
    assert not any("there" in r.action and "versioning" in r.action for r in cloud.faults.seen), "no call to a wrong region"


def test_an_argument_that_is_missing_is_left_out_or_is_a_gap(cloud: Cloud, tmp_path: Path) -> None:
    cloud.client("logs").create_log_group(logGroupName="/a")
    body = (
        '[list]\nservice = "logs"\noperation = "DescribeLogGroups"\nitems = "logGroups[]"\n'
        '[[detail]]\noperation = "DescribeMetricFilters"\nargs = { logGroupName = "{none}" }\ntake = "metricFilters[]"\ninto = "metrics"\n'
        '[[detail]]\noperation = "DescribeSubscriptionFilters"\nargs = { logGroupName = "{none}" }\ntake = "subscriptionFilters[]"\n'
        'into = "filters"\n[identity]\nid = "logGroupName"\n'
    )
    found = scan(catalog=folder(tmp_path, spec("AWS::Logs::LogGroup", body)))
    value = only(found).value
    assert value["metrics"] == []
    assert value["filters"] == Unknown("MissingArgument")
    assert [(g.operation, g.code, g.member) for g in found.gaps] == [("DescribeSubscriptionFilters", "MissingArgument", ("filters",))]


def test_the_members_that_a_call_gives_are_unknown_and_the_listings_own_stay(cloud: Cloud, tmp_path: Path) -> None:
    cloud.client("stepfunctions").create_state_machine(name="m", definition="{}", roleArn=f"arn:aws:iam::{STAGE}:role/r")
    body = (
        '[list]\nservice = "stepfunctions"\noperation = "ListStateMachines"\nitems = "stateMachines[]"\n'
        '[[detail]]\noperation = "DescribeStateMachine"\nargs = { stateMachineArn = "{stateMachineArn}" }\n[identity]\nid = "name"\n'
    )
    cloud.faults.rule = lambda r: (
        (400, JSON, b'{"__type": "AccessDeniedException", "message": "no"}') if r.action == "DescribeStateMachine" else None
    )
    value = only(scan(catalog=folder(tmp_path, spec("AWS::StepFunctions::StateMachine", body)))).value
    assert value["name"] == "m"
    assert value["definition"] == value["roleArn"] == Unknown("AccessDeniedException")


def test_a_failed_call_whose_members_nobody_can_name_takes_the_resource_and_says_so(cloud: Cloud, tmp_path: Path) -> None:
    arn = cloud.client("sns").create_topic(Name="t")["TopicArn"]
    body = (
        '[list]\nservice = "sns"\noperation = "ListTopics"\nitems = "Topics[]"\n'
        '[[detail]]\noperation = "GetTopicAttributes"\nargs = { TopicArn = "{TopicArn}" }\ntake = "Attributes"\n'
        '[identity]\nid = "TopicArn"\n'
    )
    cloud.faults.rule = lambda r: error(r, 403, "AuthorizationError") if r.action == "GetTopicAttributes" else None
    found = scan(catalog=folder(tmp_path, spec("AWS::SNS::Topic", body)))
    assert not found.resources
    assert status(found, "AWS::SNS::Topic") is Status.PARTIAL
    assert [(g.code, g.address.id) for g in found.gaps if g.address] == [("AuthorizationError", arn)]


def test_different_resources_with_one_composite_id_are_both_kept(cloud: Cloud, tmp_path: Path) -> None:
    sns = cloud.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    for mail in ("a@example.org", "b@example.org"):
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=mail)
    body = (
        '[list]\nservice = "sns"\noperation = "ListSubscriptions"\nitems = "Subscriptions[]"\nonly = ["TopicArn", "Protocol", "Endpoint"]\n'
        '[identity]\nid = ["TopicArn", "Protocol"]\n'
    )
    found = scan(catalog=folder(tmp_path, spec("AWS::SNS::Subscription", body)))
    ids = {r.address.id: r.value["Endpoint"] for r in found.resources.values()}
    assert ids == {f"{topic}|email": "a@example.org", f"{topic}|email#2": "b@example.org"}


def test_tags_in_bulk_for_all_types_of_a_region(cloud: Cloud, tmp_path: Path) -> None:
    sqs = cloud.client("sqs")
    sqs.create_queue(QueueName="tagged", tags={"B": "2", "A": "1"})
    sqs.create_queue(QueueName="bare")
    cloud.client("sns").create_topic(Name="t", Tags=[{"Key": "A", "Value": "3"}])
    topics = (
        '[list]\nservice = "sns"\noperation = "ListTopics"\nitems = "Topics[]"\n[identity]\narn = "TopicArn"\nid = "TopicArn"\n'
        '[compare]\ntags = "tagging-api"\n'
    )
    queues = QUEUES + '[identity]\narn = "QueueArn"\nid = "QueueArn"\n[compare]\ntags = "tagging-api"\n'
    found = scan(catalog=folder(tmp_path, queues, spec("AWS::SNS::Topic", topics)))
    tags = {r.address.id.rpartition(":")[2]: r.value["Tags"] for r in found.resources.values()}
    assert tags == {"tagged": [{"Key": "A", "Value": "1"}, {"Key": "B", "Value": "2"}], "bare": [], "t": [{"Key": "A", "Value": "3"}]}
    assert found.calls["resourcegroupstaggingapi:GetResources"] == 1


def test_a_listing_with_a_home_is_read_once_per_account(cloud: Cloud, tmp_path: Path) -> None:
    for scope, region in (("REGIONAL", "eu-west-1"), ("CLOUDFRONT", "us-east-1")):
        cloud.client("wafv2", region=region).create_web_acl(
            Name=f"acl-{scope}",
            Scope=scope,
            DefaultAction={"Allow": {}},
            VisibilityConfig={"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"},
        )
    lists = "".join(
        f'[[list]]\nservice = "wafv2"\noperation = "ListWebACLs"\nargs = {{ Scope = "{scope}" }}\nitems = "WebACLs[]"\n{home}'
        for scope, home in (("REGIONAL", ""), ("CLOUDFRONT", 'home = "us-east-1"\n'))
    )
    catalog = folder(tmp_path, spec("AWS::WAFv2::WebACL", lists + '[identity]\narn = "ARN"\nid = "Name"\n'))
    found = scan(catalog=catalog, accounts=(Account("aws", STAGE, role="r", regions=("eu-central-1", "eu-west-1")),))
    assert {(r.address.id, r.address.region) for r in found.resources.values()} == {
        ("acl-REGIONAL", "eu-west-1"),
        ("acl-CLOUDFRONT", "global"),
    }
    assert found.calls["wafv2:ListWebACLs"] == 3


def test_route_53_ids_with_and_without_their_path(cloud: Cloud, tmp_path: Path) -> None:
    r53 = cloud.client("route53")
    zone = r53.create_hosted_zone(Name="example.org.", CallerReference="x")["HostedZone"]["Id"]
    r53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=zone.rpartition("/")[2], AddTags=[{"Key": "A", "Value": "1"}])
    body = (
        '[list]\nservice = "route53"\noperation = "ListHostedZones"\nitems = "HostedZones[]"\n'
        '[[detail]]\noperation = "ListTagsForResources"\nargs = { ResourceType = "hostedzone", ResourceIds = "{Id}" }\n'
        'batch = { arg = "ResourceIds", size = 10 }\ntake = "ResourceTagSets[]"\njoin = { ResourceId = "Id" }\nonly = ["Tags"]\n'
        '[identity]\nid = "Id"\n'
    )
    found = scan(catalog=folder(tmp_path, spec("AWS::Route53::HostedZone", body, 'scope = "account"')))
    assert only(found).value["Tags"] == [{"Key": "A", "Value": "1"}]


def test_a_broken_item_is_told_from_an_endpoint_that_lacks_the_operation(cloud: Cloud, tmp_path: Path) -> None:
    kms = cloud.client("kms")
    good, bad = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    body = (
        '[list]\nservice = "kms"\noperation = "ListKeys"\nitems = "Keys[]"\n'
        '[[detail]]\noperation = "GetKeyPolicy"\nargs = { KeyId = "{KeyId}", PolicyName = "default" }\ntake = "Policy"\n'
        'into = "KeyPolicy"\n'
        '[identity]\nid = "KeyId"\n'
    )
    page = (500, "text/html", b"<!doctype html><title>500</title>")
    catalog = folder(tmp_path, spec("AWS::KMS::Key", body))
    cloud.faults.rule = lambda r: page if r.action == "GetKeyPolicy" and bad.encode() in r.body else None
    found = scan(catalog=catalog)
    values: dict[str, Any] = {r.address.id: r.value["KeyPolicy"] for r in found.resources.values()}
    assert values[bad] == Unknown("500")
    assert isinstance(values[good], str)
    assert [(g.code, g.address.id) for g in found.gaps if g.address] == [("500", bad)]
    cloud.faults.rule = lambda r: page if r.action == "GetKeyPolicy" else None
    found = scan(catalog=catalog)
    assert {r.value["KeyPolicy"] for r in found.resources.values()} == {Unknown("NotImplemented")}
    assert [(g.code, g.address) for g in found.gaps] == [("NotImplemented", None)]


def test_listings_are_counted_and_everything_is_in_order(cloud: Cloud, tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        cloud.client("sqs").create_queue(QueueName=name)
    found = scan(catalog=folder(tmp_path, QUEUES + '[identity]\nid = "QueueArn"\n'))
    resources = [t for t in found.stream if isinstance(t, Resource)]
    assert [r.address.id.rpartition(":")[2] for r in resources] == ["a", "b", "c"]
    assert found.stream[3:] == [Listing(STAGE, "eu-west-1", "AWS::SQS::Queue", Status.COMPLETE, 3)]
