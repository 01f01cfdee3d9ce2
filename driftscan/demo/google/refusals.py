"""Google's errors: a canonical code, a message, and the details that `google.rpc` defines for it.

Reasons, domains and metadata as google/api/error_reason.proto documents them; messages as the services word them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

ASSETS: Final = "cloudasset.googleapis.com"
RESOURCES: Final = "cloudresourcemanager.googleapis.com"
TITLES: Final = {ASSETS: "Cloud Asset API", RESOURCES: "Cloud Resource Manager API"}
HTTP: Final[Mapping[str, int]] = {
    "ABORTED": 409,
    "DEADLINE_EXCEEDED": 504,
    "FAILED_PRECONDITION": 400,
    "INTERNAL": 500,
    "INVALID_ARGUMENT": 400,
    "NOT_FOUND": 404,
    "PERMISSION_DENIED": 403,
    "RESOURCE_EXHAUSTED": 429,
    "UNAUTHENTICATED": 401,
    "UNAVAILABLE": 503,
    "UNIMPLEMENTED": 501,
}
"""Canonical code -> HTTP status, as google/rpc/code.proto maps them."""


class Refusal(Exception):
    """A call that is refused. details: `google.rpc` messages as JSON, each with its `@type`."""

    def __init__(self, code: str, message: str, *details: dict[str, Any]) -> None:
        super().__init__(message)
        self.code, self.message, self.details = code, message, details


def _detail(name: str, **members: Any) -> dict[str, Any]:
    return {"@type": f"type.googleapis.com/google.rpc.{name}", **members}


def _info(reason: str, domain: str, **metadata: str) -> dict[str, Any]:
    return _detail("ErrorInfo", reason=reason, domain=domain, metadata=metadata)


def invalid(field: str, description: str) -> Refusal:
    """An argument that the service does not take."""
    violation = {"field": field, "description": description}
    return Refusal("INVALID_ARGUMENT", description, _detail("BadRequest", fieldViolations=[violation]))


def denied(service: str, permission: str, scope: str) -> Refusal:
    """A caller without a permission, or a resource that does not exist: Google answers both alike."""
    info = _info("IAM_PERMISSION_DENIED", service, permission=permission, resource=f"//{RESOURCES}/{scope}" if scope else "")
    if service == ASSETS:
        link = {
            "description": "To check permissions required for this RPC:",
            "url": "https://cloud.google.com/asset-inventory/docs/access-control#required_permissions",
        }
        return Refusal("PERMISSION_DENIED", "Request denied by Cloud IAM.", _detail("Help", links=[link]), info)
    text = f"Permission '{permission}' denied on resource '//{RESOURCES}/{scope}' (or it may not exist)."
    return Refusal("PERMISSION_DENIED", text, info)


def disabled(service: str, consumer: str) -> Refusal:
    """An API that the calling project has not switched on. consumer: `projects/NUMBER`."""
    project = consumer.partition("/")[2]
    url = f"https://console.developers.google.com/apis/api/{service}/overview?project={project}"
    text = (
        f"{TITLES[service]} has not been used in project {project} before or it is disabled. Enable it by visiting {url} then retry. "
        "If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry."
    )
    return Refusal(
        "PERMISSION_DENIED",
        text,
        _info(
            "SERVICE_DISABLED",
            "googleapis.com",
            activationUrl=url,
            consumer=consumer,
            containerInfo=project,
            service=service,
            serviceTitle=TITLES[service],
        ),
        _detail("LocalizedMessage", locale="en-US", message=text),
        _detail("Help", links=[{"description": "Google developers console API activation", "url": url}]),
    )


def throttled(service: str, method: str, consumer: str, seconds: float) -> Refusal:
    """A rate quota that is used up. seconds: when to come back, as the service says it."""
    metric, limit = f"{service}/{method.lower()}_requests", f"{method}RequestsPerMinutePerProject"
    text = f"Quota exceeded for quota metric '{metric}' and limit '{limit}' of service '{service}' for consumer '{consumer}'."
    return Refusal(
        "RESOURCE_EXHAUSTED",
        text,
        _info("RATE_LIMIT_EXCEEDED", "googleapis.com", consumer=consumer, quota_limit=limit, quota_metric=metric, service=service),
        _detail("RetryInfo", retryDelay=f"{seconds:g}s"),
    )
