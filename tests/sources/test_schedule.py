"""The scheduler: bounded, fair between buckets, nobody lost."""

from __future__ import annotations

import threading
import time

from driftscan.sources.aws.schedule import Scheduler
from driftscan.sources.throttle import Bucket


def run(scheduler: Scheduler, jobs: list[tuple[str, float]], seconds: float = 0.0) -> list[tuple[str, float]]:
    """Runs jobs (bucket, delay) that each last `seconds`; returns (bucket, when it ran) in the order in which they ended."""
    began, done, all_done = time.monotonic(), [], threading.Event()

    def job(name: str) -> None:
        if seconds:
            time.sleep(seconds)
        done.append((name, time.monotonic() - began))
        if len(done) == len(jobs):
            all_done.set()

    for name, delay in jobs:
        scheduler.submit(name, lambda name=name: job(name), delay)  # type: ignore[misc]
    assert all_done.wait(20)
    scheduler.close()
    return done


def test_no_more_at_once_than_workers() -> None:
    running, most, lock = [0], [0], threading.Lock()
    scheduler = Scheduler(4, lambda _: Bucket(10_000, 10_000))
    left = threading.Semaphore(0)

    def job() -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.01)
        with lock:
            running[0] -= 1
        left.release()

    for _ in range(40):
        scheduler.submit("x", job)
    for _ in range(40):
        assert left.acquire(timeout=20)
    scheduler.close()
    assert most[0] == 4


def test_a_slow_bucket_keeps_its_rate_and_does_not_hold_up_the_others() -> None:
    scheduler = Scheduler(2, lambda key: Bucket(20, 1) if key == "slow" else Bucket(10_000, 10_000))
    done = run(scheduler, [("slow", 0.0)] * 8 + [("fast", 0.0)] * 50)
    slow = [at for name, at in done if name == "slow"]
    assert slow[-1] >= 7 / 20 - 0.01
    assert done.index(("fast", max(at for n, at in done if n == "fast"))) < len(done) - 1, "a fast one waited for the slow"


def test_a_delayed_task_comes_later_and_holds_nobody_up() -> None:
    done = run(Scheduler(1, lambda _: Bucket(10_000, 10_000)), [("late", 0.2), ("now", 0.0), ("now", 0.0)])
    assert [name for name, _ in done] == ["now", "now", "late"]
    assert done[-1][1] >= 0.2


def test_a_broken_task_ends_no_thread(caplog: object) -> None:
    scheduler = Scheduler(1, lambda _: Bucket(10_000, 10_000))
    scheduler.submit("x", lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    assert run(scheduler, [("x", 0.0)])


def test_close_ends_the_threads() -> None:
    scheduler = Scheduler(3, lambda _: Bucket(10_000, 10_000))
    run(scheduler, [("x", 0.0)] * 9, seconds=0.01)
    for _ in range(100):
        if not any(t.name.startswith("driftscan-") and t.is_alive() for t in threading.enumerate()):
            break
        time.sleep(0.02)
    ran: list[int] = []
    scheduler.submit("x", lambda: ran.append(1))
    time.sleep(0.05)
    assert not ran
