"""What happened between the first month and the second: the demo's known drifts, each with what the report must say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from driftscan.demo.estate import Site, policy, task_definition


@dataclass(frozen=True)
class Event:
    """One thing that somebody did.

    where: in which environment; type and key: the resource that must show it (key: a part of its name);
    path: the first member of the changed path, empty where the whole resource is new or gone; verdict: what it must be called.
    """

    what: str
    where: str
    type: str
    key: str
    path: str
    verdict: str
    do: Callable[[Site], object]


def _open_database(site: Site) -> None:
    site.client("ec2").authorize_security_group_ingress(
        GroupId=site.ids["sg-db"],
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    )


def _variable(site: Site, name: str, value: str) -> None:
    client = site.client("lambda")
    function = f"invoice-worker-{site.env}"
    variables = client.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    client.update_function_configuration(FunctionName=function, Environment={"Variables": variables | {name: value}})


PROD_QUEUE = "https://sqs.eu-west-1.amazonaws.com/444444444444/orders-prod"

EVENTS: tuple[Event, ...] = (
    Event(
        "a developer opened stage's database to the world for a test, and forgot it",
        "stage",
        "AWS::EC2::SecurityGroup",
        "db",
        "IpPermissions",
        "drift",
        _open_database,
    ),
    Event(
        "a hotfix by hand gave a prod role every action",
        "prod",
        "AWS::IAM::Role",
        "invoice-worker",
        "RolePolicyList",
        "drift",
        lambda s: s.client("iam").put_role_policy(
            RoleName=f"invoice-worker-{s.env}", PolicyName="hotfix", PolicyDocument=policy({"Action": "*", "Resource": "*"})
        ),
    ),
    Event(
        "a stage function was pointed at prod's queue",
        "stage",
        "AWS::Lambda::Function",
        "invoice-worker",
        "Environment",
        "drift",
        lambda s: _variable(s, "QUEUE_URL", PROD_QUEUE),
    ),
    Event(
        "the alarm on stage's invoices was deleted because it was loud",
        "stage",
        "AWS::CloudWatch::Alarm",
        "invoices-backlog",
        "",
        "drift",
        lambda s: s.client("cloudwatch").delete_alarms(AlarmNames=[f"invoices-backlog-{s.env}"]),
    ),
    Event(
        "point-in-time recovery was switched off on stage's carts",
        "stage",
        "AWS::DynamoDB::Table",
        "carts",
        "ContinuousBackups",
        "drift",
        lambda s: s.client("dynamodb").update_continuous_backups(
            TableName=f"carts-{s.env}", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
        ),
    ),
    Event(
        "prod's e-mail queue got a longer visibility timeout, by hand",
        "prod",
        "AWS::SQS::Queue",
        "emails",
        "VisibilityTimeout",
        "drift",
        lambda s: s.client("sqs").set_queue_attributes(QueueUrl=s.ids["queue-emails"], Attributes={"VisibilityTimeout": "120"}),
    ),
    Event(
        "stage's invoice bucket keeps no versions while a load test runs (waived until it ends)",
        "stage",
        "AWS::S3::Bucket",
        "invoices",
        "VersioningConfiguration",
        "waived",
        lambda s: s.client("s3").put_bucket_versioning(Bucket=f"acme-invoices-{s.env}", VersioningConfiguration={"Status": "Suspended"}),
    ),
    Event(
        "storefront 2.9.0 is in stage and on its way to prod",
        "stage",
        "AWS::ECS::TaskDefinition",
        "storefront",
        "taskDefinition",
        "expected",
        lambda s: task_definition(s, "storefront:2.9.0"),
    ),
)
