"""Empty and absent mean the same in a vendor's structures, and only there; what an empty member says is never lost."""

from __future__ import annotations

from typing import Any

import pytest

from driftscan.catalog import load
from driftscan.model.value import show_path
from tests.catalog import harness
from tests.catalog.harness import World
from tests.normalize.estate import Side as Estate

FUNCTION = "AWS::Lambda::Function"
GROUP = "AWS::EC2::SecurityGroup"
SAME = [
    (FUNCTION, "Layers", []),
    (FUNCTION, "Description", ""),
    (FUNCTION, "KMSKeyArn", ""),
    (FUNCTION, "Environment", {"Variables": {}}),
    (FUNCTION, "VpcConfig", {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": "", "Ipv6AllowedForDualStack": False}),
    (FUNCTION, "Tags", []),
    ("AWS::SQS::Queue", "Policy", ""),
    ("AWS::SQS::Queue", "Tags", {}),
    (GROUP, "IpPermissionsEgress", []),
    ("AWS::Cognito::UserPoolClient", "CallbackURLs", []),
]
"""(type, member, what it holds where another answer leaves it out)."""
OTHER = [
    (FUNCTION, "Layers", [{"Arn": "arn:aws:lambda:eu-west-1:333333333333:layer:base:1"}]),
    (FUNCTION, "Environment", {"Variables": {"LEVEL": ""}}),
    (FUNCTION, "VpcConfig", {"SubnetIds": ["subnet-0a1b2c3d4e5f60718"], "SecurityGroupIds": []}),
    (FUNCTION, "Tags", {"Team": ""}),
    (FUNCTION, "ImageConfigResponse", {"ImageConfig": {}}),
    (GROUP, "IpPermissionsEgress", [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]),
    (GROUP, "IpPermissions", [{"IpProtocol": "-1", "IpRanges": []}]),
    ("AWS::Cognito::UserPoolClient", "ReadAttributes", []),
    ("AWS::Cognito::UserPoolClient", "ExplicitAuthFlows", []),
    ("AWS::S3::Bucket", "EventBridgeConfiguration", {}),
    ("AWS::Events::Rule", "EventPattern", '{"detail": {"state": []}}'),
    ("AWS::SQS::Queue", "Policy", '{"Version": "2012-10-17", "Statement": []}'),
]
"""(type, member, what says something that its absence does not)."""


def digest(type: str, value: dict[str, Any]) -> str:
    side = Estate()
    return side.canonical(side.add(type, "one", value)).seal.digest


@pytest.mark.parametrize(("type", "member", "value"), SAME)
def test_what_is_empty_is_absent(type: str, member: str, value: Any) -> None:
    assert digest(type, {"Other": 1, member: value}) == digest(type, {"Other": 1})


@pytest.mark.parametrize(("type", "member", "value"), OTHER)
def test_what_says_something_is_not(type: str, member: str, value: Any) -> None:
    assert digest(type, {"Other": 1, member: value}) != digest(type, {"Other": 1})


@pytest.mark.parametrize(
    "pattern", ['{"source": [""]}', '{"source": []}', '{"detail": {"a": {}}}', '{"detail": {"a": null}}', '{"detail": {}}']
)
def test_in_a_document_emptiness_keeps_its_meaning(pattern: str) -> None:
    plain = digest("AWS::Events::Rule", {"Name": "a", "EventPattern": "{}"})
    assert digest("AWS::Events::Rule", {"Name": "a", "EventPattern": pattern}) != plain


def test_an_emptied_list_is_shown_element_by_element() -> None:
    out, world = harness.stage(GROUP)
    raw = next(r for r in out.resources if r.address.type == GROUP and r.value["IpPermissions"])
    for gone in ({**raw.value, "IpPermissions": []}, {k: v for k, v in raw.value.items() if k != "IpPermissions"}):
        changed = [type(raw)(r.address, gone, r.arn, r.parent, r.reads) if r is raw else r for r in out.resources]
        other = World("stage", changed, harness.region_of(load().specs[GROUP], "stage"))
        found = harness.compared(other, other.canonicals, world, world.canonicals)
        shown = [show_path(c.path) for pair in found.compared for c in pair.changes]
        assert shown
        assert all(path.startswith("IpPermissions[") for path in shown), shown
