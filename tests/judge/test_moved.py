from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.judge.moved import STILL, Movement, movement
from driftscan.model.drift import Change
from driftscan.model.finding import Moved
from driftscan.model.value import ABSENT, Key, Keyed, Text, Unknown, Word
from tests.judge.estate import NOW, Estate, Past


def told(
    candidate: Sequence[tuple[int, object]], reference: Sequence[tuple[int, object]], today: tuple[object, object]
) -> tuple[Moved, int | None]:
    """Who moved, and how many days ago; series are (days ago, value)."""
    series = [[(NOW - timedelta(days=d), v) for d, v in side] for side in (candidate, reference)]
    found = movement(series[0], series[1], today, NOW)
    return found.by, None if found.since is None else (NOW - found.since).days


@pytest.mark.parametrize(
    ("candidate", "reference", "today", "expected"),
    [
        ([], [], ("b", "a"), (Moved.UNKNOWN, None)),
        ([(30, "a")], [], ("b", "a"), (Moved.UNKNOWN, None)),
        ([(30, "a")], [(30, "a")], ("b", "a"), (Moved.CANDIDATE, 0)),
        ([(30, "a")], [(30, "a")], ("a", "b"), (Moved.REFERENCE, 0)),
        ([(30, "a")], [(30, "a")], ("b", "c"), (Moved.BOTH, 0)),
        ([(60, "a"), (30, "b")], [(60, "a"), (30, "a")], ("b", "a"), (Moved.CANDIDATE, 30)),
        ([(60, "a"), (30, "b")], [(60, "a"), (30, "a")], ("c", "a"), (Moved.CANDIDATE, 30)),
        ([(60, "a"), (30, "b")], [(60, "a"), (30, "b")], ("c", "b"), (Moved.CANDIDATE, 0)),
        ([(60, "b"), (30, "b")], [(60, "a"), (30, "a")], ("b", "a"), (Moved.UNKNOWN, None)),
        ([(60, "a"), (30, Unknown("x"))], [(60, "a"), (30, "b")], ("a", "b"), (Moved.REFERENCE, 30)),
        ([(60, Unknown("x"))], [(60, "a")], ("b", "a"), (Moved.UNKNOWN, None)),
        ([(60, "a"), (31, "b")], [(60, "a"), (30, "a")], ("b", "a"), (Moved.CANDIDATE, 31)),
    ],
)
def test_tellings(candidate: list, reference: list, today: tuple, expected: tuple) -> None:  # type: ignore[type-arg]
    assert told(candidate, reference, today) == expected


series = st.lists(st.tuples(st.integers(1, 400), st.sampled_from("abc")), max_size=6).map(lambda s: sorted(s, reverse=True))


@given(series, series, st.sampled_from(["ab", "ba", "ac"]))
def test_swapping_the_sides_swaps_the_answer(candidate: list, reference: list, today: str) -> None:  # type: ignore[type-arg]
    mirrored = {Moved.CANDIDATE: Moved.REFERENCE, Moved.REFERENCE: Moved.CANDIDATE}
    by, since = told(candidate, reference, (today[0], today[1]))
    back, again = told(reference, candidate, (today[1], today[0]))
    assert back is mirrored.get(by, by)
    assert by is Moved.BOTH or since == again


def test_nothing_stored_says_nothing() -> None:
    estate = Estate()
    estate.pair("orders", Change(("VisibilityTimeout",), 30, 60))
    assert (estate.judge().findings[0].moved, estate.judge().findings[0].since) == (STILL.by, STILL.since)


def test_environments_agree_in_their_own_words() -> None:
    ours, theirs = (Text(("x-", Word(e, e, "{env}"))) for e in ("stage", "prod"))
    estate = Estate()
    pair = estate.pair("orders", Change(("Name",), "y", theirs), bodies=({"Name": "y"}, {"Name": theirs}))
    past = Past({(pair.candidate, ("Name",)): [(30, ours)], (pair.reference, ("Name",)): [(30, theirs)]})
    change = estate.judge(history=past).findings[0].changes[0]
    assert (change.moved, change.since) == (Moved.CANDIDATE, NOW)


def test_a_path_that_does_not_lead_to_todays_value_tells_nothing() -> None:
    path = ("Rules", Key(("spelled-stage",)), "Port")
    rules = [Keyed((((f"spelled-{e}",), {"Port": port}),)) for e, port in (("stage", 1), ("prod", 2))]
    estate = Estate()
    pair = estate.pair("orders", Change(path, 1, 2), bodies=({"Rules": rules[0]}, {"Rules": rules[1]}))
    past = Past({(pair.candidate, path): [(30, 2)], (pair.reference, path): [(30, ABSENT)]})
    assert estate.judge(history=past).findings[0].moved is Moved.UNKNOWN


def test_over_time_the_later_snapshot_moved() -> None:
    estate = Estate("prod", "prod")
    estate.pair("orders", Change(("VisibilityTimeout",), 30, 60))
    assert estate.judge().findings[0].moved is Moved.CANDIDATE


def test_movement_is_a_value() -> None:
    assert Movement() == STILL
