from __future__ import annotations

import pytest

from driftscan.catalog import load
from driftscan.judge.aspects import aspect_of, tag_members
from driftscan.model.value import Key, Path


@pytest.mark.parametrize(
    ("type", "path", "expected"),
    [
        ("AWS::SQS::Queue", (), "capacity"),
        ("AWS::SQS::Queue", ("VisibilityTimeout",), "capacity"),
        ("AWS::SQS::Queue", ("Policy", "Statement", Key(("x",)), "Action"), "iam"),
        ("AWS::SQS::Queue", ("KmsMasterKeyId",), "data-protection"),
        ("AWS::SQS::Queue", ("Tags", "CostCenter"), "metadata"),
        ("AWS::RDS::DBInstance", ("TagList", "CostCenter"), "metadata"),
        ("AWS::ECS::Service", ("taskDefinition",), "artifact"),
        (
            "AWS::ECS::TaskDefinition",
            ("taskDefinition", "containerDefinitions", Key(("web",)), "logConfiguration", "logDriver"),
            "observability",
        ),
        ("AWS::ECS::TaskDefinition", ("taskDefinition", "containerDefinitions", Key(("web",)), "image"), "artifact"),
        ("AWS::ECS::TaskDefinition", ("taskDefinition", "taskRoleArn"), "iam"),
        ("AWS::Unheard::Of", ("Anything",), "metadata"),
    ],
)
def test_the_longest_aspect_that_covers_a_path(type: str, path: Path, expected: str) -> None:
    assert aspect_of(load().specs.get(type), path) == expected


def test_where_tags_are() -> None:
    specs = load().specs
    assert tag_members(specs["AWS::RDS::DBInstance"])[0] == "TagList"
    assert tag_members(specs["AWS::SQS::Queue"]) == tag_members(None) == ("Tags", "tags")
