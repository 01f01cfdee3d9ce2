from __future__ import annotations

import pytest

from driftscan.judge.crossings import crossing
from driftscan.judge.severity import Stage
from driftscan.model.drift import Change, Severity
from driftscan.model.value import ABSENT, Bag, Key, Keyed, Seq, Text, Word
from tests.judge.estate import Estate

STAGE = Stage("stage", "prod", last=True, same=False)
INTO_PROD = "https://sqs.{region}.amazonaws.com/{account:prod}/orders"


@pytest.mark.parametrize(
    ("candidate", "reference", "expected"),
    [
        (INTO_PROD, "https://sqs.{region}.amazonaws.com/{account}/orders", "stage points into prod"),
        (INTO_PROD, ABSENT, "stage points into prod"),
        (INTO_PROD, INTO_PROD, "stage points into prod"),
        ("{account}", "{account:stage}", "prod points into stage"),
        ("{account:shared}", "{account:shared}", ""),
        ("{account:shared#2}", "{account}", "stage points into shared"),
        ("{account}", "x", ""),
        ({"A": Bag((INTO_PROD,))}, {}, "stage points into prod"),
        (Seq((Text((Word("prod", "prod", "{env}"), INTO_PROD)),)), Seq(()), "stage points into prod"),
        (Keyed(((("k",), {"a": INTO_PROD}),)), ABSENT, "stage points into prod"),
        ("run@{project:prod}.iam.gserviceaccount.com", "run@{project}.iam.gserviceaccount.com", "stage points into prod"),
        ("projects/{project:prod:shop-{env}}/topics/x", "projects/{project:shop-{env}}/topics/x", "stage points into prod"),
        ("projects/{project:prod#2}/topics/x", "projects/{project#2}/topics/x", "stage points into prod"),
        ("projects/{project:shop-{env}}/topics/x", ABSENT, ""),
        (1, None, ""),
    ],
)
def test_who_points_into_whom(candidate: object, reference: object, expected: str) -> None:
    assert crossing(candidate, reference, STAGE) == expected


def test_a_variable_that_points_into_prod_is_high() -> None:
    estate = Estate()
    estate.pair("worker", Change(("Environment", "QUEUE"), INTO_PROD, "https://sqs.{region}.amazonaws.com/{account}/orders"))
    finding = estate.judge().findings[0]
    assert (finding.severity, finding.severity_reason) == (Severity.HIGH, "stage points into prod")


def test_what_is_open_to_the_world_still_weighs_more() -> None:
    estate = Estate()
    rule = ("IpPermissions", Key(("0.0.0.0/0",)))
    estate.pair("web", Change(rule, ABSENT, {"Peer": "{account:stage}"}), type="AWS::EC2::SecurityGroup")
    assert estate.judge().findings[0].severity is Severity.CRITICAL
