"""Buckets: never faster than allowed, slower after three throttles in a row, back again, never above."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from driftscan.sources.throttle import IN_A_ROW, RECOVERY, SLOWEST, Bucket

rates = st.floats(0.5, 200)


@given(rates, st.floats(1, 50), st.lists(st.floats(0, 2), max_size=60))
def test_never_more_than_burst_and_rate(rate: float, burst: float, idle: list[float]) -> None:
    bucket, now, sent = Bucket(rate, burst), 0.0, []
    for pause in idle:
        now = bucket.ready_at(now + pause)
        bucket.take(now)
        sent.append(now)
    for i, start in enumerate(sent):
        for j in range(i, len(sent)):
            assert j - i + 1 <= burst + rate * (sent[j] - start) + 1e-6


def test_a_rested_bucket_lets_its_burst_go_at_once() -> None:
    bucket = Bucket(10, 5)
    for _ in range(5):
        assert bucket.ready_at(0.0) == 0.0
        bucket.take(0.0)
    assert bucket.ready_at(0.0) > 0


def test_three_throttles_in_a_row_halve_the_rate_and_spend_the_burst() -> None:
    bucket = Bucket(40, 80)
    for _ in range(IN_A_ROW - 1):
        bucket.on_throttle(0.0)
    bucket.on_answer()
    bucket.on_throttle(0.0)
    assert bucket.rate == 40
    for _ in range(IN_A_ROW - 1):
        bucket.on_throttle(0.0)
    assert bucket.rate == 20
    assert bucket.ready_at(0.0) > 0


@given(st.lists(st.booleans(), max_size=400))
def test_the_rate_stays_between_the_slowest_and_the_limit(throttles: list[bool]) -> None:
    bucket = Bucket(30, 10)
    for throttled in throttles:
        if throttled:
            bucket.on_throttle(0.0)
        else:
            bucket.on_answer()
        assert SLOWEST <= bucket.rate <= bucket.limit


def test_good_answers_bring_the_rate_back() -> None:
    bucket = Bucket(40, 80)
    for _ in range(IN_A_ROW):
        bucket.on_throttle(0.0)
    for _ in range(RECOVERY * 4):
        bucket.on_answer()
    assert bucket.rate == 40
