"""Who made a resource: vendor and platform by name, controller and population by the spec, else a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from driftscan.catalog import load, provenance
from driftscan.catalog.paths import parse
from driftscan.model.resource import Provenance, Resource
from driftscan.model.value import Address


def resource(type: str, id: str, value: dict[str, Any] | None = None, arn: str | None = None) -> Resource:
    return Resource(Address(type, "333333333333", "eu-west-1", id), value or {}, arn)


STACK = "arn:aws:cloudformation:eu-west-1:333333333333:stack/"


def dhcp(domain: str, server: str) -> dict[str, Any]:
    pairs = {"domain-name": domain, "domain-name-servers": server}
    return {"DhcpConfigurations": [{"Key": k, "Values": [{"Value": v}]} for k, v in pairs.items()], "Tags": []}


def volume(dies: bool, group: str | None) -> dict[str, Any]:
    """A volume attached to an instance, as the reader makes it. dies: with the instance; group: of the instance."""
    tags = [{"Key": "aws:autoscaling:groupName", "Value": group}] if group else []
    return {"Attachments": [{"InstanceId": "i-1", "DeleteOnTermination": dies}], "Instances": [{"Tags": tags}]}


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        (resource("AWS::IAM::Role", "AWSServiceRoleForECS"), "vendor"),
        (resource("AWS::IAM::Role", "x", {"Path": "/aws-service-role/ecs.amazonaws.com/"}), "vendor"),
        (resource("AWS::IAM::Role", "AWSReservedSSO_Admin_0123456789abcdef"), "platform"),
        (resource("AWS::IAM::Role", "aws-controltower-ForwardSnsNotificationRole"), "platform"),
        (resource("AWS::IAM::Role", "stacksets-exec-0123456789abcdef"), "platform"),
        (resource("AWS::IAM::Role", "cdk-hnb659fds-deploy-role-333333333333-eu-west-1"), "platform"),
        (resource("AWS::IAM::Role", "orders-stage"), "declared"),
        (resource("AWS::KMS::Key", "1234", {"KeyManager": "AWS"}), "vendor"),
        (resource("AWS::KMS::Key", "1234", {"KeyManager": "CUSTOMER"}), "declared"),
        (resource("AWS::KMS::Alias", "alias/aws/s3"), "vendor"),
        (resource("AWS::RDS::DBParameterGroup", "default.postgres16"), "vendor"),
        (resource("AWS::RDS::DBParameterGroup", "orders.postgres16"), "declared"),
        (resource("AWS::EC2::VPC", "vpc-1", {"IsDefault": True, "CidrBlock": "172.31.0.0/16", "Tags": []}), "platform"),
        (
            resource("AWS::EC2::VPC", "vpc-1", {"IsDefault": True, "CidrBlock": "172.31.0.0/16", "Tags": [{"Key": "A", "Value": "b"}]}),
            "declared",
        ),
        (resource("AWS::EC2::VPC", "vpc-2", {"IsDefault": False, "CidrBlock": "10.0.0.0/16"}), "declared"),
        (resource("AWS::Route53::HealthCheck", "1", {"LinkedService": {"ServicePrincipal": "servicediscovery.amazonaws.com"}}), "vendor"),
        (resource("AWS::Route53::HealthCheck", "2", {}), "declared"),
        (resource("AWS::Config::ConfigRule", "securityhub-s3-1-2ab3", {"CreatedBy": "securityhub.amazonaws.com"}), "vendor"),
        (resource("AWS::Config::ConfigRule", "cis-s3-conformance-pack-1ab2", {"CreatedBy": "config-conforms.amazonaws.com"}), "declared"),
        (resource("AWS::Config::ConfigRule", "securityhub-of-our-own", {}), "declared"),
        (resource("AWS::CertificateManager::Certificate", "1", {"ManagedBy": "CLOUDFRONT"}), "vendor"),
        (resource("AWS::ElastiCache::CacheCluster", "sessions-001", {"ReplicationGroupId": "sessions"}), "controller"),
        (resource("AWS::ElastiCache::CacheCluster", "pages", {}), "declared"),
        (resource("AWS::EC2::EIP", "eipalloc-1", {"ServiceManaged": "alb"}), "controller"),
        (resource("AWS::EC2::EIP", "eipalloc-2", {"PublicIpv4Pool": "amazon"}), "declared"),
        (resource("AWS::EC2::VPCEndpoint", "vpce-1", {"RequesterManaged": True}), "controller"),
        (resource("AWS::EC2::VPCEndpoint", "vpce-2", {"RequesterManaged": False}), "declared"),
        (resource("AWS::EC2::Instance", "i-1", {"Tags": [{"Key": "aws:autoscaling:groupName", "Value": "web"}]}), "controller"),
        (resource("AWS::EC2::Instance", "i-2", {"Tags": [{"Key": "Name", "Value": "bastion"}]}), "declared"),
        (resource("AWS::AutoScaling::AutoScalingGroup", "g", {"Tags": [{"Key": "eks:nodegroup-name", "Value": "w"}]}), "controller"),
        (resource("AWS::Events::EventBus", "default", {"Name": "default"}), "vendor"),
        (resource("AWS::Events::EventBus", "default", {"Name": "default", "Policy": "{}"}), "declared"),
        (resource("AWS::Logs::LogGroup", "aws-controltower/CloudTrailLogs"), "platform"),
        (resource("AWS::Config::ConfigurationRecorder", "aws-controltower-BaselineConfigRecorder"), "declared"),
        (resource("AWS::SSM::Parameter", "/cdk-bootstrap/hnb659fds/version"), "platform"),
        (resource("AWS::S3::Bucket", "cdk-hnb659fds-assets-333333333333-eu-west-1"), "platform"),
        (resource("AWS::SNS::Topic", "arn", arn="arn:aws:sns:eu-west-1:333333333333:aws-controltower-SecurityNotifications"), "platform"),
        (resource("AWS::EC2::PrefixList", "pl-6da54004", {"OwnerId": "AWS"}), "vendor"),
        (resource("AWS::EC2::PrefixList", "pl-0123456789abcdef0", {"OwnerId": "333333333333"}), "declared"),
        (resource("AWS::EC2::DHCPOptions", "dopt-1", dhcp("eu-west-1.compute.internal", "AmazonProvidedDNS")), "platform"),
        (resource("AWS::EC2::DHCPOptions", "dopt-1", dhcp("corp.example.org", "AmazonProvidedDNS")), "declared"),
        (resource("AWS::CloudFormation::Stack", STACK + "CDKToolkit/387d82a0", {}, STACK + "CDKToolkit/387d82a0"), "platform"),
        (resource("AWS::CloudFormation::Stack", STACK + "orders-stage/387d82a0", {}, STACK + "orders-stage/387d82a0"), "declared"),
        (resource("AWS::CloudFormation::Stack", STACK + "awseb-e-abc-stack/387d", {}, STACK + "awseb-e-abc-stack/387d"), "controller"),
        (resource("AWS::EC2::NetworkInterface", "eni-1", {"RequesterManaged": True, "InterfaceType": "interface"}), "controller"),
        (resource("AWS::EC2::NetworkInterface", "eni-2", {"RequesterManaged": False, "InterfaceType": "transit_gateway"}), "controller"),
        (resource("AWS::EC2::NetworkInterface", "eni-3", {"Attachment": {"InstanceId": "i-1", "DeleteOnTermination": True}}), "controller"),
        (resource("AWS::EC2::NetworkInterface", "eni-4", {"Attachment": {"InstanceId": "i-1", "DeleteOnTermination": False}}), "declared"),
        (resource("AWS::EC2::NetworkInterface", "eni-5", {"RequesterManaged": False, "InterfaceType": "interface"}), "declared"),
        (resource("AWS::EC2::Volume", "vol-1", volume(True, "web")), "controller"),
        (resource("AWS::EC2::Volume", "vol-2", volume(False, "web")), "declared"),
        (resource("AWS::EC2::Volume", "vol-3", volume(True, None)), "declared"),
        (
            resource(
                "AWS::EC2::Volume",
                "vol-4",
                {**volume(True, "nodes"), "Tags": [{"Key": "kubernetes.io/created-for/pvc/name", "Value": "db"}]},
            ),
            "declared",
        ),
    ],
)
def test_names_tell_vendor_and_platform(made: Resource, wanted: str) -> None:
    assert provenance.classify(load().specs[made.address.type], made) == Provenance(wanted)


INSIDE = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-1"}], "IpRanges": []}]
OPEN = [*INSIDE, {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
ROUTES = [{"DestinationCidrBlock": "172.31.0.0/16", "GatewayId": "local"}, {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}]
ENTRIES = [{"Protocol": "-1", "RuleNumber": 100, "RuleAction": "allow"}, {"Protocol": "-1", "RuleNumber": 32767, "RuleAction": "deny"}]
MAIN = {"VpcId": "vpc-1", "Associations": [{"Main": True}], "Routes": ROUTES}
PEERED = {**MAIN, "Routes": [*ROUTES, {"VpcPeeringConnectionId": "pcx-1"}]}


@pytest.mark.parametrize(
    ("made", "untouched"),
    [
        (resource("AWS::EC2::SecurityGroup", "sg-1", {"GroupName": "default", "VpcId": "vpc-1", "IpPermissions": INSIDE}), True),
        (resource("AWS::EC2::SecurityGroup", "sg-1", {"GroupName": "default", "VpcId": "vpc-1", "IpPermissions": OPEN}), False),
        (resource("AWS::EC2::SecurityGroup", "sg-1", {"GroupName": "web", "VpcId": "vpc-1", "IpPermissions": INSIDE}), False),
        (resource("AWS::EC2::RouteTable", "rtb-1", MAIN), True),
        (resource("AWS::EC2::RouteTable", "rtb-1", PEERED), False),
        (resource("AWS::EC2::RouteTable", "rtb-1", {**MAIN, "Associations": [{"Main": False, "SubnetId": "subnet-1"}]}), False),
        (resource("AWS::EC2::NetworkAcl", "acl-1", {"IsDefault": True, "VpcId": "vpc-1", "Entries": ENTRIES}), True),
        (
            resource("AWS::EC2::NetworkAcl", "acl-1", {"IsDefault": True, "VpcId": "vpc-1", "Entries": [*ENTRIES, {"Protocol": "6"}]}),
            False,
        ),
        (resource("AWS::EC2::InternetGateway", "igw-1", {"Attachments": [{"VpcId": "vpc-1", "State": "available"}]}), True),
        (resource("AWS::EC2::InternetGateway", "igw-1", {"Attachments": []}), False),
    ],
)
def test_what_comes_with_the_default_network_is_the_platforms_as_long_as_nobody_touched_it(made: Resource, untouched: bool) -> None:
    spec = load().specs[made.address.type]
    wanted = Provenance.PLATFORM if untouched else Provenance.DECLARED
    assert provenance.classify(spec, made, {"vpc-1": Provenance.PLATFORM}.get) is wanted
    for whose in ({"vpc-1": Provenance.DECLARED}.get, {}.get):  # a network of somebody's own, one that nobody read
        assert provenance.classify(spec, made, whose) is Provenance.DECLARED


def test_an_owner_makes_a_controller_and_a_population_comes_and_goes() -> None:
    spec = load().specs["AWS::EC2::Instance"]
    owned = replace(spec, owner=(parse("tags.'aws:autoscaling:groupName'"),))
    member = resource(spec.type, "i-1", {"Tags": [{"Key": "aws:autoscaling:groupName", "Value": "web"}]})
    lone = resource(spec.type, "i-2", {"Tags": []})
    assert provenance.classify(owned, member) is Provenance.CONTROLLER
    assert provenance.owner(owned, member) == "web"
    assert provenance.classify(owned, lone) is Provenance.DECLARED
    assert provenance.owner(owned, lone) is None
    assert provenance.classify(replace(spec, population=True), lone) is Provenance.POPULATION


def test_every_rule_can_fire() -> None:
    types = set(load().specs)
    for rule in provenance.rules():
        assert rule.names or rule.match or rule.of, rule.title
        assert rule.provenance is not Provenance.POPULATION, f"{rule.title}: the spec says so"
        assert any(provenance.rules() for t in rule.types if "*" in t or t in types or t == "AWS::IAM::ServiceLinkedRole"), rule.title
