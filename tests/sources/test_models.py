"""What the vendor's models say: pages, members, homes."""

from __future__ import annotations

import re

import pytest

from driftscan.catalog import load
from driftscan.catalog.paths import parse
from driftscan.sources.aws.models import models
from tests.catalog import shapes

M = models()


def test_a_paginator_pages_with_the_largest_page() -> None:
    paging = M.paging("iam", "ListRoles")
    assert paging is not None
    assert (paging.limit_key, paging.size) == ("MaxItems", 1000)
    assert paging.next({"IsTruncated": True, "Marker": "m"}) == {"Marker": "m"}
    assert paging.next({"IsTruncated": False, "Marker": "m"}) is None
    assert paging.next({}) is None


_MOST = re.compile(r"(?:maximum value is|between 1 and|Maximum:?|maximum of) (\d+)")
_USUAL = re.compile(r"(?:default value is|returns up to|Default:) (\d+)(?! and)")
_CAPPED = re.compile(r"even if you set the number higher")


def test_a_page_is_as_large_as_the_vendor_allows() -> None:
    """What the documentation says, where the model does not say it: never more than is allowed, never less where the default is less."""
    wrong: list[str] = []
    for service, operation in sorted({(c.service, c.operation) for s in load().of("aws").values() for c in (*s.lists, *s.details)}):
        paging = M.paging(service, operation)
        shape = shapes.operation(service, operation).input_shape
        if paging is None or paging.limit_key is None or shape is None:
            continue
        text = " ".join(re.sub("<[^>]+>", "", shape.members[paging.limit_key].documentation).split())
        most, usual = _MOST.search(text), _USUAL.search(text)
        if most is None or _CAPPED.search(text):
            continue
        if paging.size is not None and paging.size > int(most[1]):
            wrong.append(f"{service}:{operation} asks for {paging.size}, {most[1]} are allowed")
        if paging.size is None and usual is not None and int(usual[1]) < int(most[1]):
            wrong.append(f"{service}:{operation} asks for none, {most[1]} are allowed and {usual[1]} come")
    assert not wrong, "write them into pages.toml: " + "; ".join(wrong)


def test_several_tokens_and_computed_ones() -> None:
    paging = M.paging("route53", "ListResourceRecordSets")
    assert paging is not None
    page = {"IsTruncated": True, "NextRecordName": "a.", "NextRecordType": "A"}
    assert paging.next(page) == {"StartRecordName": "a.", "StartRecordType": "A", "StartRecordIdentifier": None}


@pytest.mark.parametrize(
    ("service", "operation", "token"),
    [
        ("wafv2", "ListWebACLs", "NextMarker"),
        ("events", "ListEventBuses", "NextToken"),
        ("sagemaker", "ListHubs", "NextToken"),
    ],
)
def test_without_a_paginator_the_token_names_say_how(service: str, operation: str, token: str) -> None:
    paging = M.paging(service, operation)
    assert paging is not None
    assert list(paging.next({token: "t"}).values()) == ["t"]  # type: ignore[union-attr]
    assert paging.next({}) is None


def test_a_single_answer_has_no_pages() -> None:
    assert M.paging("kms", "DescribeKey") is None


def test_members_of_what_a_detail_takes() -> None:
    assert "KeyManager" in (M.members("kms", "DescribeKey", parse("KeyMetadata")) or ())
    assert "QueueArn" in (M.members("sqs", "GetQueueAttributes", parse("Attributes")) or ())
    assert "All" not in (M.members("sqs", "GetQueueAttributes", parse("Attributes")) or ())
    assert M.members("sns", "GetTopicAttributes", parse("Attributes")) is None
    assert "Roles" in (M.members("iam", "ListRoles", None) or ())
    assert "Marker" not in (M.members("iam", "ListRoles", None) or ())
    assert "RoleName" in (M.members("iam", "ListRoles", parse("Roles[]")) or ())


def test_homes_and_places_by_endpoint_data() -> None:
    assert M.home("iam", "aws") == "us-east-1"
    assert M.home("iam", "aws-cn") == "cn-north-1"
    assert M.home("s3", "aws") == "us-east-1"
    assert M.home("s3", "aws-us-gov") == "us-gov-west-1"
    assert M.partition("cn-north-1") == "aws-cn"
    assert M.partition("us-east-99") == "aws"
    assert M.partition("nowhere") == "aws"
    assert M.exists("sqs", "eu-west-1")
    assert M.exists("sqs", "test-region-1"), "what nothing is known about is assumed to exist"
    assert not M.exists("macie2", "cn-north-1")


def test_what_the_vendor_requires() -> None:
    assert M.required("kms", "DescribeKey") == {"KeyId"}
    assert M.required("iam", "ListRoles") == frozenset()
    assert "ecs" in M.enum("application-autoscaling", "DescribeScalableTargets", "ServiceNamespace")
