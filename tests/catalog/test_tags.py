"""Tags read as one map, however the vendor spells them."""

from __future__ import annotations

import pytest

from driftscan.catalog import tags
from driftscan.catalog.paths import parse
from driftscan.catalog.spec import Compare
from driftscan.model.value import ABSENT


@pytest.mark.parametrize(
    "value",
    [
        {"Team": "a"},
        [{"Key": "Team", "Value": "a"}],
        [{"key": "Team", "value": "a"}],
        [{"TagKey": "Team", "TagValue": "a"}],
        [{"Key": "Team", "Value": "a", "PropagateAtLaunch": True}],
    ],
)
def test_every_spelling_is_one_map(value: object) -> None:
    assert tags.mapping(value) == {"Team": "a"}


def test_what_is_no_tag_list_is_empty() -> None:
    assert tags.mapping(None) == tags.mapping("x") == tags.mapping([1, {"Other": 2}]) == {}


def test_lookup_reads_tags_by_name() -> None:
    item = {"TagList": [{"Key": "aws:autoscaling:groupName", "Value": "web"}], "State": {"Name": "running"}}
    compare = Compare(tags="TagList")
    assert tags.lookup(compare, item, parse("tags.'aws:autoscaling:groupName'")) == "web"
    assert tags.lookup(compare, item, parse("tags.Name")) is ABSENT
    assert tags.lookup(compare, item, parse("State.Name")) == "running"
    assert tags.lookup(Compare(), item, parse("tags.Name")) is ABSENT


def test_bulk_tags_stand_under_tags() -> None:
    assert tags.lookup(Compare(tags="tagging-api"), {"Tags": [{"Key": "A", "Value": "b"}]}, parse("tags.A")) == "b"
    assert str(tags.path(Compare(tags="tagging-api"))) == "Tags"
    assert tags.path(Compare()) is None
