"""What Google's APIs answer when they refuse, as one value: the status code (`google.rpc.Code`) and, where there is one, the reason.

Source: AIP-193 (errors), `google.rpc.ErrorInfo`, google/api/error_reason.proto. An API that is not enabled is `PERMISSION_DENIED` (or
`FAILED_PRECONDITION`) with the reason `SERVICE_DISABLED`, which is another thing than a permission that is missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from google.api_core import exceptions as api
from google.auth import exceptions as auth
from google.rpc import error_details_pb2

from driftscan.catalog.google import USE

Kind: TypeAlias = Literal[
    "denied", "disabled", "credentials", "throttled", "absent", "timeout", "connection", "server", "refused", "malformed"
]
TRANSIENT: Final = frozenset({"timeout", "connection", "server", "malformed"})
"""What may go well when it is tried again."""

SERVICE_DISABLED: Final = "SERVICE_DISABLED"
_DISABLED: Final = re.compile(r"has not been used in project .* before or it is disabled|SERVICE_DISABLED")
_METADATA: Final = re.compile(r"[Gg]etting metadata from plugin failed")
_GARBLED: Final = re.compile(r"deserializing response|Received message larger than max|Failed to parse")
_PERMISSION: Final = re.compile(r"[Pp]ermission '?([a-z]+\.[A-Za-z.]+[a-z])'?")
_LONGEST: Final = 300


class Malformed(Exception):
    """An answer that is none of this API: a page without what it must hold, a page token that comes again."""


@dataclass(frozen=True, slots=True)
class Failure:
    """code: `PERMISSION_DENIED`, `SERVICE_DISABLED`, ... permission: the one that the answer names, where it names one.

    reason, consumer: of its `ErrorInfo`; the consumer (`projects/NUMBER`) is whose quota is used and whose APIs must be enabled.
    wait: seconds that the vendor asks to wait.
    """

    kind: Kind
    code: str
    message: str = ""
    permission: str = ""
    reason: str = ""
    consumer: str = ""
    wait: float = 0.0


def failure(error: BaseException) -> Failure:
    """What went wrong in a call."""
    text = str(error)[:_LONGEST]
    if isinstance(error, api.RetryError) and error.cause is not None:
        return failure(error.cause)
    if isinstance(error, Malformed):
        return Failure("malformed", "MalformedAnswer", text)
    if isinstance(error, auth.GoogleAuthError) or _METADATA.search(text):
        return Failure("credentials", "UNAUTHENTICATED", text)
    if isinstance(error, api.GoogleAPICallError):
        return _refusal(error, text)
    if isinstance(error, TimeoutError):
        return Failure("timeout", "Timeout", text)
    if isinstance(error, OSError):
        return Failure("connection", "ConnectionError", text)
    return Failure("malformed", "MalformedAnswer", f"{type(error).__name__}: {text}")


def _refusal(error: Any, text: str) -> Failure:
    code, reason = _name(error), str(error.reason or "")
    said = {**(error.metadata or {})}
    consumer, wait = str(said.get("consumer", "")), _wait(error)
    named = _PERMISSION.search(text)
    permission = str(said.get("permission", "")) or (named[1] if named is not None else "")

    def made(kind: Kind, code: str = code, permission: str = "") -> Failure:
        return Failure(kind, code, text, permission, reason, consumer, wait)

    if SERVICE_DISABLED in (reason, code) or (code in ("PERMISSION_DENIED", "FAILED_PRECONDITION") and _DISABLED.search(text)):
        return made("disabled", SERVICE_DISABLED)
    if _GARBLED.search(text):
        return made("malformed", "MalformedAnswer")
    match code:
        case "PERMISSION_DENIED" if reason == "ACCESS_TOKEN_SCOPE_INSUFFICIENT":
            return made("credentials")
        case "PERMISSION_DENIED":
            return made("denied", permission=USE if reason == "USER_PROJECT_DENIED" else permission)
        case "UNAUTHENTICATED":
            return made("credentials")
        case "RESOURCE_EXHAUSTED":
            return made("throttled")
        case "NOT_FOUND":
            return made("absent")
        case "DEADLINE_EXCEEDED":
            return made("timeout")
        case "UNAVAILABLE":
            return made("connection")
        case "INTERNAL" | "UNKNOWN" | "ABORTED" | "DATA_LOSS" | "CANCELLED":
            return made("server")
        case _:
            return made("refused")


def _wait(error: Any) -> float:
    """What `RetryInfo` says, in seconds."""
    for detail in error.details or ():
        if isinstance(detail, error_details_pb2.RetryInfo):
            return float(detail.retry_delay.seconds + detail.retry_delay.nanos / 1e9)
        if isinstance(detail, dict) and str(detail.get("@type", "")).endswith("RetryInfo"):
            found = re.fullmatch(r"([0-9.]+)s", str(detail.get("retryDelay", "")))
            return float(found[1]) if found is not None else 0.0
    return 0.0


def _name(error: Any) -> str:
    """The name of the status, as `google.rpc.Code` spells it."""
    status = getattr(error, "grpc_status_code", None)
    if status is not None:
        return str(status.name)
    return {
        400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 409: "ABORTED",
        429: "RESOURCE_EXHAUSTED", 499: "CANCELLED", 500: "INTERNAL", 501: "UNIMPLEMENTED", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED",
    }.get(int(error.code or 0), f"HTTP_{int(error.code or 0)}")  # fmt: skip
