"""Every failure ends with a next step."""

from __future__ import annotations

import pytest
from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError

from driftscan.model.settings import Account
from driftscan.sources.aws.faults import DEADLINE, Failure, NotEntered, failure
from driftscan.sources.aws.gaps import gap, hint, principal
from driftscan.sources.aws.unit import ResolvedAccount

ARN = "arn:aws:sts::111111111111:assumed-role/reader/driftscan-1"
HERE = ResolvedAccount("111111111111", Account("aws", "111111111111", role="reader"), ("eu-west-1",), ARN)


def client_error(code: str, query: str | None = None) -> sdk.ClientError:
    error = {"Code": code, "Message": "m"} | ({"QueryErrorCode": query} if query else {})
    return sdk.ClientError({"Error": error}, "Op")


@pytest.mark.parametrize(
    ("error", "status", "html", "code", "kind"),
    [
        (client_error("AccessDenied"), 403, False, "AccessDenied", "denied"),
        (client_error("UnauthorizedOperation"), 403, False, "UnauthorizedOperation", "denied"),
        (client_error("ThrottlingException"), 400, False, "ThrottlingException", "throttled"),
        (client_error("RequestLimitExceeded"), 503, False, "RequestLimitExceeded", "throttled"),
        (client_error("SlowDown"), 503, False, "SlowDown", "throttled"),
        (client_error("ExpiredToken"), 403, False, "ExpiredToken", "expired"),
        (client_error("InvalidClientTokenId"), 403, False, "InvalidClientTokenId", "credentials"),
        (client_error("InternalError"), 500, False, "InternalError", "server"),
        (client_error("NoSuchBucket"), 404, False, "NoSuchBucket", "client"),
        (client_error("404"), 404, True, "NotImplemented", "unbuilt"),
        (client_error("500"), 500, True, "NotImplemented", "server"),
        (client_error("501"), 501, False, "NotImplemented", "unbuilt"),
        (client_error("500"), 200, False, "Malformed", "malformed"),
        (sdk.ReadTimeoutError(endpoint_url="u"), 0, False, "Timeout", "timeout"),
        (sdk.ConnectTimeoutError(endpoint_url="u"), 0, False, "Timeout", "timeout"),
        (sdk.EndpointConnectionError(endpoint_url="u"), 0, False, "ConnectionError", "connection"),
        (sdk.ConnectionClosedError(endpoint_url="u"), 0, False, "ConnectionError", "connection"),
        (sdk.NoCredentialsError(), 0, False, "NoCredentialsError", "credentials"),
        (sdk.ProfileNotFound(profile="p"), 0, False, "ProfileNotFound", "credentials"),
        (sdk.UnauthorizedSSOTokenError(), 0, False, "UnauthorizedSSOTokenError", "credentials"),
        (ResponseParserError("x"), 200, False, "Malformed", "malformed"),
        (ResponseParserError("x"), 500, True, "NotImplemented", "server"),
        (KeyError("x"), 200, False, "Malformed", "malformed"),
        (NotEntered(Failure("AccessDenied", "denied")), 0, False, "AccessDenied", "credentials"),
        (NotEntered(Failure("Timeout", "timeout")), 0, False, "Timeout", "timeout"),
    ],
)
def test_what_an_exception_means(error: Exception, status: int, html: bool, code: str, kind: str) -> None:
    found = failure(error, status, html)
    assert (found.code, found.kind) == (code, kind)
    assert hint(found, "sqs:ListQueues", HERE, "eu-west-1")


def test_a_code_goes_by_each_of_its_names() -> None:
    found = failure(client_error("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"), 400)
    assert found.is_any(("AWS.SimpleQueueService.NonExistentQueue",))
    assert found.is_any(("QueueDoesNotExist",))
    assert failure(client_error("com.amazonaws.x#NotFound"), 400).is_any(("NotFound",))


def test_hints_name_the_permission_and_the_role() -> None:
    found = gap(Failure("AccessDenied", "denied"), HERE, "eu-west-1", "AWS::S3::Bucket", ("s3", "ListBuckets"), "2026-11-02T10:00:00Z")
    assert found.permission == "s3:ListAllMyBuckets"
    assert found.hint.startswith("grant s3:ListAllMyBuckets to arn:aws:iam::111111111111:role/reader")


def test_an_expired_profile_names_the_login() -> None:
    account = ResolvedAccount("1", Account("aws", "1", profile="audit"))
    assert hint(Failure("ExpiredToken", "expired"), "x:Y", account, "r") == "log in again: aws sso login --profile audit"


def test_a_region_that_is_not_enabled_is_named() -> None:
    assert "me-south-1" in hint(Failure("UnrecognizedClientException", "credentials"), "x:Y", HERE, "me-south-1")


def test_the_deadline_says_what_to_do() -> None:
    assert "deadline" in hint(DEADLINE, "x:Y", HERE, "r")


@pytest.mark.parametrize(
    ("identity", "role", "who"),
    [
        (ARN, "reader", "arn:aws:iam::111111111111:role/reader"),
        (ARN, "arn:aws:iam::111111111111:role/path/reader", "arn:aws:iam::111111111111:role/path/reader"),
        (ARN, None, "arn:aws:iam::111111111111:role/reader"),
        ("arn:aws:iam::1:user/bob", None, "arn:aws:iam::1:user/bob"),
        ("", None, "the principal that driftscan runs as"),
    ],
)
def test_who_gets_a_permission(identity: str, role: str | None, who: str) -> None:
    assert principal(ResolvedAccount("1", Account("aws", "1", role=role), identity=identity)) == who
