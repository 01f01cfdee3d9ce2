"""Errors as values."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core import exceptions as api
from google.auth import exceptions as auth
from google.rpc import error_details_pb2

from driftscan.catalog.google import USE
from driftscan.sources.gcp.faults import Malformed, failure


def info(reason: str, **metadata: str) -> error_details_pb2.ErrorInfo:
    return error_details_pb2.ErrorInfo(reason=reason, domain="googleapis.com", metadata=metadata)


def error(kind: Any, text: str = "said so", reason: str = "", **metadata: str) -> Any:
    found = info(reason, **metadata)
    return kind(text, details=(found,), error_info=found) if reason else kind(text)


@pytest.mark.parametrize(
    ("raised", "kind", "code"),
    [
        (error(api.PermissionDenied), "denied", "PERMISSION_DENIED"),
        (error(api.PermissionDenied, reason="SERVICE_DISABLED"), "disabled", "SERVICE_DISABLED"),
        (error(api.PermissionDenied, "X API has not been used in project 1 before or it is disabled."), "disabled", "SERVICE_DISABLED"),
        (error(api.FailedPrecondition, "X API has not been used in project 1 before or it is disabled."), "disabled", "SERVICE_DISABLED"),
        (error(api.PermissionDenied, reason="ACCESS_TOKEN_SCOPE_INSUFFICIENT"), "credentials", "PERMISSION_DENIED"),
        (error(api.Unauthenticated), "credentials", "UNAUTHENTICATED"),
        (error(api.ServiceUnavailable, "Getting metadata from plugin failed with error: x"), "credentials", "UNAUTHENTICATED"),
        (auth.RefreshError("invalid_grant"), "credentials", "UNAUTHENTICATED"),
        (error(api.ResourceExhausted), "throttled", "RESOURCE_EXHAUSTED"),
        (error(api.ResourceExhausted, "Received message larger than max (5 vs. 4)"), "malformed", "MalformedAnswer"),
        (error(api.TooManyRequests), "throttled", "RESOURCE_EXHAUSTED"),
        (error(api.NotFound), "absent", "NOT_FOUND"),
        (error(api.DeadlineExceeded), "timeout", "DEADLINE_EXCEEDED"),
        (error(api.ServiceUnavailable), "connection", "UNAVAILABLE"),
        (error(api.InternalServerError), "server", "INTERNAL"),
        (error(api.InternalServerError, "Exception deserializing response!"), "malformed", "MalformedAnswer"),
        (error(api.MethodNotImplemented), "refused", "UNIMPLEMENTED"),
        (error(api.InvalidArgument), "refused", "INVALID_ARGUMENT"),
        (api.RetryError("gave up", cause=api.NotFound("gone")), "absent", "NOT_FOUND"),
        (Malformed("no page"), "malformed", "MalformedAnswer"),
        (TimeoutError("slow"), "timeout", "Timeout"),
        (ConnectionResetError("cut"), "connection", "ConnectionError"),
        (KeyError("assets"), "malformed", "MalformedAnswer"),
    ],
)  # fmt: skip
def test_what_went_wrong(raised: Exception, kind: str, code: str) -> None:
    found = failure(raised)
    assert (found.kind, found.code) == (kind, code)


def test_who_pays_and_what_is_missing() -> None:
    found = failure(error(api.PermissionDenied, reason="IAM_PERMISSION_DENIED", permission="cloudasset.assets.listResource"))
    assert (found.kind, found.permission) == ("denied", "cloudasset.assets.listResource")
    found = failure(
        error(api.PermissionDenied, "Permission 'resourcemanager.projects.get' denied on resource '//x' (or it may not exist).")
    )
    assert found.permission == "resourcemanager.projects.get"
    found = failure(error(api.PermissionDenied, reason="USER_PROJECT_DENIED", consumer="projects/7"))
    assert (found.permission, found.consumer) == (USE, "projects/7")


def test_how_long_to_wait() -> None:
    wait = error_details_pb2.RetryInfo()
    wait.retry_delay.FromMilliseconds(1500)
    assert failure(api.ResourceExhausted("x", details=(wait,))).wait == 1.5
    rest = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "2.5s"}
    assert failure(api.TooManyRequests("x", details=[rest])).wait == 2.5
    assert failure(api.TooManyRequests("x")).wait == 0.0
