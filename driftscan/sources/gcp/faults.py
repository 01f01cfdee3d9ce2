"""What Google's APIs answer when they refuse, as one value: the status code (`google.rpc.Code`) and, where there is one, the reason.

Source: AIP-193 (errors), `google.rpc.ErrorInfo`; "API disabled" is `PERMISSION_DENIED` (or `FAILED_PRECONDITION`) with the reason
`SERVICE_DISABLED` in domain `googleapis.com`, which is another thing than a permission that is missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from google.api_core import exceptions as api
from google.auth import exceptions as auth

Kind: TypeAlias = Literal[
    "denied", "disabled", "credentials", "throttled", "absent", "timeout", "connection", "server", "refused", "malformed"
]

SERVICE_DISABLED: Final = "SERVICE_DISABLED"
_DISABLED: Final = re.compile(r"has not been used in project .* before or it is disabled|SERVICE_DISABLED")
_METADATA: Final = re.compile(r"[Gg]etting metadata from plugin failed")
_PERMISSION: Final = re.compile(r"[Pp]ermission '?([a-z]+\.[A-Za-z.]+)'?")
_LONGEST: Final = 300


class Malformed(Exception):
    """An answer that is none of this API: a page without what it must hold, a page token that comes again."""


@dataclass(frozen=True, slots=True)
class Failure:
    """code: `PERMISSION_DENIED`, `SERVICE_DISABLED`, ... permission: the one that the message names, where it names one."""

    kind: Kind
    code: str
    message: str = ""
    permission: str = ""


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
    code = _name(error)
    named = _PERMISSION.search(text)
    permission = named[1] if named is not None else ""
    if SERVICE_DISABLED in (error.reason, code) or (code in ("PERMISSION_DENIED", "FAILED_PRECONDITION") and _DISABLED.search(text)):
        return Failure("disabled", SERVICE_DISABLED, text)
    match code:
        case "PERMISSION_DENIED":
            return Failure("denied", code, text, permission)
        case "UNAUTHENTICATED":
            return Failure("credentials", code, text)
        case "RESOURCE_EXHAUSTED":
            return Failure("throttled", code, text)
        case "NOT_FOUND":
            return Failure("absent", code, text)
        case "DEADLINE_EXCEEDED":
            return Failure("timeout", code, text)
        case "UNAVAILABLE":
            return Failure("connection", code, text)
        case "INTERNAL" | "UNKNOWN" | "ABORTED" | "DATA_LOSS" | "UNIMPLEMENTED":
            return Failure("server", code, text)
        case _:
            return Failure("refused", code, text)


def _name(error: Any) -> str:
    """The name of the status, as `google.rpc.Code` spells it."""
    status = getattr(error, "grpc_status_code", None)
    if status is not None:
        return str(status.name)
    return {
        400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 409: "ABORTED",
        429: "RESOURCE_EXHAUSTED", 499: "CANCELLED", 500: "INTERNAL", 501: "UNIMPLEMENTED", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED",
    }.get(int(error.code or 0), f"HTTP_{int(error.code or 0)}")  # fmt: skip
