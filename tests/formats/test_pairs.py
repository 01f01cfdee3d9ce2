"""Every pair with its reason, one JSON line each."""

from __future__ import annotations

import json
from dataclasses import replace

from driftscan.formats.pairs import render
from driftscan.model.drift import Change, Compared, Comparison, Pair, Side
from driftscan.model.resource import Provenance, Seal
from driftscan.model.value import Address
from tests.report import sample


def test_pairs_are_sorted_and_say_why() -> None:
    _, ((_, judgement),) = sample.parts()
    stage = [Address("AWS::SQS::Queue", sample.STAGE, sample.REGION, n) for n in ("b-stage", "a-stage")]
    prod = [Address("AWS::SQS::Queue", sample.PROD, sample.REGION, n) for n in ("b-prod", "a-prod")]
    seal = Seal(stage[0], "arn:aws:sqs:::b-stage", "b", Provenance.DECLARED, None, (), "", (), ())
    compared = (
        Compared(Pair(stage[0], prod[0], "structure", 0.91, "b"), (Change(("VisibilityTimeout",), 30, 60),)),
        Compared(Pair(stage[1], prod[1], "iac", 1.0, "a")),
    )
    comparison = Comparison(Side("stage", "s", {stage[0]: seal}, {}), Side("prod", "p", {}, {}), compared, (), (), ())
    rows = [json.loads(line) for line in render([(comparison, judgement)]).splitlines()]
    assert [r["key"] for r in rows] == ["a", "b"]
    assert rows[1] == {
        "comparison": "stage..prod",
        "type": "AWS::SQS::Queue",
        "key": "b",
        "reason": "structure",
        "confidence": 0.91,
        "changes": 1,
        "candidate": {"account": sample.STAGE, "region": sample.REGION, "id": "b-stage", "arn": "arn:aws:sqs:::b-stage"},
        "reference": {"account": sample.PROD, "region": sample.REGION, "id": "b-prod"},
    }


def test_a_pair_is_called_what_ref_returns() -> None:
    _, ((_, judgement),) = sample.parts()
    address = Address("AWS::ApiGateway::Stage", sample.STAGE, sample.REGION, "a1b2c3d4e5|live")
    seal = Seal(address, None, "live", Provenance.DECLARED, None, (), "", (), (), ref="live")
    compared = (Compared(Pair(address, address, "name", 1.0, "live")),)
    comparison = Comparison(Side("stage", "s", {address: seal}, {}), Side("prod", "p", {}, {}), compared, (), (), ())
    (row,) = [json.loads(line) for line in render([(comparison, judgement)]).splitlines()]
    where = {"account": sample.STAGE, "region": sample.REGION}
    assert row["candidate"] == {**where, "id": "live", "address": "a1b2c3d4e5|live"}
    assert row["reference"] == {**where, "id": "a1b2c3d4e5|live"}


def test_two_snapshots_of_one_environment_are_told_apart() -> None:
    _, ((_, judgement),) = sample.parts()
    address = Address("AWS::SQS::Queue", sample.PROD, sample.REGION, "orders")
    compared = (Compared(Pair(address, address, "address", 1.0, "orders")),)
    comparison = Comparison(Side("prod", "prod-2", {}, {}), Side("prod", "prod-1", {}, {}), compared, (), (), ())
    (row,) = [json.loads(line) for line in render([(comparison, replace(judgement, candidate="prod"))]).splitlines()]
    assert row["comparison"] == "prod-2..prod-1"
