"""Series of revisions: who says that they run which."""

from __future__ import annotations

import json
from typing import Any

import pytest

from driftscan.catalog import load, revisions
from driftscan.catalog.revisions import Series, Use
from driftscan.model.resource import Resource
from driftscan.model.value import Address, Unknown

SPECS = load().specs
PLACES = revisions.places(SPECS)
ACCOUNT, REGION = "111111111111", "eu-west-1"
TASK, JOB, LAYER = "AWS::ECS::TaskDefinition", "AWS::Batch::JobDefinition", "AWS::Lambda::LayerVersion"
ARN = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/web"


def uses(type_: str, value: dict[str, Any]) -> list[Use]:
    return list(revisions.uses(Resource(Address(type_, ACCOUNT, REGION, "x"), value), PLACES, SPECS))


def series(type_: str, name: str, account: str = ACCOUNT) -> Series:
    return Series(type_, account, REGION, name)


@pytest.mark.parametrize(
    ("holder", "value", "used"),
    [
        ("AWS::ECS::Service", {"taskDefinition": f"{ARN}:3"}, [Use(series(TASK, "web"), 3)]),
        ("AWS::ECS::Service", {"taskDefinition": ARN}, [Use(series(TASK, "web"), None)]),
        ("AWS::ECS::Service", {"taskDefinition": "web:12"}, [Use(series(TASK, "web"), 12)]),
        ("AWS::ECS::Service", {"taskDefinition": Unknown("AccessDenied")}, []),
        ("AWS::ECS::Service", {"taskSets": [{"taskDefinition": f"{ARN}:3"}, {}]}, [Use(series(TASK, "web"), 3)]),
        ("AWS::Events::Rule", {"Targets": [{"EcsParameters": {"TaskDefinitionArn": f"{ARN}:4"}}]}, [Use(series(TASK, "web"), 4)]),
        ("AWS::Events::Rule", {"Targets": [{"BatchParameters": {"JobDefinition": "nightly"}}]}, [Use(series(JOB, "nightly"), None)]),
        ("AWS::Scheduler::Schedule", {"Target": {"EcsParameters": {"TaskDefinitionArn": f"{ARN}:4"}}}, [Use(series(TASK, "web"), 4)]),
        (
            "AWS::Lambda::Function",
            {"Layers": [{"Arn": f"arn:aws:lambda:{REGION}:999999999999:layer:tools:7"}]},
            [Use(series(LAYER, "tools", "999999999999"), 7)],
        ),
        (
            "AWS::StepFunctions::StateMachine",
            {"definition": json.dumps({"States": {"Run": {"Parameters": {"TaskDefinition": f"{ARN}:2"}}}})},
            [Use(series(TASK, "web"), 2)],
        ),
        ("AWS::StepFunctions::StateMachine", {"definition": "{broken"}, []),
        ("AWS::SQS::Queue", {"taskDefinition": f"{ARN}:3"}, []),
    ],
)
def test_who_runs_what(holder: str, value: dict[str, Any], used: list[Use]) -> None:
    assert uses(holder, value) == used


def test_a_revision_is_known_by_its_arn() -> None:
    at = Address(TASK, ACCOUNT, REGION, "web")
    assert revisions.of(Resource(at, {}, f"{ARN}:5")) == Use(series(TASK, "web"), 5)
    assert revisions.of(Resource(at, {}, ARN)) is None
    assert revisions.of(Resource(at, {}, None)) is None


REVISED = sorted(name for name, spec in SPECS.items() if spec.revisions is not None)


@pytest.mark.parametrize("name", REVISED)
def test_a_type_with_revisions_says_what_it_must(name: str) -> None:
    """It goes by the series; what `Ref` returns names the revision; somebody can name one; `users` tells several apart."""
    spec = SPECS[name]
    assert spec.revisions is not None
    assert spec.identity.arn is not None
    assert spec.identity.ref
    assert spec.identity.ref[0].text == spec.identity.arn
    assert spec.identity.match == ((spec.identity.id[0],), (spec.identity.id[0], "users"))
    assert any(type_ == name for found in PLACES.values() for _, type_ in found)
    assert spec.revisions.item or spec.filter.latest is not None
    assert not spec.parent
