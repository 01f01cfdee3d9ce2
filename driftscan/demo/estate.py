"""What the demo's company runs: one application platform, built once per environment as its own pipeline would build it.

Names, ids, address plans and accounts differ between environments as they do in real companies; everything else is the same.
`build` makes the clean twin; the drifts are `story`'s.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Client = Any


@dataclass(frozen=True)
class Site:
    """One environment of the demo: its account, its word in names, its address plan (second octet), its client factory."""

    env: str
    account: str
    octet: int
    client: Callable[..., Client]
    region: str = "eu-west-1"
    ids: dict[str, str] = field(default_factory=dict)

    def arn(self, service: str, rest: str) -> str:
        """An ARN of this site's account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def tags(self, team: str, name: str = "") -> list[dict[str, str]]:
        """The company's tags: Environment, Team, CostCenter, and a Name where one is given."""
        tags = {"Environment": self.env, "Team": team, "CostCenter": {"payments": "4711", "storefront": "4712"}.get(team, "4700")}
        return [{"Key": k, "Value": v} for k, v in (tags | ({"Name": name} if name else {})).items()]


def build(site: Site) -> None:
    """Everything, in the order in which it depends on each other."""
    keys_and_roles(site)
    network(site)
    data(site)
    messaging(site)
    functions(site)
    containers(site)
    observability(site)


def policy(*statements: dict[str, Any]) -> str:
    """A policy document of Allow statements unless they say otherwise."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **s} for s in statements]})


def trust(service: str) -> str:
    """A trust policy for one AWS service."""
    return policy({"Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"})


def bundle(source: str) -> bytes:
    """A deployment package whose bytes depend on the source alone."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py", (2026, 1, 1, 0, 0, 0)), source)
    return out.getvalue()


def keys_and_roles(site: Site) -> None:
    """A key with an alias, the platform's boundary, and a role per workload."""
    kms, iam = site.client("kms"), site.client("iam")
    key = kms.create_key(Description="application data", Tags=[{"TagKey": t["Key"], "TagValue": t["Value"]} for t in site.tags("platform")])
    site.ids["key"] = key["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName=f"alias/app-data-{site.env}", TargetKeyId=key["KeyMetadata"]["KeyId"])
    kms.enable_key_rotation(KeyId=key["KeyMetadata"]["KeyId"])
    boundary = iam.create_policy(
        PolicyName=f"workload-boundary-{site.env}",
        PolicyDocument=policy(
            {"Action": ["sqs:*", "dynamodb:*", "logs:*", "s3:*", "kms:Decrypt", "secretsmanager:GetSecretValue"], "Resource": "*"}
        ),
    )
    site.ids["boundary"] = boundary["Policy"]["Arn"]
    for name, service in (
        ("orders-api", "lambda"),
        ("invoice-worker", "lambda"),
        ("storefront-task", "ecs-tasks"),
        ("deploy", "codepipeline"),
    ):
        iam.create_role(
            RoleName=f"{name}-{site.env}",
            AssumeRolePolicyDocument=trust(service),
            PermissionsBoundary=site.ids["boundary"],
            Tags=site.tags("payments" if name != "storefront-task" else "storefront"),
        )
        iam.put_role_policy(
            RoleName=f"{name}-{site.env}",
            PolicyName="access",
            PolicyDocument=policy(
                {"Action": ["sqs:SendMessage", "sqs:ReceiveMessage"], "Resource": site.arn("sqs", f"orders-{site.env}")},
                {"Action": ["dynamodb:GetItem", "dynamodb:PutItem"], "Resource": site.arn("dynamodb", f"table/orders-{site.env}")},
            ),
        )
    iam.create_role(
        RoleName="AWSReservedSSO_Administrator_0123456789abcdef",
        Path="/aws-reserved/sso.amazonaws.com/",
        AssumeRolePolicyDocument=trust("sso"),
    )


def network(site: Site) -> None:
    """A network of two zones, public and private, with its routes, its ACL and three security groups."""
    ec2, name, net = site.client("ec2"), site.env, f"10.{site.octet}"

    def tagged(kind: str, label: str) -> list[dict[str, Any]]:
        return [{"ResourceType": kind, "Tags": site.tags("platform", f"{name}-{label}")}]

    vpc = ec2.create_vpc(CidrBlock=f"{net}.0.0/16", TagSpecifications=tagged("vpc", "main"))["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    gateway = ec2.create_internet_gateway(TagSpecifications=tagged("internet-gateway", "main"))["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    for tier, base in (("public", 0), ("private", 10)):
        table = ec2.create_route_table(VpcId=vpc, TagSpecifications=tagged("route-table", tier))["RouteTable"]["RouteTableId"]
        for i, zone in enumerate("ab"):
            subnet = ec2.create_subnet(
                VpcId=vpc,
                CidrBlock=f"{net}.{base + i}.0/24",
                AvailabilityZone=f"{site.region}{zone}",
                TagSpecifications=tagged("subnet", f"{tier}-{zone}"),
            )["Subnet"]["SubnetId"]
            ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
            site.ids[f"{tier}-{zone}"] = subnet
        if tier == "public":
            ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
            address = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip", "nat"))["AllocationId"]
            nat = ec2.create_nat_gateway(SubnetId=site.ids["public-a"], AllocationId=address, TagSpecifications=tagged("natgateway", "a"))
            site.ids["nat"] = nat["NatGateway"]["NatGatewayId"]
        else:
            ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=site.ids["nat"])
    for group, rules in (
        ("lb", [{"FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]),
        ("app", [{"FromPort": 8080, "ToPort": 8080, "peer": "lb"}]),
        ("db", [{"FromPort": 5432, "ToPort": 5432, "peer": "app"}]),
    ):
        made = ec2.create_security_group(
            GroupName=f"{group}-{name}", Description=f"{group} tier", VpcId=vpc, TagSpecifications=tagged("security-group", group)
        )["GroupId"]
        site.ids[f"sg-{group}"] = made
        for rule in rules:
            peer = rule.pop("peer", None)
            permission = {"IpProtocol": "tcp", **rule} | ({"UserIdGroupPairs": [{"GroupId": site.ids[f"sg-{peer}"]}]} if peer else {})
            ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[permission])
    site.ids["vpc"] = vpc


def data(site: Site) -> None:
    """Buckets, tables, a database, parameters and secrets."""
    s3, dynamodb, rds = site.client("s3"), site.client("dynamodb"), site.client("rds")
    for kind in ("assets", "invoices"):
        bucket = f"acme-{kind}-{site.env}"
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": site.region})
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": site.tags("payments" if kind == "invoices" else "storefront")})
        s3.put_public_access_block(
            Bucket=bucket,
            PublicAccessBlockConfiguration=dict.fromkeys(
                ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
            ),
        )
        s3.put_bucket_encryption(
            Bucket=bucket,
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": site.ids["key"]}}]
            },
        )
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for table in ("orders", "invoices", "carts"):
        dynamodb.create_table(
            TableName=f"{table}-{site.env}",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            Tags=site.tags("storefront" if table == "carts" else "payments"),
        )
        dynamodb.update_continuous_backups(
            TableName=f"{table}-{site.env}", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
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
    for name, value in (("orders/page-size", "50"), ("orders/currency", "EUR"), ("storefront/banner", "off")):
        ssm.put_parameter(Name=f"/{site.env}/{name}", Value=value, Type="String")
    for name in ("ledger/password", "payments/api-key"):
        secrets.create_secret(
            Name=f"{site.env}/{name}", SecretString=f"{site.env}-demo", KmsKeyId=site.ids["key"], Tags=site.tags("payments")
        )


def messaging(site: Site) -> None:
    """Queues with their dead letters, topics, and a nightly schedule."""
    sqs, sns, events = site.client("sqs"), site.client("sns"), site.client("events")
    for queue in ("orders", "invoices", "emails"):
        dead = sqs.create_queue(QueueName=f"{queue}-{site.env}-dead", Attributes={"MessageRetentionPeriod": "1209600"})["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        url = sqs.create_queue(
            QueueName=f"{queue}-{site.env}",
            Attributes={"VisibilityTimeout": "60", "RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})},
            tags={t["Key"]: t["Value"] for t in site.tags("payments")},
        )["QueueUrl"]
        site.ids[f"queue-{queue}"] = url
    site.ids["alerts"] = sns.create_topic(Name=f"alerts-{site.env}", Tags=site.tags("platform"))["TopicArn"]
    sns.subscribe(TopicArn=site.ids["alerts"], Protocol="email", Endpoint="oncall@example.org")
    events.put_rule(Name=f"nightly-invoices-{site.env}", ScheduleExpression="cron(0 2 * * ? *)", State="ENABLED")


def functions(site: Site) -> None:
    """Two functions that know their own queue and table by environment variables."""
    client, iam = site.client("lambda"), site.client("iam")
    for name in ("orders-api", "invoice-worker"):
        client.create_function(
            FunctionName=f"{name}-{site.env}",
            Runtime="python3.12",
            Handler="app.handler",
            Role=iam.get_role(RoleName=f"{name}-{site.env}")["Role"]["Arn"],
            Code={"ZipFile": bundle(f"# {name} 1.4.0\n")},
            Timeout=15,
            MemorySize=256,
            Environment={
                "Variables": {
                    "QUEUE_URL": site.ids["queue-orders"],
                    "TABLE_NAME": f"orders-{site.env}",
                    "LOG_LEVEL": "INFO",
                    "STAGE": site.env,
                }
            },
            Tags={t["Key"]: t["Value"] for t in site.tags("payments")},
        )


def containers(site: Site) -> None:
    """A load balancer in front of an ECS service."""
    elb, ecs, ecr = site.client("elbv2"), site.client("ecs"), site.client("ecr")
    ecr.create_repository(repositoryName="storefront", imageScanningConfiguration={"scanOnPush": True}, imageTagMutability="IMMUTABLE")
    balancer = elb.create_load_balancer(
        Name=f"storefront-{site.env}",
        Subnets=[site.ids["public-a"], site.ids["public-b"]],
        SecurityGroups=[site.ids["sg-lb"]],
        Tags=site.tags("storefront"),
    )["LoadBalancers"][0]["LoadBalancerArn"]
    group = elb.create_target_group(
        Name=f"storefront-{site.env}", Protocol="HTTP", Port=8080, VpcId=site.ids["vpc"], TargetType="ip", HealthCheckPath="/health"
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])
    ecs.create_cluster(clusterName=f"apps-{site.env}", tags=[{"key": t["Key"], "value": t["Value"]} for t in site.tags("storefront")])
    task_definition(site, "storefront:2.8.0")
    ecs.create_service(
        cluster=f"apps-{site.env}",
        serviceName="storefront",
        taskDefinition=f"storefront-{site.env}",
        desiredCount=3,
        launchType="FARGATE",
        networkConfiguration={
            "awsvpcConfiguration": {"subnets": [site.ids["private-a"], site.ids["private-b"]], "securityGroups": [site.ids["sg-app"]]}
        },
        loadBalancers=[{"targetGroupArn": group, "containerName": "web", "containerPort": 8080}],
    )


def task_definition(site: Site, image: str) -> None:
    """Register a revision of the storefront's task definition with the given image."""
    site.client("ecs").register_task_definition(
        family=f"storefront-{site.env}",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="512",
        memory="1024",
        taskRoleArn=f"arn:aws:iam::{site.account}:role/storefront-task-{site.env}",
        executionRoleArn=f"arn:aws:iam::{site.account}:role/storefront-task-{site.env}",
        containerDefinitions=[
            {
                "name": "web",
                "image": f"555555555555.dkr.ecr.{site.region}.amazonaws.com/{image}",
                "portMappings": [{"containerPort": 8080}],
                "environment": [{"name": "TABLE_NAME", "value": f"carts-{site.env}"}],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": f"/ecs/storefront-{site.env}",
                        "awslogs-region": site.region,
                        "awslogs-stream-prefix": "web",
                    },
                },
            }
        ],
    )


def observability(site: Site) -> None:
    """Log groups with retention, and alarms that tell somebody."""
    logs, cloudwatch = site.client("logs"), site.client("cloudwatch")
    for group in (f"/aws/lambda/orders-api-{site.env}", f"/aws/lambda/invoice-worker-{site.env}", f"/ecs/storefront-{site.env}"):
        logs.create_log_group(logGroupName=group, tags={t["Key"]: t["Value"] for t in site.tags("platform")})
        logs.put_retention_policy(logGroupName=group, retentionInDays=365 if site.env == "prod" else 30)
    for name, metric, dimension in (
        ("orders-backlog", "ApproximateNumberOfMessagesVisible", {"Name": "QueueName", "Value": f"orders-{site.env}"}),
        ("orders-errors", "Errors", {"Name": "FunctionName", "Value": f"orders-api-{site.env}"}),
        ("invoices-backlog", "ApproximateNumberOfMessagesVisible", {"Name": "QueueName", "Value": f"invoices-{site.env}"}),
    ):
        cloudwatch.put_metric_alarm(
            AlarmName=f"{name}-{site.env}",
            Namespace="AWS/Lambda" if metric == "Errors" else "AWS/SQS",
            MetricName=metric,
            Dimensions=[dimension],
            Statistic="Sum",
            Period=300,
            EvaluationPeriods=2,
            Threshold=100.0,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[site.ids["alerts"]],
        )
