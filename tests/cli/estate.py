"""Two small accounts that are twins, in one moto server; `break_it` plants the one difference."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

ACCOUNTS = {"stage": "111111111111", "prod": "222222222222"}
REGION = "eu-west-1"

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)

Client = Callable[..., Any]


def config(**more: str) -> str:
    """A configuration for the two accounts; `more` are further top-level lines."""
    return f"""\
version: 1
organization: acme
store: ./store
defaults: {{role: driftscan-reader, regions: [{REGION}]}}
environments:
  stage:
    aliases: [staging]
    accounts:
      - {{aws: "{ACCOUNTS["stage"]}"}}
  prod:
    aliases: [production]
    accounts:
      - {{aws: "{ACCOUNTS["prod"]}"}}
comparisons:
  - {{candidate: stage, reference: prod}}
""" + "".join(f"{k}: {v}\n" for k, v in more.items())


def client(url: str, account: str) -> Client:
    """Makes clients that act in `account` (and in a region, where one is named): moto takes it from a header."""
    import boto3

    def claim(request: Any, **_: Any) -> None:
        request.headers["x-moto-account-id"] = account

    def make(service: str, region: str = REGION) -> Any:
        made = boto3.client(service, region_name=region, endpoint_url=url, aws_access_key_id="testing", aws_secret_access_key="testing")
        made.meta.events.register("before-sign.*.*", claim)
        return made

    return make


def build(env: str, aws: Client) -> None:
    """Queues, topics, tables, functions, roles, buckets and security groups, named after the environment."""
    account = ACCOUNTS[env]
    sqs, sns, dynamodb = aws("sqs"), aws("sns"), aws("dynamodb")
    dead = sqs.create_queue(QueueName=f"orders-{env}-dead")["QueueUrl"]
    dead_arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    for name in ("orders", "invoices"):
        redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 5})
        sqs.create_queue(QueueName=f"{name}-{env}", Attributes={"VisibilityTimeout": "60", "RedrivePolicy": redrive})
    topic = sns.create_topic(Name=f"events-{env}", Tags=[{"Key": "Team", "Value": "orders"}])["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=dead_arn)
    dynamodb.create_table(
        TableName=f"carts-{env}",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    role = aws("iam").create_role(RoleName=f"worker-{env}", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    aws("iam").put_role_policy(
        RoleName=f"worker-{env}",
        PolicyName="queues",
        PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": dead_arn}]}
        ),
    )
    aws("lambda").create_function(
        FunctionName=f"worker-{env}",
        Runtime="python3.11",
        Role=role,
        Handler="app.main",
        Code={"ZipFile": _code()},
        MemorySize=256,
        Environment={"Variables": {"LOG_LEVEL": "INFO", "QUEUE": f"orders-{env}", "DB_PASSWORD": f"hunter2-{env}-hunter2"}},
    )
    bucket = f"acme-{env}-uploads-{account}"
    aws("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    aws("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(
        CidrBlock="10.1.0.0/16" if env == "stage" else "10.2.0.0/16",
        TagSpecifications=[{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": f"main-{env}"}]}],
    )["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName=f"web-{env}", Description="web", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}],
    )


def break_it(aws: Client) -> None:
    """The one difference: stage's orders wait half as long."""
    sqs = aws("sqs")
    sqs.set_queue_attributes(QueueUrl=sqs.get_queue_url(QueueName="orders-stage")["QueueUrl"], Attributes={"VisibilityTimeout": "30"})


def _code() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py", (2026, 1, 1, 0, 0, 0)), "def main(event, context):\n    return 1\n")
    return out.getvalue()


def environ(url: str) -> Mapping[str, str]:
    """What a process needs to see the server as AWS."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_COLOR": "1",
    }
