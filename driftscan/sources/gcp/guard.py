"""Read-only by construction: a call that is not in `catalog.google.CALLS` never goes out, whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc

from driftscan.catalog.google import PATHS


class Refused(Exception):
    """A call that is none of those that this source makes."""


def check(path: str) -> None:
    """path: `/google.cloud.asset.v1.AssetService/ListAssets`, or `GET /v3/liens`. Raises Refused."""
    if path not in PATHS:
        raise Refused(f"{path} is no read that this source makes")


class Guard(grpc.UnaryUnaryClientInterceptor):  # type: ignore[misc]
    """Sits on every channel."""

    def intercept_unary_unary(self, continuation: Callable[[Any, Any], Any], client_call_details: Any, request: Any) -> Any:
        """gRPC's own interface."""
        method = client_call_details.method
        check(method.decode() if isinstance(method, bytes) else str(method))
        return continuation(client_call_details, request)


def guarded(channel: grpc.Channel) -> grpc.Channel:
    """The channel, behind the guard."""
    return grpc.intercept_channel(channel, Guard())
