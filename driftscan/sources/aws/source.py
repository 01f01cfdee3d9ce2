"""The AWS source: accounts in, resources, gaps and listings out."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from driftscan.catalog import Catalog
from driftscan.catalog.spec import Spec
from driftscan.model.resource import Resource
from driftscan.model.settings import Environment, Settings
from driftscan.model.snapshot import Gap, Listing, Status
from driftscan.model.value import Address
from driftscan.sources.aws import accounts, flux, guard, plan, revisions
from driftscan.sources.aws.answers import iso
from driftscan.sources.aws.bulktags import BulkTags
from driftscan.sources.aws.calls import Answer, Call, Calls
from driftscan.sources.aws.dangling import Dangling, Links
from driftscan.sources.aws.gaps import account_gap, hint
from driftscan.sources.aws.reader import Reader
from driftscan.sources.aws.session import Sessions
from driftscan.sources.aws.unit import GLOBAL, Plan, ResolvedAccount, Tuning, Unit

log = logging.getLogger(__name__)
T = TypeVar("T")


class AwsSource:
    """Reads the AWS accounts of one environment. Nothing is called before `resolve`.

    `read` may run in many threads at once, a unit in each: all of them share one pool of `settings.max_concurrency` callers.
    What comes out is raw: redact it before it is kept anywhere.
    """

    def __init__(
        self,
        environment: Environment,
        catalog: Catalog,
        settings: Settings,
        *,
        run_id: str,
        now: Callable[[], datetime],
        only_types: Iterable[str] | None = None,
        tuning: Tuning | None = None,
        also: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        """also: operations that may be called beside those of the catalogue."""
        self.environment, self.catalog, self.settings, self.now = environment, catalog, settings, now
        self.tuning = tuning or Tuning()
        self.specs = _chosen(catalog, settings, only_types)
        self._sessions = Sessions(run_id, self.tuning, guard.operations(catalog) | also, settings.max_concurrency, now)
        deadline = time.monotonic() + settings.deadline.total_seconds() if settings.deadline is not None else None
        self._calls = Calls(self._sessions, self.tuning, settings.max_concurrency, now, custom=self._sessions.custom, deadline=deadline)
        self._tags = BulkTags(self._calls.ask)
        self._accounts: dict[str, ResolvedAccount] = {}
        self._work: dict[Unit, tuple[Spec, ...]] = {}
        self._moving: dict[Address, Resource] = {}
        self._links = Links(self.specs)
        self._ended: dict[str, Gap] = {}
        self._left: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._closed = False
        self._running: dict[asyncio.Task[Any], asyncio.AbstractEventLoop] = {}

    # ----------------------------------------------------------------------------------------- before reading

    def resolve(self) -> list[ResolvedAccount]:
        """The accounts as they are: units expanded, identities, regions. An account that cannot be reached carries its gap."""
        found = accounts.resolve(self.environment.accounts, self._sessions, self.ask, self._at)
        self._accounts = {a.id: a for a in found}
        self._work = dict(plan.units(found, self.specs, self._sessions.models))
        self._left = Counter(u.account for u in self._work)
        self._tags.expect((u.account, self._tag_region(u)) for u, specs in self._work.items() if _wants_tags(specs))
        return found

    def units(self) -> list[Unit]:
        """The units of work, sorted. Needs `resolve`."""
        return list(self._work)

    def plan(self) -> Plan:
        """How many calls the units take at least. Needs `resolve`; makes none."""
        return plan.plan(list(self._work.items()), self._sessions.models, self.catalog)

    @property
    def sessions(self) -> Sessions:
        """The credentials and clients of the accounts. Needs `resolve`."""
        return self._sessions

    @property
    def calls(self) -> dict[str, int]:
        """Requests made so far, `service:Operation` -> count, sorted."""
        return dict(sorted(self._sessions.made.items()))

    @property
    def identities(self) -> dict[str, str]:
        """Account id -> ARN of the caller in it, sorted."""
        return {a.id: a.identity for a in self._accounts.values() if a.identity}

    # ----------------------------------------------------------------------------------------- reading

    def read(self, unit: Unit) -> Iterator[Resource | Gap | Listing]:
        """Everything of a unit: resources by address, then a listing per type, then the gaps. Never raises for what the vendor does."""
        specs = self._work[unit]
        dead = self._dead(unit.account)
        if dead is not None:
            yield from (Listing(unit.account, unit.region, spec.type, Status.NOT_READ) for spec in specs)
            yield dead
            return
        out = self._finish(self._reader(unit, specs).read())
        self._release(unit, specs)
        self._links.add(out)
        for thing in out:
            if isinstance(thing, Resource) and flux.moving(thing.value):
                with self._lock:
                    self._moving[thing.address] = thing
        log.info("%s: %d", unit.key, sum(isinstance(t, Resource) for t in out))
        yield from out

    @property
    def in_flux(self) -> tuple[Address, ...]:
        """What was in a transitional state when it was read, sorted."""
        return tuple(sorted(self._moving))

    @property
    def dangling(self) -> tuple[Dangling, ...]:
        """References to what a complete listing lacks, sorted; of the units that this source has read."""
        return self._links.dangling()

    def reread(self, addresses: Iterable[Address], most: int | None = None) -> Iterator[Resource | Gap]:
        """Some resources once more. What still moves is Unknown (`in flux`) where it changed; what is gone leaves a gap of that code.

        most: about how many calls that may take: of each unit as many as fit, by address; no further unit is begun beyond.
        """
        before_it = self._sessions.made.total()
        by_unit: dict[Unit, set[Address]] = {}
        for address in addresses:
            unit = self._unit_of(address)
            if unit is not None:
                by_unit.setdefault(unit, set()).add(address)
        for unit, asked in sorted(by_unit.items()):
            wanted = asked if most is None else self._affordable(asked, most - (self._sessions.made.total() - before_it))
            if len(wanted) < len(asked):
                log.info("%d resources of %s were not read again: that would take too many calls", len(asked) - len(wanted), unit.key)
            if not wanted:
                continue
            types = {a.type for a in wanted}
            specs = tuple(s for s in self._work[unit] if s.type in types)
            out = self._finish(self._reader(unit, specs, frozenset(wanted)).read())
            seen: set[Address] = set()
            gaps: list[Gap] = []
            unread: set[str] = set()
            for thing in out:
                match thing:
                    case Resource():
                        seen.add(thing.address)
                        before = self._moving.get(thing.address)
                        yield flux.settle(before, thing) if before is not None else thing
                    case Gap():
                        gaps.append(thing)
                    case Listing() if thing.status is not Status.COMPLETE:
                        unread.add(thing.type)
            yield from (g for g in gaps if g.address is None or g.address in wanted)
            for address in sorted(wanted - seen):
                if address.type not in unread:
                    spec = self.catalog.specs[address.type]
                    call = spec.lists[0] if spec.lists else spec.details[0]
                    hint = "it vanished while the scan ran: scan again when the deployment is done"
                    yield Gap(
                        address.account,
                        address.region,
                        address.type,
                        call.service,
                        call.operation,
                        flux.CODE,
                        "",
                        hint,
                        address,
                        (),
                        self._at(),
                    )

    def revisions(self, stored: Iterable[Resource]) -> Iterator[Resource | Gap]:
        """The revisions that resources run beside the newest ones, which were listed. stored: what was read of the types concerned.

        A series of which one revision is in use goes by its name, whichever that is. Of several, the newest in use does, and each
        other one is a resource of its own (`NAME:NUMBER`). What nobody runs stays the newest.
        """
        running = revisions.Running(self.specs)
        for known in stored:
            running.add(known)
        by_unit: dict[tuple[Unit, str], list[revisions.Wanted]] = {}
        for wanted in running.wanted():
            s = wanted.series
            unit = self._unit_of(Address(s.type, s.account, s.region, s.name))
            if unit is not None:
                by_unit.setdefault((unit, s.type), []).append(wanted)
        for (unit, type_), found in sorted(by_unit.items(), key=lambda item: item[0]):
            spec = self.catalog.specs[type_]
            asked = [(w, number) for w in found for number in w.numbers]
            read = self._finish(self._reader(unit, (spec,)).revisions(spec, [(w.series.name, number) for w, number in asked]))
            for (wanted, number), (resource, gaps) in zip(asked, read, strict=True):
                if resource is not None:
                    yield wanted.named(resource, number, spec)
                yield from (g if g.address is None else replace(g, address=wanted.address(number)) for g in gaps)

    def close(self) -> None:
        """Ends the threads of the pool. A `read` that is still on its way raises CancelledError: nobody answers it any more."""
        with self._lock:
            self._closed = True
            running = list(self._running.items())
        for task, loop in running:
            with contextlib.suppress(RuntimeError):  # it ended meanwhile
                loop.call_soon_threadsafe(task.cancel)
        self._calls.close()

    # ----------------------------------------------------------------------------------------- inside

    def _affordable(self, addresses: Iterable[Address], most: int) -> set[Address]:
        """The first of some resources of one unit whose details take about `most` calls, beside the listing."""
        out: set[Address] = set()
        left = most - 1
        for address in sorted(addresses):
            left -= plan.per_item(self.catalog.specs[address.type], self._sessions.models)
            if left < 0:
                break
            out.add(address)
        return out

    def _at(self) -> str:
        return iso(self.now())

    def _reader(self, unit: Unit, specs: tuple[Spec, ...], wanted: frozenset[Address] | None = None) -> Reader:
        return Reader(
            unit, self._accounts[unit.account], specs, self.catalog.specs, self._sessions.models, self._ask, self._tags.get, wanted
        )

    def _finish(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of a reader's work, unless `close` ends it."""

        async def watched() -> T:
            task = asyncio.current_task()
            assert task is not None
            with self._lock:
                self._running[task] = asyncio.get_running_loop()
                if self._closed:
                    task.cancel()
            try:
                return await work
            finally:
                with self._lock:
                    del self._running[task]

        return _run(watched())

    async def _ask(self, call: Call) -> Answer:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()

        def done(answer: Answer) -> None:
            try:
                loop.call_soon_threadsafe(_deliver, future, answer)
            except RuntimeError:  # the reader was interrupted and its loop is closed: nobody waits any more
                log.debug("an answer came too late")

        self._calls.ask(call, done)
        return await future

    def ask(self, call: Call) -> Answer:
        """One call with all its pages, outside any unit, at the rate that the source keeps."""
        future: Future[Answer] = Future()
        self._calls.ask(call, future.set_result)
        return future.result()

    def _dead(self, account: str) -> Gap | None:
        """The one gap of an account whose credentials ended for good."""
        problem = self._sessions.dead(account)
        if problem is None:
            return None
        with self._lock:
            if account not in self._ended:
                self._ended[account] = account_gap(
                    account, problem.code, ("sts", "GetCallerIdentity"), hint(problem, "", self._accounts[account], ""), self._at()
                )
            return self._ended[account]

    def _tag_region(self, unit: Unit) -> str:
        """Where the tags of a unit's resources are listed."""
        return self._sessions.models.home(unit.service, self._accounts[unit.account].partition) if unit.region == GLOBAL else unit.region

    def _release(self, unit: Unit, specs: Iterable[Spec]) -> None:
        """Forgets what no other unit needs, so that memory stays flat as accounts grow."""
        if _wants_tags(specs):
            self._tags.done(unit.account, self._tag_region(unit))
        if unit.region != GLOBAL:
            self._sessions.drop(unit.account, unit.service, unit.region)
        with self._lock:
            self._left[unit.account] -= 1
            last = self._left[unit.account] == 0
        if last:
            self._sessions.leave(unit.account)

    def _unit_of(self, address: Address) -> Unit | None:
        spec = self.catalog.specs.get(address.type)
        if spec is None:
            return None
        for region in (address.region, GLOBAL):
            unit = Unit(address.account, region, spec.service)
            if spec in self._work.get(unit, ()):
                return unit
        return None


def _run(work: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run` without its last look at the tasks of every other thread's loop, which costs more than a unit's calls."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(work)
    except BaseException:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        raise
    finally:
        loop.close()


def _deliver(future: asyncio.Future[Answer], answer: Answer) -> None:
    if not future.done():
        future.set_result(answer)


def _wants_tags(specs: Iterable[Spec]) -> bool:
    return any(s.compare.tags == "tagging-api" for s in specs)


def _chosen(catalog: Catalog, settings: Settings, only: Iterable[str] | None) -> Mapping[str, Spec]:
    """The types to read, by name."""
    wanted = tuple(only) if only is not None else ("*",)
    return {
        name: spec
        for name, spec in catalog.of("aws").items()
        if any(fnmatchcase(name, g) for g in settings.types)
        and not any(fnmatchcase(name, g) for g in settings.skip_types)
        and any(fnmatchcase(name, g) for g in wanted)
    }
