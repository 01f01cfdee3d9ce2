"""Tags of a whole region in one bulk call, shared by all types that take them from the tagging API."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from driftscan.sources.aws.calls import Answer, Call
from driftscan.sources.aws.faults import Failure

SERVICE: Final = "resourcegroupstaggingapi"
OPERATION: Final = "GetResources"
PAGE: Final = 100
Scope: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RegionTags:
    """ARN -> tags as `{Key, Value}` structures in key order. failure: why the listing did not finish; then what is missing is unknown."""

    by_arn: dict[str, list[dict[str, str]]]
    at: str
    failure: Failure | None = None


class BulkTags:
    """Reads each (account, region) once, and forgets it when the last unit that wants it is done."""

    def __init__(self, ask: Callable[[Call, Callable[[Answer], None]], None]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._wanted: Counter[Scope] = Counter()
        self._read: dict[Scope, Future[RegionTags]] = {}

    def expect(self, scopes: Iterable[Scope]) -> None:
        """So many units will want each scope."""
        with self._lock:
            self._wanted = Counter(scopes)

    def get(self, account: str, region: str) -> Awaitable[RegionTags]:
        """The tags of a region."""
        with self._lock:
            future = self._read.get((account, region))
            first = future is None
            if future is None:
                future = self._read[account, region] = Future()
        if first:
            self._ask(
                Call(account, region, SERVICE, OPERATION, {"ResourcesPerPage": PAGE}), lambda answer: future.set_result(_index(answer))
            )
        return asyncio.wrap_future(future)

    def done(self, account: str, region: str) -> None:
        """A unit that wanted a scope is done."""
        with self._lock:
            self._wanted[account, region] -= 1
            if self._wanted[account, region] <= 0:
                self._read.pop((account, region), None)


def _index(answer: Answer) -> RegionTags:
    found: dict[str, list[dict[str, str]]] = {}
    for page in answer.pages:
        for entry in page.get("ResourceTagMappingList", ()):
            tags: list[dict[str, Any]] = entry.get("Tags", [])
            found[entry["ResourceARN"]] = sorted(tags, key=lambda t: str(t.get("Key")))
    return RegionTags(found, answer.at, answer.failure)
