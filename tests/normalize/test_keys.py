from __future__ import annotations

import pytest

from driftscan.model.resource import MatchKey, Seal
from driftscan.model.value import Ref, Text, Word
from driftscan.normalize.index import STACK
from tests.normalize.estate import Side

STAGE = Word("stage", "stage", "{env}")


def seal(side: Side, *args: object, **more: object) -> Seal:
    return side.canonical(side.add(*args, **more)).seal  # type: ignore[arg-type]


def keys(found: Seal, reason: str) -> list[MatchKey]:
    return [k for k in found.keys if k.reason == reason]


def test_names_lose_what_nobody_chose() -> None:
    name = "orders-stage-Role-1A2B3C4D5E6F7"
    found = seal(Side(), "AWS::IAM::Role", name, {"RoleName": name, "Path": "/"}, region="global")
    assert keys(found, "name")[0].parts == ("/", Text(("orders-", STAGE, "-Role")))
    assert (found.name, found.rename) == ("orders-{env}-Role", False)


def test_a_chosen_name_is_one_that_people_may_change() -> None:
    found = seal(Side(), "AWS::IAM::Role", "deploy-stage", {"RoleName": "deploy-stage", "Path": "/ci/"}, region="global")
    assert keys(found, "name")[0].parts == ("/ci/", Text(("deploy-", STAGE)))
    assert (found.name, found.rename) == ("deploy-{env}", True)


def test_an_empty_name_tag_names_nothing() -> None:
    side = Side()
    subnet = {"SubnetId": "subnet-0123456789abcdef0", "VpcId": "vpc-fedcba98765432100", "Tags": [{"Key": "Name", "Value": ""}]}
    found = seal(side, "AWS::EC2::Subnet", "subnet-0123456789abcdef0", subnet)
    assert (found.name, found.rename, found.keys) == ("", False, ())


def test_alternatives_come_in_the_order_of_the_spec_and_unstable_ones_fall_out() -> None:
    side = Side()
    vpc = side.add(
        "AWS::EC2::VPC", "vpc-0123456789abcdef0", {"VpcId": "vpc-0123456789abcdef0", "CidrBlock": "10.0.0.0/16", "IsDefault": False}
    )
    named = {"SubnetId": "subnet-0123456789abcdef0", "VpcId": vpc.id, "CidrBlock": "10.0.1.0/24", "Tags": [{"Key": "Name", "Value": "a"}]}
    to = Ref(vpc, vpc.type, vpc.id, "name")
    assert [k.parts for k in seal(side, "AWS::EC2::Subnet", "subnet-0123456789abcdef0", named).keys] == [
        (to, "a"),
        (to, "{network}+1.0/24"),
    ]
    lost = {**named, "VpcId": "vpc-fedcba98765432100"}
    assert keys(seal(side, "AWS::EC2::Subnet", "subnet-0123456789abcdef1", lost), "name") == []
    assert [k.parts for k in side.canonical(vpc).seal.keys] == [("{network}/16",)]


def test_nested_stacks_are_named_by_the_way_to_them() -> None:
    side = Side()
    inner_arn = side.arn("cloudformation", "stack/orders-stage-Db-1A2B3C4D5E6F7/1234abcd-12ab-34cd-56ef-1234567890ab")
    outer_arn = side.arn("cloudformation", "stack/orders-stage/9234abcd-12ab-34cd-56ef-1234567890ab")
    queue = side.arn("sqs", "x")
    at = side.add("AWS::SQS::Queue", queue, {"QueueArn": queue}, arn=queue)
    rows = [{"LogicalResourceId": "JobsA1B2C3D4", "PhysicalResourceId": queue, "ResourceType": "AWS::SQS::Queue"}]
    side.add(STACK, inner_arn, {"StackName": "orders-stage-Db-1A2B3C4D5E6F7", "StackResources": rows}, arn=inner_arn)
    rows = [{"LogicalResourceId": "Db", "PhysicalResourceId": inner_arn, "ResourceType": STACK}]
    side.add(STACK, outer_arn, {"StackName": "orders-stage", "StackResources": rows}, arn=outer_arn)
    orders = Text(("orders-", STAGE))
    assert [k.parts for k in keys(side.canonical(at).seal, "iac")] == [(orders, "Db", "JobsA1B2C3D4"), (orders, "Db", "Jobs")]


def test_the_name_tag_is_a_key_where_the_spec_does_not_use_it() -> None:
    side = Side()
    queue = side.arn("sqs", "x")
    found = seal(side, "AWS::SQS::Queue", queue, {"QueueArn": queue, "Tags": [{"Key": "Name", "Value": "jobs of stage"}]}, arn=queue)
    assert keys(found, "tags") == [MatchKey("tags", (Text(("jobs of ", STAGE)),))]


def test_a_settings_document_is_the_only_one() -> None:
    found = seal(Side(), "AWS::EC2::AccountSettings", "", {})
    assert keys(found, "name") == [MatchKey("name", ())]


def test_named_resources_have_the_keys_of_their_stacks() -> None:
    side = Side()
    rows = [{"LogicalResourceId": "Key", "PhysicalResourceId": "key", "ResourceType": "AWS::Never::Read"}]
    side.add(STACK, "s", {"StackName": "orders-stage", "StackResources": rows})
    ((address, found),) = side.normalizer().named.items()
    assert address.id == "key"
    assert found == (MatchKey("iac", (Text(("orders-", STAGE)), "Key")),)


def test_a_record_that_proves_a_domain_is_named_by_its_certificate() -> None:
    """Its labels are another in each environment: with the certificate read it is a reference, else it names nothing."""
    name, value = "_b2755385dbd2985015f583964896191b.shop.example.com.", "_3a44c1b2d985015f583964896191b275.acm-validations.aws."
    row = {"DomainName": "shop.example.com", "ResourceRecord": {"Name": name, "Type": "CNAME", "Value": value}}
    record = {"Name": name, "Type": "CNAME", "TTL": 300, "ResourceRecords": [{"Value": value}]}
    for read in (True, False):
        side = Side()
        zone = side.add("AWS::Route53::HostedZone", "Z0123456789ABCDEF", {"Name": "shop.example.com."}, region="global")
        arn = side.arn("acm", "certificate/1234abcd-12ab-34cd-56ef-1234567890ab")
        options = {"DomainName": "shop.example.com", "DomainValidationOptions": [row]}
        if read:
            side.add("AWS::CertificateManager::Certificate", arn, options, arn=arn)
        at = side.add("AWS::Route53::RecordSet", f"{zone.id}|{name}|CNAME", record, region="global", parent=zone)
        found = side.canonical(at)
        refs = [(r.type, r.target is not None) for r in found.seal.refs if isinstance(r, Ref)]
        assert refs == [("AWS::CertificateManager::Certificate", True)] * 2 if read else all(not known for _, known in refs)
        assert bool(keys(found.seal, "name")) is read


def test_of_a_key_with_a_reference_that_nothing_explains_the_name_is_left() -> None:
    id = "rtb-0123456789abcdef0"
    table = {"RouteTableId": id, "VpcId": "vpc-fedcba98765432100", "Tags": [{"Key": "Name", "Value": "shop-stage"}]}
    assert seal(Side(), "AWS::EC2::RouteTable", id, table).keys == (MatchKey("rest", (Text(("shop-", STAGE)),)),)


def test_a_name_that_was_cut_behind_a_separator_keeps_it() -> None:
    found = seal(Side(), "AWS::IAM::Role", "stage-orders-", {"RoleName": "stage-orders-", "Path": "/"}, region="global")
    assert keys(found, "name")[0].parts == ("/", Text((STAGE, "-orders-")))


def test_a_region_beside_a_name_is_a_part_of_a_key_and_alone_it_is_none() -> None:
    alarm = {"Name": "queue-age-stage", "Region": "us-east-1"}
    value = {"Id": "3a5c7e91-0b2d-4f46-8a9c-1d3e5f7b9a02", "HealthCheckConfig": {"AlarmIdentifier": alarm}}
    found = seal(Side(), "AWS::Route53::HealthCheck", value["Id"], value, region="global")
    assert keys(found, "name")[0].parts == (Text(("queue-age-", STAGE)), Word("stage", "us-east-1", "{region}"))
    value["HealthCheckConfig"] = {"AlarmIdentifier": {"Name": "us-east-1", "Region": "us-east-1"}}
    assert keys(seal(Side(), "AWS::Route53::HealthCheck", value["Id"], value, region="global"), "name") == []


@pytest.mark.parametrize("word", ["stage", "staging", "stg"])
def test_which_part_of_a_key_is_the_name_does_not_hang_on_the_length_of_a_word(word: str) -> None:
    value = {"ServiceNamespace": "ecs", "ResourceId": f"service/shop-{word}/{word}", "ScalableDimension": "ecs:service:DesiredCount"}
    found = seal(Side(), "AWS::ApplicationAutoScaling::ScalableTarget", "|".join(value.values()), value)
    assert found.name == "service/shop-{env}/{env}"


def test_a_name_inside_an_arn_that_another_service_has_too_is_the_resources_own() -> None:
    side = Side()
    name = "orders-stage-1A2B3C4D5E6F7"
    side.add("AWS::ApiGatewayV2::Api", "a1b2c3d4e5", {"ApiId": "a1b2c3d4e5", "Name": name})
    arn = side.arn("sqs", name)
    found = seal(side, "AWS::SQS::Queue", f"https://sqs.us-east-1.amazonaws.com/111111111111/{name}", {"QueueArn": arn}, arn=arn)
    region = Word("stage", "us-east-1", "{region}")
    assert keys(found, "name")[0].parts == (Text(("arn:aws:sqs:", region, ":{account}:orders-", STAGE)),)


def test_what_is_called_by_another_resource_has_no_name_that_somebody_chose() -> None:
    side = Side()
    name = "orders-stage-Handler-AORGVOKASRRC"
    function = side.arn("lambda", f"function:{name}")
    side.add("AWS::Lambda::Function", name, {"FunctionName": name}, arn=function)
    value = {"UUID": "23243533-d97d-4239-b72d-d7eb78d96070", "FunctionArn": function}
    found = seal(side, "AWS::Lambda::EventSourceMapping", value["UUID"], value)
    assert (found.name, found.rename) == ("{Function}", False)
