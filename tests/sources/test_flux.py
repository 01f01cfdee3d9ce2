"""What moves while it is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from driftscan.model.resource import Resource
from driftscan.model.snapshot import Gap
from driftscan.model.value import Address, Unknown
from driftscan.sources.aws import flux
from tests.sources.conftest import Cloud, drain, make
from tests.sources.faults import JSON, Answer, Request
from tests.sources.test_faults import OPERATIONS, written


def _shown(size: int, zones: list[str], arn: str) -> Resource:
    address = Address("AWS::AutoScaling::AutoScalingGroup", "111111111111", "eu-west-1", "web")
    return Resource(address, {"Size": size, "Zones": zones, "Name": "web", "Tags": None}, arn)


def test_showings_of_one_resource_keep_what_they_agree_in() -> None:
    """Whichever page came first."""
    one, other = _shown(1, ["a", "b"], "arn:1"), _shown(2, ["b", "a"], "arn:2")
    made = flux.agreed([one, other])
    assert made == flux.agreed([other, one])
    assert made.value == {"Size": Unknown("in flux"), "Zones": ["a", "b"], "Name": "web", "Tags": None}
    assert flux.agreed([one]) == flux.agreed([one, one]) == one


@pytest.mark.parametrize(
    ("value", "moves"),
    [
        ({"TableStatus": "UPDATING"}, True),
        ({"State": {"Name": "pending", "Code": 0}}, True),
        ({"State": {"Code": "provisioning"}}, True),
        ({"StackStatus": "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"}, True),
        ({"LastUpdateStatus": "InProgress"}, True),
        ({"Indexes": [{"IndexStatus": "CREATING"}]}, True),
        ({"DBInstanceStatus": "backing-up"}, True),
        ({"TableStatus": "ACTIVE"}, False),
        ({"StateValue": "INSUFFICIENT_DATA"}, False),
        ({"Status": "Enabled"}, False),
        ({"Description": "creating"}, False),
        ({"Status": "CREATE_COMPLETE"}, False),
        ({"Status": None, "State": 3}, False),
    ],
)
def test_states_that_end_by_themselves(value: dict[str, object], moves: bool) -> None:
    assert flux.moving(value) is moves


def test_what_still_moves_is_unknown_where_it_changed() -> None:
    a = Address("T", "1", "r", "x")
    before = Resource(a, {"Status": "UPDATING", "Size": 1, "Name": "n"})
    assert flux.settle(before, Resource(a, {"Status": "ACTIVE", "Size": 2, "Name": "n"})).value == {
        "Status": "ACTIVE",
        "Size": 2,
        "Name": "n",
    }
    still = flux.settle(before, Resource(a, {"Status": "UPDATING", "Size": 2, "Name": "n", "New": 1}))
    assert still.value == {"Status": "UPDATING", "Size": Unknown("in flux"), "Name": "n", "New": Unknown("in flux")}


DETAIL = next(o for o in OPERATIONS if o.name == "a detail per item, merged")


@pytest.mark.parametrize(("second", "size"), [("ACTIVE", 2), ("UPDATING", Unknown("in flux"))])
def test_a_moving_resource_is_read_again(cloud: Cloud, tmp_path: Path, second: str, size: object) -> None:
    DETAIL.build(cloud)
    reads = [0]

    def rule(r: Request) -> Answer | None:
        if r.action != "DescribeTable" or b"table-1" not in r.body:
            return None
        reads[0] += 1
        table = {"TableName": "table-1", "TableArn": "arn:t", "TableStatus": "UPDATING" if reads[0] == 1 else second, "ItemCount": reads[0]}
        return 200, JSON, json.dumps({"Table": table}).encode()

    cloud.faults.rule = rule
    source = make(("*",), catalog=written(DETAIL, tmp_path / "c"))
    found = drain(source)
    assert [a.id for a in source.in_flux] == ["table-1"]
    again = list(source.reread(source.in_flux))
    source.close()
    assert [t.address.id for t in again if isinstance(t, Resource)] == ["table-1"]
    (resource,) = [t for t in again if isinstance(t, Resource)]
    assert resource.value["ItemCount"] == size
    assert resource.value["TableStatus"] == second
    assert len(found.resources) == 5
    assert sum(r.action == "DescribeTable" for r in cloud.faults.seen) == 6, "only the one that moves is described again"


def test_what_is_gone_at_the_second_look_leaves_a_gap(cloud: Cloud, tmp_path: Path) -> None:
    DETAIL.build(cloud)
    source = make(("*",), catalog=written(DETAIL, tmp_path / "c"))
    found = drain(source)
    address = next(r.address for r in found.resources.values() if r.address.id == "table-3")
    cloud.client("dynamodb").delete_table(TableName="table-3")
    again = list(source.reread([address]))
    source.close()
    assert [(type(t), t.code, t.address) for t in again if isinstance(t, Gap)] == [(Gap, "in flux", address)]
    assert len(again) == 1
