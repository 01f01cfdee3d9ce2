"""What the catalogue reads and drops, as tables."""

from __future__ import annotations

import pytest

from driftscan.catalog import load
from driftscan.catalog.spec import REASONS
from driftscan.errors import UsageError
from driftscan.jobs.types import dropped, narrowed, read


def test_every_type_is_listed_with_its_calls() -> None:
    head, rows = read(load())
    assert len(rows) == len(load().specs) >= 100
    assert all(len(row) == len(head) and row[4] for row in rows)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_only_some() -> None:
    assert {row[0] for row in read(load(), ["AWS::SQS::*"])[1]} >= {"AWS::SQS::Queue"}
    assert all(row[0].startswith("AWS::SQS::") for row in read(load(), ["AWS::SQS::*"])[1])
    assert narrowed(load(), []) is load()


def test_one_of_googles_types_without_a_spec_is_shown_where_its_whole_name_is_asked_for() -> None:
    name = "networkmanagement.googleapis.com/ConnectivityTest"
    (row,) = read(load(), [name])[1]
    assert (row[0], row[-1]) == (name, "cloudasset:ListAssets(RESOURCE), cloudasset:ListAssets(IAM_POLICY)")
    assert name not in {row[0] for row in read(load())[1]}


def test_a_glob_that_fits_nothing() -> None:
    with pytest.raises(UsageError, match="no type fits") as caught:
        narrowed(load(), ["AWS::SQS::Queues"])
    assert caught.value.hint == "did you mean AWS::SQS::Queue?"


def test_each_dropped_path_has_its_reason() -> None:
    _, rows = dropped(load(), ["AWS::SQS::Queue", "AWS::Lambda::Function"])
    assert {row[2] for row in rows} <= set(REASONS)
    assert all(row[3] for row in rows)
    assert ("AWS::Lambda::Function", "LastModified") in {(t, p.removeprefix("Configuration.")) for t, p, *_ in rows}


def test_what_the_general_rule_drops_is_listed_for_a_type_that_is_asked_for() -> None:
    name = "vpcaccess.googleapis.com/Connector"
    _, rows = dropped(load(), [name])
    assert (name, "state", "state", REASONS["state"]) in rows
    assert (name, "**.createTime", "time", REASONS["time"]) in rows
    assert {row[0] for row in rows} == {name}


def test_what_holds_for_every_type_stands_at_the_end() -> None:
    _, rows = dropped(load())
    assert [row[:3] for row in rows if row[0] == "*"] == [rows[-1][:3]] == [("*", "**", "identity")]
