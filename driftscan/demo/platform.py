"""What the platform team keeps in every account: keys, roles and their boundary, the network, the trail, the pipeline, the budget."""

from __future__ import annotations

from typing import Any

from driftscan.demo.parts import bucket
from driftscan.demo.site import EDGE, Site, policy, trust

ROLES = (
    ("orders-api", "lambda", "payments"),
    ("invoice-worker", "lambda", "payments"),
    ("storefront-task", "ecs-tasks", "storefront"),
    ("deploy", "codepipeline", "platform"),
)


def build(site: Site) -> None:
    """Everything of the platform's that the teams build on."""
    keys(site)
    roles(site)
    network(site)
    bastion_rules(site)
    trail(site)
    alerts(site)


def keys(site: Site) -> None:
    """The key that application data is encrypted with."""
    kms = site.client("kms")
    tags = [{"TagKey": k, "TagValue": v} for k, v in site.tag_map("platform").items()]
    key = kms.create_key(Description="application data", Tags=tags)["KeyMetadata"]
    site.ids["key"] = key["Arn"]
    kms.create_alias(AliasName=f"alias/app-data-{site.env}", TargetKeyId=key["KeyId"])
    kms.enable_key_rotation(KeyId=key["KeyId"])


def roles(site: Site) -> None:
    """The boundary, a role per workload inside it, and the roles that the organisation itself puts into every account."""
    iam = site.client("iam")
    allowed = ["sqs:*", "dynamodb:*", "logs:*", "s3:*", "kms:Decrypt", "secretsmanager:GetSecretValue"]
    if not site.strict:
        allowed.append("iam:PassRole")
    boundary = iam.create_policy(PolicyName=f"workload-boundary-{site.env}", PolicyDocument=policy({"Action": allowed, "Resource": "*"}))
    site.ids["boundary"] = boundary["Policy"]["Arn"]
    for name, service, team in ROLES:
        iam.create_role(
            RoleName=f"{name}-{site.env}",
            AssumeRolePolicyDocument=trust(service),
            PermissionsBoundary=site.ids["boundary"],
            Tags=site.tags(team),
        )
        iam.put_role_policy(
            RoleName=f"{name}-{site.env}",
            PolicyName="access",
            PolicyDocument=policy(
                {"Action": ["sqs:SendMessage", "sqs:ReceiveMessage"], "Resource": site.arn("sqs", f"orders-{site.env}")},
                {"Action": ["dynamodb:GetItem", "dynamodb:PutItem"], "Resource": site.arn("dynamodb", f"table/orders-{site.env}")},
            ),
        )
    suffix = {"dev": "0a1b", "test": "2c3d", "stage": "4e5f", "prod": "6a7b"}[site.env]
    iam.create_role(
        RoleName=f"AWSReservedSSO_Administrator_{suffix}456789abcdef",
        Path="/aws-reserved/sso.amazonaws.com/",
        AssumeRolePolicyDocument=trust("sso"),
    )
    iam.create_role(
        RoleName="OrganizationAccountAccessRole",
        AssumeRolePolicyDocument=policy({"Principal": {"AWS": "arn:aws:iam::555555555555:root"}, "Action": "sts:AssumeRole"}),
    )


def network(site: Site) -> None:
    """Two zones, public and private, with a way out, an ACL in front of the private half, and three security groups."""
    ec2, net = site.client("ec2"), f"10.{site.octet}"

    def tagged(kind: str, label: str) -> list[dict[str, Any]]:
        return [{"ResourceType": kind, "Tags": site.tags("platform", f"{site.env}-{label}")}]

    vpc = ec2.create_vpc(CidrBlock=f"{net}.0.0/16", TagSpecifications=tagged("vpc", "main"))["Vpc"]["VpcId"]
    site.ids["vpc"] = vpc
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
    for group, rule in (
        ("lb", {"FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}),
        ("app", {"FromPort": 8080, "ToPort": 8080, "peer": "lb"}),
        ("db", {"FromPort": 5432, "ToPort": 5432, "peer": "app"}),
    ):
        made = ec2.create_security_group(
            GroupName=f"{group}-{site.env}", Description=f"{group} tier", VpcId=vpc, TagSpecifications=tagged("security-group", group)
        )["GroupId"]
        site.ids[f"sg-{group}"] = made
        peer = rule.pop("peer", None)
        permission = {"IpProtocol": "tcp", **rule} | ({"UserIdGroupPairs": [{"GroupId": site.ids[f"sg-{peer}"]}]} if peer else {})
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[permission])


def bastion_rules(site: Site) -> None:
    """An ACL of its own for the private subnets: what comes from the network may come in, and answers may."""
    ec2 = site.client("ec2")
    tags = [{"ResourceType": "network-acl", "Tags": site.tags("platform", f"{site.env}-private")}]
    acl = ec2.create_network_acl(VpcId=site.ids["vpc"], TagSpecifications=tags)["NetworkAcl"]["NetworkAclId"]
    for number, egress, cidr in ((100, False, f"10.{site.octet}.0.0/16"), (110, False, "0.0.0.0/0"), (100, True, "0.0.0.0/0")):
        ports = {"PortRange": {"From": 1024, "To": 65535}, "Protocol": "6"} if cidr == "0.0.0.0/0" and not egress else {"Protocol": "-1"}
        ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=number, RuleAction="allow", Egress=egress, CidrBlock=cidr, **ports)
    private = {site.ids["private-a"], site.ids["private-b"]}
    for current in ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [site.ids["vpc"]]}])["NetworkAcls"]:
        for held in current["Associations"]:
            if held["SubnetId"] in private:
                ec2.replace_network_acl_association(AssociationId=held["NetworkAclAssociationId"], NetworkAclId=acl)


def trail(site: Site) -> None:
    """The account's audit trail and the bucket that it writes to."""
    cloudtrail, name = site.client("cloudtrail"), f"audit-{site.env}"
    bucket(site, "audit", "platform")
    cloudtrail.create_trail(
        Name=name,
        S3BucketName=f"acme-audit-{site.env}",
        IsMultiRegionTrail=True,
        EnableLogFileValidation=True,
        TagsList=site.tags("platform"),
    )
    cloudtrail.start_logging(Name=name)


def alerts(site: Site) -> None:
    """Where alarms go: a topic at home and one at the edge, each with somebody who listens."""
    for region, name in ((site.region, "alerts"), (EDGE, "edge-alerts")):
        sns = site.client("sns", region)
        topic = sns.create_topic(Name=f"{name}-{site.env}", Tags=site.tags("platform"))["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="oncall@example.org")
        site.ids[name] = topic


def delivery(site: Site) -> None:
    """How changes come in: one pipeline per application (prod's asks a person first), and the account's budget."""
    codebuild, codepipeline = site.client("codebuild"), site.client("codepipeline")
    role = f"arn:aws:iam::{site.account}:role/deploy-{site.env}"
    audit = f"acme-audit-{site.env}"
    codebuild.create_project(
        name=f"tests-{site.env}",
        source={"type": "CODEPIPELINE", "location": audit},
        artifacts={"type": "CODEPIPELINE", "location": audit},
        environment={"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL"},
        serviceRole=role,
        tags=site.lower_tags("platform"),
    )

    def action(name: str, category: str, provider: str, owner: str = "AWS", **configuration: str) -> dict[str, Any]:
        kind = {"category": category, "owner": owner, "provider": provider, "version": "1"}
        return {"name": name, "actionTypeId": kind, "configuration": configuration, "runOrder": 1}

    stages = [
        {"name": "Source", "actions": [action("Code", "Source", "S3", S3Bucket=audit, S3ObjectKey="orders.zip")]},
        {"name": "Test", "actions": [action("Tests", "Test", "CodeBuild", ProjectName=f"tests-{site.env}")]},
        {"name": "Deploy", "actions": [action("Deploy", "Deploy", "CloudFormation", StackName=f"orders-{site.env}")]},
    ]
    codepipeline.create_pipeline(
        pipeline={
            "name": f"orders-{site.env}",
            "roleArn": role,
            "artifactStore": {"type": "S3", "location": audit},
            "stages": stages,
            "version": 1,
        },
        tags=site.lower_tags("platform"),
    )
    site.client("budgets", EDGE).create_budget(
        AccountId=site.account,
        Budget={
            "BudgetName": f"monthly-{site.env}",
            "BudgetLimit": {"Amount": "20000" if site.env == "prod" else "4000", "Unit": "USD"},
            "TimeUnit": "MONTHLY",
            "BudgetType": "COST",
        },
        NotificationsWithSubscribers=[
            {
                "Notification": {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0},
                "Subscribers": [{"SubscriptionType": "EMAIL", "Address": "platform@example.org"}],
            }
        ],
    )
