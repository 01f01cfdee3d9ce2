"""Revisions that somebody runs, beside the newest of each series."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from driftscan.catalog import load
from driftscan.model.resource import Resource
from driftscan.model.snapshot import Gap
from driftscan.model.value import Address, Unknown
from driftscan.sources.aws.revisions import Running, Wanted
from tests.sources.conftest import STAGE, Cloud, drain, make
from tests.sources.faults import Answer, Request

REGION = "eu-west-1"
TASK, SERVICE, CLUSTER, RULE = "AWS::ECS::TaskDefinition", "AWS::ECS::Service", "AWS::ECS::Cluster", "AWS::Events::Rule"
FUNCTION, LAYER, JOB = "AWS::Lambda::Function", "AWS::Lambda::LayerVersion", "AWS::Batch::JobDefinition"
ARN = f"arn:aws:ecs:{REGION}:{STAGE}:task-definition/web"


def task(number: int) -> Resource:
    return Resource(Address(TASK, STAGE, REGION, "web"), {"family": "web"}, f"{ARN}:{number}")


def service(name: str, *numbers: int | None) -> list[Resource]:
    texts = [ARN if n is None else f"{ARN}:{n}" for n in numbers]
    return [Resource(Address(SERVICE, STAGE, REGION, f"{name}{i}"), {"taskDefinition": t}) for i, t in enumerate(texts)]


def wanted(resources: Iterable[Resource]) -> list[tuple[tuple[int, ...], int]]:
    running = Running(load().specs)
    for resource in resources:
        running.add(resource)
    return [(w.numbers, w.main) for w in running.wanted()]


def test_what_is_not_listed_and_runs_is_read() -> None:
    assert wanted([task(5)]) == []
    assert wanted([task(5), *service("a", 5, None)]) == []
    assert wanted([*service("a", 5), task(5)]) == []


def test_the_name_of_the_series_goes_to_the_newest_that_runs() -> None:
    assert wanted([task(5), *service("a", 3)]) == [((3,), 3)]
    assert wanted([task(5), *service("a", 3, 4, 3)]) == [((3, 4), 4)]
    assert wanted([task(5), *service("a", 3, 5)]) == [((3,), 5)]
    assert wanted([task(5), *service("a", 3, None)]) == [((3,), 5)]


def test_a_series_whose_revisions_are_all_withdrawn_is_read_where_it_runs() -> None:
    assert wanted(service("a", 2)) == [((2,), 2)]
    assert wanted(service("a", None)) == []


def test_each_revision_has_an_address_of_its_own() -> None:
    (one,) = list(_running(task(5), *service("a", 3, 4)))
    assert [one.address(n).id for n in (3, 4)] == ["web:3", "web"]
    read = Resource(Address(TASK, STAGE, REGION, "web:3"), {"family": "web:3", "tags": []}, f"{ARN}:3")
    named = one.named(read, 3, load().specs[TASK])
    assert (named.address.id, named.value, named.arn) == ("web:3", {"family": "web", "tags": []}, f"{ARN}:3")


def _running(*resources: Resource) -> Iterable[Wanted]:
    running = Running(load().specs)
    for resource in resources:
        running.add(resource)
    return running.wanted()


def read(types: tuple[str, ...]) -> tuple[dict[str, Resource], list[Gap], dict[str, int], dict[str, Resource]]:
    """What the units bring, and beside it the revisions in use, by id; the calls that those took."""
    source = make(types)
    try:
        first = drain(source)
        before = dict(source.calls)
        found = list(source.revisions(first.resources.values()))
        calls = {name: n - before.get(name, 0) for name, n in source.calls.items() if n > before.get(name, 0)}
    finally:
        source.close()
    listed = {r.address.id: r for r in first.resources.values()}
    return listed, [g for g in found if isinstance(g, Gap)], calls, {r.address.id: r for r in found if isinstance(r, Resource)}


def register(ecs: Any, image: str) -> str:
    containers = [{"name": "web", "image": image, "memory": 128}]
    return str(ecs.register_task_definition(family="web", containerDefinitions=containers)["taskDefinition"]["taskDefinitionArn"])


def images(resources: dict[str, Resource]) -> dict[str, str]:
    return {id_: r.value["taskDefinition"]["containerDefinitions"][0]["image"] for id_, r in resources.items()}


def test_task_definitions_that_services_and_rules_run(cloud: Cloud) -> None:
    ecs, events = cloud.client("ecs"), cloud.client("events")
    first, second, third, fourth = (register(ecs, f"web:{n}") for n in range(1, 5))
    ecs.create_cluster(clusterName="main")
    for name, arn in (("a", first), ("b", third), ("c", third)):
        ecs.create_service(cluster="main", serviceName=name, taskDefinition=arn, desiredCount=1)
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
    target = {"Id": "1", "Arn": f"arn:aws:ecs:{REGION}:{STAGE}:cluster/main", "RoleArn": f"arn:aws:iam::{STAGE}:role/x"}
    events.put_targets(Rule="nightly", Targets=[{**target, "EcsParameters": {"TaskDefinitionArn": second}}])
    listed, gaps, calls, found = read((TASK, SERVICE, CLUSTER, RULE, "AWS::Events::EventBus"))
    assert listed["web"].arn == fourth
    assert images(found) == {"web:1": "web:1", "web:2": "web:2", "web": "web:3"}
    assert [found[i].arn for i in ("web:1", "web:2", "web")] == [first, second, third]
    assert {r.value["family"] for r in found.values()} == {"web"}
    assert calls == {"ecs:DescribeTaskDefinition": 3}
    assert gaps == []


def test_what_cannot_be_described_is_unknown_not_the_newest(cloud: Cloud) -> None:
    ecs = cloud.client("ecs")
    first = register(ecs, "web:1")
    register(ecs, "web:2")
    ecs.create_cluster(clusterName="main")
    ecs.create_service(cluster="main", serviceName="a", taskDefinition=first, desiredCount=1)

    def rule(r: Request) -> Answer | None:
        if r.action == "DescribeTaskDefinition" and b"web:1" in r.body:
            return 400, "application/x-amz-json-1.1", json.dumps({"__type": "AccessDeniedException", "message": "no"}).encode()
        return None

    cloud.faults.rule = rule
    _, gaps, _, found = read((TASK, SERVICE, CLUSTER))
    assert found["web"].value["taskDefinition"] == Unknown("AccessDeniedException")
    assert [(g.code, g.address) for g in gaps] == [("AccessDeniedException", Address(TASK, STAGE, REGION, "web"))]


def test_layers_that_functions_run(cloud: Cloud) -> None:
    lambda_, iam = cloud.client("lambda"), cloud.client("iam")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as z:
        z.writestr("app.py", "x")
    versions = [
        lambda_.publish_layer_version(LayerName="tools", Content={"ZipFile": packed.getvalue()}, Description=str(n))["LayerVersionArn"]
        for n in range(3)
    ]
    role = iam.create_role(RoleName="x", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    lambda_.create_function(
        FunctionName="f", Runtime="python3.11", Role=role, Handler="app.main", Code={"ZipFile": packed.getvalue()}, Layers=[versions[0]]
    )
    listed, gaps, calls, found = read((LAYER, FUNCTION))
    assert listed["tools"].value["Description"] == "2"
    assert {id_: (r.value["Description"], r.arn) for id_, r in found.items()} == {"tools": ("0", versions[0])}
    assert calls == {"lambda:GetLayerVersion": 1, "lambda:GetLayerVersionPolicy": 1}
    assert gaps == []


def test_job_definitions_are_picked_from_their_listing(cloud: Cloud) -> None:
    batch, events = cloud.client("batch"), cloud.client("events")
    made = [
        batch.register_job_definition(
            jobDefinitionName="nightly", type="container", containerProperties={"image": f"job:{n}", "vcpus": 1, "memory": 128}
        )["jobDefinitionArn"]
        for n in range(2)
    ]
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
    queue = f"arn:aws:batch:{REGION}:{STAGE}:job-queue/q"
    events.put_targets(Rule="nightly", Targets=[{"Id": "1", "Arn": queue, "BatchParameters": {"JobDefinition": made[0], "JobName": "n"}}])
    listed, gaps, calls, found = read((JOB, RULE, "AWS::Events::EventBus"))
    assert listed["nightly"].arn == made[1]
    assert {id_: r.arn for id_, r in found.items()} == {"nightly": made[0]}
    assert calls == {"batch:DescribeJobDefinitions": 1}
    assert gaps == []
    batch.deregister_job_definition(jobDefinition=made[0])
    _, gaps, _, found = read((JOB, RULE, "AWS::Events::EventBus"))
    assert found == {}
    assert [(g.type, g.code) for g in gaps] == [(JOB, "NotReturned")]
