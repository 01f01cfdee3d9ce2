"""Who calls next: one pool of threads for a whole scan, a bucket per (account, region, service), nobody sleeps in a thread."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from typing import TypeAlias

from driftscan.sources.throttle import Bucket

log = logging.getLogger(__name__)
Task: TypeAlias = Callable[[], None]


class Scheduler:
    """Runs tasks on up to `workers` threads, each bucket's no faster than it allows, buckets taking turns.

    A task never raises and never waits for another task. Threads start when they are needed and end with `close`.
    """

    def __init__(self, workers: int, bucket: Callable[[Hashable], Bucket], clock: Callable[[], float] = time.monotonic) -> None:
        self.workers, self.clock = workers, clock
        self._new_bucket = bucket
        self._buckets: dict[Hashable, Bucket] = {}
        self._waiting: dict[Hashable, deque[Task]] = {}
        self._turns: list[tuple[float, int, Hashable]] = []
        self._later: list[tuple[float, int, Hashable, Task]] = []
        self._ticket = itertools.count()
        self._wake = threading.Condition()
        self._threads = 0
        self._idle = 0
        self._watching = False
        self._closed = False

    def submit(self, key: Hashable, task: Task, delay: float = 0.0) -> None:
        """Runs `task` when bucket `key` allows, at the earliest in `delay` seconds."""
        with self._wake:
            if delay > 0:
                heapq.heappush(self._later, (self.clock() + delay, next(self._ticket), key, task))
            else:
                self._enqueue(key, task)
            if self._idle == 0 and self._threads < self.workers:
                self._threads += 1
                threading.Thread(target=self._work, name=f"driftscan-{self._threads}", daemon=True).start()
            else:
                self._wake.notify()

    def throttled(self, key: Hashable) -> None:
        """A call of this bucket was refused for its rate."""
        with self._wake:
            self._bucket(key).on_throttle(self.clock())

    def answered(self, key: Hashable) -> None:
        """A call of this bucket was answered."""
        with self._wake:
            self._bucket(key).on_answer()

    def close(self) -> None:
        """Ends the threads; tasks that still wait are never run."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()

    # ----------------------------------------------------------------------------------------- inside the lock

    def _bucket(self, key: Hashable) -> Bucket:
        if key not in self._buckets:
            self._buckets[key] = self._new_bucket(key)
        return self._buckets[key]

    def _enqueue(self, key: Hashable, task: Task) -> None:
        queue = self._waiting.setdefault(key, deque())
        queue.append(task)
        if len(queue) == 1:
            heapq.heappush(self._turns, (self._bucket(key).ready_at(self.clock()), next(self._ticket), key))

    def _next(self) -> tuple[Task | None, float | None]:
        """A task that may run now, else how long until one may (None: nothing waits)."""
        now = self.clock()
        while self._later and self._later[0][0] <= now:
            _, _, key, task = heapq.heappop(self._later)
            self._enqueue(key, task)
        while self._turns and self._turns[0][0] <= now:
            _, _, key = heapq.heappop(self._turns)
            bucket = self._bucket(key)
            ready = bucket.ready_at(now)  # it may have been throttled since it took its turn
            if ready > now:
                heapq.heappush(self._turns, (ready, next(self._ticket), key))
                continue
            queue = self._waiting[key]
            task = queue.popleft()
            bucket.take(now)
            if queue:
                heapq.heappush(self._turns, (bucket.ready_at(now), next(self._ticket), key))
            else:
                del self._waiting[key]
            return task, None
        times = [heap[0][0] for heap in (self._turns, self._later) if heap]
        return None, min(times) - now if times else None

    def _work(self) -> None:
        while True:
            with self._wake:
                while True:
                    if self._closed:
                        return
                    task, wait = self._next()
                    if task is not None:
                        break
                    # one idle thread watches the clock, so that a slow bucket does not wake them all
                    watch = wait is not None and not self._watching
                    self._watching = self._watching or watch
                    self._idle += 1
                    self._wake.wait(wait if watch else None)
                    self._idle -= 1
                    if watch:
                        self._watching = False
                if self._turns or self._later:
                    self._wake.notify()
            try:
                task()
            except Exception:
                log.exception("a call's bookkeeping failed")
