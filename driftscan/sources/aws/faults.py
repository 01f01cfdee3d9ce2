"""What went wrong with a call, as a value: the vendor's code unchanged, or one of ours where no answer came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from driftscan.catalog import errors

Kind: TypeAlias = Literal[
    "denied", "throttled", "expired", "credentials", "timeout", "connection", "server", "unbuilt", "malformed", "deadline", "client"
]

EXPIRED: Final = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
REJECTED: Final = frozenset({
    "AuthFailure", "IncompleteSignature", "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidToken", "MissingAuthenticationToken",
    "MissingAuthenticationTokenException", "SignatureDoesNotMatch", "UnrecognizedClientException", "InvalidSignatureException",
})  # fmt: skip
"""The vendor does not know these credentials here: they are wrong, revoked, or the region is not enabled."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A call without a usable answer.

    code: for the gap. kind: what to do about it. names: every name the error goes by (class, wire code, query code).
    message: the vendor's words, kept for `off` rules and never written anywhere: it may hold names.
    """

    code: str
    kind: Kind
    names: frozenset[str] = frozenset()
    message: str = field(default="", repr=False)

    def is_any(self, codes: tuple[str, ...]) -> bool:
        """Whether the error goes by one of these names."""
        return any(code in self.names for code in codes)


MALFORMED: Final = Failure("Malformed", "malformed", frozenset({"Malformed"}))
DEADLINE: Final = Failure("Deadline", "deadline", frozenset({"Deadline"}))


def failure(error: BaseException, status: int = 0, html: bool = False) -> Failure:
    """The failure that an exception of the SDK means. status: of the HTTP answer, 0 where none came; html: the answer was a web page."""
    from botocore import exceptions as sdk  # noqa: PLC0415  (the SDK is loaded when a source is used)
    from botocore.parsers import ResponseParserError  # noqa: PLC0415

    name = type(error).__name__
    match error:
        case sdk.ClientError():
            return _answered(error.response, name, status, html)
        case sdk.ReadTimeoutError() | sdk.ConnectTimeoutError():
            return Failure("Timeout", "timeout", frozenset({"Timeout", name}))
        case sdk.NoCredentialsError() | sdk.PartialCredentialsError() | sdk.CredentialRetrievalError() | sdk.ProfileNotFound():
            return Failure(name, "credentials", frozenset({name}))
        case sdk.SSOError() | sdk.TokenRetrievalError() | sdk.NoAuthTokenError() | sdk.RefreshWithMFAUnsupportedError():
            return Failure(name, "credentials", frozenset({name}))
        case sdk.ConnectionError() | sdk.HTTPClientError():
            return Failure("ConnectionError", "connection", frozenset({"ConnectionError", name}))
        case ResponseParserError() if status >= 500 or (status == 404 and html):
            return _unbuilt(status)
        case NotEntered():
            inner = error.failure
            if inner.kind not in ("denied", "client"):
                return inner
            return Failure(inner.code, "credentials", inner.names | {"AssumeRole"})
        case Refused():
            return Failure("Refused", "client", frozenset({"Refused"}))
        case sdk.UnknownServiceError() | sdk.UnknownRegionError() | sdk.BaseEndpointResolverError() | sdk.EndpointProviderError():
            return Failure(name, "client", frozenset({name}))
        case _:
            return Failure("Malformed", "malformed", frozenset({"Malformed", name}))


def _answered(response: dict[str, object], name: str, status: int, html: bool) -> Failure:
    raw = response.get("Error")
    error: dict[str, object] = raw if isinstance(raw, dict) else {}
    code = str(error.get("Code") or status or name)
    names = frozenset({name, code, code.rpartition("#")[2], str(error.get("QueryErrorCode") or code)})
    message = str(error.get("Message") or "")
    if 0 < status < 300 and (code.isdigit() or not error):
        return MALFORMED  # the SDK makes an error of a good answer that it cannot read
    if status == 501 or code in {"501", "NotImplemented", "UnknownOperationException"} or (html and status in (404, 500)):
        return _unbuilt(status)
    kinds = {errors.kind(n) for n in names}
    kind: Kind = "client"
    if names & EXPIRED:
        kind = "expired"
    elif names & REJECTED:
        kind = "credentials"
    elif "throttled" in kinds:
        kind = "throttled"
    elif "denied" in kinds:
        kind = "denied"
    elif status >= 500:
        kind = "server"
    return Failure(code, kind, names, message)


def _unbuilt(status: int) -> Failure:
    return Failure("NotImplemented", "server" if status not in (404, 501) else "unbuilt", frozenset({"NotImplemented", str(status)}))


class Refused(Exception):
    """Our own guard stopped a call that is no read."""


class NotEntered(Exception):
    """A role could not be assumed; `failure` says why."""

    def __init__(self, problem: Failure) -> None:
        super().__init__(problem.code)
        self.failure = problem
