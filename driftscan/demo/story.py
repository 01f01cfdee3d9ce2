"""What happens in the demo's four months, and what the report must say of it in each: the demo's ground truth.

Everything planted shows as told here, and nothing else does; a test holds the demo to it, month by month.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from driftscan.demo import analytics, payments, storefront
from driftscan.demo.project import DOMAIN, Json
from driftscan.demo.site import Site, bundle, policy

MONTHS: Final = ("2026-08-31T06:00:00Z", "2026-09-30T06:00:00Z", "2026-10-31T06:00:00Z", "2026-11-30T06:00:00Z")
"""The moments of the four runs."""
STAGE_PROD: Final = "stage..prod"
TEST_STAGE: Final = "test..stage"
STAGE_RULES, TEST_RULES, PROD_RULES = "stage..baseline", "test..baseline", "prod..baseline"


@dataclass(frozen=True)
class Shown:
    """How one thing shows in a comparison or under an environment's rules: on a resource of a type whose name holds `key`, at a path
    that begins so (empty: the whole resource).

    verdicts: month -> what it is called there; `state` beside it where that matters (`drift/recurring`).
    """

    comparison: str
    type: str
    key: str
    path: str
    verdicts: Mapping[int, str]


@dataclass(frozen=True)
class Event:
    """One thing that somebody did before the run of a month, in some environments. cloud: `aws` or `gcp`."""

    month: int
    what: str
    where: tuple[str, ...]
    do: Callable[[Site], object]
    shows: tuple[Shown, ...] = field(default=())
    cloud: str = "aws"


def _open(port: int) -> Callable[[Site], object]:
    def do(site: Site) -> None:
        rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        site.client("ec2").authorize_security_group_ingress(GroupId=site.ids["sg-db"], IpPermissions=[rule])

    return do


def _variable(name: str, value: str) -> Callable[[Site], object]:
    def do(site: Site) -> None:
        client, function = site.client("lambda"), f"invoice-worker-{site.env}"
        variables = client.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
        client.update_function_configuration(FunctionName=function, Environment={"Variables": variables | {name: value}})

    return do


def _code(version: str) -> Callable[[Site], object]:
    def do(site: Site) -> None:
        site.client("lambda").update_function_code(FunctionName=f"orders-api-{site.env}", ZipFile=bundle(f"# orders-api {version}\n"))

    return do


def _timeout(seconds: int) -> Callable[[Site], object]:
    return lambda s: s.client("sqs").set_queue_attributes(QueueUrl=s.ids["queue-emails"], Attributes={"VisibilityTimeout": str(seconds)})


def _hotfix(site: Site) -> None:
    document = policy({"Action": "*", "Resource": "*"})
    site.client("iam").put_role_policy(RoleName=f"invoice-worker-{site.env}", PolicyName="hotfix", PolicyDocument=document)


def _no_recovery(site: Site) -> None:
    off = {"PointInTimeRecoveryEnabled": False}
    site.client("dynamodb").update_continuous_backups(TableName=f"carts-{site.env}", PointInTimeRecoverySpecification=off)


PROD_QUEUE: Final = "https://sqs.eu-central-1.amazonaws.com/444444444444/orders-prod"
FUNCTION, GROUP = "AWS::Lambda::Function", "AWS::EC2::SecurityGroup"


def _both(type: str, key: str, path: str, verdicts: Mapping[int, str], *, rule: bool = False) -> tuple[Shown, ...]:
    """What stage alone did shows against prod and against test, and where it breaks a rule there too."""
    return tuple(Shown(where, type, key, path, verdicts) for where in (STAGE_PROD, TEST_STAGE, *((STAGE_RULES,) if rule else ())))


def _loud(site: Site) -> None:
    site.client("cloudwatch").delete_alarms(AlarmNames=[f"invoices-backlog-{site.env}"])


def _short_backups(site: Site) -> None:
    site.client("rds").modify_db_instance(DBInstanceIdentifier=f"ledger-{site.env}", BackupRetentionPeriod=1, ApplyImmediately=True)


def _no_versions(site: Site) -> None:
    site.client("s3").put_bucket_versioning(Bucket=f"acme-invoices-{site.env}", VersioningConfiguration={"Status": "Suspended"})


def _public_assets(site: Site) -> None:
    site.client("s3").delete_public_access_block(Bucket=f"acme-assets-{site.env}")


def _release(version: str) -> Callable[[Site], object]:
    return lambda site: storefront.release(site, version)


def _cloud(short: str, nick: str, how: Callable[[Json], object], when: str) -> Callable[[Site], object]:
    """A change of an asset in one of the Google Cloud projects."""
    return lambda site: site.projects[short].change(nick, how, when)


def _no_backups(data: Json) -> None:
    data["settings"]["backupConfiguration"]["enabled"] = False
    data["settings"]["backupConfiguration"]["pointInTimeRecoveryEnabled"] = False


def _open_to_all(data: Json) -> None:
    data["sourceRanges"].append("0.0.0.0/0")


def _may_be_public(data: Json) -> None:
    data["iamConfiguration"]["publicAccessPrevention"] = "inherited"


def _editor(site: Site) -> None:
    site.projects["data"].grant("project", "roles/editor", f"user:jo@{DOMAIN}", "2026-10-20T16:40:12Z")


def _image(version: str) -> Callable[[Site], object]:
    return lambda site: analytics.release(site.projects["data"], version)


SQL, RUN = "sqladmin.googleapis.com/Instance", "run.googleapis.com/Service"
FIREWALL, PROJECT = "compute.googleapis.com/Firewall", "cloudresourcemanager.googleapis.com/Project"
CLOUD_BUCKET = "storage.googleapis.com/Bucket"
EVENTS: Final[tuple[Event, ...]] = (
    Event(
        1,
        "the ledger's backups in stage were shortened long before anybody compared",
        ("stage",),
        _short_backups,
        _both(
            "AWS::RDS::DBInstance",
            "ledger",
            "BackupRetentionPeriod",
            {1: "drift/new", 2: "drift/recurring", 3: "drift/recurring", 4: "drift/recurring"},
            rule=True,
        ),
    ),
    Event(
        1,
        "the alarm on stage's invoices was deleted because it was loud",
        ("stage",),
        _loud,
        _both("AWS::CloudWatch::Alarm", "invoices-backlog", "", {1: "drift/new", 2: "drift/recurring", 4: "drift/reopened"}),
    ),
    Event(
        1,
        "the analytics catalogue in stage on Google Cloud had lost its backups before anybody compared",
        ("stage",),
        _cloud("data", "sql", _no_backups, "2026-07-02T09:12:44Z"),
        _both(
            SQL,
            "catalogue",
            "settings.backupConfiguration",
            {1: "drift/new", 2: "drift/recurring", 3: "drift/recurring", 4: "drift/recurring"},
            rule=True,
        ),
        cloud="gcp",
    ),
    Event(
        2,
        "a developer opened stage's database to the world for a test, and forgot it",
        ("stage",),
        _open(5432),
        _both("AWS::EC2::SecurityGroup", "db", "IpPermissions", {2: "drift/new", 3: "drift/recurring", 4: "drift/worse"}, rule=True),
    ),
    Event(
        2,
        "prod's e-mail queue got a longer visibility timeout by hand; a waiver accepts it until the middle of October",
        ("prod",),
        _timeout(120),
        (
            Shown(
                STAGE_PROD, "AWS::SQS::Queue", "emails", "VisibilityTimeout", {2: "waived/new", 3: "drift/recurring", 4: "drift/recurring"}
            ),
        ),
    ),
    Event(
        2,
        "stage's invoice bucket keeps no versions while a load test runs; waivers accept it until it ends",
        ("stage",),
        _no_versions,
        _both("AWS::S3::Bucket", "invoices", "VersioningConfiguration", {2: "waived/new", 3: "waived/recurring", 4: "waived/recurring"}),
    ),
    Event(
        2,
        "storefront 2.9.0 went through test into stage",
        ("test", "stage"),
        _release("2.9.0"),
        (Shown(STAGE_PROD, "AWS::ECS::TaskDefinition", "storefront", "taskDefinition", {2: "expected/new", 4: "expected/reopened"}),),
    ),
    Event(
        2,
        "somebody opened ssh in prod's analytics project to the whole world, by hand",
        ("prod",),
        _cloud("data", "firewall-ssh", _open_to_all, "2026-09-17T21:03:10Z"),
        tuple(
            Shown(where, FIREWALL, "ssh", "sourceRanges", {2: "drift/new", 3: "drift/recurring", 4: "drift/recurring"})
            for where in (STAGE_PROD, PROD_RULES)
        ),
        cloud="gcp",
    ),
    Event(3, "storefront 2.9.0 went on to prod", ("prod",), _release("2.9.0")),
    Event(3, "stage got its alarm on invoices back", ("stage",), payments.backlog_alarm),
    Event(
        3,
        "orders-api 1.5.0 went through test into stage, and no further",
        ("test", "stage"),
        _code("1.5.0"),
        (Shown(STAGE_PROD, FUNCTION, "orders-api", "CodeSha256", {3: "expected/new", 4: "drift/recurring"}),),
    ),
    Event(
        3,
        "point-in-time recovery was switched off on stage's carts",
        ("stage",),
        _no_recovery,
        _both("AWS::DynamoDB::Table", "carts", "ContinuousBackups", {3: "drift/new", 4: "drift/recurring"}, rule=True),
    ),
    Event(
        3,
        "autumn sales: prod's workers scaled from 3 to 9",
        ("prod",),
        lambda s: storefront.scale(s, 9),
        (
            Shown(
                STAGE_PROD,
                "AWS::AutoScaling::AutoScalingGroup",
                "workers",
                "DesiredCapacity",
                {3: "expected/new", 4: "expected/recurring"},
            ),
        ),
    ),
    Event(
        3,
        "a user became editor of prod's analytics project",
        ("prod",),
        _editor,
        (Shown(STAGE_PROD, PROJECT, "acme-data", "iamPolicy", {3: "drift/new", 4: "drift/recurring"}),),
        cloud="gcp",
    ),
    Event(
        3,
        "events-api 2.1.0 went through test into stage, on its way to prod",
        ("test", "stage"),
        _image("2.1.0"),
        (Shown(STAGE_PROD, RUN, "events-api", "template.containers", {3: "expected/new"}),),
        cloud="gcp",
    ),
    Event(4, "events-api 2.1.0 went on to prod", ("prod",), _image("2.1.0"), cloud="gcp"),
    Event(
        4,
        "stage's bucket of models may be made public since somebody shared one",
        ("stage",),
        _cloud("ml", "bucket-models", _may_be_public, "2026-11-11T11:11:40Z"),
        tuple(
            Shown(where, CLOUD_BUCKET, "models", "iamConfiguration.publicAccessPrevention", {4: "drift/new"})
            for where in (STAGE_PROD, STAGE_RULES)  # test's twin may not be read any more
        ),
        cloud="gcp",
    ),
    Event(4, "somebody deleted stage's alarm on invoices again", ("stage",), _loud),
    Event(4, "port 22 of stage's database was opened to the world, too", ("stage",), _open(22)),
    Event(
        4,
        "storefront 2.10.0 is in test and stage, on its way to prod",
        ("test", "stage"),
        _release("2.10.0"),
    ),
    Event(
        4,
        "a hotfix by hand gave a role of prod every action",
        ("prod",),
        _hotfix,
        tuple(Shown(w, "AWS::IAM::Role", "invoice-worker", "RolePolicyList", {4: "drift/new"}) for w in (STAGE_PROD, PROD_RULES)),
    ),
    Event(
        4,
        "a function of stage was pointed at prod's queue",
        ("stage",),
        _variable("QUEUE_URL", PROD_QUEUE),
        _both(FUNCTION, "invoice-worker", "Environment.Variables.QUEUE_URL", {4: "drift/new"}),
    ),
    Event(
        4,
        "test's shop assets lost their public access block",
        ("test",),
        _public_assets,
        tuple(Shown(w, "AWS::S3::Bucket", "assets", "PublicAccessBlockConfiguration", {4: "drift/new"}) for w in (TEST_STAGE, TEST_RULES)),
    ),
)

_ALWAYS: Final = {1: "expected/new", 2: "expected/recurring", 3: "expected/recurring", 4: "expected/recurring"}
DECLARED: Final[tuple[Shown, ...]] = (
    Shown(STAGE_PROD, "AWS::Budgets::Budget", "monthly", "BudgetLimit.Amount", _ALWAYS),
    *(
        Shown(STAGE_PROD, "AWS::Logs::LogGroup", name, "retentionInDays", _ALWAYS)
        for name in ("/aws/lambda/orders-api", "/aws/lambda/invoice-worker", "/ecs/storefront")
    ),
    Shown(STAGE_PROD, "container.googleapis.com/NodePool", "workers", "autoscaling.maxNodeCount", _ALWAYS),
)
"""What the demo's configuration expects in every month."""
DENIED: Final = {4: ("prod", "secretsmanager")}
"""Month -> (environment, service) that the scanner's role may not read any more from then on."""
DENIED_PROJECTS: Final = {4: ("test", "ml")}
"""Month -> (environment, project) on Google Cloud that the scanner may not read any more from then on."""
