"""What goes wrong, switchable while the server runs, and the book of all calls."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from driftscan.demo.google.refusals import Refusal, denied, disabled, invalid, throttled


@dataclass(frozen=True)
class Call:
    """One call. service: `cloudasset.googleapis.com`; scope: `projects/NUMBER`, `folders/1`, `organizations/1`, or empty where it has none.

    content: the content type asked for, or empty; token: the page token; consumer: the project that pays (`x-goog-user-project`), or
    empty; nth: how often the method was called before, from 0.
    """

    service: str
    method: str
    scope: str
    content: str
    token: str
    consumer: str
    nth: int


ERRORS: Final[Mapping[str, Callable[[Call, Fault, str], Refusal]]] = {
    "denied": lambda c, _, permission: denied(c.service, permission, c.scope),
    "disabled": lambda c, f, _: disabled(c.service, c.consumer or f.scope.replace("*", "") or "projects/0"),
    "throttled": lambda c, f, _: throttled(c.service, c.method, c.consumer or c.scope or "projects/0", f.seconds),
    "unavailable": lambda *_: Refusal("UNAVAILABLE", "The service is currently unavailable."),
    "internal": lambda *_: Refusal("INTERNAL", "Internal error encountered."),
    "deadline": lambda *_: Refusal("DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
    "unauthenticated": lambda *_: Refusal(
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication "
        "credential.",
    ),
    "unimplemented": lambda *_: Refusal("UNIMPLEMENTED", "Operation is not implemented, or supported, or enabled."),
    "expired": lambda *_: invalid("page_token", "The page token is expired."),
}
"""Kinds that refuse a call -> the error."""
REFUSED: Final = frozenset(ERRORS)
MANGLED: Final = frozenset({"malformed", "short", "other", "newer", "blank", "stuck"})
"""Kinds whose answer arrives and is another than it should be: no message at all; half of one; one of another method; one with a field
that no client knows (which is no fault of the answer); a page without items and with a token; the same page without end."""
BROKEN: Final = frozenset({"reset", "cut", "hang", "slow"})
"""Kinds that the network does: the connection is reset before the answer, or in its middle; no answer; a late one."""


@dataclass(frozen=True)
class Fault:
    """kind: see REFUSED, MANGLED, BROKEN. method, scope, content: which calls, `*` for all; a project by id or number.

    after: calls that go well first; times: how many are befallen then (None: all). seconds: how late a slow answer is, or when a
    throttled caller may come back; what hangs hangs until the caller leaves.
    """

    kind: str
    method: str = "*"
    scope: str = "*"
    content: str = "*"
    after: int = 0
    times: int | None = None
    seconds: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in REFUSED | MANGLED | BROKEN:
            raise ValueError(f"no such fault: {self.kind}; there are {', '.join(sorted(REFUSED | MANGLED | BROKEN))}")

    def data(self) -> dict[str, Any]:
        """As JSON: the members that are set."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name)) != f.default}

    def concerns(self, call: Call, canonical: Callable[[str], str]) -> bool:
        """Whether it is about a call. canonical: a scope -> the one name of it."""
        return (
            self.method in ("*", call.method)
            and self.content in ("*", call.content)
            and (self.scope == "*" or canonical(self.scope) == call.scope)
        )


class Faults:
    """The faults in force, and the calls that were made."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self._lock = threading.Lock()
        self._faults: tuple[Fault, ...] = ()
        self._hits: Counter[int] = Counter()
        self._counts: Counter[str] = Counter()
        self.seen: list[Call] = []

    def set(self, *faults: Fault) -> None:
        """These and no others, from now on."""
        with self._lock:
            self._faults = faults
            self._hits.clear()

    def forget(self) -> None:
        """No faults, and a new book."""
        self.set()
        with self._lock:
            self._counts.clear()
            self.seen.clear()

    @property
    def counts(self) -> dict[str, int]:
        """Method -> calls so far, sorted."""
        with self._lock:
            return dict(sorted(self._counts.items()))

    def note(self, service: str, method: str, scope: str, content: str, token: str, consumer: str) -> Call:
        """Writes a call into the book."""
        with self._lock:
            call = Call(service, method, scope, content, token, consumer, self._counts[method])
            self._counts[method] += 1
            self.seen.append(call)
            return call

    def verdict(self, call: Call, canonical: Callable[[str], str]) -> Fault | None:
        """The first fault in force that befalls a call."""
        with self._lock:
            for number, fault in enumerate(self._faults):
                if not fault.concerns(call, canonical):
                    continue
                hit = self._hits[number]
                self._hits[number] += 1
                if hit >= fault.after and (fault.times is None or hit < fault.after + fault.times):
                    return fault
        return None

    def hides(self, scope: str, canonical: Callable[[str], str]) -> bool:
        """Whether searches leave a project or folder out, because every call about it is denied."""
        with self._lock:
            return any(f.kind == "denied" and f.method == "*" and f.scope != "*" and canonical(f.scope) == scope for f in self._faults)
