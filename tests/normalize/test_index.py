from __future__ import annotations

from driftscan.model.value import Address, Unknown
from driftscan.normalize.index import STACK, Index, Stacked, build
from tests.normalize.estate import CATALOG, Side
from tests.normalize.estate import build as estate


def index(side: Side) -> Index:
    return build(side.items, CATALOG)


def test_arns_ids_and_generated_names_are_known_wherever_they_stand() -> None:
    side = Side()
    at = estate(side)
    found = index(side)
    assert found.arns[at["queue"].id].address == at["queue"]
    assert found.loose[at["vpc"].id].address == at["vpc"]
    assert found.loose[at["role"].id].address == at["role"]
    assert "stage-main" not in found.loose


def test_urls_that_the_vendor_assigned_name_their_resource() -> None:
    side = Side()
    at = estate(side)
    url = next(r for r in side.items if r.address == at["queue"]).value["QueueUrl"]
    assert index(side).loose[url].address == at["queue"]


def test_stacks_say_where_their_resources_stand_and_in_which_region() -> None:
    side = Side()
    at = estate(side)
    found = index(side)
    assert found.stacked[at["queue"]] == Stacked(at["stack"], "Queue")
    assert found.regions[at["role"]] == "us-east-1"


def test_what_nobody_reads_is_known_by_its_stack() -> None:
    side = Side()
    rows = [
        {"LogicalResourceId": "Key", "PhysicalResourceId": "orders-stage-Key-1A2B3C4D5E6F7", "ResourceType": "AWS::Never::Read"},
        {"LogicalResourceId": "Plain", "PhysicalResourceId": "plain", "ResourceType": "AWS::Never::Read"},
        {"LogicalResourceId": "Gone", "ResourceType": "AWS::Never::Read"},
    ]
    stack = side.add(STACK, "s", {"StackName": "orders-stage", "StackResources": rows})
    found = index(side)
    key, plain = (Address("AWS::Never::Read", side.account, side.region, r["PhysicalResourceId"]) for r in rows[:2])
    assert found.unread == {key: Stacked(stack, "Key"), plain: Stacked(stack, "Plain")}
    assert found.loose[key.id].address == key
    assert "plain" not in found.loose
    assert found.find(("AWS::Never::Read",), side.account, side.region, "plain") == plain


def test_a_name_of_a_stack_is_made_up_whatever_its_suffix_looks_like() -> None:
    side = Side()
    name = "orders-stage-Role-ENVIRONMENTS"
    role = side.add("AWS::IAM::Role", name, {"RoleName": name, "Path": "/"}, region="global")
    rows = [{"LogicalResourceId": "Role", "PhysicalResourceId": name, "ResourceType": "AWS::IAM::Role"}]
    side.add(STACK, "s", {"StackName": "orders-stage", "StackResources": rows})
    assert index(side).loose[name].address == role


def test_the_same_name_in_two_regions_means_the_nearer() -> None:
    side = Side()
    here, there = (side.add("AWS::Lambda::Function", "f", {"FunctionName": "f"}, region=r) for r in ("us-east-1", "eu-west-1"))
    found = index(side)
    assert found.find((here.type,), side.account, "us-east-1", "f") == here
    assert found.find((here.type,), side.account, "eu-west-1", "f") == there
    assert found.find((here.type,), side.account, "ap-south-1", "f") is None


def test_an_address_that_two_types_show_belongs_to_one() -> None:
    side = Side()
    eip = side.add("AWS::EC2::EIP", "eipalloc-0123456789abcdef0", {"AllocationId": "eipalloc-0123456789abcdef0", "PublicIp": "203.0.113.9"})
    side.add("AWS::EC2::Instance", "i-0123456789abcdef0", {"InstanceId": "i-0123456789abcdef0", "PublicIpAddress": "203.0.113.9"})
    assert index(side).loose["203.0.113.9"].address == eip


def test_an_elastic_address_names_its_resource_wherever_it_lies() -> None:
    side = Side()
    eip = side.add("AWS::EC2::EIP", "eipalloc-0123456789abcdef0", {"AllocationId": "eipalloc-0123456789abcdef0", "PublicIp": "127.12.0.9"})
    assert index(side).loose["127.12.0.9"].address == eip


def test_hosts_that_the_vendor_names_are_known_however_they_look() -> None:
    side = Side()
    value = {"Id": "E1", "DomainName": "zhu31905adaei.cloudfront.net", "DistributionConfig": {"Comment": "see zhu31905adaei.example.org"}}
    distribution = side.add("AWS::CloudFront::Distribution", "E1", value, region="global")
    assert index(side).loose["zhu31905adaei.cloudfront.net"].address == distribution
    assert "zhu31905adaei.example.org" not in index(side).loose


def test_networks_are_the_environments_own_the_narrowest_first() -> None:
    side = Side()
    wide, narrow, _, same = (
        side.add("AWS::EC2::VPC", f"vpc-0123456789abcdef{n}", {"CidrBlock": block})
        for n, block in enumerate(("10.0.0.0/16", "10.0.0.0/24", "nonsense", "10.0.0.0/16"))
    )
    assert index(side).networks == [(10 << 24, 24, (narrow,)), (10 << 24, 16, (wide, same))]


def test_blocks_that_could_not_be_read_are_none() -> None:
    side = Side()
    block = {"CidrBlock": "10.0.0.0/16", "CidrBlockAssociationSet": Unknown("AccessDenied")}
    at = side.add("AWS::EC2::VPC", "vpc-0123456789abcdef0", block)
    assert index(side).networks == [(10 << 24, 16, (at,))]


def _family(side: Side, newest: int, rows: dict[str, int]) -> tuple[Address, Index, dict[str, Address]]:
    """One family of task definitions, its newest revision read; rows: stack -> the revision that it holds."""
    arn = f"arn:aws:ecs:{side.region}:{side.account}:task-definition/web"
    read = {"family": "web", "taskDefinition": {"taskDefinitionArn": f"{arn}:{newest}", "family": "web"}}
    task = side.add("AWS::ECS::TaskDefinition", "web", read, arn=f"{arn}:{newest}")
    stacks = {}
    for name, revision in rows.items():
        row = {"LogicalResourceId": "Task", "PhysicalResourceId": f"{arn}:{revision}", "ResourceType": "AWS::ECS::TaskDefinition"}
        stacks[name] = side.add(STACK, name, {"StackName": name, "StackResources": [row]})
    return task, index(side), stacks


def test_a_stack_that_holds_an_older_revision_holds_the_series() -> None:
    task, found, stacks = _family(Side(), 7, {"a": 5})
    assert found.unread == {}
    assert found.stacked[task] == Stacked(stacks["a"], "Task")


def test_a_series_that_two_stacks_share_belongs_to_the_one_that_holds_what_was_read() -> None:
    task, found, stacks = _family(Side(), 7, {"a": 5, "b": 7})
    assert found.stacked[task] == Stacked(stacks["b"], "Task")
    assert {(a.id.rpartition(":")[2], s) for a, s in found.unread.items()} == {("5", Stacked(stacks["a"], "Task"))}


def test_a_series_whose_newest_revision_no_stack_holds_is_neithers_own() -> None:
    task, found, _ = _family(Side(), 9, {"a": 5, "b": 7})
    assert task not in found.stacked
    assert sorted(a.id.rpartition(":")[2] for a in found.unread) == ["5", "7"]


def test_stacks_that_share_a_series_hold_each_the_revision_that_was_read_for_them() -> None:
    side = Side()
    arn = side.arn("ecs", "task-definition/web")
    older = side.add("AWS::ECS::TaskDefinition", "web:5", {"family": "web"}, arn=f"{arn}:5")
    task, found, stacks = _family(side, 7, {"a": 5, "b": 7, "c": 2})
    assert found.stacked == {older: Stacked(stacks["a"], "Task"), task: Stacked(stacks["b"], "Task")}
    assert [(a.id, s.stack) for a, s in found.unread.items()] == [(f"{arn}:2", stacks["c"])]
    assert found.series == {arn: task}


def test_who_runs_which_revision() -> None:
    side = Side()
    arn = side.arn("ecs", "task-definition/web")
    older = side.add("AWS::ECS::TaskDefinition", "web:5", {"family": "web"}, arn=f"{arn}:5")
    a, b, c, d = (
        side.add("AWS::ECS::Service", n, {"taskDefinition": f"{arn}{r}"}) for n, r in (("a", ":5"), ("b", ":7"), ("c", ""), ("d", ":6"))
    )
    task, found, _ = _family(side, 7, {})
    assert found.users == {older: (a,), task: (b, c)}
    assert d not in {u for users in found.users.values() for u in users}


def test_a_physical_id_of_several_parts_names_what_only_one_part_names() -> None:
    side = Side()
    rows, lists = [], []
    for scope, own in (("REGIONAL", "1a2b3c4d-5e6f-4708-91a2-b3c4d5e6f708"), ("CLOUDFRONT", "2b3c4d5e-6f70-4819-a2b3-c4d5e6f70819")):
        lists.append(side.add("AWS::WAFv2::IPSet", own, {"Name": "office", "Id": own}))
        rows.append({"LogicalResourceId": scope, "PhysicalResourceId": f"office|{own}|{scope}", "ResourceType": "AWS::WAFv2::IPSet"})
    stack = side.add(STACK, "s", {"StackName": "orders-stage", "StackResources": rows})
    assert index(side).stacked == {lists[0]: Stacked(stack, "REGIONAL"), lists[1]: Stacked(stack, "CLOUDFRONT")}


def test_a_setting_that_is_part_of_a_key_names_nothing() -> None:
    side = Side()
    value = {"InstanceId": "i-0123456789abcdef0", "InstanceType": "m5.4xlarge", "SubnetId": "subnet-0123456789abcdef0"}
    instance = side.add("AWS::EC2::Instance", "i-0123456789abcdef0", value)
    found = index(side)
    assert "m5.4xlarge" not in found.loose
    assert found.find((instance.type,), side.account, side.region, "m5.4xlarge") is None


def test_a_name_that_cloudformation_made_is_known_whatever_its_suffix_looks_like() -> None:
    side = Side()
    name = "orders-stage-Model-NAJAEDUCJRBG"
    row = {"LogicalResourceId": "Model", "PhysicalResourceId": name, "ResourceType": "AWS::ApiGateway::Model"}
    side.add(STACK, "s", {"StackName": "orders-stage", "StackResources": [row]})
    assert index(side).loose[name].address.type == "AWS::ApiGateway::Model"


def test_an_arn_that_a_resource_is_known_by_or_that_stands_in_its_documents_is_anothers() -> None:
    """With the topics or roles unread, their subscriptions and policies would pass for them: on one side only."""
    side = Side()
    topic, role = "arn:aws:sns:eu-west-1:333333333333:orders", "arn:aws:iam::333333333333:role/app"
    value = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": "q", "Attributes": {"TopicArn": topic}}
    side.add("AWS::SNS::Subscription", f"{topic}|sqs|q", value)
    document = {"Statement": [{"Principal": {"AWS": role}}]}
    versions = [{"VersionId": "v1", "IsDefaultVersion": False, "Document": document}]
    side.add("AWS::IAM::ManagedPolicy", "p", {"PolicyName": "p", "PolicyVersionList": versions}, region="global")
    assert {topic, role}.isdisjoint(index(side).arns)


def test_a_generated_name_that_two_services_share_means_each_in_its_own_document() -> None:
    side = Side()
    name = "orders-20210406161729306300000001"
    two = [
        side.add(t, name, {"DBClusterParameterGroupName": name}) for t in (f"AWS::{s}::DBClusterParameterGroup" for s in ("Neptune", "RDS"))
    ]
    found = index(side)
    assert {a for a in two if name in found.own_names(a)} == {a for a in two if found.loose[name].address != a}
    assert len({a for a in two if name in found.own_names(a)}) == 1


def test_the_name_of_what_a_resource_uses_is_not_its_own() -> None:
    side = Side()
    name = "web-stage-20219410659850000061852312"
    template = {"LaunchTemplateId": "lt-0123456789abcdef0", "LaunchTemplateName": name}
    side.add("AWS::AutoScaling::AutoScalingGroup", "batch", {"AutoScalingGroupName": "batch", "LaunchTemplate": template})
    assert name not in index(side).loose
