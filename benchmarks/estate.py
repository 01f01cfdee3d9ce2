"""A believable estate of any size: documents as AWS answers them, about 1.4 KB of JSON each, the same for the same seed.

An estate changes from month to month: `Estate.month(n)` holds what was there in month n. Of every hundred resources two
change, and of those one in eight vanishes and one in eight is new; the others get one to three members changed, as a deployment or a
person would do it (a new image, another limit, one more rule), with the timestamps and revision ids that such changes bring.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from driftscan.model.resource import Read, Resource
from driftscan.model.snapshot import Header
from driftscan.model.value import Address, decode, encode

Document = dict[str, Any]

_TEAMS = ("payments", "orders", "catalog", "search", "identity", "ledger", "shipping", "pricing", "risk", "insight", "media", "platform")
_PARTS = ("api", "worker", "ingest", "export", "gateway", "cache", "events", "audit", "scheduler", "notifier", "loader", "index", "proxy")
_REGIONS = ("eu-west-1", "us-east-1")
_COST = ("cc-1001", "cc-1002", "cc-2040", "cc-2077", "cc-3100")


def _hex(r: random.Random, length: int) -> str:
    return f"{r.getrandbits(4 * length):0{length}x}"


def _time(r: random.Random) -> str:
    day = f"20{r.randrange(22, 27)}-{r.randrange(1, 13):02}-{r.randrange(1, 29):02}"
    return f"{day}T{r.randrange(24):02}:{r.randrange(60):02}:{r.randrange(60):02}Z"


class _Place:
    """Where one resource stands, and the names around it."""

    def __init__(self, r: random.Random, environment: str, account: str) -> None:
        self.account = account
        self.region = r.choice(_REGIONS)
        self.team, self.part = r.choice(_TEAMS), r.choice(_PARTS)
        self.name = f"{self.team}-{self.part}-{environment}-{r.randrange(1000):03}"
        self.environment = environment
        self.tags = {
            "Name": self.name,
            "Team": self.team,
            "Environment": environment,
            "CostCenter": r.choice(_COST),
            "aws:cloudformation:stack-name": f"{self.team}-{environment}",
            "aws:cloudformation:logical-id": f"{self.part.title()}{r.randrange(100)}",
        }

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def tag_list(self) -> list[Document]:
        return [{"Key": k, "Value": v} for k, v in self.tags.items()]


def _function(r: random.Random, p: _Place) -> tuple[str, str, Document]:
    arn = p.arn("lambda", f"function:{p.name}")
    document = {
        "FunctionName": p.name,
        "FunctionArn": arn,
        "Runtime": r.choice(("python3.12", "python3.11", "nodejs20.x", "java21")),
        "Role": f"arn:aws:iam::{p.account}:role/{p.name}-execution",
        "Handler": "app.main.handler",
        "CodeSize": r.randrange(10_000, 40_000_000),
        "Description": f"{p.part} of {p.team}",
        "Timeout": r.choice((3, 10, 30, 60, 300)),
        "MemorySize": r.choice((128, 256, 512, 1024, 2048)),
        "LastModified": _time(r),
        "CodeSha256": _hex(r, 44),
        "Version": "$LATEST",
        "VpcConfig": {
            "SubnetIds": [f"subnet-{_hex(r, 17)}" for _ in range(2)],
            "SecurityGroupIds": [f"sg-{_hex(r, 17)}"],
            "VpcId": f"vpc-{_hex(r, 17)}",
            "Ipv6AllowedForDualStack": False,
        },
        "Environment": {
            "Variables": {
                "LOG_LEVEL": "INFO",
                "TABLE": f"{p.name}-table",
                "QUEUE_URL": f"https://sqs.{p.region}.amazonaws.com/{p.account}/{p.name}",
                "STAGE": p.environment,
            }
        },
        "TracingConfig": {"Mode": "Active"},
        "RevisionId": f"{_hex(r, 8)}-{_hex(r, 4)}-{_hex(r, 4)}-{_hex(r, 4)}-{_hex(r, 12)}",
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["arm64"],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "JSON", "LogGroup": f"/aws/lambda/{p.name}"},
        "Tags": p.tags,
    }
    return p.name, arn, document


def _group(r: random.Random, p: _Place) -> tuple[str, str, Document]:
    id = f"sg-{_hex(r, 17)}"
    rules = [
        {
            "IpProtocol": "tcp",
            "FromPort": port,
            "ToPort": port,
            "IpRanges": [{"CidrIp": f"10.{r.randrange(8)}.{r.randrange(256)}.0/24", "Description": f"{p.team} {port}"}],
            "Ipv6Ranges": [],
            "PrefixListIds": [],
            "UserIdGroupPairs": [{"GroupId": f"sg-{_hex(r, 17)}", "UserId": p.account}],
        }
        for port in r.sample((22, 80, 443, 3306, 5432, 6379, 8080, 8443, 9092, 9200), r.randrange(1, 5))
    ]
    document = {
        "GroupId": id,
        "GroupName": p.name,
        "Description": f"access to {p.part} of {p.team}",
        "OwnerId": p.account,
        "VpcId": f"vpc-{_hex(r, 17)}",
        "SecurityGroupArn": p.arn("ec2", f"security-group/{id}"),
        "IpPermissions": rules,
        "IpPermissionsEgress": [
            {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
        ],
        "Tags": p.tag_list(),
    }
    return id, p.arn("ec2", f"security-group/{id}"), document


def _role(r: random.Random, p: _Place) -> tuple[str, str, Document]:
    arn = f"arn:aws:iam::{p.account}:role/{p.name}"
    statements = [
        {
            "Sid": f"{action.split(':')[0].title()}{i}",
            "Effect": "Allow",
            "Action": [action, action.replace("Get", "List").replace("Send", "Receive")],
            "Resource": [f"arn:aws:{action.split(':')[0]}:{p.region}:{p.account}:{p.name}", f"arn:aws:{action.split(':')[0]}:::{p.team}/*"],
        }
        for i, action in enumerate(r.sample(("s3:GetObject", "sqs:SendMessage", "dynamodb:GetItem", "kms:Decrypt", "logs:GetLogEvents"), 3))
    ]
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
    document = {
        "Path": "/",
        "RoleName": p.name,
        "RoleId": f"AROA{_hex(r, 17).upper()}",
        "Arn": arn,
        "CreateDate": _time(r),
        "AssumeRolePolicyDocument": json.dumps(trust),
        "MaxSessionDuration": r.choice((3600, 7200, 43200)),
        "RolePolicyList": [{"PolicyName": "inline", "PolicyDocument": json.dumps({"Version": "2012-10-17", "Statement": statements})}],
        "AttachedManagedPolicies": [
            {"PolicyName": n, "PolicyArn": f"arn:aws:iam::aws:policy/{n}"}
            for n in r.sample(("ReadOnlyAccess", "AWSXRayDaemonWriteAccess"), 1)
        ],
        "Tags": p.tag_list(),
    }
    return p.name, arn, document


def _alarm(r: random.Random, p: _Place) -> tuple[str, str, Document]:
    arn = p.arn("cloudwatch", f"alarm:{p.name}")
    document = {
        "AlarmName": p.name,
        "AlarmArn": arn,
        "AlarmDescription": f"{p.part} of {p.team} fails",
        "AlarmConfigurationUpdatedTimestamp": _time(r),
        "ActionsEnabled": True,
        "OKActions": [p.arn("sns", f"{p.team}-oncall")],
        "AlarmActions": [p.arn("sns", f"{p.team}-oncall"), p.arn("sns", "operations")],
        "InsufficientDataActions": [],
        "MetricName": r.choice(("Errors", "Throttles", "Duration", "5XXError", "ApproximateAgeOfOldestMessage")),
        "Namespace": r.choice(("AWS/Lambda", "AWS/SQS", "AWS/ApiGateway")),
        "Statistic": r.choice(("Sum", "Average", "Maximum")),
        "Dimensions": [{"Name": "FunctionName", "Value": p.name}, {"Name": "Resource", "Value": f"{p.team}-{p.part}"}],
        "Period": r.choice((60, 300)),
        "EvaluationPeriods": r.randrange(1, 6),
        "Threshold": float(r.choice((1, 5, 10, 100, 1000))),
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
        "Tags": p.tag_list(),
    }
    return p.name, arn, document


def _instance(r: random.Random, p: _Place) -> tuple[str, str, Document]:
    id = f"i-{_hex(r, 17)}"
    ip = f"10.{r.randrange(8)}.{r.randrange(256)}.{r.randrange(256)}"
    document = {
        "InstanceId": id,
        "ImageId": f"ami-{_hex(r, 17)}",
        "InstanceType": r.choice(("t3.medium", "m6i.large", "m6i.xlarge", "c7g.large", "r6g.xlarge")),
        "LaunchTime": _time(r),
        "State": {"Code": 16, "Name": "running"},
        "PrivateIpAddress": ip,
        "PrivateDnsName": f"ip-{ip.replace('.', '-')}.{p.region}.compute.internal",
        "SubnetId": f"subnet-{_hex(r, 17)}",
        "VpcId": f"vpc-{_hex(r, 17)}",
        "Placement": {"AvailabilityZone": f"{p.region}{r.choice('abc')}", "Tenancy": "default", "GroupName": ""},
        "Monitoring": {"State": "enabled"},
        "IamInstanceProfile": {"Arn": f"arn:aws:iam::{p.account}:instance-profile/{p.name}", "Id": f"AIPA{_hex(r, 17).upper()}"},
        "SecurityGroups": [{"GroupId": f"sg-{_hex(r, 17)}", "GroupName": p.name}],
        "BlockDeviceMappings": [
            {
                "DeviceName": "/dev/xvda",
                "Ebs": {"AttachTime": _time(r), "DeleteOnTermination": True, "Status": "attached", "VolumeId": f"vol-{_hex(r, 17)}"},
            }
        ],
        "NetworkInterfaces": [
            {"NetworkInterfaceId": f"eni-{_hex(r, 17)}", "MacAddress": ":".join(_hex(r, 2) for _ in range(6)), "PrivateIpAddress": ip}
        ],
        "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 1, "State": "applied"},
        "EbsOptimized": True,
        "Architecture": "x86_64",
        "RootDeviceType": "ebs",
        "Tags": p.tag_list(),
    }
    return id, p.arn("ec2", f"instance/{id}"), document


def _queue(r: random.Random, p: _Place) -> tuple[str, str, Document]:
    arn = p.arn("sqs", p.name)
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{p.account}:role/{p.name}"},
                "Action": "sqs:SendMessage",
                "Resource": arn,
            }
        ],
    }
    document = {
        "QueueUrl": f"https://sqs.{p.region}.amazonaws.com/{p.account}/{p.name}",
        "QueueArn": arn,
        "ApproximateNumberOfMessages": "0",
        "CreatedTimestamp": str(r.randrange(1_600_000_000, 1_760_000_000)),
        "LastModifiedTimestamp": str(r.randrange(1_600_000_000, 1_760_000_000)),
        "VisibilityTimeout": str(r.choice((30, 60, 300, 900))),
        "MaximumMessageSize": "262144",
        "MessageRetentionPeriod": str(r.choice((345600, 1209600))),
        "DelaySeconds": "0",
        "ReceiveMessageWaitTimeSeconds": str(r.choice((0, 20))),
        "Policy": json.dumps(policy),
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": f"{arn}-dead", "maxReceiveCount": r.choice((3, 5, 10))}),
        "KmsMasterKeyId": p.arn("kms", f"key/{_hex(r, 8)}-{_hex(r, 4)}-{_hex(r, 4)}-{_hex(r, 4)}-{_hex(r, 12)}"),
        "Tags": p.tags,
    }
    return p.name, arn, document


_MAKERS: tuple[tuple[str, Callable[[random.Random, _Place], tuple[str, str, Document]], bool], ...] = (
    ("AWS::CloudWatch::Alarm", _alarm, False),
    ("AWS::EC2::Instance", _instance, False),
    ("AWS::EC2::SecurityGroup", _group, False),
    ("AWS::IAM::Role", _role, False),
    ("AWS::Lambda::Function", _function, True),
    ("AWS::SQS::Queue", _queue, True),
)
"""Type, maker, and whether one more call is made for each resource."""


def _change(document: Document, r: random.Random) -> None:
    """What one deployment or one person does to a resource."""
    for key in ("LastModified", "AlarmConfigurationUpdatedTimestamp", "LaunchTime"):
        if key in document:
            document[key] = _time(r)
    if "RevisionId" in document:
        document["RevisionId"] = f"{_hex(r, 8)}-{_hex(r, 4)}-{_hex(r, 4)}-{_hex(r, 4)}-{_hex(r, 12)}"
        document["CodeSha256"] = _hex(r, 44)
        document["CodeSize"] = r.randrange(10_000, 40_000_000)
        document["MemorySize"] = r.choice((128, 256, 512, 1024, 2048))
    elif "IpPermissions" in document:
        rule = r.choice(document["IpPermissions"])
        rule["IpRanges"].append({"CidrIp": f"10.{r.randrange(8)}.{r.randrange(256)}.0/24", "Description": f"OPS-{r.randrange(10_000)}"})
    elif "Threshold" in document:
        document["Threshold"] = float(r.randrange(1, 1000))
    elif "VisibilityTimeout" in document:
        document["VisibilityTimeout"] = str(r.randrange(30, 900))
        document["LastModifiedTimestamp"] = str(r.randrange(1_600_000_000, 1_760_000_000))
    elif "ImageId" in document:
        document["ImageId"] = f"ami-{_hex(r, 17)}"
    else:
        document["MaxSessionDuration"] = r.randrange(3600, 43200)
        document["AttachedManagedPolicies"].append({"PolicyName": "Audit", "PolicyArn": f"arn:aws:iam::aws:policy/{_hex(r, 6)}"})


class Estate:
    """One environment over the months. changed: the share that differs from one month to the next."""

    def __init__(
        self, resources: int, *, environment: str = "prod", account: str = "444444444444", changed: float = 0.02, seed: int = 1
    ) -> None:
        self.environment, self.account, self.seed = environment, account, seed
        self._versions: dict[int, int] = dict.fromkeys(range(resources), 0)
        self._made: dict[int, tuple[Address, str, bytes]] = {}
        self._next = resources
        self._changed = changed
        self._month = 0

    def advance(self) -> None:
        """One month passes."""
        self._month += 1
        r = random.Random(f"{self.seed}/month/{self._month}")
        for number in sorted(r.sample(sorted(self._versions), round(len(self._versions) * self._changed))):
            self._made.pop(number, None)
            if r.random() < 1 / 8:
                del self._versions[number]
                self._versions[self._next] = 0
                self._next += 1
            else:
                self._versions[number] += 1

    def make(self) -> None:
        """Make the documents of this month now, so that no measurement of `resources` pays for it."""
        for number, version in self._versions.items():
            if number not in self._made:
                self._made[number] = self._make(number, version)

    def resources(self) -> Iterator[Resource]:
        """Everything that is there this month, in address order, read at this month's times."""
        self.make()
        for number in sorted(self._versions, key=lambda n: self._made[n][0]):
            address, arn, value = self._made[number]
            service = address.type.split("::")[1].lower()
            reads = [Read(f"{service}:List", self._time(number // 600))]
            if _MAKERS[number % len(_MAKERS)][2]:
                reads.append(Read(f"{service}:Get", self._time(number // 100 + number % 7)))
            yield Resource(address, decode(value), arn, None, tuple(reads))

    def _make(self, number: int, version: int) -> tuple[Address, str, bytes]:
        r = random.Random(f"{self.seed}/{self.environment}/{number}")
        type, make, _ = _MAKERS[number % len(_MAKERS)]
        place = _Place(r, self.environment, self.account)
        place.name += f"-{number}"
        place.tags["Name"] = place.name
        id, arn, document = make(r, place)
        for step in range(version):
            _change(document, random.Random(f"{self.seed}/{number}/change/{step}"))
        return Address(type, self.account, place.region, id), arn, encode(document)

    def _time(self, second: int) -> str:
        minute, second = divmod(second, 60)
        year, month = divmod(self._month, 12)
        return f"{2022 + year}-{month + 1:02}-01T02:{minute % 60:02}:{second:02}Z"

    def header(self) -> Header:
        """The header of this month's snapshot."""
        at = self._time(0)
        return Header(self.environment, (self.account,), ((self.account, _REGIONS),), (at, at), at, "0", "c" * 64, "c" * 64, "k")
