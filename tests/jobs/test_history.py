"""One resource from snapshot to snapshot."""

from __future__ import annotations

import pytest

from driftscan.errors import UsageError
from driftscan.jobs.history import history, locate
from driftscan.store import Store
from tests.jobs import estate


@pytest.fixture
def store() -> Store:
    out = Store.open("memory:")
    q = estate.queue
    other = q("stage", "other")
    estate.snapshot(out, "stage", "2026-06-30T06:00:00Z", [other])
    estate.snapshot(out, "stage", "2026-07-31T06:00:00Z", [other, q("stage")])
    estate.snapshot(out, "stage", "2026-08-31T06:00:00Z", [other, q("stage")])
    estate.snapshot(out, "stage", "2026-09-30T06:00:00Z", [other, q("stage", VisibilityTimeout="30", Policy={})])
    estate.snapshot(out, "stage", "2026-10-31T06:00:00Z", [other])
    estate.snapshot(out, "stage", "2026-11-30T06:00:00Z", [other, q("stage")])
    return out


def test_its_months(store: Store) -> None:
    resource, months = history(estate.context(store), "orders-stage")
    assert resource.address == estate.queue("stage").address
    assert [(m.info.as_of[:7], m.state) for m in months] == [
        ("2026-06", "absent"),
        ("2026-07", "first seen"),
        ("2026-08", "unchanged"),
        ("2026-09", "changed"),
        ("2026-10", "gone"),
        ("2026-11", "back"),
    ]
    assert months[3].changes == (("Policy", "not set", "{}"), ("VisibilityTimeout", "60", "30"))


def test_where_it_is_looked_for(store: Store) -> None:
    context = estate.context(store)
    assert locate(context, "orders-stage")[0].as_of[:7] == "2026-11"
    assert locate(context, "orders-stage", "stage~2")[1].value["VisibilityTimeout"] == "30"


def test_nowhere(store: Store) -> None:
    with pytest.raises(UsageError, match="6 stored snapshots"):
        locate(estate.context(store), "nothing")
    with pytest.raises(UsageError, match="in the snapshot stage-"):
        locate(estate.context(store), "orders-stage", "stage~1")
