"""The payments team's applications: orders and invoices on functions, queues, tables, buckets and one database."""

from __future__ import annotations

import json

from driftscan.demo.parts import alarm, bucket, log_group, table
from driftscan.demo.site import Site, bundle


def build(site: Site) -> None:
    """Everything of the payments team's."""
    data(site)
    messaging(site)
    for name in ("orders-api", "invoice-worker"):
        function(site, name)
    observability(site)


def data(site: Site) -> None:
    """Buckets, tables, the ledger, parameters and secrets."""
    bucket(site, "invoices", "payments")
    for name in ("orders", "invoices"):
        table(site, name, "payments")
    rds = site.client("rds")
    rds.create_db_subnet_group(
        DBSubnetGroupName=f"data-{site.env}",
        DBSubnetGroupDescription="private subnets",
        SubnetIds=[site.ids["private-a"], site.ids["private-b"]],
    )
    rds.create_db_instance(
        DBInstanceIdentifier=f"ledger-{site.env}",
        Engine="postgres",
        DBInstanceClass="db.m5.large" if site.env == "prod" else "db.t3.medium",
        AllocatedStorage=100,
        MasterUsername="ledger",
        MasterUserPassword="only-in-the-demo",
        DBSubnetGroupName=f"data-{site.env}",
        VpcSecurityGroupIds=[site.ids["sg-db"]],
        StorageEncrypted=True,
        KmsKeyId=site.ids["key"],
        BackupRetentionPeriod=14,
        DeletionProtection=True,
        Tags=site.tags("payments"),
    )
    ssm, secrets = site.client("ssm"), site.client("secretsmanager")
    for name, value in (("orders/page-size", "50"), ("orders/currency", "EUR")):
        ssm.put_parameter(Name=f"/{site.env}/{name}", Value=value, Type="String")
    for name in ("ledger/password", "payments/api-key"):
        secrets.create_secret(
            Name=f"{site.env}/{name}", SecretString=f"{site.env}-demo", KmsKeyId=site.ids["key"], Tags=site.tags("payments")
        )


def messaging(site: Site) -> None:
    """Queues with their dead letters, and a nightly schedule."""
    sqs = site.client("sqs")
    for queue in ("orders", "invoices", "emails"):
        dead = sqs.create_queue(QueueName=f"{queue}-{site.env}-dead", Attributes={"MessageRetentionPeriod": "1209600"})["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
        site.ids[f"queue-{queue}"] = sqs.create_queue(
            QueueName=f"{queue}-{site.env}",
            Attributes={"VisibilityTimeout": "60", "RedrivePolicy": redrive},
            tags=site.tag_map("payments"),
        )["QueueUrl"]
    site.client("events").put_rule(Name=f"nightly-invoices-{site.env}", ScheduleExpression="cron(0 2 * * ? *)", State="ENABLED")


def function(site: Site, name: str, version: str = "1.4.0") -> None:
    """A function that knows its own queue and table by environment variables."""
    role = site.client("iam").get_role(RoleName=f"{name}-{site.env}")["Role"]["Arn"]
    variables = {
        "QUEUE_URL": f"https://sqs.{site.region}.amazonaws.com/{site.account}/orders-{site.env}",
        "TABLE_NAME": f"orders-{site.env}",
        "LOG_LEVEL": "INFO" if site.strict else "DEBUG",
        "STAGE": site.env,
    }
    site.client("lambda").create_function(
        FunctionName=f"{name}-{site.env}",
        Runtime="python3.12",
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": bundle(f"# {name} {version}\n")},
        Timeout=15,
        MemorySize=256,
        Environment={"Variables": variables},
        Tags=site.tag_map("payments"),
    )


def backlog_alarm(site: Site) -> None:
    """The alarm on invoices that wait: loud, and therefore not loved."""
    alarm(site, "invoices-backlog", "ApproximateNumberOfMessagesVisible", ("QueueName", f"invoices-{site.env}"))


def observability(site: Site) -> None:
    """Log groups and alarms."""
    for name in ("orders-api", "invoice-worker"):
        log_group(site, f"/aws/lambda/{name}-{site.env}")
    if site.strict:
        alarm(site, "orders-backlog", "ApproximateNumberOfMessagesVisible", ("QueueName", f"orders-{site.env}"))
        alarm(site, "orders-errors", "Errors", ("FunctionName", f"orders-api-{site.env}"))
        backlog_alarm(site)
