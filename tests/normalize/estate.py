"""Small environments for the tests of `normalize`: resources as the reader hands them over, in one environment's own names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from driftscan.catalog import load
from driftscan.model.resource import Canonical, Resource
from driftscan.model.settings import Vocabulary
from driftscan.model.snapshot import Header, MemorySnapshot
from driftscan.model.value import Address
from driftscan.normalize import Normalizer, Redactor, literals, words

CATALOG = load()
KEY = b"0123456789abcdef"
ACCOUNTS = {"stage": "111111111111", "prod": "222222222222"}
WORDS = {"stage": ("stage", "staging", "stg"), "prod": ("prod", "production", "prd")}


def vocabulary(
    environment: str = "stage",
    region: str = "us-east-1",
    *,
    names: Mapping[str, tuple[str, ...]] = WORDS,
    variables: Mapping[str, Mapping[str, str]] | None = None,
    region_map: Mapping[str, str] | None = None,
) -> Vocabulary:
    """The vocabulary of one of two environments with an account each."""
    return Vocabulary(
        environment=environment,
        words=names,
        accounts={ACCOUNTS["stage"]: (next(iter(names)), 0), ACCOUNTS["prod"]: (list(names)[1], 0), "333333333333": (next(iter(names)), 1)},
        regions=(region,),
        variables=variables or {},
        region_map=region_map or {},
    )


@dataclass
class Side:
    """One environment: how it spells what both have. `random` varies what the vendor generates."""

    env: str = "stage"
    account: str = ACCOUNTS["stage"]
    region: str = "us-east-1"
    random: str = "1a2b3c4d"
    network: str = "10.0"
    items: list[Resource] = field(default_factory=list)

    def add(
        self,
        type_: str,
        id_: str,
        value: dict[str, Any],
        *,
        arn: str | None = None,
        region: str | None = None,
        parent: Address | None = None,
    ) -> Address:
        """Adds a resource; the value is given as the vendor's answer."""
        address = Address(type_, self.account, self.region if region is None else region, id_)
        self.items.append(Resource(address, value, arn, parent))
        return address

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def made(self, logical: str, stack: str = "orders") -> str:
        """A name as CloudFormation makes it."""
        return f"{stack}-{self.env}-{logical}-{self.random.upper()}{self.random.upper()[:4]}X"

    def snapshot(self, voc: Vocabulary | None = None) -> MemorySnapshot:
        """Redacted, as it would be stored."""
        voc = voc or vocabulary(self.env, self.region)
        redactor = Redactor(CATALOG, KEY)
        items = [redactor.redact(r) for r in self.items]
        tokens = redactor.tokens([*(name for r in items for name in literals(r)), *words(voc)])
        header = Header(
            environment=self.env, accounts=(self.account,), regions=((self.account, (self.region,)),), window=("", ""), as_of="",
            tool_version="", catalog_digest="", config_digest="", key_id=redactor.key_id, tokens=tokens,
        )  # fmt: skip
        return MemorySnapshot(header, (), (), {r.address: r for r in items})

    def normalizer(self, voc: Vocabulary | None = None) -> Normalizer:
        voc = voc or vocabulary(self.env, self.region)
        return Normalizer(self.snapshot(voc), CATALOG, voc)

    def canonical(self, address: Address, voc: Vocabulary | None = None) -> Canonical:
        voc = voc or vocabulary(self.env, self.region)
        snapshot = self.snapshot(voc)
        return Normalizer(snapshot, CATALOG, voc).canonical(snapshot.resource(address))


STAGE = Side
"""`Side()` is stage."""


def prod(**changes: Any) -> Side:
    """The other environment: other account, region, random parts, address plan."""
    return Side(**{"env": "prod", "account": ACCOUNTS["prod"], "region": "us-west-2", "random": "9f8e7d6c", "network": "10.100", **changes})


def build(side: Side) -> Mapping[str, Address]:
    """A small system with everything that makes twins differ: names, ARNs, ids, addresses, user data, settings, documents."""
    at: dict[str, Address] = {}
    hex17 = (side.random * 3)[:17]
    queue = side.made("Queue")
    url = f"https://sqs.{side.region}.amazonaws.com/{side.account}/{queue}"
    queue_arn = side.arn("sqs", queue)
    role, function = side.made("Role"), side.made("Function")
    role_arn = f"arn:aws:iam::{side.account}:role/{role}"
    policy = {
        "Statement": {
            "Effect": "Allow", "Principal": "*", "Action": ["sqs:SendMessage"], "Resource": queue_arn,
            "Condition": {"ArnLike": {"aws:SourceArn": side.arn("sns", f"alerts-{side.env}")}},
        }
    }  # fmt: skip
    at["queue"] = side.add(
        "AWS::SQS::Queue",
        queue_arn,
        {
            "QueueArn": queue_arn, "QueueUrl": url, "VisibilityTimeout": "30", "Policy": json.dumps(policy),
            "Tags": [{"Key": "Environment", "Value": side.env}, {"Key": "aws:cloudformation:stack-name", "Value": f"orders-{side.env}"}],
        },
        arn=queue_arn,
    )  # fmt: skip
    at["role"] = side.add(
        "AWS::IAM::Role",
        role,
        {
            "Path": "/", "RoleName": role, "Arn": role_arn, "RoleId": f"AROA{side.random.upper()}",
            "AttachedManagedPolicies": [{"PolicyName": "ReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
            "RolePolicyList": [
                {"PolicyName": "inline", "PolicyDocument": {"Statement": [
                    {"Action": ["a:Get", "a:List"], "Effect": "Allow", "Resource": [f"{queue_arn}/*", side.arn("logs", "*")]},
                    {"Action": "s3:*", "Effect": "Allow", "Resource": f"arn:aws:s3:::data-{side.env}-{side.account}/*"},
                ]}},
            ],
        },
        arn=role_arn,
        region="global",
    )  # fmt: skip
    vpc, subnet, group = f"vpc-{hex17}", f"subnet-{hex17}", f"sg-{hex17}"
    at["function"] = side.add(
        "AWS::Lambda::Function",
        function,
        {
            "FunctionName": function, "FunctionArn": side.arn("lambda", f"function:{function}"), "Role": role_arn, "Runtime": "python3.12",
            "CodeSha256": "mhtu+aGk3sGIMExm5Kn0BRnn9sHq5+fWjdK2lgHxWG8=",
            "Environment": {"Variables": {"QUEUE_URL": url, "ENVIRONMENT": side.env, "LEVEL": "5", "DB_PASSWORD": "hunter2hunter2"}},
            "VpcConfig": {"SubnetIds": [subnet], "SecurityGroupIds": [group], "VpcId": vpc},
        },
        arn=side.arn("lambda", f"function:{function}"),
    )  # fmt: skip
    at["vpc"] = side.add(
        "AWS::EC2::VPC", vpc, {"VpcId": vpc, "CidrBlock": f"{side.network}.0.0/16", "Tags": [{"Key": "Name", "Value": f"{side.env}-main"}]}
    )
    at["subnet"] = side.add(
        "AWS::EC2::Subnet",
        subnet,
        {
            "SubnetId": subnet, "VpcId": vpc, "CidrBlock": f"{side.network}.1.0/24", "AvailabilityZone": f"{side.region}a",
            "Tags": [{"Key": "Name", "Value": f"{side.env}-private-a"}],
        },
    )  # fmt: skip
    at["group"] = side.add(
        "AWS::EC2::SecurityGroup",
        group,
        {
            "GroupId": group, "GroupName": f"{side.env}-web", "Description": f"web of {side.env}", "VpcId": vpc,
            "IpPermissions": [
                {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [{"GroupId": group, "UserId": side.account}],
                 "IpRanges": [{"CidrIp": f"{side.network}.1.0/24"}, {"CidrIp": "203.0.113.0/24", "Description": "office"}]},
                {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
            ],
        },
    )  # fmt: skip
    stack = side.arn("cloudformation", f"stack/orders-{side.env}/{side.random}-0000-4000-8000-{side.random}0000")
    rows = (("Queue", url, "AWS::SQS::Queue"), ("Role", role, "AWS::IAM::Role"), ("Function", function, "AWS::Lambda::Function"))
    at["stack"] = side.add(
        "AWS::CloudFormation::Stack",
        stack,
        {
            "StackName": f"orders-{side.env}", "StackId": stack,
            "StackResources": [{"LogicalResourceId": n, "PhysicalResourceId": p, "ResourceType": t} for n, p, t in rows],
        },
        arn=stack,
    )  # fmt: skip
    return at


def twins(**changes: Any) -> tuple[Side, Side, Mapping[str, tuple[Address, Address]]]:
    """(stage, prod, the pairs by name)."""
    one, other = Side(), prod(**changes)
    a, b = build(one), build(other)
    return one, other, {name: (a[name], b[name]) for name in a}


def leaves(body: object, prefix: str = "") -> Iterable[str]:
    """Every string leaf of a raw value."""
    if isinstance(body, dict):
        for v in body.values():
            yield from leaves(v)
    elif isinstance(body, list | tuple):
        for v in body:
            yield from leaves(v)
    elif isinstance(body, str):
        yield body
