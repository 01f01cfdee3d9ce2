"""What the embedded AWS lacks and the demo answers itself: reads of things that its company does not have, or keeps as AWS set them.

Each answer has the shape of the vendor's own for an account that never touched the setting (API reference of the operation).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs


class Answer(NamedTuple):
    """A body and its content type."""

    body: bytes
    type: str


_XML: Final = "text/xml"
_JSON: Final = "application/json"

_ACTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "ec2": {
        "DescribeVpcBlockPublicAccessOptions": "<vpcBlockPublicAccessOptions><state>default-state</state>"
        "<internetGatewayBlockMode>off</internetGatewayBlockMode><exclusionsAllowed>allowed</exclusionsAllowed></vpcBlockPublicAccessOptions>",
        "GetAllowedImagesSettings": "<state>disabled</state>",
        "GetEbsDefaultKmsKeyId": "<kmsKeyId>alias/aws/ebs</kmsKeyId>",
        "GetImageBlockPublicAccessState": "<imageBlockPublicAccessState>block-new-sharing</imageBlockPublicAccessState>",
        "GetInstanceMetadataDefaults": "<accountLevel/>",
        "GetSerialConsoleAccessStatus": "<serialConsoleAccessEnabled>false</serialConsoleAccessEnabled>",
        "GetSnapshotBlockPublicAccessState": "<state>unblocked</state>",
        "DescribePlacementGroups": "<placementGroupSet/>",
    },
    "autoscaling": {"DescribeNotificationConfigurations": "<NotificationConfigurations/>"},
    "elasticache": {"DescribeCacheParameterGroups": "<CacheParameterGroups/>"},
    "rds": {"DescribeOptionGroups": "<OptionGroupsList/>"},
}
"""Query protocols: service -> `Action` -> the members of the answer."""

_TARGETS: Final[Mapping[str, Mapping[str, Any]]] = {
    "budgets": {"DescribeSubscribersForNotification": {"Subscribers": [{"SubscriptionType": "EMAIL", "Address": "platform@example.org"}]}},
    "codecommit": {"ListRepositories": {"repositories": []}},
    "codepipeline": {"GetPipelineState": {"stageStates": []}},
    "dynamodb": {"DescribeKinesisStreamingDestination": {"KinesisDataStreamDestinations": []}},
    "organizations": {"ListPolicies": {"Policies": []}},
    "servicequotas": {"ListRequestedServiceQuotaChangeHistory": {"RequestedQuotas": []}},
    "ssm": {"GetServiceSetting": {"ServiceSetting": {"SettingValue": "Standard", "Status": "Default"}}},
}
"""JSON protocols: service -> the end of `X-Amz-Target` -> the answer."""

_LIST: Final = "<{0}><MaxItems>100</MaxItems><Quantity>0</Quantity>{1}</{0}>"
_PATHS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "cloudfront": (
        (r"/cache-policy$", _LIST.format("CachePolicyList", "")),
        (r"/origin-request-policy$", _LIST.format("OriginRequestPolicyList", "")),
        (r"/response-headers-policy$", _LIST.format("ResponseHeadersPolicyList", "")),
        (
            r"/origin-access-identity/cloudfront$",
            _LIST.format("CloudFrontOriginAccessIdentityList", "<Marker/><IsTruncated>false</IsTruncated>"),
        ),
    ),
    "lambda": (
        (r"/account-settings/?$", '{"AccountLimit": {"ConcurrentExecutions": 1000}}'),
        (r"/runtime-management-config$", '{"UpdateRuntimeOn": "Auto"}'),
        (r"/provisioned-concurrency$", '{"ProvisionedConcurrencyConfigs": []}'),
        (r"/urls$", '{"FunctionUrlConfigs": []}'),
    ),
}
"""REST protocols: service -> the end of a GET's path -> the answer."""


def answer(service: str, method: str, path: str, target: str, body: bytes) -> Answer | None:
    """The answer to a call that the embedded AWS lacks; None where it must answer itself. service: as requests are signed for it."""
    if service in _TARGETS:
        found = _TARGETS[service].get(target.rpartition(".")[2])
        return None if found is None else Answer(json.dumps(found).encode(), "application/x-amz-json-1.1")
    if service in _ACTIONS and method == "POST":
        action = parse_qs(body.decode("ascii", "replace")).get("Action", [""])[0]
        members = _ACTIONS[service].get(action)
        if members is None:
            return None
        inner = members if service == "ec2" else f"<{action}Result>{members}</{action}Result>"
        return Answer(f"<{action}Response>{inner}</{action}Response>".encode(), _XML)
    if method == "GET":
        for pattern, text in _PATHS.get(service, ()):
            if re.search(pattern, path):
                return Answer(text.encode(), _JSON if service == "lambda" else _XML)
    return None
