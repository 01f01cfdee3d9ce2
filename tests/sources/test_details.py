"""The order of details, on specs that ship."""

from __future__ import annotations

from driftscan.catalog import load
from driftscan.sources.aws.details import Course, course, parent_needs
from driftscan.sources.aws.models import models

SPECS = load().of("aws")


def of(type: str) -> Course:
    return course(SPECS[type], models())


def operations(type: str, waves: tuple[tuple[int, ...], ...]) -> list[set[str]]:
    return [{SPECS[type].details[i].operation for i in wave} for wave in waves]


def test_a_filter_waits_for_what_it_judges_and_everything_else_for_the_filter() -> None:
    plan = of("AWS::KMS::Key")
    assert operations("AWS::KMS::Key", plan.first) == [{"DescribeKey"}]
    assert "GetKeyPolicy" in operations("AWS::KMS::Key", plan.then)[0]


def test_the_region_comes_before_all_other_calls() -> None:
    plan = of("AWS::S3::Bucket")
    waves = operations("AWS::S3::Bucket", plan.then)
    assert waves[0] == {"GetBucketLocation"}
    assert len(waves) == 2, "and all others overlap"
    assert plan.regional == (0,)


def test_a_filter_on_the_listing_needs_no_call() -> None:
    assert of("AWS::IAM::Role").first == ()


def test_a_detail_waits_for_the_one_that_gives_its_argument() -> None:
    waves = operations("AWS::DynamoDB::Table", of("AWS::DynamoDB::Table").then)
    assert "DescribeTable" in waves[0]
    assert "DescribeTimeToLive" in waves[0], "its table name stands in the listing"
    assert "GetResourcePolicy" in waves[1], "its ARN does not"


def test_every_detail_of_every_type_is_read_once() -> None:
    for name, spec in SPECS.items():
        plan = of(name)
        assert sorted(i for wave in (*plan.first, *plan.then) for i in wave) == list(range(len(spec.details))), name


def test_what_a_listing_needs_of_its_parent() -> None:
    assert parent_needs(SPECS["AWS::ECS::Service"]) == {"clusterArn"}
    assert parent_needs(SPECS["AWS::S3::Bucket"]) == frozenset()
