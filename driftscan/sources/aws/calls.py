"""One call of the vendor's API, with all its pages: made once per scan, tried again where that helps, never an exception."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

import orjson

from driftscan.catalog import limits
from driftscan.sources.aws.answers import iso, plain
from driftscan.sources.aws.faults import DEADLINE, MALFORMED, Failure, failure
from driftscan.sources.aws.schedule import Scheduler
from driftscan.sources.aws.session import Client, Sessions
from driftscan.sources.aws.unit import Tuning
from driftscan.sources.throttle import Bucket

log = logging.getLogger(__name__)
SHARE: Final = 0.5
"""Which part of a published rate a scan may use: the rest is the environment's own control plane's."""
UNPUBLISHED: Final = 500.0
"""Calls a second towards an endpoint that is not the vendor's (a test server), until it throttles."""
_OPEN_AFTER: Final = {"timeout": 3, "connection": 6, "unbuilt": 2, "server": 8}
"""After so many failures of an operation in a row its other calls fail at once: a dead endpoint must not take hours."""
_PAUSES: Final = {"server": 0.2, "connection": 0.2, "timeout": 0.0, "malformed": 0.1}


@dataclass(frozen=True, slots=True)
class Call:
    """What to ask. args: plain values."""

    account: str
    region: str
    service: str
    operation: str
    args: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> tuple[str, str, str, str, bytes]:
        """Equal calls have equal keys."""
        return (self.account, self.region, self.service, self.operation, orjson.dumps(self.args, option=orjson.OPT_SORT_KEYS, default=str))


@dataclass(frozen=True, slots=True)
class Answer:
    """The pages that came, plain; failure: why no more came. at: when the last came (UTC, ISO 8601)."""

    pages: tuple[dict[str, Any], ...]
    at: str
    failure: Failure | None = None


@dataclass(slots=True)
class _Asking:
    """A call on its way. tries: failed attempts of the page it is at, by kind."""

    call: Call
    done: Callable[[Answer], None]
    args: dict[str, Any]
    pages: list[dict[str, Any]] = field(default_factory=list)
    at: str = ""
    tries: Counter[str] = field(default_factory=Counter)


class Calls:
    """Makes calls."""

    def __init__(
        self, sessions: Sessions, tuning: Tuning, workers: int, now: Callable[[], datetime], *, custom: bool, deadline: float | None
    ) -> None:
        self.sessions, self.tuning, self.now, self.deadline = sessions, tuning, now, deadline
        self.custom = custom
        self._lock = threading.Lock()
        self._failing: Counter[tuple[str, str, str, str]] = Counter()
        self._open: dict[tuple[str, str, str, str], Failure] = {}
        self.scheduler = Scheduler(workers, self._bucket)

    def _bucket(self, key: Hashable) -> Bucket:
        assert isinstance(key, tuple)
        service, _, operation = str(key[2]).partition(":")
        rate = UNPUBLISHED if self.custom else limits.rate(service, operation) * SHARE
        return Bucket(rate, max(5.0, rate * 2))

    def ask(self, call: Call, done: Callable[[Answer], None]) -> None:
        """Makes the call; `done` gets its answer, in some thread."""
        args = dict(call.args)
        paging = self.sessions.models.paging(call.service, call.operation)
        if paging and paging.limit_key and paging.size and paging.limit_key not in args:
            args[paging.limit_key] = paging.size
        self._submit(_Asking(call, done, args))

    def _submit(self, asking: _Asking, delay: float = 0.0) -> None:
        self.scheduler.submit(self._key(asking.call), lambda: self._try(asking), delay)

    @staticmethod
    def _key(call: Call) -> tuple[str, str, str]:
        return (call.account, call.region, limits.shared(call.service, call.operation))

    def _try(self, asking: _Asking) -> None:
        """One request, and what follows from its outcome. Runs in a thread of the scheduler."""
        call = asking.call
        operation = (call.account, call.region, call.service, call.operation)
        if self.deadline is not None and time.monotonic() >= self.deadline:
            return self._finish(asking, DEADLINE)
        broken = self._open.get(operation) or self.sessions.dead(call.account)
        if broken is not None:
            return self._finish(asking, broken)
        client: Client | None = None
        try:
            client = self.sessions.client(call.account, call.service, call.region)
            self.sessions.count(f"{call.service}:{call.operation}")
            page = client.call(call.operation, asking.args)
            page.pop("ResponseMetadata", None)
            problem = None if page else _empty(client)
            if self.sessions.models.odd(call.service, call.operation):
                page = plain(page)
        except Exception as e:
            status, html = (client.seen.status, client.seen.html) if client is not None and hasattr(client.seen, "status") else (0, False)
            problem = failure(e, status, html)
            log.debug("%s:%s failed: %s", call.service, call.operation, problem.code)
        if client is not None:
            client.seen.body = b""
        if problem is not None:
            return self._failed(asking, problem, client)
        self.scheduler.answered(self._key(call))
        if self._failing:
            with self._lock:
                self._failing.pop(operation, None)
        self.sessions.proven(call.account)
        asking.pages.append(page)
        asking.at = iso(self.now())
        asking.tries.clear()
        paging = self.sessions.models.paging(call.service, call.operation)
        following = paging.next(page) if paging else None
        if not following:
            return self._finish(asking, None)
        if all(asking.args.get(k) == v for k, v in following.items()):
            return self._finish(asking, Failure("Malformed", "malformed", frozenset({"Malformed"}), "the same page token twice"))
        asking.args.update(following)
        return self._submit(asking)

    def _failed(self, asking: _Asking, problem: Failure, client: Client | None) -> None:
        kind = problem.kind
        asking.tries[kind] += 1
        tried = asking.tries[kind]
        tuning = self.tuning
        if kind == "throttled":
            self.scheduler.throttled(self._key(asking.call))
            if tried < tuning.throttled:
                return self._submit(asking, min(tuning.slowest_pause, 0.1 * 2**tried) * (0.5 + random.random() / 2))
        elif kind == "expired":
            if tried < tuning.attempts and self.sessions.renew(asking.call.account, client.age if client else 0, problem):
                return self._submit(asking)
        elif kind in _PAUSES and tried < (tuning.timeouts if kind == "timeout" else tuning.attempts):
            return self._submit(asking, _PAUSES[kind] * 2 ** (tried - 1))
        if kind in _OPEN_AFTER:
            call = asking.call
            operation = (call.account, call.region, call.service, call.operation)
            with self._lock:
                self._failing[operation] += 1
                if self._failing[operation] >= _OPEN_AFTER[kind]:
                    self._open[operation] = problem
        return self._finish(asking, problem)

    def _finish(self, asking: _Asking, problem: Failure | None) -> None:
        asking.done(Answer(tuple(asking.pages), asking.at or iso(self.now()), problem))

    def close(self) -> None:
        """Ends the threads."""
        self.scheduler.close()


def _empty(client: Client) -> Failure | None:
    """The parser found nothing: is the answer empty, or no answer of this API at all? The SDK hides the difference."""
    body = bytes(client.seen.body).strip()
    if client.seen.html:
        return MALFORMED
    xml = client.sdk.meta.service_model.resolved_protocol in {"ec2", "query", "rest-xml"}
    if xml:
        return None if body or client.seen.status != HTTPStatus.OK else MALFORMED
    if not body:
        return None
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return MALFORMED
    return None if isinstance(value, dict) and all(v is None for v in value.values()) else MALFORMED
