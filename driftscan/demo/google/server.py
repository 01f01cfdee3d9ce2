"""The embedded Google Cloud: a gRPC server over Google's own messages, and the little REST that has no gRPC.

`python -m driftscan.demo.google` prints one JSON line with its URL and serves until its standard input closes: it ends with the process
that started it, also when that one is interrupted or killed. While it runs, over HTTP/1.1 on the same port:

    GET  /v3/liens?parent=projects/ID    Resource Manager's liens, which no gRPC service has
    POST /_demo/load                     a document as `inventory` describes it: what the organization holds from now on
    POST /_demo/faults                   [{"kind": "denied", "scope": "projects/acme-ml-prod"}, ...]: these and no others
    POST /_demo/clock                    {"now": "2026-08-31T06:00:00Z"}, or {} for the real time
    GET  /_demo/calls                    method -> calls so far
"""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import grpc
from google.protobuf import json_format
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from driftscan.demo.child import started
from driftscan.demo.google.answers import METHODS, Method, Question, again, content_of, liens, text_field
from driftscan.demo.google.faults import ERRORS, Fault, Faults
from driftscan.demo.google.front import Front
from driftscan.demo.google.inventory import Holding, Inventory, Json, moment
from driftscan.demo.google.refusals import HTTP, RESOURCES, Refusal

_DETAILS: Final = error_details_pb2.DESCRIPTOR
"""Imported for its messages: an error's details are packed by their names."""
_NEWER: Final = text_field(999, "later")
"""A field that a later version of the service might add."""
_BROKEN: Final = b"\x0a\x7f"
"""A field that promises more bytes than there are."""
_PAGE: Final = b"<!doctype html><html><body>Please sign in to the proxy</body></html>"


def variables(url: str) -> dict[str, str]:
    """What a scan needs in its environment to find the server, in gcloud's own variables."""
    return {f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{api}": url for api in ("CLOUDASSET", "CLOUDRESOURCEMANAGER")}


@dataclass
class Cloud:
    """A server in this process: what it holds and what befalls it may be changed while it runs.

    now: its clock; None: the real one. most: items in a page, whatever a caller asks for.
    """

    holding: Holding
    front: Front
    faults: Faults = field(default_factory=Faults)
    now: datetime | None = None
    most: int = 1000

    @property
    def target(self) -> str:
        """`host:port`, for a channel."""
        return f"127.0.0.1:{self.front.port}"

    @property
    def url(self) -> str:
        """Plaintext, as the scheme says."""
        return f"http://{self.target}"

    def load(self, document: Json) -> None:
        """Another document from now on."""
        self.holding = Inventory(document)

    def question(self, request: Any) -> Question:
        """A request, asked of what there is now."""
        canonical = self.holding.canonical
        return Question(request, self.holding, self.now or datetime.now(UTC), lambda scope: self.faults.hides(scope, canonical), self.most)

    def befallen(self, service: str, method: str, scope: str, permission: str, **said: str) -> Fault | None:
        """Notes a call; raises the Refusal that a fault makes of it, or gives the fault that befalls its answer.

        said: `content`, `token`, `consumer` as the call has them.
        """
        canonical = self.holding.canonical
        consumer = canonical(f"projects/{said['consumer']}") if said.get("consumer") else ""
        call = self.faults.note(service, method, canonical(scope), said.get("content", ""), said.get("token", ""), consumer)
        fault = self.faults.verdict(call, canonical)
        if fault is not None and fault.kind in ERRORS:
            raise ERRORS[fault.kind](call, fault, permission)
        return fault

    def wait(self, fault: Fault, gone: threading.Event) -> None:
        """As long as the fault says, the caller waits, and the server runs."""
        end = time.monotonic() + (fault.seconds if fault.kind == "slow" else _EVER)
        while time.monotonic() < end and not gone.wait(0.02) and not self.faults.over.is_set():
            pass

    def mangled(self, fault: Fault, answer: bytes, peer: str, token: str, number: int) -> bytes:
        """An answer as a fault lets it through. token: the request's; number: of the field of the answer that holds the next one."""
        match fault.kind:
            case "reset" | "cut":
                self.front.cut(peer, 0 if fault.kind == "reset" else max(len(answer) // 2, 1))
            case "malformed":
                return _BROKEN
            case "short":
                return answer[: len(answer) // 2] + _BROKEN
            case "other":
                return _PAGE
            case "newer":
                return answer + _NEWER
            case "blank" if token:
                return text_field(number, again(token))
            case "stuck" if token:
                return answer + text_field(number, token)  # of a field that comes twice, the last counts
        return answer


class _Handler(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Every method of `answers`, in bytes, so that an answer may also be none."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def service(self, handler_call_details: Any) -> Any:
        """gRPC's own interface: the handler of a path, or None for UNIMPLEMENTED."""
        path = handler_call_details.method
        if path not in METHODS:
            return None
        return grpc.unary_unary_rpc_method_handler(lambda body, context: self._call(path, METHODS[path], body, context))

    def _call(self, path: str, method: Method, body: bytes, context: Any) -> bytes:
        cloud, request = self._cloud, method.request()
        request.ParseFromString(body)
        content, token = content_of(request), getattr(request, "page_token", "")
        consumer = dict(context.invocation_metadata()).get("x-goog-user-project", "")
        name, scope = path.rpartition("/")[2], method.scope(request)
        try:
            fault = cloud.befallen(method.service, name, scope, method.permission(content), content=content, token=token, consumer=consumer)
            if fault is not None and fault.kind in ("hang", "slow"):
                gone = threading.Event()
                context.add_callback(gone.set)
                cloud.wait(fault, gone)
            answer = method.answer(cloud.question(request))
        except Refusal as refusal:
            context.abort_with_status(rpc_status.to_status(_status(refusal)))
            raise
        found = answer if isinstance(answer, bytes) else answer.SerializeToString()
        return found if fault is None else cloud.mangled(fault, found, context.peer(), token, method.next_token)


def _status(refusal: Refusal) -> Any:
    data = {"code": code_pb2.Code.Value(refusal.code), "message": refusal.message, "details": list(refusal.details)}
    return json_format.ParseDict(data, status_pb2.Status())


class _Rest(BaseHTTPRequestHandler):
    """What has no gRPC, and the demo's own switches."""

    cloud: Cloud
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """`/v3/liens` and `/_demo/calls`."""
        url = urlsplit(self.path)
        if url.path == "/_demo/calls":
            self._send(200, json.dumps(self.cloud.faults.counts).encode())
        elif url.path == "/v3/liens":
            self._liens(parse_qs(url.query).get("parent", [""])[0])
        else:
            self._send(404, b"{}")

    def do_POST(self) -> None:
        """The switches."""
        said = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        match urlsplit(self.path).path:
            case "/_demo/load":
                self.cloud.load(said)
            case "/_demo/faults":
                self.cloud.faults.set(*(Fault(**f) for f in said))
            case "/_demo/clock":
                self.cloud.now = moment(said["now"]) if said else None
            case _:
                return self._send(404, b"{}")
        return self._send(200, b"{}")

    def _liens(self, parent: str) -> None:
        cloud = self.cloud
        try:
            consumer = self.headers.get("x-goog-user-project", "")
            fault = cloud.befallen(RESOURCES, "ListLiens", parent, "resourcemanager.projects.get", consumer=consumer)
            if fault is not None and fault.kind in ("hang", "slow"):
                cloud.wait(fault, threading.Event())
            found = json.dumps(liens(cloud.holding, parent)).encode()
        except Refusal as refusal:
            error = {"code": HTTP[refusal.code], "message": refusal.message, "status": refusal.code, "details": list(refusal.details)}
            return self._send(HTTP[refusal.code], json.dumps({"error": error}).encode())
        if fault is not None:
            found = cloud.mangled(fault, found, f"ipv4:127.0.0.1:{self.client_address[1]}", "", 0)
        return self._send(200, found)

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a broken pipe is what some faults are about."""


class _Threads(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing, for the same reason."""


_EVER: Final = 3600.0
EMPTY: Final[Json] = {"organization": {"name": "organizations/1", "displayName": "example.org", "state": "ACTIVE"}}


@contextmanager
def serving(holding: Json | Holding = EMPTY, port: int = 0) -> Iterator[Cloud]:
    """A server in this process, on a port of the loopback interface (0: a free one). holding: a document, or what stands for one."""
    grpc_server = grpc.server(ThreadPoolExecutor(32, "google"), options=[("grpc.so_reuseport", 0)])
    grpc_port = grpc_server.add_insecure_port("127.0.0.1:0")
    handler = type("Handler", (_Rest,), {})
    rest = _Threads(("127.0.0.1", 0), handler)
    front = Front(port, ("127.0.0.1", grpc_port), ("127.0.0.1", rest.server_port))
    cloud = Cloud(Inventory(holding) if isinstance(holding, dict) else holding, front)
    handler.cloud = cloud  # type: ignore[attr-defined]
    grpc_server.add_generic_rpc_handlers((_Handler(cloud),))
    grpc_server.start()
    thread = threading.Thread(target=rest.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield cloud
    finally:
        cloud.faults.over.set()
        front.close()
        grpc_server.stop(0).wait()
        rest.shutdown()
        rest.server_close()
        thread.join()


@dataclass(frozen=True)
class Remote:
    """A server in another process."""

    url: str

    @property
    def variables(self) -> dict[str, str]:
        """What a scan needs in its environment."""
        return variables(self.url)

    def load(self, document: Json) -> None:
        """Another document from now on."""
        self._post("load", document)

    def faults(self, *faults: Fault) -> None:
        """These and no others."""
        self._post("faults", [f.data() for f in faults])

    def clock(self, now: str = "") -> None:
        """Its time from now on; empty: the real one."""
        self._post("clock", {"now": now} if now else {})

    def calls(self) -> dict[str, int]:
        """Method -> calls so far."""
        with urllib.request.urlopen(f"{self.url}/_demo/calls") as answer:
            return dict(json.load(answer))

    def _post(self, what: str, said: Any) -> None:
        request = urllib.request.Request(f"{self.url}/_demo/{what}", data=json.dumps(said).encode(), method="POST")
        urllib.request.urlopen(request).close()


@contextmanager
def running(*arguments: str) -> Iterator[Remote]:
    """A server in a process of its own, gone when the block ends, however it ends. arguments: as its command line takes them."""
    with started("the embedded Google Cloud", "install driftscan anew: pip install driftscan", "driftscan.demo.google", *arguments) as url:
        yield Remote(url)
