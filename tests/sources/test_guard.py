"""Read-only by construction."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from driftscan.catalog import load
from driftscan.sources.aws import guard
from driftscan.sources.aws.faults import Refused


def test_the_session_policy_takes_away_data_and_fits() -> None:
    text = guard.session_policy()
    assert len(text) <= 2048
    allow, deny = json.loads(text)["Statement"]
    assert (allow["Effect"], allow["Action"], allow["Resource"]) == ("Allow", "*", "*")
    assert deny["Effect"] == "Deny"
    assert {"s3:GetObject", "secretsmanager:GetSecretValue", "kms:Decrypt", "dynamodb:Scan", "sqs:ReceiveMessage"} <= set(deny["Action"])


def test_the_catalogue_needs_nothing_that_the_session_policy_denies() -> None:
    from fnmatch import fnmatchcase

    from driftscan.catalog import permissions

    needed = {permissions.action(*call) for call in guard.operations(load())} - {"sts:AssumeRole"}
    denied = json.loads(guard.session_policy())["Statement"][1]["Action"]
    assert not {a for a in needed for d in denied if fnmatchcase(a, d)}


def test_every_operation_of_the_catalogue_is_a_read() -> None:
    allowed = guard.operations(load())
    assert len(allowed) > 100
    for service, operation in sorted(allowed):
        guard.hook(service, allowed)(model=SimpleNamespace(name=operation))


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("s3", "GetObject"),
        ("sqs", "DeleteQueue"),
        ("sqs", "ReceiveMessage"),
        ("iam", "CreateRole"),
        ("ec2", "RunInstances"),
        ("ec2", "ListRoles"),
    ],
)
def test_anything_else_is_refused(service: str, operation: str) -> None:
    with pytest.raises(Refused):
        guard.hook(service, guard.operations(load()))(model=SimpleNamespace(name=operation))


def test_a_write_is_refused_even_if_it_were_listed() -> None:
    with pytest.raises(Refused):
        guard.hook("sqs", frozenset({("sqs", "DeleteQueue")}))(model=SimpleNamespace(name="DeleteQueue"))


def test_a_simulation_is_only_for_the_doctor() -> None:
    assert not guard.EXAMINED & guard.operations(load())
    for service, operation in sorted(guard.EXAMINED):
        guard.hook(service, guard.operations(load()) | guard.EXAMINED)(model=SimpleNamespace(name=operation))
        with pytest.raises(Refused):
            guard.hook(service, guard.operations(load()))(model=SimpleNamespace(name=operation))
