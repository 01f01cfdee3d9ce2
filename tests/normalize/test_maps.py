from __future__ import annotations

import pytest

from driftscan.model.value import Value
from driftscan.normalize import maps


def entries(items: list[Value], *, tags: bool = False) -> dict[str, Value] | None:
    found = maps.pairs(items, tags)
    return None if found is None else {key: {**more, "": value} if more else value for key, _, value, more in found}


@pytest.mark.parametrize(("key", "value"), [("Key", "Value"), ("key", "value"), ("Name", "Value"), ("TagKey", "TagValue")])
def test_lists_of_pairs_are_maps(key: str, value: str) -> None:
    assert entries([{key: "a", value: "1"}, {key: "b", value: "2"}]) == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    "items",
    [
        [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}],
        [{"Name": "a", "Value": ["1"]}],
        [{"Name": "a", "Value": "1", "Type": "x"}],
        [{"Name": "a"}],
        ["a"],
        [],
    ],
)
def test_other_lists_are_none(items: list[Value]) -> None:
    assert entries(items) is None


def test_what_auto_scaling_says_about_a_tag_survives() -> None:
    tag = {"Key": "a", "Value": "1", "PropagateAtLaunch": True, "ResourceId": "group", "ResourceType": "auto-scaling-group"}
    assert entries([tag], tags=True) == {"a": {"": "1", "PropagateAtLaunch": True}}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("2020-10-20 15:52:44.809783", "{moment}"),
        ("2020-10-20T15:52:44.809Z", "{moment}"),
        ("2023-01-25T22:16:08.677783+00:00", "{moment}"),
        ("2020-10-20T15:52:44Z", "2020-10-20T15:52:44Z"),
        ("2020-10-20T15:52:44.000Z", "2020-10-20T15:52:44.000Z"),
        ("until 2020-10-20T15:52:44.809Z", "until 2020-10-20T15:52:44.809Z"),
        ("2020-10-20", "2020-10-20"),
    ],
)
def test_a_moment_that_a_clock_said_is_one_and_a_date_that_somebody_set_is_not(text: str, left: str) -> None:
    assert maps.unclocked(text) == left


def test_quantities_go() -> None:
    assert maps.uncounted({"Quantity": 1, "Items": ["a"]}) == {"Items": ["a"]}
    assert maps.uncounted({"Quantity": 0, "Enabled": False}) == {"Items": [], "Enabled": False}
    assert maps.uncounted({"Quantity": 3}) == {"Quantity": 3}
