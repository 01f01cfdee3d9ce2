"""The embedded AWS: moto as a real HTTP server on a free port of the loopback interface.

`python -m driftscan.demo.server [PORT]` prints one JSON line with its URL and serves until its standard input closes: it ends with
the process that started it, also when that one is interrupted or killed.

`POST /_demo/deny` with `[{"account": "...", "service": "secretsmanager"}, ...]` makes it refuse those calls as AWS would.
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

from driftscan.demo.answers import answer
from driftscan.demo.child import started, told

Environ = dict[str, Any]
Start = Callable[..., Any]


class Gate:
    """WSGI middleware that denies what it was told to deny, answers what moto lacks, and passes on everything else."""

    def __init__(self, app: Callable[[Environ, Start], Iterable[bytes]]) -> None:
        self.app = app
        self.deny: list[dict[str, str]] = []

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == "/_demo/deny":
            length = int(environ.get("CONTENT_LENGTH") or 0)
            self.deny = json.loads(environ["wsgi.input"].read(length) or b"[]")
            start("200 OK", [("Content-Type", "application/json"), ("Content-Length", "2")])
            return [b"{}"]
        service = re.search(r"Credential=([^/]+)/\d+/[^/]+/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
        if service is None:
            return self.app(environ, start)
        if self.deny:
            from moto.iam.models import get_account_id_from

            account = str(get_account_id_from(service[1]))
            if {"account": account, "service": service[2]} in self.deny:
                return _refuse(environ, start, account, service[2])
        return self._own(environ, start, service[2]) or self.app(environ, start)

    @staticmethod
    def _own(environ: Environ, start: Start, service: str) -> list[bytes] | None:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        found = answer(service, environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("HTTP_X_AMZ_TARGET", ""), body)
        if found is None:
            return None
        start("200 OK", [("Content-Type", found.type), ("Content-Length", str(len(found.body)))])
        return [found.body]


def _refuse(environ: Environ, start: Start, account: str, service: str) -> list[bytes]:
    """An answer in the wording of AWS's JSON protocols, which the services of the demo's denial speak."""
    action = environ.get("HTTP_X_AMZ_TARGET", "").split(".")[-1] or "?"
    text = f"User: arn:aws:sts::{account}:assumed-role/driftscan-reader/driftscan is not authorized to perform: {service}:{action}"
    body = json.dumps({"__type": "AccessDeniedException", "message": text}).encode()
    start("400 Bad Request", [("Content-Type", "application/x-amz-json-1.1"), ("Content-Length", str(len(body)))])
    return [body]


def main() -> int:
    """Serve on the port that is asked for, or a free one, until standard input closes."""
    os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Handler(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

    app = Gate(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", int((sys.argv[1:] or ["0"])[0]), app, threaded=True, request_handler=Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    told(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    return 0


def running(port: int = 0) -> AbstractContextManager[str]:
    """Start the embedded AWS on a port (0: a free one) and give its URL; it is gone when the block ends, however it ends."""
    hint = "install the demo's parts: pip install 'driftscan[demo]'"
    return started("the embedded AWS", hint, "driftscan.demo.server", str(port))


if __name__ == "__main__":
    sys.exit(main())
