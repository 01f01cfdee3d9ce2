"""A real AWS server (moto) with a fault in front of it: what the network and the vendor do to a scan, one row per fault."""

from __future__ import annotations

import io
import json
import re
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

Environ = dict[str, Any]
Answer = tuple[int, str, bytes]
JSON, XML = "application/x-amz-json-1.1", "text/xml"


@dataclass(frozen=True)
class Request:
    """What a signed request asks. nth: how often this operation was asked before, from 0."""

    service: str
    region: str
    action: str
    key: str
    nth: int
    body: bytes

    @property
    def json(self) -> bool:
        """Whether the service speaks JSON."""
        return self.service in {"logs", "dynamodb", "sqs", "lambda", "kms", "ssm", "ecs", "events", "tagging", "organizations", "account"}


@dataclass
class Faults:
    """WSGI middleware. `rule` sees each request: an answer replaces the server's, None lets it through, HANG and RESET do what they say."""

    app: Any
    rule: Callable[[Request], Answer | str | None] | None = None
    seen: list[Request] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    hang: float = 6.0
    over: threading.Event = field(default_factory=threading.Event)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = self.request(environ)
        verdict = self.rule(request) if self.rule is not None and request.service != "" else None
        match verdict:
            case None:
                return self.app(environ, start_response)
            case "hang":
                self.over.wait(self.hang)
                return self.reply(start_response, 500, XML, b"")
            case "reset":
                environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
                raise ConnectionResetError("as asked")
            case (status, kind, body):
                return self.reply(start_response, status, kind, body)
        raise AssertionError(verdict)

    @staticmethod
    def reply(start_response: Callable[..., Any], status: int, kind: str, body: bytes) -> list[bytes]:
        start_response(f"{status} Said", [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    def request(self, environ: Environ) -> Request:
        found = re.search(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
        key, region, service = found.groups() if found else ("", "", "")
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        action = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        if not action and b"Action=" in body:
            action = parse_qs(body.decode())["Action"][0]
        if not action:
            query = environ.get("QUERY_STRING", "")
            action = f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}" + (f"?{query}" if query else "")
        with self.lock:
            nth = self.counts[action]
            self.counts[action] += 1
            request = Request(service, region, action, key, nth, body)
            self.seen.append(request)
        return request


@contextmanager
def serving() -> Iterator[tuple[str, Faults]]:
    """The address of a running server, and its faults."""
    faults = Faults(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, faults, True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}", faults
    finally:
        faults.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(MotoRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: a broken pipe is what some rows are about."""


def error(request: Request, status: int, code: str, message: str = "said so") -> Answer:
    """An error in the protocol of the service."""
    if request.json:
        return status, JSON, json.dumps({"__type": code, "message": message}).encode()
    if request.service == "ec2":
        text = (
            f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>r</RequestID></Response>"
        )
    elif request.service == "s3":
        text = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    else:
        text = f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    return status, XML, text.encode()


# --------------------------------------------------------------------------------------------- the faults, a row each


@dataclass(frozen=True)
class Fault:
    """make: a fresh rule for the operation that it befalls. survives: the scan must end as if nothing had happened.

    code: else the gap's. calls: how many requests of the operation it needs. quick: it is one of those that run with every test run.
    """

    name: str
    make: Callable[[Callable[[Request], bool]], Callable[[Request], Answer | str | None]]
    survives: bool
    code: str = ""
    calls: int = 1
    quick: bool = False


def _always(answer: Callable[[Request], Answer | str]) -> Callable[[Callable[[Request], bool]], Callable[[Request], Answer | str | None]]:
    return lambda hits: lambda r: answer(r) if hits(r) else None


def _first(
    n: int, answer: Callable[[Request], Answer | str]
) -> Callable[[Callable[[Request], bool]], Callable[[Request], Answer | str | None]]:
    """The first `n` requests of the operation fail."""

    def make(hits: Callable[[Request], bool]) -> Callable[[Request], Answer | str | None]:
        left = [n]

        def rule(r: Request) -> Answer | str | None:
            if not hits(r) or left[0] <= 0:
                return None
            left[0] -= 1
            return answer(r)

        return rule

    return make


def _from_second(
    answer: Callable[[Request], Answer | str],
) -> Callable[[Callable[[Request], bool]], Callable[[Request], Answer | str | None]]:
    """The first request of the operation goes well, all others fail: a listing that breaks in the middle."""

    def make(hits: Callable[[Request], bool]) -> Callable[[Request], Answer | str | None]:
        good = [1]

        def rule(r: Request) -> Answer | str | None:
            if not hits(r):
                return None
            good[0] -= 1
            return None if good[0] >= 0 else answer(r)

        return rule

    return make


def _expiring(lasting: bool, after: int) -> Callable[[Callable[[Request], bool]], Callable[[Request], Answer | str | None]]:
    """After some requests of the operation the keys in use expire, all of them; new keys are good unless `lasting`."""

    def make(hits: Callable[[Request], bool]) -> Callable[[Request], Answer | str | None]:
        old: set[str] = set()
        used: set[str] = set()
        good = [after]

        def rule(r: Request) -> Answer | str | None:
            if r.service == "sts":
                return None
            if r.key in old or (lasting and old):
                return error(r, 400 if r.json else 403, "ExpiredTokenException" if r.json else "ExpiredToken")
            used.add(r.key)
            if hits(r):
                good[0] -= 1
                if good[0] < 0 and not old:
                    old.update(used)
                    return rule(r)
            return None

        return rule

    return make


def _garbled(r: Request) -> Answer:
    return (200, JSON, b'{"logGroups": [{"logGroupName"') if r.json else (200, XML, b"<ListRolesResponse><ListRolesResult><Roles><member>")


_PAGE = b"<!doctype html><html lang=en><title>500 Internal Server Error</title></html>"


def _web_page(r: Request) -> Answer:
    return 200, "text/html", b"<!doctype html><html><body>Please sign in to the proxy</body></html>"


def _other_json(r: Request) -> Answer:
    return (200, JSON, b'{"message": "hello"}') if r.json else (200, XML, b"")


def _denied(r: Request) -> Answer:
    return error(r, 403, "AccessDeniedException" if r.json else "AccessDenied")


def _throttled(r: Request) -> Answer:
    return error(r, 400, "ThrottlingException" if r.json else "Throttling", "Rate exceeded")


FAULTS = (
    Fault("denied", _always(_denied), False, "AccessDenied", quick=True),
    Fault("denied in mid-page", _from_second(_denied), False, "AccessDenied", calls=2),
    Fault("throttled", _first(5, _throttled), True, quick=True),
    Fault("failing at first", _first(2, lambda r: error(r, 500, "InternalError")), True),
    Fault("expired", _expiring(lasting=False, after=0), True),
    Fault("expired in mid-page", _expiring(lasting=False, after=1), True, calls=2, quick=True),
    Fault("expired for good", _expiring(lasting=True, after=0), False, "ExpiredToken"),
    Fault("expired for good in mid-page", _expiring(lasting=True, after=1), False, "ExpiredToken", calls=2),
    Fault("hanging", _always(lambda r: "hang"), False, "Timeout"),
    Fault("hanging once", _first(1, lambda r: "hang"), True),
    Fault("reset", _always(lambda r: "reset"), False, "ConnectionError", quick=True),
    Fault("reset once", _first(1, lambda r: "reset"), True),
    Fault("malformed", _always(_garbled), False, "Malformed", quick=True),
    Fault("malformed in mid-page", _from_second(_garbled), False, "Malformed", calls=2),
    Fault("a proxy's page", _always(_web_page), False, "Malformed"),
    Fault("another document", _always(_other_json), False, "Malformed"),
    Fault("not implemented", _always(lambda r: (500, "text/html", _PAGE)), False, "NotImplemented"),
)  # fmt: skip
