"""The storefront team's shop: containers behind a load balancer, workers in a group that scales, pictures delivered at the edge."""

from __future__ import annotations

from driftscan.demo.parts import bucket, log_group, table
from driftscan.demo.site import EDGE, Site


def build(site: Site) -> None:
    """Everything of the storefront team's."""
    bucket(site, "assets", "storefront")
    table(site, "carts", "storefront")
    site.client("ssm").put_parameter(Name=f"/{site.env}/storefront/banner", Value="off", Type="String")
    log_group(site, f"/ecs/storefront-{site.env}")
    containers(site)
    workers(site)
    edge(site)


def containers(site: Site) -> None:
    """A load balancer in front of an ECS service."""
    elb, ecs = site.client("elbv2"), site.client("ecs")
    site.client("ecr").create_repository(
        repositoryName="storefront",
        imageScanningConfiguration={"scanOnPush": True},
        imageTagMutability="IMMUTABLE",
        tags=site.tags("storefront"),
    )
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
    ecs.create_cluster(clusterName=f"apps-{site.env}", tags=site.lower_tags("storefront"))
    _register(site, "2.8.0")
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


def release(site: Site, version: str) -> None:
    """Register a revision of the storefront's task definition and let the service run it, as its pipeline does."""
    _register(site, version)
    site.client("ecs").update_service(cluster=f"apps-{site.env}", service="storefront", taskDefinition=f"storefront-{site.env}")


def _register(site: Site, version: str) -> None:
    role = f"arn:aws:iam::{site.account}:role/storefront-task-{site.env}"
    logging = {"awslogs-group": f"/ecs/storefront-{site.env}", "awslogs-region": site.region, "awslogs-stream-prefix": "web"}
    site.client("ecs").register_task_definition(
        family=f"storefront-{site.env}",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="512",
        memory="1024",
        taskRoleArn=role,
        executionRoleArn=role,
        tags=site.lower_tags("storefront"),
        containerDefinitions=[
            {
                "name": "web",
                "image": f"555555555555.dkr.ecr.eu-west-1.amazonaws.com/storefront:{version}",
                "portMappings": [{"containerPort": 8080}],
                "environment": [{"name": "TABLE_NAME", "value": f"carts-{site.env}"}],
                "logConfiguration": {"logDriver": "awslogs", "options": logging},
            }
        ],
    )


def workers(site: Site) -> None:
    """Machines that resize pictures, as many as there is work for."""
    ec2, scaling = site.client("ec2"), site.client("autoscaling")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    tags = [{"ResourceType": "launch-template", "Tags": site.tags("storefront")}]
    ec2.create_launch_template(
        LaunchTemplateName=f"workers-{site.env}",
        LaunchTemplateData={
            "ImageId": image,
            "InstanceType": "t3.small",
            "SecurityGroupIds": [site.ids["sg-app"]],
            "MetadataOptions": {"HttpTokens": "required"},
        },
        TagSpecifications=tags,
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName=f"workers-{site.env}",
        LaunchTemplate={"LaunchTemplateName": f"workers-{site.env}", "Version": "$Latest"},
        MinSize=1,
        MaxSize=12,
        DesiredCapacity=3 if site.strict else 1,
        VPCZoneIdentifier=f"{site.ids['private-a']},{site.ids['private-b']}",
        Tags=[{**t, "PropagateAtLaunch": True} for t in site.tags("storefront")],
    )


def scale(site: Site, instances: int) -> None:
    """What a scaling policy did over the month."""
    site.client("autoscaling").set_desired_capacity(AutoScalingGroupName=f"workers-{site.env}", DesiredCapacity=instances)


def edge(site: Site) -> None:
    """The shop's certificate, where content delivery wants it."""
    site.client("acm", EDGE).request_certificate(
        DomainName=f"shop.{site.env}.acme.example", ValidationMethod="DNS", Tags=site.tags("storefront")
    )
