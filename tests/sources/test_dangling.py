"""References to what is not there: told apart from those that leave the account or what was listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftscan.catalog import load
from driftscan.model.resource import Resource
from driftscan.model.snapshot import Listing, Status
from driftscan.model.value import Address
from driftscan.sources.aws.dangling import HOLDERS, Dangling, Links, spellings
from tests.sources.conftest import STAGE, Cloud, drain, make
from tests.sources.faults import Answer, Request

REGION = "eu-west-1"
SPECS = load().of("aws")


def holder(id: str, path: str, target: str, type: str) -> Resource:
    """A resource that refers to `target` at the first place of its type's references that leads to `path`."""
    value: object = target
    for step in reversed(path.split(".")):
        value = [{step.removesuffix("[]"): value}] if step.endswith("[]") else {step: value}
    assert isinstance(value, dict)
    return Resource(Address(type, STAGE, REGION, id), value)


def listed(*types: str, status: Status = Status.COMPLETE) -> list[Listing]:
    return [Listing(STAGE, REGION, t, status) for t in types]


SUBNET, VPC, TOPIC = "AWS::EC2::Subnet", "AWS::EC2::VPC", "AWS::SNS::Topic"


def subnet(id: str, vpc: str) -> Resource:
    return Resource(Address(SUBNET, STAGE, REGION, id), {"SubnetId": id, "VpcId": vpc})


def links(*things: object) -> list[Dangling]:
    found = Links(SPECS)
    for thing in things:
        found.add([thing])  # type: ignore[list-item]  # each from a unit of its own
    return list(found.dangling())


def test_what_is_there_does_not_dangle_whatever_came_first() -> None:
    vpc = Resource(Address(VPC, STAGE, REGION, "vpc-1"), {"VpcId": "vpc-1"})
    assert links(subnet("s", "vpc-1"), vpc, *listed(VPC)) == links(vpc, *listed(VPC), subnet("s", "vpc-1")) == []
    assert links(subnet("s", "vpc-2"), vpc, *listed(VPC)) == [Dangling(Address(SUBNET, STAGE, REGION, "s"), "vpc-2", (VPC,))]


@pytest.mark.parametrize("status", [Status.PARTIAL, Status.DENIED, Status.NOT_READ])
def test_only_a_complete_listing_says_that_something_is_not_there(status: Status) -> None:
    assert links(subnet("s", "vpc-2"), *listed(VPC, status=status)) == []
    assert links(subnet("s", "vpc-2")) == []
    assert links(subnet("s", "vpc-2"), Listing(STAGE, "us-east-1", VPC, Status.COMPLETE)) == []
    assert len(links(subnet("s", "vpc-2"), Listing(STAGE, REGION, VPC, Status.OFF))) == 1


def test_a_reference_that_leaves_its_account_or_region_is_no_matter_of_the_scan() -> None:
    role = "AWS::IAM::Role"
    path = next(p.text for p, t in SPECS["AWS::Lambda::Function"].compare.references.items() if t == (role,))

    def found(arn: str) -> int:
        held = holder("f", path, arn, "AWS::Lambda::Function")
        return len(links(held, Listing(STAGE, "global", role, Status.COMPLETE)))

    assert found(f"arn:aws:iam::{STAGE}:role/gone") == 1
    assert found("arn:aws:iam::999999999999:role/gone") == 0
    assert found("arn:broken") == 0
    there = Resource(Address(role, STAGE, "global", "here"), {"RoleName": "here"}, f"arn:aws:iam::{STAGE}:role/path/here")
    held = holder("f", path, f"arn:aws:iam::{STAGE}:role/path/here", "AWS::Lambda::Function")
    assert links(held, there, Listing(STAGE, "global", role, Status.COMPLETE)) == []


@pytest.mark.parametrize("text", ["default", "default.postgres15", "default:postgres-15", "alias/aws/ebs", ""])
def test_what_the_vendor_keeps_for_everybody_is_not_looked_for(text: str) -> None:
    assert links(subnet("s", text), *listed(VPC)) == []
    assert len(links(subnet("s", f"my-{text}x"), *listed(VPC))) == 1


def test_a_missing_target_of_thousands_keeps_a_few_holders() -> None:
    assert len(links(*(subnet(f"s{n}", "gone") for n in range(3 * HOLDERS)), *listed(VPC))) == HOLDERS


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("vpc-1", set()),
        ("arn:aws:iam::1:role/path/name", {"name"}),
        ("parent|child", {"child"}),
        ("arn:aws:sqs:r:1:orders", {"orders"}),
        ("a/b:c", {"c"}),
        ("log-group:*/", set()),
    ],
)
def test_a_name_goes_by_its_last_part_too(text: str, named: set[str]) -> None:
    assert set(spellings(text)) == {text} | named


def test_a_holder_whose_target_went_away_is_read_again(cloud: Cloud, tmp_path: Path) -> None:
    """The API shows a subnet as it was before a deployment, and the networks as they are after it."""
    ec2 = cloud.client("ec2")
    here = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = ec2.create_subnet(VpcId=here, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    shown = [0]

    def rule(r: Request) -> Answer | None:
        if r.action != "DescribeSubnets":
            return None
        shown[0] += 1
        vpc = "vpc-00000000" if shown[0] == 1 else here
        body = (
            '<DescribeSubnetsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><subnetSet><item>'
            f"<subnetId>{made}</subnetId><vpcId>{vpc}</vpcId><ownerId>{STAGE}</ownerId></item></subnetSet></DescribeSubnetsResponse>"
        )
        return 200, "text/xml", body.encode()

    cloud.faults.rule = rule
    source = make((SUBNET, VPC))
    drain(source)
    assert [(d.holder.id, d.text) for d in source.dangling] == [(made, "vpc-00000000")]
    assert source.in_flux == ()
    nothing = list(source.reread([d.holder for d in source.dangling], 0))
    again = list(source.reread([d.holder for d in source.dangling], 5))
    source.close()
    assert nothing == []
    assert [t.value["VpcId"] for t in again if isinstance(t, Resource)] == [here]
    assert shown[0] == 2


def test_of_many_holders_as_many_are_read_again_as_the_calls_allow(cloud: Cloud, tmp_path: Path) -> None:
    sns = cloud.client("sns")
    topics = [sns.create_topic(Name=f"orders-{n}")["TopicArn"] for n in range(6)]
    source = make((TOPIC,))
    drain(source)
    holders = [Address(TOPIC, STAGE, REGION, arn) for arn in topics]
    before = sum(source.calls.values())
    again = [t.address for t in source.reread(holders, 4) if isinstance(t, Resource)]
    made = sum(source.calls.values()) - before
    source.close()
    assert again == sorted(holders)[:3]
    assert source.calls["sns:GetTopicAttributes"] == 6 + 3
    assert made <= 4 + 1  # one of the shared listing of tags
