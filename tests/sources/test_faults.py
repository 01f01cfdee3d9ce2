"""The conformance matrix: each operation meets each fault; the oracle is the run without faults.

Nothing may be lost in silence, nothing may read as another value, and what can be survived is survived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from driftscan.model.settings import Account
from driftscan.model.snapshot import Status
from driftscan.model.value import Unknown
from tests.sources.conftest import IMPATIENT, PROD, QUICK, STAGE, Cloud, Scan, connected, scan
from tests.sources.faults import FAULTS, Fault, Faults, Request, error


@dataclass(frozen=True)
class Operation:
    """spec: a catalogue file. build: makes the resources. hits: whether a request is the operation that the fault befalls.

    many: whether a scan makes more than one request of it.
    """

    name: str
    type: str
    spec: str
    build: Callable[[Cloud], None]
    hits: Callable[[Request], bool]
    many: bool = True


def _log_groups(cloud: Cloud) -> None:
    logs = cloud.client("logs")
    for n in range(7):
        logs.create_log_group(logGroupName=f"/app/{n}")


def _tables(cloud: Cloud) -> None:
    dynamodb = cloud.client("dynamodb")
    for n in range(5):
        dynamodb.create_table(
            TableName=f"table-{n}",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )


_POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}'


def _roles(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    for n in range(5):
        iam.create_role(RoleName=f"role-{n}", AssumeRolePolicyDocument="{}", Description=f"the {n}.", MaxSessionDuration=3600 + 60 * n)
        for p in range(2):
            arn = iam.create_policy(PolicyName=f"policy-{n}-{p}", PolicyDocument=_POLICY)["Policy"]["Arn"]
            iam.attach_role_policy(RoleName=f"role-{n}", PolicyArn=arn)


def _queues(cloud: Cloud) -> None:
    sqs = cloud.client("sqs")
    for n in range(4):
        sqs.create_queue(QueueName=f"queue-{n}", Attributes={"VisibilityTimeout": str(30 + n)}, tags={"Team": f"t{n}"})


def _buckets(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    for n in range(3):
        s3.create_bucket(Bucket=f"bucket-{n}", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_bucket_versioning(Bucket=f"bucket-{n}", VersioningConfiguration={"Status": "Enabled"})


OPERATIONS = (
    Operation(
        "a plain listing (JSON)", "AWS::Logs::LogGroup",
        '[list]\nservice = "logs"\noperation = "DescribeLogGroups"\nargs = { limit = 2 }\nitems = "logGroups[]"\n'
        '[identity]\narn = "arn"\nid = "logGroupName"\n',
        _log_groups, lambda r: r.action == "DescribeLogGroups",
    ),
    Operation(
        "a plain listing (XML)", "AWS::IAM::Role",
        '[list]\nservice = "iam"\noperation = "ListRoles"\nargs = { MaxItems = 2 }\nitems = "Roles[]"\n[identity]\nid = "RoleName"\n',
        _roles, lambda r: r.action == "ListRoles",
    ),
    Operation(
        "a listing of names", "AWS::DynamoDB::Table",
        '[list]\nservice = "dynamodb"\noperation = "ListTables"\nargs = { Limit = 2 }\nitems = "TableNames[]"\nas = "TableName"\n'
        '[[detail]]\noperation = "DescribeTable"\nargs = { TableName = "{TableName}" }\ntake = "Table"\n'
        '[identity]\narn = "TableArn"\nid = "TableName"\n',
        _tables, lambda r: r.action == "ListTables",
    ),
    Operation(
        "a detail per item, merged", "AWS::DynamoDB::Table",
        '[list]\nservice = "dynamodb"\noperation = "ListTables"\nitems = "TableNames[]"\nas = "TableName"\n'
        '[[detail]]\noperation = "DescribeTable"\nargs = { TableName = "{TableName}" }\ntake = "Table"\n'
        '[identity]\narn = "TableArn"\nid = "TableName"\n',
        _tables, lambda r: r.action == "DescribeTable",
    ),
    Operation(
        "a detail per item, paged (XML)", "AWS::IAM::Role",
        '[list]\nservice = "iam"\noperation = "ListRoles"\nitems = "Roles[]"\n'
        '[[detail]]\noperation = "ListAttachedRolePolicies"\nargs = { RoleName = "{RoleName}", MaxItems = 1 }\n'
        'take = "AttachedPolicies[]"\ninto = "Attached"\n[identity]\narn = "Arn"\nid = "RoleName"\n',
        _roles, lambda r: r.action == "ListAttachedRolePolicies",
    ),
    Operation(
        "a detail that holds the identity", "AWS::SQS::Queue",
        '[list]\nservice = "sqs"\noperation = "ListQueues"\nitems = "QueueUrls[]"\nas = "QueueUrl"\n'
        '[[detail]]\noperation = "GetQueueAttributes"\nargs = { QueueUrl = "{QueueUrl}", AttributeNames = ["All"] }\ntake = "Attributes"\n'
        '[identity]\narn = "QueueArn"\nid = "QueueArn"\n',
        _queues, lambda r: r.action == "GetQueueAttributes",
    ),
    Operation(
        "a detail per item (REST)", "AWS::S3::Bucket",
        'scope = "account"\n[list]\nservice = "s3"\noperation = "ListBuckets"\nitems = "Buckets[]"\n'
        '[[detail]]\noperation = "GetBucketLocation"\nargs = { Bucket = "{Name}" }\n'
        '[[detail]]\noperation = "GetBucketVersioning"\nargs = { Bucket = "{Name}" }\ninto = "VersioningConfiguration"\n'
        '[identity]\nid = "Name"\nregion = "LocationConstraint"\n',
        _buckets, lambda r: "versioning" in r.action,
    ),
    Operation(
        "a bulk join, paged", "AWS::IAM::Role",
        '[list]\nservice = "iam"\noperation = "GetAccountAuthorizationDetails"\nargs = { Filter = ["Role"] }\nitems = "RoleDetailList[]"\n'
        '[[detail]]\noperation = "ListRoles"\nargs = { MaxItems = 2 }\ntake = "Roles[]"\njoin = "Arn"\n'
        'only = ["Description", "MaxSessionDuration"]\n[identity]\narn = "Arn"\nid = "RoleName"\n',
        _roles, lambda r: r.action == "ListRoles",
    ),
    Operation(
        "tags in bulk", "AWS::SQS::Queue",
        '[list]\nservice = "sqs"\noperation = "ListQueues"\nitems = "QueueUrls[]"\nas = "QueueUrl"\n'
        '[[detail]]\noperation = "GetQueueAttributes"\nargs = { QueueUrl = "{QueueUrl}", AttributeNames = ["All"] }\ntake = "Attributes"\n'
        '[identity]\narn = "QueueArn"\nid = "QueueArn"\n[compare]\ntags = "tagging-api"\n',
        _queues, lambda r: r.action == "GetResources", many=False,
    ),
)  # fmt: skip


@dataclass
class World:
    """An operation's resources on a server, and what a scan without faults says of them."""

    operation: Operation
    cloud: Cloud
    catalog: Path
    oracle: Scan


def written(operation: Operation, folder: Path) -> Path:
    """A catalogue that holds the operation's type alone."""
    file = folder / "aws" / "x" / "y.toml"
    file.parent.mkdir(parents=True)
    scope = 'scope = "account"\n' if "IAM" in operation.type else ""
    file.write_text(f'type = "{operation.type}"\ntitle = "x"\naspect = "capacity"\n{scope}{operation.spec}')
    return folder


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest, server: tuple[str, Faults], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    operation: Operation = request.param
    with connected(server) as cloud:
        operation.build(cloud)
        folder = written(operation, tmp_path_factory.mktemp("catalog"))
        yield World(operation, cloud, folder, scan(catalog=folder))


QUICK_OPERATIONS = ("a plain listing (JSON)", "a detail per item, merged", "a bulk join, paged")
CELLS = [
    pytest.param(o, f, id=f"{o.name}-{f.name}", marks=() if o.name in QUICK_OPERATIONS and f.quick else pytest.mark.slow)
    for o in OPERATIONS
    for f in FAULTS
    if o.many or f.calls == 1
]


@pytest.mark.parametrize(("world", "fault"), CELLS, indirect=["world"])
def test_a_fault_never_lies(world: World, fault: Fault) -> None:
    oracle = world.oracle
    assert oracle.resources
    assert not oracle.gaps
    assert {x.status for x in oracle.listings.values()} == {Status.COMPLETE}
    world.cloud.faults.rule = fault.make(world.operation.hits)
    found = scan(catalog=world.catalog, tuning=IMPATIENT if "hang" in fault.name else QUICK)
    nothing_lost(oracle, found)
    nothing_changed(oracle, found)
    if fault.survives:
        assert found.values() == oracle.values()
        assert not found.gaps
    else:
        assert found.gaps, "a fault that was not survived leaves a gap"
        assert any(g.code.startswith(fault.code) for g in found.gaps), found.gaps
        assert all(g.hint for g in found.gaps)
        assert all(g.permission or g.type == "*" for g in found.gaps)


def nothing_lost(oracle: Scan, found: Scan) -> None:
    """Each resource is there, or its listing says that it is not complete and a gap says why."""
    for address, resource in oracle.resources.items():
        if address in found.resources:
            continue
        listings = [x for x in found.listings.values() if x.type == resource.address.type]
        assert listings
        assert all(x.status is not Status.COMPLETE for x in listings), f"{address} is lost in silence"
        assert [g for g in found.gaps if g.type in (resource.address.type, "*")], f"{address} is lost without a gap"
    assert not set(found.resources) - set(oracle.resources)


def nothing_changed(oracle: Scan, found: Scan) -> None:
    """Each value is the oracle's, or Unknown with a gap that names the member."""
    for address, resource in found.resources.items():
        before = oracle.resources[address].value
        for member in {*before, *resource.value}:
            value = resource.value.get(member)
            if isinstance(value, Unknown):
                assert any(member in g.member and g.code == value.code for g in found.gaps), (member, value, found.gaps)
            else:
                assert value == before.get(member), (address, member)


def test_another_account_goes_on(cloud: Cloud, tmp_path: Path) -> None:
    """One account cannot be entered: it is one gap, and the other is read."""
    folder = written(OPERATIONS[0], tmp_path / "catalog")
    for account in (STAGE, PROD):
        cloud.client("logs", account).create_log_group(logGroupName="/app")
    cloud.faults.rule = lambda r: error(r, 403, "AccessDenied") if r.action == "AssumeRole" and STAGE.encode() in r.body else None
    both = tuple(Account("aws", a, role="driftscan-reader", regions=("eu-west-1",)) for a in (STAGE, PROD))
    found = scan(catalog=folder, accounts=both)
    assert {r.address.account for r in found.resources.values()} == {PROD}
    gaps = [a.gap for a in found.accounts if a.gap is not None]
    assert [(g.account, g.region, g.type, g.code, g.permission) for g in gaps] == [(STAGE, "*", "*", "AccessDenied", "sts:AssumeRole")]
    assert "driftscan-reader" in gaps[0].hint
