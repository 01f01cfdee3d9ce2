"""What scales, what a service makes and what a platform brings is counted and never drift."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from driftscan.demo.server import running
from tests.cli import estate
from tests.shown.months import Json, Months

pytestmark = pytest.mark.slow

TYPES = """["AWS::AutoScaling::AutoScalingGroup", "AWS::EC2::Instance", "AWS::EC2::LaunchTemplate", "AWS::EC2::NetworkInterface",
  "AWS::EC2::SecurityGroup", "AWS::EC2::Subnet", "AWS::EC2::VPC", "AWS::EC2::RouteTable", "AWS::EC2::NetworkAcl", "AWS::IAM::Role",
  "AWS::Lambda::Function", "AWS::Lambda::Version"]"""
INTERFACES, VERSIONS = 200, 30


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Json, Json]]:
    """October, when the two were twins; November, when stage had grown, and a region more that holds AWS's default network alone."""
    with running() as url:
        for env, account in estate.ACCOUNTS.items():
            _build(env, estate.client(url, account))
        months = Months(tmp_path_factory.mktemp("populations"), url)
        (months.folder / "driftscan.yaml").write_text(estate.config(types=TYPES))
        _, october = months.run("2026-10-31")
        _grow(estate.client(url, estate.ACCOUNTS["stage"]))
        stage = f'aws: "{estate.ACCOUNTS["stage"]}"'
        wider = estate.config(types=TYPES).replace(stage, f"{stage}, regions: [{estate.REGION}, us-east-1]")
        (months.folder / "driftscan.yaml").write_text(wider)
        done, november = months.run("2026-11-30")
        assert done.code == 0, done.err
        yield october, november


def _build(env: str, aws: Callable[..., Any]) -> None:
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16", TagSpecifications=_named("vpc", f"main-{env}"))["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(
        VpcId=vpc, CidrBlock="10.1.0.0/20", AvailabilityZone="eu-west-1a", TagSpecifications=_named("subnet", f"app-{env}")
    )["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName=f"web-{env}", Description="web", VpcId=vpc)["GroupId"]
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    ec2.create_launch_template(
        LaunchTemplateName=f"workers-{env}",
        LaunchTemplateData={"ImageId": image, "InstanceType": "t3.small", "SecurityGroupIds": [group]},
    )
    aws("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=f"workers-{env}",
        LaunchTemplate={"LaunchTemplateName": f"workers-{env}", "Version": "$Latest"},
        MinSize=1,
        MaxSize=12,
        DesiredCapacity=3,
        VPCZoneIdentifier=subnet,
    )
    role = aws("iam").create_role(RoleName=f"resize-{env}", AssumeRolePolicyDocument=estate.TRUST)["Role"]["Arn"]
    aws("lambda").create_function(
        FunctionName=f"resize-{env}", Runtime="python3.11", Role=role, Handler="app.main", Code={"ZipFile": _code(0)}, Publish=True
    )


def _grow(aws: Callable[..., Any]) -> None:
    """Three machines become nine, thirty versions are published, a service makes 200 interfaces, a platform brings its roles."""
    aws("autoscaling").set_desired_capacity(AutoScalingGroupName="workers-stage", DesiredCapacity=9)
    functions = aws("lambda")
    for number in range(VERSIONS):
        functions.update_function_code(FunctionName="resize-stage", ZipFile=_code((number + 1) % VERSIONS), Publish=True)
    ec2 = aws("ec2")
    (subnet,) = ec2.describe_subnets(Filters=[{"Name": "tag:Name", "Values": ["app-stage"]}])["Subnets"]
    for number in range(INTERFACES):
        ec2.create_network_interface(SubnetId=subnet["SubnetId"], Description=f"Attached to Glue using role: arn:aws:iam::1:role/{number}")
    iam = aws("iam")
    for name in (
        "AWSReservedSSO_Admin_0123456789abcdef",
        "stacksets-exec-0123456789",
        "OrganizationAccountAccessRole",
        "AWSControlTowerExecution",
    ):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=estate.TRUST)


def _named(kind: str, name: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def _code(number: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py", (2026, 1, 1, 0, 0, 0)), f"def main(event, context):\n    return {number}\n")
    return out.getvalue()


def drift(report: Json) -> list[tuple[str, str, str, list[str]]]:
    found = (f for f in report["findings"] if f["verdict"] != "expected")
    return [(f["kind"], f["aspect"], f["resource"]["type"], [c["path"] for c in f["changes"]]) for f in found]


def rows(report: Json) -> dict[str, Json]:
    (comparison,) = report["comparisons"]
    return {row["type"].split("::")[-1]: row for row in comparison["ledger"]}


def test_twins_differ_in_nothing(reports: tuple[Json, Json]) -> None:
    assert drift(reports[0]) == []


def test_growth_is_capacity_and_nothing_else(reports: tuple[Json, Json]) -> None:
    assert drift(reports[1]) == [("changed", "capacity", "AWS::AutoScaling::AutoScalingGroup", ["DesiredCapacity"])]
    assert reports[1]["gaps"] == []


def test_all_of_it_was_seen_and_is_counted(reports: tuple[Json, Json]) -> None:
    before, after = (rows(r) for r in reports)
    instances, interfaces = after["Instance"], after["NetworkInterface"]
    assert (before["Instance"]["grouped"], instances["grouped"]) == ([3, 3], [9, 3])
    assert interfaces["candidate"] >= INTERFACES
    assert sum(interfaces["grouped"]) + sum(interfaces["uncounted"]) == interfaces["candidate"] + interfaces["reference"]
    assert after["Role"]["candidate"] == before["Role"]["candidate"] + 4
    assert after["Role"]["uncounted"][0] == 4
    assert after["Version"]["candidate"] == 1, "of thirty versions the last one counts"
    for type in ("VPC", "Subnet", "SecurityGroup", "RouteTable", "NetworkAcl"):
        assert after[type]["uncounted"][0] > after[type]["uncounted"][1], f"{type} of the default network"
